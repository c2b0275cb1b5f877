/* Addresses read from text (RFC 4291 2.2).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address_text.h"

enum {
    OCTETS = 16,
    LONGEST_TEXT = 64, /* more than any address or prefix has */
};

/* A cursor over a NUL-terminated text, of which as much is looked at as tells that it is too long.
 */
/*@ requires stint_is_text(text);
    assigns \nothing;
    ensures stint_is_readable(\result.rest) && !\result.failed;
    ensures \result.rest.bytes == (const uint8_t *)text; */
static struct stint_reader reader_over_text(const char *text)
{
    return stint_reader_over(stint_view_of_text(text, LONGEST_TEXT));
}

/*@ // What taking from a reader does between L1 and L2.
    predicate has_advanced{L1, L2}(struct stint_reader *reader, integer took) =
        \at(stint_reader_is_sound(reader), L2) &&
        \at(reader->rest.length, L2) <= \at(reader->rest.length, L1) &&
        (took != 0 ==> \at(reader->rest.length, L2) < \at(reader->rest.length, L1)) &&
        (\at(reader->rest.length, L2) > 0 ==> \base_addr{L2}(\at(reader->rest.bytes, L2)) ==
            \base_addr{L1}(\at(reader->rest.bytes, L1))); */

/*@ requires \valid_read(reader);
    assigns \nothing; */
static bool has_ended(const struct stint_reader *reader)
{
    return !reader->failed && reader->rest.length == 0;
}

/*@ requires stint_reader_is_sound(reader);
    assigns \nothing;
    ensures \result ==> !reader->failed && reader->rest.length > 0; */
static bool next_is(const struct stint_reader *reader, char character)
{
    return !reader->failed && reader->rest.length > 0 &&
           reader->rest.bytes[0] == (uint8_t)character;
}

/*@ requires stint_reader_is_sound(reader);
    assigns *reader;
    ensures has_advanced{Old, Here}(reader, \result); */
static bool take_character(struct stint_reader *reader, char character)
{
    if (!next_is(reader, character)) {
        return false;
    }
    return stint_reader_take(reader, 1) != NULL;
}

/* The value of a digit in bases up to 16; 16 when it is none. */
/*@ assigns \nothing;
    ensures \result <= 16; */
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
/*@ requires stint_reader_is_sound(reader) && \valid(number) && \separated(number, reader);
    assigns *reader, *number;
    ensures has_advanced{Old, Here}(reader, \result); */
static size_t take_digits(
    struct stint_reader *reader, unsigned base, size_t limit, unsigned *number)
{
    size_t count = 0;
    *number = 0;
    /*@ loop invariant count <= limit;
        loop invariant has_advanced{Pre, Here}(reader, count);
        loop assigns count, *reader, *number;
        loop variant limit - count; */
    while (count < limit && !reader->failed && reader->rest.length > 0 &&
           digit_value(reader->rest.bytes[0]) < base) {
        *number = *number * base + digit_value(stint_reader_take8(reader));
        count++;
    }
    return count;
}

/* A decimal number up to `highest` without leading zeros, which some read as octal. */
/*@ requires stint_reader_is_sound(reader) && \valid(number) && \separated(number, reader);
    assigns *reader, *number;
    ensures has_advanced{Old, Here}(reader, \result); */
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

/*@ requires stint_reader_is_sound(reader) && \valid(octets + (0 .. 3));
    requires \separated(octets + (0 .. 3), reader);
    assigns *reader, octets[0 .. 3];
    ensures has_advanced{Old, Here}(reader, \result); */
