/* DHCP for IPv4 over Ethernet: reading (RFC 2131, RFC 2132, RFC 3396, RFC 3442).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/dhcpv4.h"

#include <string.h>

enum {
    FIXED_LENGTH = 240, /* BOOTP's fields and the cookie */
    SERVER_NAME_AT = 44,
    SERVER_NAME_LENGTH = 64,
    FILE_AT = 108,
    FILE_LENGTH = 128,
    COOKIE_AT = 236,
    COOKIE = 0x63825363,

    OPERATION_REQUEST = 1,
    OPERATION_REPLY = 2,
    HARDWARE_ETHERNET = 1,
    HARDWARE_LENGTH = 6,
    WANTS_BROADCAST = 0x8000,

    OPTION_PAD = 0,
    OPTION_END = 255,
    OVERLOADS_FILE = 1,
    OVERLOADS_SERVER_NAME = 2,

    ADDRESS_LENGTH = 4,
    ADDRESS_BITS = 32,
    SMALLEST_MTU = 68,      /* RFC 2132 5.1 */
    LONGEST_ADDRESSES = 64, /* octets of an option's addresses that are looked at */
    LONGEST_ROUTES = STINT_DHCPV4_ROUTES * 9,
};

/*@ predicate areas_are_readable(struct stint_dhcpv4_areas *areas) = \valid_read(areas) &&
        (\forall integer i; 0 <= i < 3 ==> stint_is_readable(areas->area[i]));

    predicate areas_are_apart(struct stint_dhcpv4_areas *areas, uint8_t *from, integer length) =
        \separated(from + (0 .. length - 1), areas) &&
        \separated(from + (0 .. length - 1),
            areas->area[0].bytes + (0 .. areas->area[0].length - 1)) &&
        \separated(from + (0 .. length - 1),
            areas->area[1].bytes + (0 .. areas->area[1].length - 1)) &&
        \separated(from + (0 .. length - 1),
            areas->area[2].bytes + (0 .. areas->area[2].length - 1));

    predicate lies_at(struct stint_view area, struct stint_view bytes, integer at) =
        area.length == 0 || (area.bytes == bytes.bytes + at && at + area.length <= bytes.length);
    predicate areas_lie_in(struct stint_dhcpv4_areas *areas, struct stint_view bytes) =
        lies_at(areas->area[0], bytes, FIXED_LENGTH) &&
        lies_at(areas->area[1], bytes, FILE_AT) &&
        lies_at(areas->area[2], bytes, SERVER_NAME_AT);

    // A reader has come from `bytes` to where it is.
    predicate has_come_from(struct stint_view rest, struct stint_view bytes) =
        rest.length <= bytes.length &&
        (rest.length > 0 ==> rest.bytes == bytes.bytes + (bytes.length - rest.length)); */

/* Takes the next option of an area that is not padding; false at its end, or when it is cut off,
 * which the reader tells. */
/*@ requires stint_reader_is_sound(reader) && !reader->failed && \valid(code) && \valid(value);
    requires \separated(reader, code, value, reader->rest.bytes + (0 .. reader->rest.length - 1));
    assigns *reader, *code, *value;
    ensures stint_reader_is_sound(reader);
    ensures \result ==> !reader->failed && has_come_from(reader->rest, \old(reader->rest));
    ensures \result ==> reader->rest.length + value->length < \old(reader->rest.length);
    ensures \result && value->length > 0 ==> value->bytes == \old(reader->rest.bytes) +
        (\old(reader->rest.length) - reader->rest.length - value->length); */
static bool next_option(struct stint_reader *reader, uint8_t *code, struct stint_view *value)
{
    /*@ loop invariant stint_reader_is_sound(reader) && !reader->failed;
        loop invariant has_come_from(reader->rest, \at(reader->rest, Pre));
        loop assigns *reader, *code;
        loop variant reader->rest.length; */
    do {
        if (reader->rest.length == 0) {
            return false;
        }
        *code = stint_reader_take8(reader);
    } while (*code == OPTION_PAD);
    //@ assert has_come_from(reader->rest, \at(reader->rest, Pre)) && !reader->failed;
    if (*code == OPTION_END) {
        return false;
    }
    const uint8_t length = stint_reader_take8(reader);
    const uint8_t *bytes = stint_reader_take(reader, length);
    *value = stint_view_of(bytes, length);
    return !reader->failed;
}

/* Copies what an area has of an option behind the first `length` bytes of the buffer: their sum. */
/*@ requires stint_is_readable(area) && stint_is_writable(buffer);
    requires \separated(buffer.bytes + (0 .. buffer.length - 1),
        area.bytes + (0 .. area.length - 1));
    assigns buffer.bytes[0 .. buffer.length - 1]; */
