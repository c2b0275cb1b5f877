/* Queues of datagrams: each packet of a queue is a struct stint_datagram_info and the payload.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/datagrams.h"

#include <string.h>

enum { PACKET_LENGTH_MAX = 65535 };

bool stint_datagrams_open(struct stint_datagrams *datagrams, struct stint_arena *arena,
    uint32_t receive_buffer, uint32_t send_buffer)
{
    const struct stint_span received = stint_arena_take(arena, receive_buffer);
    if (received.length == 0) {
        return false;
    }
    const struct stint_span to_send = stint_arena_take(arena, send_buffer);
    if (to_send.length == 0) {
        stint_arena_give(arena, received);
        return false;
    }
    stint_packet_queue_init(&datagrams->received, received);
    stint_packet_queue_init(&datagrams->to_send, to_send);
    return true;
}

void stint_datagrams_give_back(struct stint_packet_queue *queue, struct stint_arena *arena)
{
    stint_arena_give(arena, stint_span_of(queue->bytes, queue->capacity));
    stint_packet_queue_init(queue, stint_span_of(NULL, 0));
}

size_t stint_datagrams_longest(const struct stint_packet_queue *queue)
{
    const size_t overhead = STINT_PACKET_QUEUE_OVERHEAD + sizeof(struct stint_datagram_info);
    const size_t longest = PACKET_LENGTH_MAX - sizeof(struct stint_datagram_info);
    if (queue->capacity < overhead) {
        return 0;
    }
    return queue->capacity - overhead < longest ? queue->capacity - overhead : longest;
}

bool stint_datagrams_reserve(struct stint_packet_queue *queue,
    const struct stint_datagram_info *info, size_t length, struct stint_span *payload)
{
    if (length > PACKET_LENGTH_MAX) {
        return false;
    }
    const struct stint_span room = stint_packet_queue_reserve(queue, sizeof *info + length);
    if (room.length == 0) {
        return false;
    }
    memcpy(room.bytes, info, sizeof *info);
    *payload = stint_span_without_first(room, sizeof *info);
    return true;
}

void stint_datagrams_commit(struct stint_packet_queue *queue, size_t length)
{
    stint_packet_queue_commit(queue, sizeof(struct stint_datagram_info) + length);
}

void stint_datagrams_copy(struct stint_view payload, struct stint_span into)
{
    const size_t length = payload.length < into.length ? payload.length : into.length;
    if (length > 0) {
        memcpy(into.bytes, payload.bytes, length);
    }
}

bool stint_datagrams_push(struct stint_packet_queue *queue, const struct stint_datagram_info *info,
    struct stint_view payload)
{
    struct stint_span room;
    if (!stint_datagrams_reserve(queue, info, payload.length, &room)) {
        return false;
    }
    stint_datagrams_copy(payload, room);
    stint_datagrams_commit(queue, payload.length);
    return true;
}

const struct stint_datagram_info *stint_datagrams_front(
    const struct stint_packet_queue *queue, struct stint_view *payload)
{
    const struct stint_view packet = stint_packet_queue_front(queue);
    if (packet.length == 0) {
        return NULL;
    }
    *payload = stint_view_without_first(packet, sizeof(struct stint_datagram_info));
    return (const void *)packet.bytes; /* aligned as the queue is */
}
