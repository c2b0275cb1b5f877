/* TIME_WAIT: a closed connection that must still answer, as a small record (RFC 9293 3.6.1, RFC
 * 1337, RFC 6191). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

static struct stint_instant expiry(struct stint_instant now)
{
    return stint_instant_after(now, stint_seconds(STINT_TCP_TIME_WAIT_S));
}

/* When a record's time is over, never for NULL. */
static struct stint_instant expiry_of(
    const struct stint_tcp_time_wait *time_wait, struct stint_instant now)
{
    if (time_wait == NULL) {
        return stint_instant_never();
    }
    return stint_tcp_tick_begins(time_wait->expires_at, now);
}

static struct stint_tcp_time_wait *oldest_of(struct stint_tcp *tcp)
{
    return stint_tcp_time_wait_at(tcp, tcp->used_time_waits.first);
}

static void arm_oldest(struct stint_tcp *tcp, struct stint_instant now)
{
    stint_timers_set(&tcp->timers, stint_tcp_time_wait_timer(tcp), expiry_of(oldest_of(tcp), now));
}

static void release(struct stint_tcp *tcp, struct stint_tcp_time_wait *time_wait)
{
    const uint16_t record = stint_tcp_time_wait_record_of(tcp, time_wait);
    stint_tcp_demux_remove(&tcp->demux, record);
    stint_id_queue_remove(&tcp->used_time_waits, record);
    stint_id_queue_push(&tcp->free_time_waits, record);
    time_wait->in_use = false;
}

/* A free record, or that of the oldest; NULL when there are none at all. */
static struct stint_tcp_time_wait *take(struct stint_tcp *tcp)
{
    if (tcp->free_time_waits.first == STINT_ID_NONE &&
        tcp->used_time_waits.first != STINT_ID_NONE) {
        release(tcp, stint_tcp_time_wait_at(tcp, tcp->used_time_waits.first));
        tcp->counters.time_wait_displaced++;
    }
    return stint_tcp_time_wait_at(tcp, stint_id_queue_pop(&tcp->free_time_waits));
}

/* The connection's last word goes into a record; the connection itself is released. */
static void shrink(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    const struct stint_tcp_time_wait closed = {
        .ends = {.flow = connection->flow,
            .send_next = connection->sender.next,
            .receive_next = connection->receiver.next,
            .recent_timestamp = connection->receiver.recent_timestamp},
        .expires_at = stint_tcp_tick_of(connection->linger_at),
        .window = stint_tcp_window_field(connection, connection->receiver.edge),
        .timestamps = connection->agreement.timestamps,
        .in_use = true,
    };
    stint_tcp_connection_release(tcp, connection);
    struct stint_tcp_time_wait *time_wait = take(tcp);
    if (time_wait != NULL) {
        const uint16_t record = stint_tcp_time_wait_record_of(tcp, time_wait);
        *time_wait = closed;
        stint_tcp_demux_add(&tcp->demux, record);
        stint_id_queue_push(&tcp->used_time_waits, record);
        arm_oldest(tcp, now);
    }
}

void stint_tcp_enter_time_wait(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    connection->state = STINT_TCP_TIME_WAIT;
    connection->linger_at = expiry(now);
    connection->retransmit_at = stint_instant_never();
    stint_tcp_ring_release(tcp, &connection->sender.ring);
    stint_tcp_tell(tcp, connection);
    stint_tcp_arm(tcp, connection);
    if (connection->orphan && connection->receiver.acknowledgments_due == 0) {
        stint_tcp_time_wait_leave_record(tcp, now, connection);
    }
}

void stint_tcp_time_wait_leave_record(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    shrink(tcp, now, connection);
}

void stint_tcp_expire_time_waits(struct stint_tcp *tcp, struct stint_instant now)
{
    while (stint_instant_has_come(expiry_of(oldest_of(tcp), now), now)) {
        release(tcp, oldest_of(tcp));
    }
    arm_oldest(tcp, now);
}

/* RFC 6191 2, RFC 9293 3.10.7.4: a SYN that is surely newer may begin anew. */
static bool begins_anew(
    const struct stint_tcp_time_wait *time_wait, const struct stint_tcp_segment *segment)
{
    if (!segment->syn || segment->ack || segment->rst || segment->fin) {
        return false;
    }
    const uint32_t younger = segment->options.timestamp - time_wait->ends.recent_timestamp;
    if (time_wait->timestamps && segment->options.has_timestamps && younger != 0) {
        return younger < UINT32_C(0x80000000);
    }
    return stint_sequence_is_before(time_wait->ends.receive_next, segment->sequence);
}

/* The new connection's numbers lie beyond all that the old one sent (RFC 9293 3.6.1). */
static enum stint_drop begin_anew(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_time_wait *time_wait, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply)
{
    const struct stint_tcp_flow flow = time_wait->ends.flow;
    const struct stint_sequence least = stint_sequence_after(time_wait->ends.send_next, 1);
    release(tcp, time_wait);
    arm_oldest(tcp, now);
    const enum stint_drop reason = stint_tcp_receive_listen(tcp, now, &flow, segment, mtu, reply);
    struct stint_tcp_half_open *half_open =
        stint_tcp_half_open_at(tcp, stint_tcp_demux_find(&tcp->demux, &flow));
    if (half_open != NULL) {
        half_open->ends.send_next = stint_sequence_later(half_open->ends.send_next, least);
    }
    return reason;
}

enum stint_drop stint_tcp_receive_time_wait(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_time_wait *time_wait, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply)
{
    if (segment->rst) {
        return STINT_DROP_TCP_RESET; /* RFC 1337: no assassination */
    }
    if (begins_anew(time_wait, segment)) {
        return begin_anew(tcp, now, time_wait, segment, mtu, reply);
    }
    if (segment->fin) { /* RFC 9293 3.10.7.4: our last ACK was lost */
        stint_id_queue_remove(&tcp->used_time_waits, stint_tcp_time_wait_record_of(tcp, time_wait));
        stint_id_queue_push(&tcp->used_time_waits, stint_tcp_time_wait_record_of(tcp, time_wait));
        time_wait->expires_at = stint_tcp_tick_of(expiry(now));
        arm_oldest(tcp, now);
    }
    if (stint_tcp_segment_length(segment) == 0 &&
        stint_sequence_equal(segment->sequence, time_wait->ends.receive_next)) {
        return STINT_DROP_NONE;
    }
    stint_tcp_reply_acknowledgment(
        tcp, now, &time_wait->ends, time_wait->timestamps, time_wait->window, reply);
    return STINT_DROP_TCP_SEQUENCE;
}
