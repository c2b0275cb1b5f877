/* A live stack for its fuzzer: a device that is the other end's mouth and ear, and the laws that
 * hold whatever comes. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef FUZZ_STACK_LAB_H
#define FUZZ_STACK_LAB_H

#include "stint/stack/stack.h"
#include "stint/wire/arp.h"
#include "stint/wire/checksum.h"
#include "stint/wire/ethernet.h"
#include "stint/wire/icmpv4.h"
#include "stint/wire/ipv4.h"
#include "stint/wire/tcp.h"
#include "stint/wire/udp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static inline void lab_require(bool holds, const char *law)
{
    if (!holds) {
        fprintf(stderr, "broken: %s\n", law);
        abort();
    }
}

#define REQUIRE(law) lab_require(law, #law)

/* The byte of a stream at a sequence number. */
static inline uint8_t lab_pattern(struct stint_sequence sequence)
{
    return (uint8_t)(sequence.number * 131u + sequence.number / 251u);
}

static inline struct stint_address lab_host(uint8_t host)
{
    return stint_address_ipv4(10, 0, 0, host);
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
    REQUIRE(payload.length + STINT_IPV4_HEADER_LENGTH == packet.length);
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

/* --- laws --- */

static inline void lab_require_connection(
    const struct stint_tcp *tcp, uint16_t index, uint32_t *buffers)
{
    const struct stint_tcp_connection *connection = &tcp->connections[index];
    const struct stint_tcp_sender *sender = &connection->sender;
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    if (!connection->in_use) {
        REQUIRE(sender->ring.capacity == 0 && receiver->ring.capacity == 0);
        REQUIRE(stint_instant_is_never(stint_timers_deadline(&tcp->timers, index)));
        return;
    }
    *buffers += sender->ring.capacity + receiver->ring.capacity;
    REQUIRE(sender->ring.length <= sender->ring.capacity);
    REQUIRE(receiver->ring.length <= receiver->ring.capacity);
    if (connection->state == STINT_TCP_CLOSED || connection->state == STINT_TCP_TIME_WAIT ||
        sender->reset) {
        return;
    }
    const uint32_t outstanding = stint_sequence_distance(sender->unacknowledged, sender->next);
    REQUIRE(outstanding <= sender->ring.length + 1);
    REQUIRE(stint_sequence_distance(sender->unacknowledged, sender->cursor) <= outstanding);
    REQUIRE(stint_sequence_distance(receiver->next, receiver->edge) <=
            (tcp->limits.receive_buffer > 65535 ? tcp->limits.receive_buffer : 65535));
    const bool queued = stint_id_queue_contains(&tcp->ready, index);
    REQUIRE(outstanding == 0 || queued || /* T3: whoever waits for the peer has a timer */
            !stint_instant_is_never(stint_timers_deadline(&tcp->timers, index)));
}

static inline uint32_t lab_require_tcp(const struct stint_tcp *tcp)
{
    uint32_t buffers = 0;
    uint16_t in_use = 0;
    uint16_t half_open = 0;
    uint16_t of_listeners = 0;
    for (uint16_t i = 0; i < tcp->limits.connections; i++) {
        lab_require_connection(tcp, i, &buffers);
        in_use = (uint16_t)(in_use + tcp->connections[i].in_use);
    }
    for (uint16_t i = 0; i < tcp->limits.half_open; i++) {
        half_open = (uint16_t)(half_open + tcp->half_opens[i].in_use);
    }
    for (uint16_t i = 0; i < tcp->limits.listeners; i++) {
        const struct stint_tcp_listener *listener = &tcp->listeners[i];
        of_listeners = (uint16_t)(of_listeners + listener->half_open);
        REQUIRE(listener->accepted.length <= listener->backlog);
    }
    REQUIRE(in_use == tcp->connections_in_use);
    REQUIRE(half_open == tcp->half_opens_in_use);
    REQUIRE(half_open == of_listeners);
    REQUIRE(in_use + tcp->free_connections.length == tcp->limits.connections);
    return buffers;
}

static inline void lab_require_laws(const struct lab *lab)
{
    const struct stint_stack *stack = &lab->stack;
    const struct stint_neighbors_config *neighbors = &stack->interfaces[0].neighbors.config;
    uint32_t buffers = lab_require_tcp(&stack->tcp);
    unsigned held = 0;
    for (uint16_t i = 0; i < stack->udp.limits.sockets; i++) {
        const struct stint_datagrams *datagrams = &stack->udp.sockets[i].datagrams;
        buffers += datagrams->received.capacity + datagrams->to_send.capacity;
    }
    for (uint16_t i = 0; i < stack->icmp.limits.sockets; i++) {
        const struct stint_datagrams *datagrams = &stack->icmp.sockets[i].datagrams;
        buffers += datagrams->received.capacity + datagrams->to_send.capacity;
    }
    for (uint16_t i = 0; i < neighbors->record_count; i++) {
        REQUIRE(neighbors->records[i].held_count <= neighbors->hold_limit);
        held += neighbors->records[i].held_count;
    }
    REQUIRE(held == stack->held.in_use);
    REQUIRE(buffers == stack->arena.in_use);
}

/* Polls until nothing is left to do now. */
static inline struct stint_instant lab_poll(struct lab *lab)
{
    struct stint_instant next = lab->now;
    for (unsigned i = 0; stint_instant_has_come(next, lab->now); i++) {
        REQUIRE(i < 200); /* or it would never end */
        next = stint_stack_poll(&lab->stack, lab->now);
        lab_require_laws(lab);
    }
    return next;
}

#endif
