/* Fuzzes the parsers of IPv6, ICMPv6, neighbor discovery and MLD: what parses keeps their promises.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The input is an IPv6 packet. When the first byte is odd, the checksum of an ICMPv6 message behind
 * the header is made right before parsing, so that what lies behind it is reached.
 */
#include "stint/wire/checksum.h"
#include "stint/wire/icmp_quote.h"
#include "stint/wire/ipv4.h"
#include "stint/wire/ipv6_extensions.h"
#include "stint/wire/mld.h"
#include "stint/wire/ndp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t written[LONGEST + 64];

static void require(bool holds, const char *law)
{
    if (!holds) {
        fprintf(stderr, "broken: %s\n", law);
        abort();
    }
}

#define REQUIRE(law) require(law, #law)

static bool lies_within(struct stint_view inner, struct stint_view outer)
{
    return inner.length == 0 ||
           (inner.bytes >= outer.bytes && inner.bytes + inner.length <= outer.bytes + outer.length);
}

static struct stint_writer fresh_writer(void)
{
    return stint_writer_into(stint_span_of(written, sizeof written));
}

static void try_options(struct stint_view options, struct stint_view packet)
{
    struct stint_ndp_option option;
    size_t before = options.length;
    while (stint_ndp_option_next(&options, &option)) {
        REQUIRE(options.length < before && option.prefix_length <= 128);
        REQUIRE(lies_within(option.list, packet));
        REQUIRE(option.preferred_lifetime_s <= option.lifetime_s);
        const struct stint_prefix prefix = {option.address, option.prefix_length};
        REQUIRE(stint_prefix_contains(&prefix, &option.address));
        before = options.length;
    }
}

static void try_neighbor(
    const struct stint_ipv6_header *header, const struct stint_icmpv6_message *message)
{
    struct stint_ndp_neighbor a;
    struct stint_ndp_neighbor b;
    if (stint_ndp_neighbor_parse(header, message, &a) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(header->hop_limit == 255 && !stint_address_is_multicast(&a.target));
    const struct stint_address *from = &header->source;
    const struct stint_address *to = &header->destination;
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_ndp_neighbor_emit(&a, (enum stint_icmpv6_type)message->type, from, to, &writer));
    struct stint_icmpv6_message again;
    const struct stint_view bytes = stint_writer_written(&writer);
    REQUIRE(stint_icmpv6_message_parse(bytes, from, to, &again) == STINT_DROP_NONE);
    REQUIRE(stint_ndp_neighbor_parse(header, &again, &b) == STINT_DROP_NONE);
    REQUIRE(stint_address_equal(&a.target, &b.target) && a.is_router == b.is_router);
    REQUIRE(a.is_solicited == b.is_solicited && a.overrides == b.overrides);
    REQUIRE(a.has_link_address == b.has_link_address);
}

static void try_mld(const struct stint_ipv6_header *header, const struct stint_icmpv6_message *icmp)
{
    struct stint_mld_message a;
    if (stint_mld_message_parse(header, icmp, &a) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(header->hop_limit == 1 && a.maximum_response_ms <= 8387584);
    REQUIRE(stint_address_is_multicast(&a.group) || a.type == STINT_ICMPV6_MLD_QUERY);
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_mld_packet_emit(&a, &header->source, &writer) == (a.version < 2));
    REQUIRE(writer.used == (a.version < 2 ? STINT_MLD_PACKET_LENGTH : 0));
}

static void try_discovery(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message, struct stint_view packet)
{
    struct stint_ndp_router_solicitation solicitation;
    struct stint_ndp_router_advertisement advertisement;
    struct stint_ndp_redirect redirect;
    (void)stint_ndp_router_solicitation_parse(header, message, &solicitation);
    if (stint_ndp_router_advertisement_parse(header, message, &advertisement) == STINT_DROP_NONE) {
        try_options(advertisement.options, packet);
    }
    if (stint_ndp_redirect_parse(header, message, &redirect) == STINT_DROP_NONE) {
        REQUIRE(!stint_address_is_multicast(&redirect.destination));
        try_options(redirect.options, packet);
    }
    if (message->type == STINT_ICMPV6_NEIGHBOR_SOLICITATION ||
        message->type == STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT) {
        try_neighbor(header, message);
    }
}

