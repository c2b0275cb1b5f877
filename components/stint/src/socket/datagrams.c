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
    if (length > stint_datagrams_longest(queue)) {
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

static void append(struct stint_writer *writer, struct stint_view bytes)
{
    if (bytes.length > 0) {
        stint_writer_put(writer, bytes);
    }
}

bool stint_datagrams_push(struct stint_packet_queue *queue, const struct stint_datagram_info *info,
    struct stint_view prefix, struct stint_view rest)
{
    const size_t length = prefix.length + rest.length;
    struct stint_span payload;
    if (length < rest.length || !stint_datagrams_reserve(queue, info, length, &payload)) {
        return false;
    }
    struct stint_writer writer = stint_writer_into(payload);
    append(&writer, prefix);
    append(&writer, rest);
    stint_datagrams_commit(queue, length);
    return true;
}

bool stint_datagrams_front(const struct stint_packet_queue *queue, struct stint_datagram_info *info,
    struct stint_view *payload)
{
    struct stint_reader reader = stint_reader_over(stint_packet_queue_front(queue));
    const uint8_t *const stored = stint_reader_take(&reader, sizeof *info);
    if (stored == NULL) {
        return false;
    }
    memcpy(info, stored, sizeof *info);
    *payload = reader.rest;
    return true;
}
