/* A queue of packets of different lengths, first in first out, in a borrowed piece of memory.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Every packet lies in one piece, aligned to 8 bytes when the storage is, so that it can be filled
 * and read in place.
 */
#ifndef STINT_STORAGE_PACKET_QUEUE_H
#define STINT_STORAGE_PACKET_QUEUE_H

#include "stint/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_packet_queue {
    uint8_t *bytes;
    uint32_t capacity; /* bytes, a multiple of 8 */
    uint32_t head;     /* where the oldest record begins */
    uint32_t tail;     /* where the next record will begin */
    uint32_t used;     /* bytes in records, skipped ends included */
    uint32_t count;    /* packets */
    uint32_t reserved; /* where the record that was asked for last would begin */
};

enum {
    STINT_PACKET_QUEUE_OVERHEAD = 8
}; /* bytes a packet costs beside its length rounded up to 8 */

void stint_packet_queue_init(struct stint_packet_queue *queue, struct stint_span storage);

/* Room for a packet of `length` bytes (1 to 65,535), to be filled and then committed; empty when
 * there is none now. Asking again gives the room up; popping packets before the commit does not. */
struct stint_span stint_packet_queue_reserve(struct stint_packet_queue *queue, size_t length);

/* Takes in the reserved packet with its first `length` bytes, at most what was reserved; 0 bytes
 * give the room up. */
void stint_packet_queue_commit(struct stint_packet_queue *queue, size_t length);

/* Copies a packet in; false when there is no room. */
bool stint_packet_queue_push(struct stint_packet_queue *queue, struct stint_view packet);

/* The oldest packet, in place; empty when there is none. */
struct stint_view stint_packet_queue_front(const struct stint_packet_queue *queue);

/* Forgets the oldest packet. */
void stint_packet_queue_pop(struct stint_packet_queue *queue);

static inline bool stint_packet_queue_is_empty(const struct stint_packet_queue *queue)
{
    return queue->count == 0;
}

#ifdef __cplusplus
}
#endif

#endif
