/* Addresses written as text (RFC 5952).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address_text.h"

enum {
    GROUPS = 8,
};

static void put_text(struct stint_writer *writer, const char *text, size_t length)
{
    stint_writer_put(writer, stint_view_of(text, length));
}

static void put_decimal(struct stint_writer *writer, uint8_t number)
{
    if (number >= 100) {
        stint_writer_put8(writer, (uint8_t)('0' + number / 100));
    }
    if (number >= 10) {
        stint_writer_put8(writer, (uint8_t)('0' + number / 10 % 10));
    }
    stint_writer_put8(writer, (uint8_t)('0' + number % 10));
}

static void put_hex_digit(struct stint_writer *writer, unsigned digit)
{
    stint_writer_put8(writer, (uint8_t)("0123456789abcdef"[digit % 16u]));
}

/* RFC 5952 4.1: without leading zeros. */
static void put_group(struct stint_writer *writer, uint16_t group)
{
    if (group >= 0x1000) {
        put_hex_digit(writer, group / 0x1000u);
    }
    if (group >= 0x100) {
        put_hex_digit(writer, group / 0x100u);
    }
    if (group >= 0x10) {
        put_hex_digit(writer, group / 0x10u);
    }
    put_hex_digit(writer, group);
}

static void put_ipv4(struct stint_writer *writer, const uint8_t *octets)
{
    for (size_t i = 0; i < 4; i++) {
        if (i > 0) {
            put_text(writer, ".", 1);
        }
        put_decimal(writer, octets[i]);
    }
}

static uint16_t group_of(const struct stint_address *address, size_t index)
{
    return stint_load16(address->octets + 2 * index);
}

/* Groups begin <= index < end, written as "::". */
struct gap {
    size_t begin;
    size_t end;
};

/* RFC 5952 4.2: the longest run of two or more zero groups, the first of equals; none is empty. */
static struct gap longest_gap(const struct stint_address *address)
{
    struct gap longest = {GROUPS, GROUPS};
    size_t begin = 0;
    for (size_t i = 0; i < GROUPS; i++) {
        if (group_of(address, i) != 0) {
            begin = i + 1;
        } else if (i + 1 - begin > 1 && i + 1 - begin > longest.end - longest.begin) {
            longest.begin = begin;
            longest.end = i + 1;
        }
    }
    return longest;
}

static void put_ipv6(struct stint_writer *writer, const struct stint_address *address)
{
    const struct gap gap = longest_gap(address);
    for (size_t i = 0; i < GROUPS; i++) {
        if (i == gap.begin) {
            put_text(writer, "::", 2);
        }
        if (i >= gap.begin && i < gap.end) {
            continue;
        }
        if (i > 0 && i != gap.end) {
            put_text(writer, ":", 1);
        }
        put_group(writer, group_of(address, i));
    }
}

/* Ends the text. Its length, or 0 and an empty text when it did not fit. */
static size_t finish_text(struct stint_writer *writer)
{
    stint_writer_put8(writer, 0);
    if (!writer->failed) {
        return writer->used - 1;
    }
    if (writer->whole.length > 0) {
        writer->whole.bytes[0] = 0;
    }
    return 0;
}

size_t stint_address_format(const struct stint_address *address, char *text, size_t capacity)
{
    struct stint_writer writer = stint_writer_into(stint_span_of(text, capacity));
    if (stint_address_is_ipv4(address)) {
        put_ipv4(&writer, stint_address_ipv4_octets(address));
    } else {
        put_ipv6(&writer, address);
    }
    return finish_text(&writer);
}

size_t stint_hardware_address_format(
    const struct stint_hardware_address *address, char *text, size_t capacity)
{
    struct stint_writer writer = stint_writer_into(stint_span_of(text, capacity));
    for (size_t i = 0; i < sizeof address->octets; i++) {
        if (i > 0) {
            put_text(&writer, ":", 1);
        }
        put_hex_digit(&writer, address->octets[i] / 16u);
        put_hex_digit(&writer, address->octets[i]);
    }
    return finish_text(&writer);
}
