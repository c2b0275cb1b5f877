/* Queues of datagrams with their endpoints: what UDP and ICMP sockets have in common.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_SOCKET_DATAGRAMS_H
#define STINT_SOCKET_DATAGRAMS_H

#include "stint/storage/packet_queue.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_datagram_info {
    struct stint_endpoint source;
    struct stint_endpoint destination;
    uint8_t interface;
    uint8_t traffic_class;
    uint8_t time_to_live;
};

struct stint_datagrams {
    struct stint_packet_queue received;
    struct stint_packet_queue to_send;
};

/* Two queues over blocks of memory (borrowed). */
void stint_datagrams_init(
    struct stint_datagrams *datagrams, struct stint_span received, struct stint_span to_send);

/* Appends; false when there is no room. */
bool stint_datagrams_push(struct stint_packet_queue *queue, const struct stint_datagram_info *info,
    struct stint_view payload);

/* The oldest one, in place; false when there is none. */
bool stint_datagrams_front(const struct stint_packet_queue *queue, struct stint_datagram_info *info,
    struct stint_view *payload);

#ifdef __cplusplus
}
#endif

#endif
