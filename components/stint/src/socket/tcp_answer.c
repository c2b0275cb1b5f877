/* Answers that no connection sends: the ACK of a small record, the reset of nobody.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

/* An answer without flags yet. */
static struct stint_tcp_segment *begin(
    struct stint_tcp_reply *reply, const struct stint_tcp_flow *flow)
{
    reply->wanted = true;
    reply->flow = *flow;
    reply->segment = (struct stint_tcp_segment){
        .source_port = flow->local.port,
        .destination_port = flow->remote.port,
    };
    return &reply->segment;
}

void stint_tcp_reply_acknowledgment(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_ends *ends, bool timestamps, uint16_t window,
    struct stint_tcp_reply *reply)
{
    struct stint_tcp_segment *segment = begin(reply, &ends->flow);
    segment->sequence = ends->send_next;
    segment->acknowledgment = ends->receive_next;
    segment->ack = true;
    segment->window = window;
    segment->options.has_timestamps = timestamps;
    segment->options.timestamp =
        stint_tcp_timestamp(now, stint_tcp_timestamp_offset(tcp, &ends->flow));
    segment->options.timestamp_echo = ends->recent_timestamp;
}

void stint_tcp_reply_reset(struct stint_tcp *tcp, const struct stint_tcp_flow *flow,
    const struct stint_tcp_segment *segment, struct stint_tcp_reply *reply)
{
    struct stint_tcp_segment *reset = begin(reply, flow);
    reset->rst = true;
    if (segment->ack) {
        reset->sequence = segment->acknowledgment;
    } else {
        reset->ack = true;
        reset->acknowledgment =
            stint_sequence_after(segment->sequence, stint_tcp_segment_length(segment));
    }
    tcp->counters.resets_sent++;
}
