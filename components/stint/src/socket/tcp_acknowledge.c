/* What an acknowledgment does to what was sent: it frees bytes, moves windows, ends states (RFC
 * 9293 3.10.7.4, fifth check). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

/* RFC 9293 3.10.7.4: only a segment that is not older than the last one that set the window may set
 * it. */
static bool window_may_be_taken(
    const struct stint_tcp_sender *sender, const struct stint_tcp_segment *segment)
{
    return stint_sequence_is_before(sender->window_sequence, segment->sequence) ||
           (stint_sequence_equal(sender->window_sequence, segment->sequence) &&
               stint_sequence_is_at_most(sender->window_acknowledgment, segment->acknowledgment));
}

/* True when it opened. */
static bool take_window(struct stint_instant now, struct stint_tcp_connection *connection,
    const struct stint_tcp_segment *segment)
{
    struct stint_tcp_sender *sender = &connection->sender;
    if (!window_may_be_taken(sender, segment)) {
        return false;
    }
    const uint32_t window = (uint32_t)segment->window << connection->agreement.send_window_scale;
    const bool opened = window > sender->window;
    const bool was_closed = sender->window == 0;
    sender->window = window;
    sender->window_sequence = segment->sequence;
    sender->window_acknowledgment = segment->acknowledgment;
    if (window > sender->window_maximum) {
        sender->window_maximum = window;
    }
    if (window == 0) {
        connection->progress_at = now; /* the peer lives and says so: no user timeout */
    }
    if (opened) {
        /* What was probed or stood beyond the window is sent anew. */
        connection->round_trip.backoff =
            sender->retransmits == 0 ? 0 : connection->round_trip.backoff;
        if (stint_tcp_outstanding(connection) == 0 || was_closed) {
            connection->retransmit_at = stint_instant_never();
        }
    }
    return opened;
}

/* RFC 5681 2: nothing new, no text, the same window. With SACK, news about holes counts in place of
 * the same window (RFC 6675). */
static bool is_duplicate(
    const struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    const uint32_t window = (uint32_t)segment->window << connection->agreement.send_window_scale;
    return stint_tcp_outstanding(connection) > 0 &&
           stint_sequence_equal(segment->acknowledgment, connection->sender.unacknowledged) &&
           stint_tcp_segment_payload_length(segment) == 0 && !segment->fin &&
           (window == connection->sender.window || segment->options.sack_count > 0);
}

static void sample_round_trip(struct stint_instant now, struct stint_tcp_connection *connection,
    const struct stint_tcp_segment *segment)
{
    const bool was_timing = connection->round_trip.timing;
    stint_tcp_round_trip_acknowledged(&connection->round_trip, now, segment->acknowledgment);
    if (was_timing || !segment->options.has_timestamps || segment->options.timestamp_echo == 0) {
        return;
    }
    /* After a retransmission only the echoed timestamp tells which copy arrived (RFC 7323 4). */
    const uint32_t elapsed =
        stint_tcp_timestamp(now, connection->timestamp_offset) - segment->options.timestamp_echo;
    if (connection->round_trip.backoff > 0 && elapsed < STINT_TCP_RTO_MAXIMUM_MS) {
        stint_tcp_round_trip_sample(
            &connection->round_trip, elapsed * STINT_TCP_TIMESTAMP_US + STINT_TCP_TIMESTAMP_US / 2);
    }
}

/* Takes what lies before `acknowledgment` off the ring; whether our FIN was among it. */
static bool free_acknowledged(
    struct stint_tcp_connection *connection, struct stint_sequence acknowledgment)
{
    struct stint_tcp_sender *sender = &connection->sender;
    const uint32_t acknowledged = stint_sequence_distance(sender->unacknowledged, acknowledgment);
    const bool fin_acknowledged = acknowledged > sender->ring.length;
    stint_ring_drop(&sender->ring, fin_acknowledged ? sender->ring.length : acknowledged);
    sender->unacknowledged = acknowledgment;
    if (stint_sequence_is_before(sender->cursor, acknowledgment)) {
        sender->cursor = acknowledgment;
    }
    return fin_acknowledged;
}

static void fin_was_acknowledged(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    switch ((enum stint_tcp_state)connection->state) {
    case STINT_TCP_FIN_WAIT_1:
        connection->state = STINT_TCP_FIN_WAIT_2;
        if (connection->orphan) {
            connection->linger_at = stint_instant_after(now, stint_seconds(STINT_TCP_FIN_WAIT_2_S));
        }
        return;
    case STINT_TCP_CLOSING:
        stint_tcp_enter_time_wait(tcp, now, connection);
        return;
    case STINT_TCP_LAST_ACK:
        stint_tcp_connection_end(tcp, connection, STINT_OK);
        return;
    case STINT_TCP_CLOSED:
    case STINT_TCP_SYN_SENT:
    case STINT_TCP_SYN_RECEIVED:
    case STINT_TCP_ESTABLISHED:
    case STINT_TCP_FIN_WAIT_2:
    case STINT_TCP_CLOSE_WAIT:
    case STINT_TCP_TIME_WAIT:
        return;
    }
}

static void take_new(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    struct stint_tcp_sender *sender = &connection->sender;
    sample_round_trip(now, connection, segment);
    stint_tcp_recovery_acknowledged(tcp, connection, segment->acknowledgment);
    const bool fin_acknowledged = free_acknowledged(connection, segment->acknowledgment);
    sender->retransmits = 0;
    sender->duplicates = 0;
    connection->soft_error = STINT_OK;
    connection->progress_at = now;
    connection->retransmit_at = stint_instant_never(); /* begins anew (RFC 6298 5.3) */
    if (sender->ring.length == 0) {
        stint_tcp_ring_release(tcp, &sender->ring);
    }
    stint_tcp_make_ready(tcp, connection);
    if (!connection->orphan) {
        stint_tcp_tell(tcp, connection);
    }
    if (fin_acknowledged) {
        fin_was_acknowledged(tcp, now, connection);
    }
}

void stint_tcp_take_acknowledgment(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    if (is_duplicate(connection, segment)) {
        stint_tcp_recovery_duplicate(tcp, connection);
    }
    const bool opened = take_window(now, connection, segment);
    const bool is_new =
        stint_sequence_is_before(connection->sender.unacknowledged, segment->acknowledgment);
    if (opened) {
        stint_tcp_make_ready(tcp, connection);
    }
    if (is_new) {
        take_new(tcp, now, connection, segment);
    }
    if ((opened || is_new) && connection->in_use && connection->state != STINT_TCP_CLOSED) {
        stint_tcp_schedule(tcp, now, connection);
    }
}
