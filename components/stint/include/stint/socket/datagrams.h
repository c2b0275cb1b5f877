/* Queues of datagrams with their endpoints: what UDP and ICMP sockets have in common.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_SOCKET_DATAGRAMS_H
#define STINT_SOCKET_DATAGRAMS_H

#include "stint/storage/arena.h"
#include "stint/storage/packet_queue.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_datagram_info {
    struct stint_endpoint source;
    struct stint_endpoint destination;
    uint8_t interface; /* to be sent to a group: 1 + that over which it goes; 0: by the route */
    uint8_t traffic_class;
    uint8_t time_to_live; /* to be sent with 0: the stack's default */
    bool silent;          /* to be sent to a group: not to sockets of this stack */
};

/* The smallest buffer that is of any use. */
enum { STINT_DATAGRAMS_BUFFER_MINIMUM = 128 };

struct stint_datagrams {
    struct stint_packet_queue received;
    struct stint_packet_queue to_send;
};

/* Two queues in blocks of at least these sizes, taken from the arena. False, with nothing taken,
 * when it has not both. */
bool stint_datagrams_open(struct stint_datagrams *datagrams, struct stint_arena *arena,
    uint32_t receive_buffer, uint32_t send_buffer);

/* Gives a queue's block back, and what it holds with it; does nothing the second time. */
void stint_datagrams_give_back(struct stint_packet_queue *queue, struct stint_arena *arena);

/* The longest payload that fits into an empty queue. */
size_t stint_datagrams_longest(const struct stint_packet_queue *queue);

/* Room for a datagram of `length` payload bytes: to be filled by the caller and then taken in by
 * stint_datagrams_commit() with the same length. False when there is none. */
bool stint_datagrams_reserve(struct stint_packet_queue *queue,
    const struct stint_datagram_info *info, size_t length, struct stint_span *payload);
void stint_datagrams_commit(struct stint_packet_queue *queue, size_t length);

/* Appends a datagram; false when there is no room. */
bool stint_datagrams_push(struct stint_packet_queue *queue, const struct stint_datagram_info *info,
    struct stint_view payload);

/* Copies a payload, as much of it as there is room for. */
void stint_datagrams_copy(struct stint_view payload, struct stint_span into);

/* The oldest one, in place; NULL when there is none. stint_packet_queue_pop() forgets it. */
const struct stint_datagram_info *stint_datagrams_front(
    const struct stint_packet_queue *queue, struct stint_view *payload);

#ifdef __cplusplus
}
#endif

#endif
