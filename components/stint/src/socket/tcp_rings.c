/* How large the rings of a connection are: small at first, larger while they are what holds the
 * stream up and the arena has plenty, given back when empty.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Shares are capped by a dynamic threshold: a ring may have a size only while the arena has as much
 * again to spare. One connection alone gets at most half of the arena, two get a third each, and
 * whoever comes late still finds some.
 */
#include "tcp_internal.h"

enum {
    FIRST_BUFFER = 8192, /* bytes, unless the limits name another */
    LEAST_RING = 512,    /* bytes: given even when nothing is to spare */
};

static uint32_t first_of(const struct stint_tcp *tcp, uint32_t limit)
{
    const uint32_t first = tcp->limits.first_buffer > 0 ? tcp->limits.first_buffer : FIRST_BUFFER;
    return limit < first ? limit : first;
}

uint32_t stint_tcp_first_receive_buffer(const struct stint_tcp *tcp)
{
    return first_of(tcp, tcp->limits.receive_buffer);
}

uint32_t stint_tcp_first_send_buffer(const struct stint_tcp *tcp)
{
    return first_of(tcp, tcp->limits.send_buffer);
}

uint16_t stint_tcp_first_window(const struct stint_tcp *tcp)
{
    const uint32_t first = stint_tcp_first_receive_buffer(tcp);
    return first < 65535 ? (uint16_t)first : 65535;
}

uint8_t stint_tcp_ring_order(uint32_t capacity)
{
    uint8_t order = 0;
    while (UINT32_C(1) << order < capacity) {
        order++;
    }
    return order;
}

/* With this ring of `capacity` bytes, as many would still be free. */
static bool has_plenty(
    const struct stint_tcp *tcp, const struct stint_ring *ring, uint32_t capacity)
{
    return (stint_arena_free(tcp->arena) + ring->capacity) / 2 >= capacity;
}

/* Those whose write found no memory may try again. */
static void tell_starved(struct stint_tcp *tcp)
{
    for (uint16_t record = stint_id_queue_pop(&tcp->starved); record != STINT_ID_NONE;
         record = stint_id_queue_pop(&tcp->starved)) {
        stint_id_queue_push(&tcp->changed, record);
    }
}

void stint_tcp_ring_release(struct stint_tcp *tcp, struct stint_ring *ring)
{
    if (ring->capacity > 0) {
        stint_arena_give(tcp->arena, stint_span_of(ring->bytes, ring->capacity));
        *ring = (struct stint_ring){0};
        tell_starved(tcp);
    }
}

bool stint_tcp_ring_prepare(struct stint_tcp *tcp, struct stint_ring *ring, uint32_t capacity)
{
    if (ring->capacity > 0) {
        return true;
    }
    struct stint_span block = {0};
    while (block.length == 0) {
        const bool is_least = capacity <= LEAST_RING;
        if (is_least || has_plenty(tcp, ring, capacity)) {
            block = stint_arena_take(tcp->arena, capacity);
        }
        if (is_least && block.length == 0) {
            return false;
        }
        capacity /= 2;
    }
    stint_ring_init(ring, block);
    return true;
}

/* Moves the stream into twice the room; false when the arena has too little for that. */
static bool grow(struct stint_tcp *tcp, struct stint_ring *ring)
{
    const struct stint_span old = stint_span_of(ring->bytes, ring->capacity);
    const struct stint_span block = stint_arena_take(tcp->arena, 2 * ring->capacity);
    if (block.length == 0) {
        return false;
    }
    stint_ring_move(ring, block);
    stint_arena_give(tcp->arena, old);
    return true;
}

bool stint_tcp_grow_to_send(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    struct stint_tcp_sender *sender = &connection->sender;
    const uint32_t capacity = sender->ring.capacity;
    const uint32_t congestion = connection->congestion.window;
    const uint32_t usable = congestion < sender->window ? congestion : sender->window;
    return capacity < tcp->limits.send_buffer && usable >= capacity &&
           has_plenty(tcp, &sender->ring, 2 * capacity) && grow(tcp, &sender->ring);
}

/* More than the ring holds was promised, or the promise is smaller than the ring: the capacity
 * follows what memory there was. */
static void follow_ring(struct stint_tcp_connection *connection)
{
    if (connection->receiver.ring.capacity > 0) {
        connection->receive_order = stint_tcp_ring_order(connection->receiver.ring.capacity);
    }
}

bool stint_tcp_prepare_to_receive(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    struct stint_ring *ring = &connection->receiver.ring;
    const bool had_ring = ring->capacity > 0;
    if (!stint_tcp_ring_prepare(tcp, ring, stint_tcp_receive_capacity(connection))) {
        return false;
    }
    if (!had_ring) {
        follow_ring(connection);
    }
    return true;
}

void stint_tcp_size_to_receive(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    struct stint_ring *ring = &connection->receiver.ring;
    const uint32_t capacity = stint_tcp_receive_capacity(connection);
    if (!connection->window_filled || ring->length > capacity / 2) {
        return;
    }
    connection->window_filled = false;
    if (capacity < tcp->limits.receive_buffer && has_plenty(tcp, ring, 2 * capacity) &&
        (ring->capacity == 0 || grow(tcp, ring))) {
        connection->receive_order++;
    }
}
