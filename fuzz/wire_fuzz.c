/* Fuzzes every parser of wire: what parses must, written again, parse to the same.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The first byte picks the parser; with 128 added, the checksum is made right before parsing, so
 * that what lies behind it is reached.
 */
#include "stint/wire/address_text.h"
#include "stint/wire/arp.h"
#include "stint/wire/checksum.h"
#include "stint/wire/ethernet.h"
#include "stint/wire/icmp_quote.h"
#include "stint/wire/icmpv4.h"
#include "stint/wire/ipv4.h"
#include "stint/wire/tcp.h"
#include "stint/wire/udp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct stint_address source = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1}};
static const struct stint_address destination = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2}};
static uint8_t written[LONGEST + 64];

static void require(bool holds, const char *law)
{
    if (!holds) {
        fprintf(stderr, "broken: %s\n", law);
        abort();
    }
}

#define REQUIRE(law) require(law, #law)

static struct stint_writer fresh_writer(void)
{
    return stint_writer_into(stint_span_of(written, sizeof written));
}

static bool lies_within(struct stint_view inner, struct stint_view outer)
{
    return inner.length == 0 ||
           (inner.bytes >= outer.bytes && inner.bytes + inner.length <= outer.bytes + outer.length);
}

static bool hardware_equal(struct stint_hardware_address a, struct stint_hardware_address b)
{
    return stint_hardware_address_equal(&a, &b);
}

static bool address_equal(struct stint_address a, struct stint_address b)
{
    return stint_address_equal(&a, &b);
}

static void seal(struct stint_span bytes, size_t at, size_t length, struct stint_checksum checksum)
{
    if (at + 2 <= bytes.length) {
        stint_store16(bytes.bytes + at, 0);
        stint_checksum_add(&checksum, stint_view_first(stint_span_as_view(bytes), length));
        stint_store16(bytes.bytes + at, stint_checksum_finish(&checksum));
    }
}

static void try_ethernet(struct stint_view bytes)
{
    struct stint_ethernet_header header;
    struct stint_view payload;
    if (stint_ethernet_header_parse(bytes, &header, &payload) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(lies_within(payload, bytes) && payload.length + 14 == bytes.length);
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_ethernet_header_emit(&header, &writer));
    REQUIRE(stint_view_equal(stint_writer_written(&writer), stint_view_first(bytes, 14)));
}

static void try_arp(struct stint_view bytes)
{
    struct stint_arp_packet packet;
    if (stint_arp_packet_parse(bytes, &packet) != STINT_DROP_NONE) {
        return;
    }
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_arp_packet_emit(&packet, &writer));
    REQUIRE(stint_view_equal(stint_writer_written(&writer), stint_view_first(bytes, 28)));
}

static void try_ipv4(struct stint_view bytes)
{
    struct stint_ipv4_header a;
    struct stint_ipv4_header b;
    struct stint_view payload;
    if (stint_ipv4_quote_parse(bytes, &a, &payload) == STINT_DROP_NONE) {
        struct stint_icmp_quote quote;
        REQUIRE(lies_within(payload, bytes) && payload.length <= a.payload_length);
        REQUIRE(!stint_icmp_quote_parse_ipv4(bytes, &quote) || payload.length >= 8);
    }
    if (stint_ipv4_header_parse(bytes, &a, &payload) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(lies_within(payload, bytes) && payload.length == a.payload_length);
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_ipv4_header_emit(&a, &writer));
    stint_writer_put(&writer, payload);
    const struct stint_view again = stint_writer_written(&writer);
    REQUIRE(stint_ipv4_header_parse(again, &b, &payload) == STINT_DROP_NONE);
    REQUIRE(address_equal(a.source, b.source) && address_equal(a.destination, b.destination));
    REQUIRE(a.payload_length == b.payload_length && a.identification == b.identification);
    REQUIRE(a.fragment_offset == b.fragment_offset && a.protocol == b.protocol);
    REQUIRE(a.time_to_live == b.time_to_live && a.traffic_class == b.traffic_class);
    REQUIRE(a.dont_fragment == b.dont_fragment && a.more_fragments == b.more_fragments);
}

static void try_icmpv4(struct stint_view bytes)
{
    struct stint_icmpv4_message message;
    if (stint_icmpv4_message_parse(bytes, &message) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(stint_icmpv4_message_length(&message) == bytes.length);
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_icmpv4_message_emit(&message, &writer));
    struct stint_icmpv4_message b;
    const struct stint_view again = stint_writer_written(&writer);
    REQUIRE(stint_icmpv4_message_parse(again, &b) == STINT_DROP_NONE);
    REQUIRE(message.type == b.type && message.code == b.code);
    REQUIRE(message.identifier == b.identifier && message.sequence == b.sequence);
    REQUIRE(stint_view_equal(message.data, b.data));
}

static void try_udp(struct stint_view bytes)
{
    struct stint_udp_datagram a;
    struct stint_udp_datagram b;
    if (stint_udp_datagram_parse(bytes, &source, &destination, &a) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(lies_within(a.payload, bytes));
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_udp_datagram_emit(&a, &source, &destination, &writer));
    const struct stint_view again = stint_writer_written(&writer);
    REQUIRE(stint_udp_datagram_parse(again, &source, &destination, &b) == STINT_DROP_NONE);
    REQUIRE(a.source_port == b.source_port && a.destination_port == b.destination_port);
    REQUIRE(stint_view_equal(a.payload, b.payload));
}

