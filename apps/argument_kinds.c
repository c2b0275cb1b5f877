/* How the values of options read.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"

#include "stint/base/time.h"
#include "stint/iface/addresses.h"
#include "stint/wire/address_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The whole of `text` as a decimal number from 0 to `maximum`, followed by `unit` or nothing. */
static bool read_number(const char *text, const char *unit, double maximum, double *number)
{
    if (text[0] < '0' || text[0] > '9' || strpbrk(text, "xXpP") != NULL) {
        return false;
    }
    char *end = NULL;
    const double value = strtod(text, &end);
    if ((*end != '\0' && strcmp(end, unit) != 0) || !(value <= maximum)) {
        return false;
    }
    *number = value;
    return true;
}

static bool read_whole(const char *text, double maximum, uint32_t *value)
{
    double number = 0;
    if (!read_number(text, "", maximum, &number) || floor(number) < number) {
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

static bool read_text(const char *text, void *value)
{
    if (text[0] == '\0') {
        return false;
    }
    *(const char **)value = text;
    return true;
}

static bool read_port(const char *text, void *value)
{
    uint32_t number = 0;
    if (!read_whole(text, UINT16_MAX, &number)) {
        return false;
    }
    *(uint16_t *)value = (uint16_t)number;
    return true;
}

static bool read_count(const char *text, void *value)
{
    uint32_t number = 0;
    if (!read_whole(text, UINT32_MAX, &number) || number == 0) {
        return false;
    }
    *(uint32_t *)value = number;
    return true;
}

static bool read_seconds(const char *text, void *value)
{
    double number = 0;
    if (!read_number(text, "s", 86400, &number)) {
        return false;
    }
    *(struct stint_duration *)value = stint_microseconds((int64_t)(number * 1e6));
    return true;
}

static bool read_milliseconds(const char *text, void *value)
{
    double number = 0;
    if (!read_number(text, "ms", 60000, &number)) {
        return false;
    }
    *(struct stint_duration *)value = stint_microseconds((int64_t)(number * 1e3));
    return true;
}

static bool read_share(const char *text, void *value)
{
    double number = 0;
    if (!read_number(text, "%", 100, &number)) {
        return false;
    }
    *(uint32_t *)value = (uint32_t)(number * 1e4);
    return true;
}

static bool read_rate(const char *text, void *value)
{
    double number = 0;
    if (!read_number(text, "M", UINT32_MAX / 1e6, &number)) {
        return false;
    }
    *(uint32_t *)value = (uint32_t)(number * 1e6);
    return true;
}

static bool read_address(const char *text, void *value)
{
    struct stint_address address;
    if (!stint_address_parse(text, &address) || !stint_addresses_host_may_have(&address)) {
        return false;
    }
    *(struct stint_address *)value = address;
    return true;
}

static bool read_local_address(const char *text, void *value)
{
    struct stint_prefix prefix;
    if (strchr(text, '/') == NULL || !stint_prefix_parse(text, &prefix) ||
        !stint_addresses_host_may_have(&prefix.address)) {
        return false;
    }
    struct stint_local_address *local = (struct stint_local_address *)value;
    local->address = prefix.address;
    local->prefix_length = prefix.length;
    return true;
}

static bool read_hardware_address(const char *text, void *value)
{
    struct stint_hardware_address address;
    if (!stint_hardware_address_parse(text, &address) ||
        stint_hardware_address_is_group(&address) || stint_hardware_address_is_zero(&address)) {
        return false;
    }
    *(struct stint_hardware_address *)value = address;
    return true;
}

const struct argument_kind argument_flag = {NULL, "nothing"};

const struct argument_kind argument_text = {read_text, "a name"};
const struct argument_kind argument_port = {read_port, "a port from 0 to 65535"};
const struct argument_kind argument_count = {read_count, "a whole number, 1 or more"};
const struct argument_kind argument_seconds = {read_seconds, "seconds, for example 0.2"};
const struct argument_kind argument_milliseconds = {
    read_milliseconds, "milliseconds, for example 20ms"};
const struct argument_kind argument_share = {
    read_share, "a share of the frames from 0 to 100, for example 2%"};
const struct argument_kind argument_rate = {read_rate, "megabits per second, for example 100M"};
const struct argument_kind argument_address = {
    read_address, "the address of a host, for example 10.0.0.1"};
const struct argument_kind argument_local_address = {
    read_local_address, "a host's address with the length of its network, for example 10.0.0.2/24"};
const struct argument_kind argument_hardware_address = {
    read_hardware_address, "the hardware address of one station, for example 02:00:00:00:00:02"};
