/* A live stack for its fuzzer: a device that is the other end's mouth and ear.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef FUZZ_STACK_LAB_H
#define FUZZ_STACK_LAB_H

#include "stack_laws.h"
#include "stint/stack/groups.h"
#include "stint/wire/arp.h"
#include "stint/wire/checksum.h"
#include "stint/wire/ethernet.h"
#include "stint/wire/icmpv4.h"
#include "stint/wire/igmp.h"
#include "stint/wire/ipv4.h"
#include "stint/wire/tcp.h"
#include "stint/wire/udp.h"

enum { LAB_FRAME = 1600, LAB_FLOWS = 8, LAB_MEMORY = 48 * 1024, LAB_PEER = 7 };

/* What the other end knows of a connection: where the stack stands. */
struct lab_flow {
    uint16_t local_port; /* of the stack */
    uint16_t remote_port;
    struct stint_sequence sequence;     /* what the stack sends next, so far as it was heard */
    struct stint_sequence acknowledged; /* what the stack acknowledged: our own next */
};

struct lab {
    struct stint_stack stack;
    struct stint_instant now;
    struct lab_flow flows[LAB_FLOWS];
    unsigned next_flow;
    bool full;    /* the device takes nothing */
    bool spoilt;  /* payload may no longer follow the pattern */
    bool arrived; /* `incoming` waits */
    size_t incoming_length;
    size_t sent_length; /* of the last packet sent, from its IP header on */
    uint8_t incoming[LAB_FRAME];
    uint8_t outgoing[LAB_FRAME];
    uint8_t sent[LAB_FRAME];
    _Alignas(8) uint8_t memory[LAB_MEMORY];
};

/* The byte of a stream at a sequence number. */
static inline uint8_t lab_pattern(struct stint_sequence sequence)
{
    return (uint8_t)(sequence.number * 131u + sequence.number / 251u);
}

static inline struct stint_address lab_host(uint8_t host)
{
    return stint_address_ipv4(10, 0, 0, host);
}

/* One of four groups, the first of them that of all hosts. */
static inline struct stint_address lab_group(unsigned choice)
{
    return stint_address_ipv4(224, 0, 0, (uint8_t)(1 + choice % 4));
}

/* --- what the stack sends --- */

static inline void lab_learn_flow(struct lab *lab, const struct stint_tcp_segment *segment)
{
    struct lab_flow *flow = NULL;
    for (unsigned i = 0; i < LAB_FLOWS; i++) {
        if (lab->flows[i].local_port == segment->source_port &&
            lab->flows[i].remote_port == segment->destination_port) {
            flow = &lab->flows[i];
        }
    }
    if (flow == NULL) {
        flow = &lab->flows[lab->next_flow];
        lab->next_flow = (lab->next_flow + 1) % LAB_FLOWS;
    }
    flow->local_port = segment->source_port;
    flow->remote_port = segment->destination_port;
    flow->sequence = stint_sequence_after(segment->sequence, stint_tcp_segment_length(segment));
    if (segment->ack) {
        flow->acknowledged = segment->acknowledgment;
    }
}

static inline void lab_hear_ipv4(struct lab *lab, struct stint_view packet)
{
    struct stint_ipv4_header ip;
    struct stint_view payload;
    const struct stint_address ours = lab_host(1);
    REQUIRE(stint_ipv4_header_parse(packet, &ip, &payload) == STINT_DROP_NONE);
    const size_t router_alert = ip.protocol == STINT_PROTOCOL_IGMP ? 4 : 0;
    REQUIRE(payload.length + STINT_IPV4_HEADER_LENGTH + router_alert == packet.length);
    REQUIRE(stint_address_equal(&ip.source, &ours));
    memcpy(lab->sent, packet.bytes, packet.length);
    lab->sent_length = packet.length;
    if (ip.protocol == STINT_PROTOCOL_TCP) {
        struct stint_tcp_segment segment;
        REQUIRE(stint_tcp_segment_parse(payload, &ip.source, &ip.destination, &segment) ==
                STINT_DROP_NONE);
        lab_learn_flow(lab, &segment);
    } else if (ip.protocol == STINT_PROTOCOL_UDP) {
        struct stint_udp_datagram datagram;
        REQUIRE(stint_udp_datagram_parse(payload, &ip.source, &ip.destination, &datagram) ==
                STINT_DROP_NONE);
    } else if (ip.protocol == STINT_PROTOCOL_IGMP) {
        struct stint_igmp_message message;
        REQUIRE(ip.time_to_live == 1);
        REQUIRE(stint_igmp_message_parse(payload, &message) == STINT_DROP_NONE);
    } else {
        struct stint_icmpv4_message message;
        REQUIRE(ip.protocol == STINT_PROTOCOL_ICMPV4);
        REQUIRE(stint_icmpv4_message_parse(payload, &message) == STINT_DROP_NONE);
    }
}

static inline void lab_hear(struct lab *lab, struct stint_view frame)
{
    struct stint_ethernet_header ethernet;
    struct stint_view payload;
    struct stint_arp_packet arp;
    REQUIRE(stint_ethernet_header_parse(frame, &ethernet, &payload) == STINT_DROP_NONE);
    REQUIRE(!stint_hardware_address_is_zero(&ethernet.destination));
    if (ethernet.ethertype == STINT_ETHERTYPE_ARP) {
        REQUIRE(stint_arp_packet_parse(payload, &arp) == STINT_DROP_NONE);
    } else {
        REQUIRE(ethernet.ethertype == STINT_ETHERTYPE_IPV4);
        lab_hear_ipv4(lab, payload);
    }
}

/* --- the device --- */

static inline struct stint_view lab_receive(void *context, struct stint_instant now)
{
    const struct lab *lab = context;
    (void)now;
    return stint_view_of(lab->incoming, lab->arrived ? lab->incoming_length : 0);
}

static inline void lab_receive_done(void *context)
{
    struct lab *lab = context;
    lab->arrived = false;
}

static inline struct stint_span lab_transmit(void *context, struct stint_instant now, size_t length)
{
    struct lab *lab = context;
    (void)now;
    REQUIRE(length <= STINT_DEVICE_FRAME_LENGTH);
    return stint_span_of(lab->outgoing, lab->full ? 0 : length);
}

static inline void lab_commit(void *context, struct stint_instant now, size_t length)
{
    struct lab *lab = context;
    (void)now;
    lab_hear(lab, stint_view_of(lab->outgoing, length));
}

static inline struct stint_instant lab_service(void *context, struct stint_instant now)
{
    const struct lab *lab = context;
    return lab->arrived ? now : stint_instant_never();
}

/* Polls until nothing is left to do now. */
static inline struct stint_instant lab_poll(struct lab *lab)
{
    struct stint_instant next = lab->now;
    for (unsigned i = 0; stint_instant_has_come(next, lab->now); i++) {
        REQUIRE(i < 200); /* or it would never end */
        next = stint_stack_poll(&lab->stack, lab->now);
        laws_require_all(&lab->stack);
    }
    return next;
}

#endif