/* `b` was written from `a`, perhaps without the last SACK blocks. */
static void require_options_equal(
    const struct stint_tcp_options *a, const struct stint_tcp_options *b)
{
    REQUIRE(a->maximum_segment_size == b->maximum_segment_size);
    REQUIRE(a->has_window_scale == b->has_window_scale && a->window_scale == b->window_scale);
    REQUIRE(a->has_timestamps == b->has_timestamps && a->timestamp == b->timestamp);
    REQUIRE(a->timestamp_echo == b->timestamp_echo && a->sack_permitted == b->sack_permitted);
    REQUIRE(a->window_scale <= STINT_TCP_WINDOW_SCALE_LIMIT);
    REQUIRE(a->sack_count <= STINT_TCP_SACK_BLOCKS && b->sack_count <= a->sack_count);
    for (size_t i = 0; i < b->sack_count; i++) {
        REQUIRE(stint_sequence_equal(a->sack[i].begin, b->sack[i].begin));
        REQUIRE(stint_sequence_equal(a->sack[i].end, b->sack[i].end));
    }
}

static void try_tcp_options(struct stint_view bytes)
{
    struct stint_tcp_options a;
    struct stint_tcp_options b;
    if (stint_tcp_options_parse(bytes, &a) != STINT_DROP_NONE) {
        return;
    }
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_tcp_options_emit(&a, &writer));
    REQUIRE(writer.used == stint_tcp_options_length(&a) && writer.used <= 40);
    REQUIRE(stint_tcp_options_parse(stint_writer_written(&writer), &b) == STINT_DROP_NONE);
    require_options_equal(&a, &b);
}

static void try_tcp(struct stint_view bytes)
{
    struct stint_tcp_segment a;
    struct stint_tcp_segment b;
    if (stint_tcp_segment_parse(bytes, &source, &destination, &a) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(lies_within(a.payload[0], bytes) && a.payload[1].length == 0);
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_tcp_segment_emit(&a, &source, &destination, &writer));
    const struct stint_view again = stint_writer_written(&writer);
    REQUIRE(stint_tcp_segment_parse(again, &source, &destination, &b) == STINT_DROP_NONE);
    REQUIRE(a.source_port == b.source_port && a.destination_port == b.destination_port);
    REQUIRE(stint_sequence_equal(a.sequence, b.sequence));
    REQUIRE(stint_sequence_equal(a.acknowledgment, b.acknowledgment));
    REQUIRE(a.window == b.window && a.urgent_pointer == b.urgent_pointer);
    REQUIRE(a.fin == b.fin && a.syn == b.syn && a.rst == b.rst && a.psh == b.psh);
    REQUIRE(a.ack == b.ack && a.urg == b.urg && a.ece == b.ece && a.cwr == b.cwr);
    REQUIRE(stint_view_equal(a.payload[0], b.payload[0]));
    require_options_equal(&a.options, &b.options);
}

static void try_text(struct stint_view bytes)
{
    char text[LONGEST + 1];
    memcpy(text, bytes.bytes, bytes.length);
    text[bytes.length] = '\0';
    char again[STINT_ADDRESS_TEXT_LENGTH];
    struct stint_address a;
    struct stint_address b;
    if (stint_address_parse(text, &a)) {
        REQUIRE(stint_address_format(&a, again, sizeof again) > 0);
        REQUIRE(stint_address_parse(again, &b) && address_equal(a, b));
    }
    struct stint_hardware_address c;
    struct stint_hardware_address d;
    if (stint_hardware_address_parse(text, &c)) {
        REQUIRE(stint_hardware_address_format(&c, again, sizeof again) == 17);
        REQUIRE(stint_hardware_address_parse(again, &d) && hardware_equal(c, d));
    }
    struct stint_prefix prefix;
    if (stint_prefix_parse(text, &prefix)) {
        REQUIRE(prefix.length <= 128 && stint_prefix_contains(&prefix, &prefix.address));
    }
}

static void seal_for(unsigned parser, struct stint_span bytes)
{
    const size_t length = bytes.length;
    const struct stint_checksum zero = {0, false};
    if (parser == 2 && length > 0) {
        seal(bytes, 10, bytes.bytes[0] % 16u * 4u, zero);
    } else if (parser == 3) {
        seal(bytes, 2, length, zero);
    } else if (parser == 4 && length >= 8) {
        const size_t said = stint_load16(bytes.bytes + 4);
        const uint8_t protocol = STINT_PROTOCOL_UDP;
        seal(bytes, 6, said, stint_checksum_pseudo_header(&source, &destination, protocol, said));
    } else if (parser == 5) {
        const uint8_t protocol = STINT_PROTOCOL_TCP;
        seal(bytes, 16, length,
            stint_checksum_pseudo_header(&source, &destination, protocol, length));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const parsers[])(struct stint_view) = {
        try_ethernet, try_arp, try_ipv4, try_icmpv4, try_udp, try_tcp, try_tcp_options, try_text};
    if (size < 2 || size > LONGEST) {
        return 0;
    }
    /* A copy of exactly this length lets the sanitizer see a read past it. */
    const size_t length = size - 1;
    uint8_t *copy = malloc(length);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data + 1, length);
    const unsigned parser = data[0] % 8u;
    if (data[0] >= 128) {
        seal_for(parser, stint_span_of(copy, length));
    }
    parsers[parser](stint_view_of(copy, length));
    free(copy);
    return 0;
}