static size_t copy_from_area(
    struct stint_view area, uint8_t option, const struct stint_span buffer, size_t length)
{
    struct stint_reader reader = stint_reader_over(area);
    uint8_t code = OPTION_PAD;
    struct stint_view value;
    /*@ loop invariant stint_reader_is_sound(&reader) && !reader.failed;
        loop invariant has_come_from(reader.rest, area);
        loop assigns reader, code, value, length, buffer.bytes[0 .. buffer.length - 1];
        loop variant reader.rest.length; */
    while (next_option(&reader, &code, &value)) {
        if (code != option) {
            continue;
        }
        if (value.length > 0 && length <= buffer.length && value.length <= buffer.length - length) {
            memcpy(buffer.bytes + length, value.bytes, value.length);
        }
        length += value.length;
    }
    return length;
}

size_t stint_dhcpv4_option_copy(
    const struct stint_dhcpv4_areas *areas, uint8_t option, struct stint_span buffer)
{
    size_t length = 0;
    /*@ loop invariant i <= 3;
        loop assigns i, length, buffer.bytes[0 .. buffer.length - 1];
        loop variant 3 - i; */
    for (size_t i = 0; i < 3; i++) {
        length = copy_from_area(areas->area[i], option, buffer, length);
    }
    return length;
}

/*@ requires stint_is_readable(area);
    assigns \nothing; */
static bool area_is_acceptable(struct stint_view area)
{
    struct stint_reader reader = stint_reader_over(area);
    uint8_t code = OPTION_PAD;
    struct stint_view value;
    /*@ loop invariant stint_reader_is_sound(&reader) && !reader.failed;
        loop assigns reader, code, value;
        loop variant reader.rest.length; */
    while (next_option(&reader, &code, &value)) {
    }
    return !reader.failed;
}

/* An option of exactly `length` octets. */
/*@ requires areas_are_readable(areas) && \valid(octets + (0 .. length - 1));
    requires areas_are_apart(areas, octets, length);
    assigns octets[0 .. length - 1]; */
static bool copy_exactly(
    const struct stint_dhcpv4_areas *areas, uint8_t option, uint8_t *octets, size_t length)
{
    return stint_dhcpv4_option_copy(areas, option, stint_span_of(octets, length)) == length;
}

/*@ requires areas_are_readable(areas);
    assigns \nothing; */
static uint32_t number32(const struct stint_dhcpv4_areas *areas, uint8_t option)
{
    uint8_t octets[4];
    return copy_exactly(areas, option, octets, sizeof octets) ? stint_load32(octets) : 0;
}

/*@ requires areas_are_readable(areas);
    assigns \nothing; */
static uint16_t number16(const struct stint_dhcpv4_areas *areas, uint8_t option)
{
    uint8_t octets[2];
    return copy_exactly(areas, option, octets, sizeof octets) ? stint_load16(octets) : (uint16_t)0;
}

/* 0.0.0.0 is no address. */
/*@ requires \valid_read(octets + (0 .. 3)) && \valid(address);
    requires \separated(address, octets + (0 .. 3));
    assigns *address; */
static void load_address(const uint8_t *octets, struct stint_address *address)
{
    static const struct stint_address none = {{0}};
    *address = stint_load32(octets) == 0 ? none : stint_address_from_ipv4(octets);
}

/*@ requires areas_are_readable(areas) && \valid(address) && \separated(address, areas);
    assigns *address; */
static void take_address(
    const struct stint_dhcpv4_areas *areas, uint8_t option, struct stint_address *address)
{
    uint8_t octets[ADDRESS_LENGTH];
    if (copy_exactly(areas, option, octets, sizeof octets)) {
        load_address(octets, address);
    }
}

/* The first `limit` addresses of an option. How many there are. */
/*@ requires areas_are_readable(areas) && \valid(addresses + (0 .. limit - 1)) && limit <= 255;
    requires \separated(addresses + (0 .. limit - 1), areas);
    assigns addresses[0 .. limit - 1];
    ensures \result <= limit; */
static uint8_t take_addresses(const struct stint_dhcpv4_areas *areas, uint8_t option,
    struct stint_address *addresses, size_t limit)
{
    uint8_t octets[LONGEST_ADDRESSES];
    const size_t length =
        stint_dhcpv4_option_copy(areas, option, stint_span_of(octets, sizeof octets));
    if (length % ADDRESS_LENGTH != 0 || length > sizeof octets) {
        return 0;
    }
    const size_t said = length / ADDRESS_LENGTH;
    const size_t count = said < limit ? said : limit;
    /*@ loop invariant i <= count;
        loop assigns i, addresses[0 .. limit - 1];
        loop variant count - i; */
    for (size_t i = 0; i < count; i++) {
        load_address(octets + i * ADDRESS_LENGTH, &addresses[i]);
    }
    return (uint8_t)count;
}

