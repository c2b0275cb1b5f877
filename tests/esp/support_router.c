/* A router that advertises one prefix and one name server.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "responder.h"

#include "stint/wire/ethernet.h"
#include "stint/wire/icmpv6.h"
#include "stint/wire/ipv6.h"
#include "stint/wire/ndp.h"

enum { HOP_LIMIT = 64, LIFETIME_S = 1800 };

static void advertise(const struct responder *responder)
{
    static const struct stint_address own = {{0xfe, 0x80, [15] = 9}};
    const struct stint_address all_nodes = stint_address_link_group(1);
    /* Reachable and retransmit times are not said; then prefix information, on-link and for
     * autoconfiguration, of 2001:db8:1::/64 for ten days; then one name server for an hour. */
    static const uint8_t body[8 + 32 + 24] = {[8] = 3,
        4,
        64,
        0xc0,
        0,
        13,
        0x2f,
        0,
        0,
        13,
        0x2f,
        0,
        0,
        0,
        0,
        0,
        0x20,
        0x01,
        0x0d,
        0xb8,
        0,
        1,
        [40] = 25,
        3,
        0,
        0,
        0,
        0,
        14,
        16,
        0x20,
        0x01,
        0x0d,
        0xb8,
        0,
        1,
        [63] = 0x53};
    const struct stint_icmpv6_message message = {
        .type = STINT_ICMPV6_ROUTER_ADVERTISEMENT,
        .parameter = HOP_LIMIT << 24 | LIFETIME_S,
        .data = stint_view_of(body, sizeof(body)),
    };
    const struct stint_ethernet_header ethernet = {
        .destination = stint_hardware_address_of_group(&all_nodes),
        .source = {{2, 0, 0, 0, 0, 9}},
        .ethertype = STINT_ETHERTYPE_IPV6,
    };
    const struct stint_ipv6_header header = {
        .source = own,
        .destination = all_nodes,
        .next_header = 58,
        .hop_limit = 255,
        .payload_length = 8 + sizeof(body),
    };
    uint8_t frame[200];
    struct stint_writer writer = stint_writer_into(stint_span_of(frame, sizeof(frame)));
    stint_ethernet_header_emit(&ethernet, &writer);
    stint_ipv6_header_emit(&header, &writer);
    stint_icmpv6_message_emit(&message, &header.source, &header.destination, &writer);
    responder_send(responder, stint_writer_written(&writer));
}

static bool is_solicitation(struct stint_view frame)
{
    struct stint_ethernet_header ethernet;
    struct stint_ipv6_header header;
    struct stint_view payload;
    return stint_ethernet_header_parse(frame, &ethernet, &payload) == STINT_DROP_NONE &&
           ethernet.ethertype == STINT_ETHERTYPE_IPV6 &&
           stint_ipv6_header_parse(payload, &header, &payload) == STINT_DROP_NONE &&
           header.next_header == 58 && payload.length >= 1 &&
           payload.bytes[0] == STINT_ICMPV6_ROUTER_SOLICITATION;
}

void router_take(struct responder *responder, struct stint_view frame)
{
    if (is_solicitation(frame)) {
        advertise(responder);
    }
}