static bool take_ipv4(struct stint_reader *reader, uint8_t *octets)
{
    /*@ loop invariant i <= 4 && has_advanced{Pre, Here}(reader, i);
        loop assigns i, *reader, octets[0 .. 3];
        loop variant 4 - i; */
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

/*@ predicate ipv6_text_is_sound(struct ipv6_text *ipv6) =
        \valid(ipv6) && ipv6->used <= OCTETS && ipv6->gap <= ipv6->used; */

/* A group of one to four hexadecimal digits, or the last 32 bits as an IPv4 address. */
/*@ requires stint_reader_is_sound(reader) && ipv6_text_is_sound(ipv6);
    requires \separated(ipv6, reader);
    assigns *reader, *ipv6;
    ensures has_advanced{Old, Here}(reader, \result) && ipv6_text_is_sound(ipv6); */
static bool take_group(struct stint_reader *reader, struct ipv6_text *ipv6)
{
    const uint8_t *const begin = reader->rest.bytes;
    const size_t length = reader->rest.length;
    unsigned group = 0;
    if (ipv6->has_ipv4 || ipv6->used + 2 > OCTETS || take_digits(reader, 16, 4, &group) == 0) {
        return false;
    }
    if (!next_is(reader, '.')) {
        stint_store16(ipv6->octets + ipv6->used, (uint16_t)group);
        ipv6->used += 2;
        return true;
    }
    reader->rest.bytes = begin; /* the digits were the first of an IPv4 address */
    reader->rest.length = length;
    //@ assert stint_reader_is_sound(reader);
    //@ assert \separated(ipv6->octets + (0 .. OCTETS - 1), reader);
    if (ipv6->used + 4 > OCTETS || !take_ipv4(reader, ipv6->octets + ipv6->used)) {
        return false;
    }
    ipv6->used += 4;
    ipv6->has_ipv4 = true;
    return true;
}

/* Remembers "::", which may stand once and before an IPv4 address only. */
/*@ requires ipv6_text_is_sound(ipv6);
    assigns ipv6->has_gap, ipv6->gap;
    ensures ipv6_text_is_sound(ipv6); */
static bool note_gap(struct ipv6_text *ipv6)
{
    if (ipv6->has_gap || ipv6->has_ipv4) {
        return false;
    }
    ipv6->has_gap = true;
    ipv6->gap = ipv6->used;
    return true;
}

/*@ requires stint_reader_is_sound(reader);
    assigns \nothing; */
static bool next_is_group(const struct stint_reader *reader)
{
    return !reader->failed && reader->rest.length > 0 && digit_value(reader->rest.bytes[0]) < 16;
}

/* Groups, colons and the gap, up to what is none of them. */
/*@ requires stint_reader_is_sound(reader) && ipv6_text_is_sound(ipv6);
    requires \separated(ipv6, reader);
    assigns *reader, *ipv6;
    ensures has_advanced{Old, Here}(reader, 0) && ipv6_text_is_sound(ipv6); */
static bool take_groups(struct stint_reader *reader, struct ipv6_text *ipv6)
{
    bool more = true;
    if (take_character(reader, ':')) {
        if (!take_character(reader, ':') || !note_gap(ipv6)) {
            return false;
        }
        more = next_is_group(reader);
    }
    /*@ loop invariant has_advanced{Pre, Here}(reader, 0) && ipv6_text_is_sound(ipv6);
        loop assigns more, *reader, *ipv6;
        loop variant reader->rest.length; */
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

/* Writes what was read with zeros in place of the gap. */
/*@ requires ipv6_text_is_sound(ipv6) && \valid(address) && \separated(address, ipv6);
    assigns address->octets[0 .. OCTETS - 1]; */
static void fill_gap(const struct ipv6_text *ipv6, struct stint_address *address)
{
    const size_t missing = OCTETS - ipv6->used;
    /*@ loop invariant i <= OCTETS;
        loop assigns i, address->octets[0 .. OCTETS - 1];
        loop variant OCTETS - i; */
    for (size_t i = 0; i < OCTETS; i++) {
        if (i < ipv6->gap) {
            address->octets[i] = ipv6->octets[i];
        } else {
            address->octets[i] = i < ipv6->gap + missing ? 0 : ipv6->octets[i - missing];
        }
    }
}

/*@ requires stint_reader_is_sound(reader) && \valid(address) && \separated(address, reader);
    assigns *reader, *address;
    ensures has_advanced{Old, Here}(reader, 0); */
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
    fill_gap(&ipv6, address);
    return true;
}

/*@ requires stint_is_readable(text);
    assigns \nothing; */
static bool has_colon(struct stint_view text)
{
    /*@ loop assigns i;
        loop variant text.length - i; */
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == ':') {
            return true;
        }
    }
    return false;
}

/* An address of the family that `is_ipv6` says, up to what does not belong to it. */
/*@ requires stint_reader_is_sound(reader) && \valid(address) && \separated(address, reader);
    assigns *reader, *address;
    ensures has_advanced{Old, Here}(reader, 0); */
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
    /*@ loop invariant i <= 6 && stint_reader_is_sound(&reader);
        loop assigns i, reader, parsed;
        loop variant 6 - i; */
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