/* The length of a mask whose ones all come first; 0 for others. */
/*@ assigns \nothing; */
static uint8_t length_of_mask(uint32_t mask)
{
    uint8_t length = 0;
    /*@ loop assigns length, mask; */
    while (mask >= 0x80000000u) {
        length++;
        mask = (mask - 0x80000000u) * 2u;
    }
    return mask == 0 ? length : (uint8_t)0;
}

/*@ predicate route_is_apart(struct stint_dhcpv4_route *route, struct stint_reader *reader) =
        \separated(route, reader, reader->rest.bytes + (0 .. reader->rest.length - 1)); */

/* RFC 3442: the prefix length, as many octets as it needs, and the router. */
/*@ requires stint_reader_is_sound(reader) && \valid(route) && route_is_apart(route, reader);
    assigns *reader, *route;
    ensures stint_reader_is_sound(reader);
    ensures has_come_from(reader->rest, \old(reader->rest)); */
static bool take_route(struct stint_reader *reader, struct stint_dhcpv4_route *route)
{
    const uint8_t length = stint_reader_take8(reader);
    if (length > ADDRESS_BITS) {
        return false;
    }
    const size_t needed = (length + 7u) / 8u;
    const uint8_t *significant = stint_reader_take(reader, needed);
    const uint8_t *router = stint_reader_take(reader, ADDRESS_LENGTH);
    if (router == NULL) {
        return false;
    }
    uint8_t octets[ADDRESS_LENGTH] = {0};
    if (needed > 0) {
        memcpy(octets, significant, needed);
    }
    const uint32_t host_bits = length == 0 ? UINT32_MAX : (UINT32_C(1) << (32u - length)) - 1;
    stint_store32(octets, stint_load32(octets) & ~host_bits);
    route->destination = stint_prefix_ipv4(octets[0], octets[1], octets[2], octets[3], length);
    load_address(router, &route->router);
    return true;
}

/*@ requires areas_are_readable(areas) && \valid(routes + (0 .. STINT_DHCPV4_ROUTES - 1));
    requires \separated(routes + (0 .. STINT_DHCPV4_ROUTES - 1), areas);
    assigns routes[0 .. STINT_DHCPV4_ROUTES - 1];
    ensures \result <= STINT_DHCPV4_ROUTES; */
static uint8_t take_routes(
    const struct stint_dhcpv4_areas *areas, struct stint_dhcpv4_route *routes)
{
    uint8_t octets[LONGEST_ROUTES];
    const size_t length = stint_dhcpv4_option_copy(
        areas, STINT_DHCPV4_CLASSLESS_ROUTES, stint_span_of(octets, sizeof octets));
    if (length > sizeof octets) {
        return 0;
    }
    struct stint_reader reader = stint_reader_over(stint_view_of(octets, length));
    uint8_t count = 0;
    /*@ loop invariant stint_reader_is_sound(&reader) && count <= STINT_DHCPV4_ROUTES;
        loop invariant reader.rest.length <= length;
        loop invariant reader.rest.length > 0 ==>
            reader.rest.bytes == &octets[0] + (length - reader.rest.length);
        loop assigns reader, count, routes[0 .. STINT_DHCPV4_ROUTES - 1];
        loop variant STINT_DHCPV4_ROUTES - count; */
    while (reader.rest.length > 0 && count < STINT_DHCPV4_ROUTES) {
        if (!take_route(&reader, &routes[count])) {
            return 0;
        }
        count++;
    }
    return count;
}

/*@ requires areas_are_readable(areas) && \valid(message) && \separated(message, areas);
    assigns *message; */