static void try_icmpv6(
    const struct stint_ipv6_header *header, struct stint_view payload, struct stint_view packet)
{
    struct stint_icmpv6_message a;
    struct stint_icmpv6_message b;
    const struct stint_address *from = &header->source;
    const struct stint_address *to = &header->destination;
    if (stint_icmpv6_message_parse(payload, from, to, &a) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(lies_within(a.data, packet) && stint_icmpv6_message_length(&a) == payload.length);
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_icmpv6_message_emit(&a, from, to, &writer));
    const struct stint_view again = stint_writer_written(&writer);
    REQUIRE(stint_icmpv6_message_parse(again, from, to, &b) == STINT_DROP_NONE);
    REQUIRE(a.type == b.type && a.code == b.code && a.parameter == b.parameter);
    REQUIRE(stint_view_equal(a.data, b.data));
    struct stint_icmp_quote quote;
    (void)stint_icmp_quote_parse_ipv6(a.data, &quote);
    try_discovery(header, &a, packet);
    try_mld(header, &a);
}

static void try_packet(struct stint_view packet)
{
    struct stint_ipv6_header header;
    struct stint_ipv6_chain chain;
    struct stint_view payload;
    struct stint_icmp_quote quote;
    (void)stint_icmp_quote_parse_ipv6(packet, &quote);
    if (stint_ipv6_header_parse(packet, &header, &payload) != STINT_DROP_NONE) {
        return;
    }
    REQUIRE(lies_within(payload, packet) && payload.length == header.payload_length);
    struct stint_writer writer = fresh_writer();
    REQUIRE(stint_ipv6_header_emit(&header, &writer));
    REQUIRE(stint_view_equal(stint_writer_written(&writer), stint_view_first(packet, 40)));
    if (stint_ipv6_chain_parse(payload, header.next_header, &chain) != STINT_DROP_NONE) {
        REQUIRE(chain.answer == STINT_IPV6_ANSWER_NEVER || chain.pointer <= packet.length);
        return;
    }
    REQUIRE(lies_within(chain.payload, payload));
    REQUIRE(chain.payload.length + chain.headers_length == payload.length);
    REQUIRE(packet.bytes[chain.pointer] == chain.protocol);
    REQUIRE(chain.fragment_offset % 8 == 0 && (chain.is_fragment || !chain.more_fragments));
    if (chain.protocol == STINT_PROTOCOL_ICMPV6 && !chain.is_fragment) {
        try_icmpv6(&header, chain.payload, packet);
    }
}

/* Makes the packet's length and, of an ICMPv6 message right behind the header, the checksum right.
 */
static void seal(struct stint_span packet)
{
    if (packet.length < 48) {
        return;
    }
    stint_store16(packet.bytes + 4, (uint16_t)(packet.length - 40));
    const struct stint_view message =
        stint_view_without_first(stint_span_as_view(packet), STINT_IPV6_HEADER_LENGTH);
    stint_store16(packet.bytes + 42, 0);
    const struct stint_address from = stint_address_from_ipv6(packet.bytes + 8);
    const struct stint_address to = stint_address_from_ipv6(packet.bytes + 24);
    struct stint_checksum checksum =
        stint_checksum_pseudo_header(&from, &to, STINT_PROTOCOL_ICMPV6, message.length);
    stint_checksum_add(&checksum, message);
    stint_store16(packet.bytes + 42, stint_checksum_finish(&checksum));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
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
    if (data[0] % 2 == 1) {
        seal(stint_span_of(copy, length));
    }
    try_packet(stint_view_of(copy, length));
    free(copy);
    return 0;
}
