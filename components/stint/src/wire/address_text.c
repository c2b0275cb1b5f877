/* Addresses as text (RFC 4291 2.2, RFC 5952).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address_text.h"

#include <string.h>

enum {
    OCTETS = 16,
    GROUPS = 8,
    LONGEST_TEXT = 64, /* more than any address or prefix has */
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

/* A cursor over a NUL-terminated text, of which as much is looked at as tells that it is too long.
 */
static struct stint_reader reader_over_text(const char *text)
{
    size_t length = 0;
    while (length < LONGEST_TEXT && text[length] != '\0') {
        length++;
    }
    return stint_reader_over(stint_view_of(text, length));
}

static bool has_ended(const struct stint_reader *reader)
{
    return !reader->failed && reader->rest.length == 0;
}

static bool next_is(const struct stint_reader *reader, char character)
{
    return !reader->failed && reader->rest.length > 0 &&
           reader->rest.bytes[0] == (uint8_t)character;
}

static bool take_character(struct stint_reader *reader, char character)
{
    if (!next_is(reader, character)) {
        return false;
    }
    return stint_reader_take(reader, 1) != NULL;
}

/* The value of a digit in bases up to 16; 16 when it is none. */
static unsigned digit_value(uint8_t character)
{
    if (character >= '0' && character <= '9') {
        return character - (unsigned)'0';
    }
    if (character >= 'a' && character <= 'f') {
        return 10u + character - (unsigned)'a';
    }
    if (character >= 'A' && character <= 'F') {
        return 10u + character - (unsigned)'A';
    }
    return 16;
}

/* Takes at most `limit` (up to 4) digits. How many there were; `number` is what they say. */
static size_t take_digits(
    struct stint_reader *reader, unsigned base, size_t limit, unsigned *number)
{
    size_t count = 0;
    *number = 0;
    while (count < limit && !reader->failed && reader->rest.length > 0 &&
           digit_value(reader->rest.bytes[0]) < base) {
        *number = *number * base + digit_value(stint_reader_take8(reader));
        count++;
    }
    return count;
}

/* A decimal number up to `highest` without leading zeros, which some read as octal. */
static bool take_decimal(struct stint_reader *reader, unsigned highest, uint8_t *number)
{
    const bool leads_with_zero = next_is(reader, '0');
    unsigned value = 0;
    const size_t digits = take_digits(reader, 10, 3, &value);
    if (digits == 0 || (leads_with_zero && digits > 1) || value > highest) {
        return false;
    }
    *number = (uint8_t)value;
    return true;
}

static bool take_ipv4(struct stint_reader *reader, uint8_t *octets)
{
    for (size_t i = 0; i < 4; i++) {
        if (i > 0 && !take_character(reader, '.')) {
            return false;
        }
        if (!take_decimal(reader, 255, &octets[i])) {
            return false;
        }
    }
    return true;
}

/* An IPv6 address while it is read. */
struct ipv6_text {
    uint8_t octets[OCTETS];
    size_t used;
    size_t gap; /* where "::" stood in `octets`, with has_gap */
    bool has_gap;
    bool has_ipv4; /* ended by an IPv4 address */
};

/* A group of one to four hexadecimal digits, or the last 32 bits as an IPv4 address. */
static bool take_group(struct stint_reader *reader, struct ipv6_text *ipv6)
{
    const struct stint_reader before = *reader;
    unsigned group = 0;
    if (ipv6->has_ipv4 || ipv6->used + 2 > OCTETS || take_digits(reader, 16, 4, &group) == 0) {
        return false;
    }
    if (!next_is(reader, '.')) {
        stint_store16(ipv6->octets + ipv6->used, (uint16_t)group);
        ipv6->used += 2;
        return true;
    }
    *reader = before;
    if (ipv6->used + 4 > OCTETS || !take_ipv4(reader, ipv6->octets + ipv6->used)) {
        return false;
    }
    ipv6->used += 4;
    ipv6->has_ipv4 = true;
    return true;
}

