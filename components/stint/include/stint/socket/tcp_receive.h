/* What a TCP segment does when it arrives (RFC 9293 3.10.7).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_SOCKET_TCP_RECEIVE_H
#define STINT_SOCKET_TCP_RECEIVE_H

#include "stint/base/drop.h"
#include "stint/socket/tcp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An answer that no connection keeps: a reset, a challenge, the ACK of a TIME_WAIT record. */
struct stint_tcp_reply {
    bool wanted;
    struct stint_tcp_flow flow;
    struct stint_tcp_segment segment;
};

/* Takes a segment that arrived for `flow`; `mtu` is that of its interface. `reply` is what is to be
 * sent at once, if the device has room. */
enum stint_drop stint_tcp_receive(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply);

/* An ICMP error about a segment of `flow` with `sequence`. In flight and plausible: a soft error,
 * or the end of a connection that is being opened (RFC 5927). STINT_DROP_ICMP_QUOTE when it is not.
 */
enum stint_drop stint_tcp_take_error(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, struct stint_sequence sequence, enum stint_result error);

/* "Fragmentation needed" about a segment of `flow`: the path carries `mtu` bytes (RFC 1191, RFC
 * 5927 7). */
enum stint_drop stint_tcp_take_path_mtu(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, struct stint_sequence sequence, uint16_t mtu);

#ifdef __cplusplus
}
#endif

#endif
