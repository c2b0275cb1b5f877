/* IPv4 headers (RFC 791, RFC 6864).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/ipv4.h"

#include "stint/wire/checksum.h"

enum {
    VERSION = 4,
    LARGEST_DATAGRAM = 65535,

    DONT_FRAGMENT = 0x4000,
    MORE_FRAGMENTS = 0x2000,
    FRAGMENT_OFFSETS = 0x2000, /* the offset, in units of 8 bytes, is below this */

    OPTION_END = 0,
    OPTION_NO_OPERATION = 1,
    OPTION_LOOSE_SOURCE_ROUTE = 131,
    OPTION_STRICT_SOURCE_ROUTE = 137,
};

/* Every option lies in `options` and none is a source route (RFC 7126 4.3, 4.4). */
static bool options_are_acceptable(struct stint_view options)
{
    struct stint_reader reader = stint_reader_over(options);
    while (reader.rest.length > 0) {
        const uint8_t kind = stint_reader_take8(&reader);
        if (kind == OPTION_END) {
            return true;
        }
        if (kind == OPTION_NO_OPERATION) {
            continue;
        }
        const uint8_t length = stint_reader_take8(&reader);
        if (length < 2) {
            return false;
        }
        stint_reader_take(&reader, (size_t)length - 2);
        if (reader.failed || kind == OPTION_LOOSE_SOURCE_ROUTE ||
            kind == OPTION_STRICT_SOURCE_ROUTE) {
            return false;
        }
    }
    return true;
}

static void load_fields(const uint8_t *bytes, struct stint_ipv4_header *header)
{
    const uint16_t fragment = stint_load16(bytes + 6);
    header->traffic_class = bytes[1];
    header->identification = stint_load16(bytes + 4);
    header->dont_fragment = (fragment & DONT_FRAGMENT) != 0;
    header->more_fragments = (fragment & MORE_FRAGMENTS) != 0;
    header->fragment_offset = (uint16_t)(fragment % FRAGMENT_OFFSETS * 8u);
    header->time_to_live = bytes[8];
    header->protocol = bytes[9];
    stint_address_set_ipv4(&header->source, bytes + 12);
    stint_address_set_ipv4(&header->destination, bytes + 16);
}

/* The lengths that a header says, when they can be and the header is all there. */
static enum stint_drop read_lengths(
    struct stint_view packet, size_t *header_length, size_t *total_length)
{
    if (packet.length < STINT_IPV4_HEADER_LENGTH) {
        return STINT_DROP_IPV4_SHORT;
    }
    if (packet.bytes[0] / 16 != VERSION) {
        return STINT_DROP_IPV4_VERSION;
    }
    *header_length = packet.bytes[0] % 16u * 4u;
    *total_length = stint_load16(packet.bytes + 2);
    if (*header_length < STINT_IPV4_HEADER_LENGTH || *total_length < *header_length) {
        return STINT_DROP_IPV4_HEADER;
    }
    return packet.length < *header_length ? STINT_DROP_IPV4_SHORT : STINT_DROP_NONE;
}

enum stint_drop stint_ipv4_header_parse(
    struct stint_view packet, struct stint_ipv4_header *header, struct stint_view *payload)
{
    size_t header_length = 0;
    size_t total_length = 0;
    const enum stint_drop refused = read_lengths(packet, &header_length, &total_length);
    if (refused != STINT_DROP_NONE) {
        return refused;
    }
    if (packet.length < total_length) {
        return STINT_DROP_IPV4_SHORT;
    }
    const struct stint_view whole_header = stint_view_first(packet, header_length);
    struct stint_checksum checksum = {0, false};
    stint_checksum_add_header(&checksum, whole_header);
    if (stint_checksum_finish(&checksum) != 0) {
        return STINT_DROP_IPV4_CHECKSUM;
    }
    if (header_length > STINT_IPV4_HEADER_LENGTH &&
        !options_are_acceptable(stint_view_without_first(whole_header, STINT_IPV4_HEADER_LENGTH))) {
        return STINT_DROP_IPV4_OPTION;
    }
    load_fields(packet.bytes, header);
    header->payload_length = (uint16_t)(total_length - header_length);
    if (header->fragment_offset + total_length > LARGEST_DATAGRAM) {
        return STINT_DROP_IPV4_FRAGMENT;
    }
    *payload = stint_view_without_first(stint_view_first(packet, total_length), header_length);
    return STINT_DROP_NONE;
}

enum stint_drop stint_ipv4_quote_parse(
    struct stint_view quote, struct stint_ipv4_header *header, struct stint_view *payload)
{
    size_t header_length = 0;
    size_t total_length = 0;
    const enum stint_drop refused = read_lengths(quote, &header_length, &total_length);
    if (refused != STINT_DROP_NONE) {
        return refused;
    }
    load_fields(quote.bytes, header);
    header->payload_length = (uint16_t)(total_length - header_length);
    *payload = stint_view_without_first(stint_view_first(quote, total_length), header_length);
    return STINT_DROP_NONE;
}

/* Without a call of memcpy, even where compilers save space. */
static inline void copy_address(uint8_t *to, const uint8_t *from)
{
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
        to[i] = from[i];
    }
}

bool stint_ipv4_header_emit(const struct stint_ipv4_header *header, struct stint_writer *writer)
{
    if (header->payload_length > LARGEST_DATAGRAM - STINT_IPV4_HEADER_LENGTH) {
        return false;
    }
    uint8_t *bytes = stint_writer_claim(writer, STINT_IPV4_HEADER_LENGTH);
    if (bytes == NULL) {
        return false;
    }
    const unsigned flags = (header->dont_fragment ? (unsigned)DONT_FRAGMENT : 0u) +
                           (header->more_fragments ? (unsigned)MORE_FRAGMENTS : 0u);
    bytes[0] = VERSION * 16 + STINT_IPV4_HEADER_LENGTH / 4;
    bytes[1] = header->traffic_class;
    stint_store16(bytes + 2, (uint16_t)(STINT_IPV4_HEADER_LENGTH + header->payload_length));
    stint_store16(bytes + 4, header->identification);
    stint_store16(bytes + 6, (uint16_t)(flags + header->fragment_offset / 8u));
    bytes[8] = header->time_to_live;
    bytes[9] = header->protocol;
    stint_store16(bytes + 10, 0);
    copy_address(bytes + 12, stint_address_ipv4_octets(&header->source));
    copy_address(bytes + 16, stint_address_ipv4_octets(&header->destination));
    struct stint_checksum checksum = {0, false};
    stint_checksum_add_header(&checksum, stint_view_of(bytes, STINT_IPV4_HEADER_LENGTH));
    stint_store16(bytes + 10, stint_checksum_finish(&checksum));
    return true;
}