/* Remembers "::", which may stand once and before an IPv4 address only. */
static bool note_gap(struct ipv6_text *ipv6)
{
    if (ipv6->has_gap || ipv6->has_ipv4) {
        return false;
    }
    ipv6->has_gap = true;
    ipv6->gap = ipv6->used;
    return true;
}

static bool next_is_group(const struct stint_reader *reader)
{
    return !reader->failed && reader->rest.length > 0 && digit_value(reader->rest.bytes[0]) < 16;
}

/* Groups, colons and the gap, up to what is none of them. */
static bool take_groups(struct stint_reader *reader, struct ipv6_text *ipv6)
{
    bool more = true;
    if (take_character(reader, ':')) {
        if (!take_character(reader, ':') || !note_gap(ipv6)) {
            return false;
        }
        more = next_is_group(reader);
    }
    while (more) {
        if (!take_group(reader, ipv6)) {
            return false;
        }
        more = take_character(reader, ':');
        if (more && take_character(reader, ':')) {
            if (!note_gap(ipv6)) {
                return false;
            }
            more = next_is_group(reader);
        }
    }
    return true;
}

static bool take_ipv6(struct stint_reader *reader, struct stint_address *address)
{
    struct ipv6_text ipv6 = {{0}, 0, 0, false, false};
    if (!take_groups(reader, &ipv6)) {
        return false;
    }
    /* "::" stands for at least one group. */
    if (ipv6.has_gap ? ipv6.used + 2 > OCTETS : ipv6.used != OCTETS) {
        return false;
    }
    const size_t before = ipv6.has_gap ? ipv6.gap : OCTETS;
    const size_t after = ipv6.used - before;
    memset(address->octets, 0, OCTETS);
    memcpy(address->octets, ipv6.octets, before);
    memcpy(address->octets + OCTETS - after, ipv6.octets + before, after);
    return true;
}

static bool has_colon(struct stint_view text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == ':') {
            return true;
        }
    }
    return false;
}

/* An address of the family that `is_ipv6` says, up to what does not belong to it. */
static bool take_address(struct stint_reader *reader, bool is_ipv6, struct stint_address *address)
{
    if (is_ipv6) {
        return take_ipv6(reader, address);
    }
    uint8_t octets[4];
    if (!take_ipv4(reader, octets)) {
        return false;
    }
    *address = stint_address_from_ipv4(octets);
    return true;
}

bool stint_address_parse(const char *text, struct stint_address *address)
{
    struct stint_reader reader = reader_over_text(text);
    struct stint_address parsed;
    if (!take_address(&reader, has_colon(reader.rest), &parsed) || !has_ended(&reader)) {
        return false;
    }
    *address = parsed;
    return true;
}

bool stint_prefix_parse(const char *text, struct stint_prefix *prefix)
{
    struct stint_reader reader = reader_over_text(text);
    const bool is_ipv6 = has_colon(reader.rest);
    struct stint_prefix parsed;
    if (!take_address(&reader, is_ipv6, &parsed.address) || !take_character(&reader, '/') ||
        !take_decimal(&reader, is_ipv6 ? 128 : 32, &parsed.length) || !has_ended(&reader)) {
        return false;
    }
    if (!is_ipv6) {
        parsed.length = (uint8_t)(parsed.length + STINT_IPV4_MAPPED_BITS);
    }
    *prefix = parsed;
    return true;
}

bool stint_hardware_address_parse(const char *text, struct stint_hardware_address *address)
{
    struct stint_reader reader = reader_over_text(text);
    struct stint_hardware_address parsed;
    for (size_t i = 0; i < sizeof parsed.octets; i++) {
        unsigned octet = 0;
        if (i > 0 && !take_character(&reader, ':')) {
            return false;
        }
        if (take_digits(&reader, 16, 2, &octet) != 2) {
            return false;
        }
        parsed.octets[i] = (uint8_t)octet;
    }
    if (!has_ended(&reader)) {
        return false;
    }
    *address = parsed;
    return true;
}
