/* Packets one after another: each record is a length in 8 bytes and the packet, rounded up to 8.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A record never crosses the end of the storage: when it would, a length of 0 marks the rest of the
 * storage as skipped and the record begins at 0. Head, tail and capacity are multiples of 8, so
 * that there is always room for the mark. used == 0 exactly when count == 0.
 */
#include "stint/storage/packet_queue.h"

#include <string.h>

enum { SKIPPED = 0, LENGTH_MAX = 65535 };

static uint32_t record_size(uint32_t length)
{
    return STINT_PACKET_QUEUE_OVERHEAD + (length + 7) / 8 * 8;
}

static uint32_t wrapped(const struct stint_packet_queue *queue, uint32_t offset)
{
    return offset == queue->capacity ? 0 : offset;
}

void stint_packet_queue_init(struct stint_packet_queue *queue, struct stint_span storage)
{
    queue->bytes = storage.bytes;
    queue->capacity = (uint32_t)storage.length / 8 * 8;
    queue->head = 0;
    queue->tail = 0;
    queue->used = 0;
    queue->count = 0;
    queue->reserved = 0;
}

struct stint_span stint_packet_queue_reserve(struct stint_packet_queue *queue, size_t length)
{
    if (length == 0 || length > LENGTH_MAX) {
        return stint_span_of(NULL, 0);
    }
    if (queue->count == 0) {
        queue->head = 0;
        queue->tail = 0;
    }
    const uint32_t size = record_size((uint32_t)length);
    const bool tail_is_behind_head = queue->count > 0 && queue->tail <= queue->head;
    const uint32_t room_at_tail =
        (tail_is_behind_head ? queue->head : queue->capacity) - queue->tail;
    const uint32_t room_at_start = tail_is_behind_head ? 0 : queue->head;
    if (size <= room_at_tail) {
        queue->reserved = queue->tail;
    } else if (size <= room_at_start) {
        queue->reserved = 0;
    } else {
        return stint_span_of(NULL, 0);
    }
    return stint_span_of(queue->bytes + queue->reserved + STINT_PACKET_QUEUE_OVERHEAD, length);
}

void stint_packet_queue_commit(struct stint_packet_queue *queue, size_t length)
{
    if (length == 0) {
        return;
    }
    if (queue->reserved != queue->tail) {
        stint_store32(queue->bytes + queue->tail, SKIPPED);
        queue->used += queue->capacity - queue->tail;
    }
    const uint32_t size = record_size((uint32_t)length);
    stint_store32(queue->bytes + queue->reserved, (uint32_t)length);
    queue->tail = wrapped(queue, queue->reserved + size);
    queue->used += size;
    queue->count++;
}

bool stint_packet_queue_push(struct stint_packet_queue *queue, struct stint_view packet)
{
    const struct stint_span room = stint_packet_queue_reserve(queue, packet.length);
    if (room.length == 0) {
        return false;
    }
    memcpy(room.bytes, packet.bytes, packet.length);
    stint_packet_queue_commit(queue, packet.length);
    return true;
}

/* Where the oldest record begins; there must be one. */
static uint32_t oldest(const struct stint_packet_queue *queue)
{
    return stint_load32(queue->bytes + queue->head) == SKIPPED ? 0 : queue->head;
}

struct stint_view stint_packet_queue_front(const struct stint_packet_queue *queue)
{
    if (queue->count == 0) {
        return stint_view_of(NULL, 0);
    }
    const uint8_t *const record = queue->bytes + oldest(queue);
    return stint_view_of(record + STINT_PACKET_QUEUE_OVERHEAD, stint_load32(record));
}

void stint_packet_queue_pop(struct stint_packet_queue *queue)
{
    if (queue->count == 0) {
        return;
    }
    const uint32_t begin = oldest(queue);
    if (begin != queue->head) {
        queue->used -= queue->capacity - queue->head;
    }
    const uint32_t size = record_size(stint_load32(queue->bytes + begin));
    queue->head = wrapped(queue, begin + size);
    queue->used -= size;
    queue->count--;
}