static void take_options(
    const struct stint_dhcpv4_areas *areas, struct stint_dhcpv4_message *message)
{
    message->lease_s = number32(areas, STINT_DHCPV4_LEASE_TIME);
    message->renewal_s = number32(areas, STINT_DHCPV4_RENEWAL_TIME);
    message->rebinding_s = number32(areas, STINT_DHCPV4_REBINDING_TIME);
    message->maximum_size = number16(areas, STINT_DHCPV4_MAXIMUM_SIZE);
    const uint16_t mtu = number16(areas, STINT_DHCPV4_INTERFACE_MTU);
    message->mtu = mtu >= SMALLEST_MTU ? mtu : (uint16_t)0;
    message->subnet_length = length_of_mask(number32(areas, STINT_DHCPV4_SUBNET_MASK));
    take_address(areas, STINT_DHCPV4_REQUESTED_ADDRESS, &message->requested);
    take_address(areas, STINT_DHCPV4_SERVER_IDENTIFIER, &message->server);
    take_address(areas, STINT_DHCPV4_BROADCAST_ADDRESS, &message->broadcast);
    message->dns_server_count = take_addresses(
        areas, STINT_DHCPV4_DNS_SERVER, message->dns_servers, STINT_DHCPV4_DNS_SERVERS);
    message->ntp_server_count = take_addresses(
        areas, STINT_DHCPV4_NTP_SERVER, message->ntp_servers, STINT_DHCPV4_NTP_SERVERS);
    message->route_count = take_routes(areas, message->routes);
    if (message->route_count == 0) {
        message->router_count =
            take_addresses(areas, STINT_DHCPV4_ROUTER, message->routers, STINT_DHCPV4_ROUTERS);
    }
}

/*@ requires \valid_read(fields + (0 .. FIXED_LENGTH - 1)) && \valid(message);
    requires \separated(message, fields + (0 .. FIXED_LENGTH - 1));
    assigns *message; */
static void take_fields(const uint8_t *fields, struct stint_dhcpv4_message *message)
{
    message->transaction = stint_load32(fields + 4);
    message->elapsed_s = stint_load16(fields + 8);
    message->wants_broadcast = stint_load16(fields + 10) >= WANTS_BROADCAST;
    load_address(fields + 12, &message->client);
    load_address(fields + 16, &message->yours);
    load_address(fields + 24, &message->relay);
    memcpy(message->client_hardware.octets, fields + 28, HARDWARE_LENGTH);
}

/* RFC 2131 4.3, 4.4: which way a type goes. */
/*@ assigns \nothing; */
static bool type_matches(uint8_t operation, uint8_t type)
{
    if (type == STINT_DHCPV4_OFFER || type == STINT_DHCPV4_ACK || type == STINT_DHCPV4_NAK) {
        return operation == OPERATION_REPLY;
    }
    return operation == OPERATION_REQUEST && type >= STINT_DHCPV4_DISCOVER &&
           type <= STINT_DHCPV4_INFORM;
}

/* Finds the fields that have options; false when one of them is malformed. */
/*@ requires stint_is_readable(bytes) && bytes.length >= FIXED_LENGTH && \valid(areas);
    requires \separated(areas, bytes.bytes + (0 .. bytes.length - 1));
    assigns *areas;
    ensures areas_are_readable(areas);
    ensures areas_lie_in(areas, bytes); */
static bool find_areas(struct stint_view bytes, struct stint_dhcpv4_areas *areas)
{
    static const struct stint_dhcpv4_areas none = {{{NULL, 0}, {NULL, 0}, {NULL, 0}}};
    *areas = none;
    areas->area[0] = stint_view_without_first(bytes, FIXED_LENGTH);
    uint8_t overload = 0;
    if (!copy_exactly(areas, STINT_DHCPV4_OVERLOAD, &overload, 1)) {
        overload = 0;
    }
    /* RFC 3396 5: `file` comes before `sname`. */
    if (overload % 2u == OVERLOADS_FILE) {
        areas->area[1] = stint_view_of(bytes.bytes + FILE_AT, FILE_LENGTH);
    }
    if (overload == OVERLOADS_SERVER_NAME || overload == OVERLOADS_FILE + OVERLOADS_SERVER_NAME) {
        areas->area[2] = stint_view_of(bytes.bytes + SERVER_NAME_AT, SERVER_NAME_LENGTH);
    }
    return area_is_acceptable(areas->area[0]) && area_is_acceptable(areas->area[1]) &&
           area_is_acceptable(areas->area[2]);
}

enum stint_drop stint_dhcpv4_message_parse(
    struct stint_view bytes, struct stint_dhcpv4_message *message, struct stint_dhcpv4_areas *areas)
{
    static const struct stint_dhcpv4_message empty = {0};
    uint8_t type = 0;
    if (bytes.length < FIXED_LENGTH || bytes.bytes[1] != HARDWARE_ETHERNET ||
        bytes.bytes[2] != HARDWARE_LENGTH || stint_load32(bytes.bytes + COOKIE_AT) != COOKIE ||
        !find_areas(bytes, areas) || !copy_exactly(areas, STINT_DHCPV4_MESSAGE_TYPE, &type, 1) ||
        !type_matches(bytes.bytes[0], type)) {
        return STINT_DROP_DHCP_MALFORMED;
    }
    *message = empty;
    message->type = (enum stint_dhcpv4_type)type;
    take_fields(bytes.bytes, message);
    take_options(areas, message);
    return STINT_DROP_NONE;
}
