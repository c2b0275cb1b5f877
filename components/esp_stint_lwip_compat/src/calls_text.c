/* Addresses as text: inet_ntop and inet_pton.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"
#include "stint/wire/address_text.h"

#include <string.h>

#define MAPPED_PREFIX "::ffff:"

/* Octets of an address of the family, or 0 when there is no such family here. */
static size_t length_of(int family)
{
#if LWIP_IPV6
    if (family == AF_INET6) {
        return 16;
    }
#endif
    return family == AF_INET ? 4 : 0;
}

const char *__wrap_lwip_inet_ntop(int family, const void *address, char *text, socklen_t size)
{
    struct stint_address neutral;
    const size_t length = length_of(family);
    if (length == 0) {
        errno = EAFNOSUPPORT;
        return NULL;
    }
    if (length == 4) {
        neutral = stint_address_from_ipv4((const uint8_t *)address);
    } else {
        memcpy(neutral.octets, address, sizeof(neutral.octets));
    }
    /* To stint a mapped address is an IPv4 address; as text it keeps its family. */
    const size_t prefix =
        length == 16 && stint_address_is_ipv4(&neutral) ? sizeof(MAPPED_PREFIX) - 1 : 0;
    if (size <= prefix || stint_address_format(&neutral, text + prefix, size - prefix) == 0) {
        errno = ENOSPC;
        return NULL;
    }
    memcpy(text, MAPPED_PREFIX, prefix);
    return text;
}

int __wrap_lwip_inet_pton(int family, const char *text, void *address)
{
    struct stint_address neutral;
    const size_t length = length_of(family);
    if (length == 0) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    const bool with_colons = strchr(text, ':') != NULL;
    if (with_colons != (length == 16) || !stint_address_parse(text, &neutral)) {
        return 0;
    }
    memcpy(address, length == 4 ? stint_address_ipv4_octets(&neutral) : neutral.octets, length);
    return 1;
}
