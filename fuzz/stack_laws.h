/* What holds for a stack between any two calls, whatever has come: for fuzzers that run one.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef FUZZ_STACK_LAWS_H
#define FUZZ_STACK_LAWS_H

#include "stint/stack/stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define FUZZ_UNWRITTEN(memory, length) __msan_allocated_memory(memory, length)
#endif
#endif
#ifndef FUZZ_UNWRITTEN
#define FUZZ_UNWRITTEN(memory, length) ((void)0)
#endif

static inline void laws_require(bool holds, const char *law)
{
    if (!holds) {
        fprintf(stderr, "broken: %s\n", law);
        abort();
    }
}

#define REQUIRE(law) laws_require(law, #law)

/* Memory as an application lends it: full of what was there before. */
static inline struct stint_span laws_lend(void *memory, size_t length)
{
    memset(memory, 0xa5, length);
    FUZZ_UNWRITTEN(memory, length);
    return stint_span_of(memory, length);
}

static inline void laws_require_connection(
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

static inline uint32_t laws_require_tcp(const struct stint_tcp *tcp)
{
    uint32_t buffers = 0;
    uint16_t in_use = 0;
    uint16_t half_open = 0;
    uint16_t of_listeners = 0;
    for (uint16_t i = 0; i < tcp->limits.connections; i++) {
        laws_require_connection(tcp, i, &buffers);
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

static inline void laws_require_all(const struct stint_stack *stack)
{
    const struct stint_neighbors_config *neighbors = &stack->interfaces[0].neighbors.config;
    uint32_t buffers = laws_require_tcp(&stack->tcp);
    unsigned held = 0;
    for (uint16_t i = 0; i < stack->udp.limits.sockets; i++) {
        const struct stint_datagrams *datagrams = &stack->udp.sockets[i].datagrams;
        buffers += datagrams->received.capacity + datagrams->to_send.capacity;
    }
    for (uint16_t i = 0; i < stack->icmp.echoes.limits.sockets; i++) {
        const struct stint_datagrams *datagrams = &stack->icmp.echoes.sockets[i].datagrams;
        buffers += datagrams->received.capacity + datagrams->to_send.capacity;
    }
    for (uint16_t i = 0; i < neighbors->record_count; i++) {
        REQUIRE(neighbors->records[i].held_count <= neighbors->hold_limit);
        held += neighbors->records[i].held_count;
    }
    REQUIRE(held == stack->held.in_use);
    REQUIRE(buffers == stack->arena.in_use);
}

#endif
