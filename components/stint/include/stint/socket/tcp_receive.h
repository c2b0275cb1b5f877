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

/* Where the payload of a segment will lie, when it is the next in order and there is room for all
 * of it: it may be copied there while its checksum is summed, and then counts as landed. Nothing is
 * promised by asking, and nothing lost when it proves corrupt. */
bool stint_tcp_find_landing(struct stint_tcp *tcp, const struct stint_tcp_flow *flow,
    const struct stint_tcp_segment *segment, struct stint_ring_span *landing);

/* What was to land where was asked for last proved corrupt. */
void stint_tcp_miss_landing(struct stint_tcp *tcp);

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
