/* What TCP has to send: a record offers a segment, and only when a device took it is it recorded as
 * sent. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_SOCKET_TCP_SEND_H
#define STINT_SOCKET_TCP_SEND_H

#include "stint/socket/tcp.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_tcp_offer {
    uint16_t record;
    const struct stint_tcp_flow *flow;
    struct stint_tcp_segment segment; /* its payload is borrowed from the record's ring */
    uint8_t traffic_class;
    uint8_t time_to_live; /* 0: the default */
    bool repeats;         /* a full segment of a stream: others like it may follow */
};

/* The segment of the record that has waited longest; false when none has anything to send. Records
 * that have nothing leave the ready list here. */
bool stint_tcp_next_offer(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_offer *offer);

/* A device took the offered segment. */
void stint_tcp_sent(
    struct stint_tcp *tcp, struct stint_instant now, const struct stint_tcp_offer *offer);

/* Makes of an offer that was sent, at the same instant, what would be offered next: when that is a
 * segment with as much payload of the same stream, for less than asking anew. False otherwise. */
bool stint_tcp_next_alike(struct stint_tcp *tcp, struct stint_tcp_offer *offer);

/* The offered segment cannot be sent now: the next record has its turn, this one comes again. */
void stint_tcp_pass(struct stint_tcp *tcp, const struct stint_tcp_offer *offer);

/* There is no way to the peer: the offer is void, and a connection being opened ends. */
void stint_tcp_unroutable(
    struct stint_tcp *tcp, struct stint_instant now, const struct stint_tcp_offer *offer);

#ifdef __cplusplus
}
#endif

#endif
