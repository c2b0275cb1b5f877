/* What a TCP segment does when it arrives (RFC 9293 3.10.7), in the order of the RFC's own checks.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/tcp_receive.h"

#include "tcp_internal.h"

void stint_tcp_acknowledge_now(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    struct stint_tcp_receiver *receiver = &connection->receiver;
    if (receiver->acknowledgments_due < UINT8_MAX) {
        receiver->acknowledgments_due++;
    }
    stint_tcp_make_ready(tcp, connection);
}

void stint_tcp_challenge(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    if (!stint_instant_has_come(connection->challenge_at, now)) {
        return;
    }
    connection->challenge_at = stint_instant_after(now, stint_milliseconds(STINT_TCP_CHALLENGE_MS));
    tcp->counters.challenge_acks++;
    stint_tcp_acknowledge_now(tcp, connection);
}

/* --- SYN-SENT (3.10.7.3) --- */

static void take_syn(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    const struct stint_sequence expected = stint_sequence_after(segment->sequence, 1);
    connection->agreement =
        stint_tcp_agree(tcp, &connection->flow, &segment->options, connection->path_mtu);
    connection->receiver.next = expected;
    connection->receiver.edge = expected;
    connection->receiver.last_acknowledged = expected;
    connection->receiver.recent_timestamp = segment->options.timestamp;
    connection->sender.window = segment->window; /* RFC 7323 2.2: never scaled */
    connection->sender.window_maximum = segment->window;
    connection->sender.window_sequence = segment->sequence;
    connection->sender.window_acknowledgment = segment->acknowledgment;
    connection->heard_at = now;
    stint_congestion_init(
        &connection->congestion, STINT_CONGESTION_NEWRENO, stint_tcp_full_segment(connection));
}

/* Our SYN was acknowledged. */
static void establish(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    struct stint_tcp_sender *sender = &connection->sender;
    sender->unacknowledged = stint_sequence_after(sender->unacknowledged, 1);
    sender->cursor = sender->next;
    sender->recover = stint_sequence_before(sender->unacknowledged, 1);
    if (sender->retransmits > 0) { /* RFC 5681 3.1: the path lost a SYN */
        connection->congestion.window = connection->congestion.segment;
    }
    sender->retransmits = 0;
    stint_tcp_round_trip_acknowledged(&connection->round_trip, now, sender->unacknowledged);
    connection->round_trip.backoff = 0;
    connection->progress_at = now;
    connection->retransmit_at = stint_instant_never();
    connection->state =
        sender->fin_queued ? (uint8_t)STINT_TCP_FIN_WAIT_1 : (uint8_t)STINT_TCP_ESTABLISHED;
    stint_tcp_schedule(tcp, now, connection);
    stint_tcp_make_ready(tcp, connection);
    stint_tcp_tell(tcp, connection);
}

static enum stint_drop receive_in_syn_sent(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment,
    struct stint_tcp_reply *reply)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    const bool acknowledges_syn = segment->ack &&
                                  stint_sequence_equal(segment->acknowledgment, sender->next) &&
                                  !stint_sequence_equal(sender->next, sender->unacknowledged);
    if (segment->ack && !acknowledges_syn) {
        if (!segment->rst) {
            stint_tcp_reply_reset(tcp, &connection->flow, segment, reply);
        }
        return STINT_DROP_TCP_ACK;
    }
    if (segment->rst) {
        if (!acknowledges_syn) {
            return STINT_DROP_TCP_RESET;
        }
        tcp->counters.resets_received++;
        tcp->counters.failed_opens++;
        stint_tcp_connection_end(tcp, connection, STINT_REFUSED);
        return STINT_DROP_NONE;
    }
    if (!segment->syn) {
        return STINT_DROP_TCP_FLAGS;
    }
    take_syn(tcp, now, connection, segment);
    if (acknowledges_syn) {
        establish(tcp, now, connection);
        stint_tcp_acknowledge_now(tcp, connection);
        return STINT_DROP_NONE; /* payload on a SYN-ACK is left for its retransmission */
    }
    connection->state = STINT_TCP_SYN_RECEIVED; /* simultaneous open: SYN again, with an ACK */
    connection->sender.cursor = sender->unacknowledged;
    stint_tcp_make_ready(tcp, connection);
    return STINT_DROP_NONE;
}

/* --- all other states (3.10.7.4) --- */

/* First check: does it stand in the receive window? One byte of slack behind a closed window lets
 * in the acknowledgments of a peer whose own window probe we did not take. */
static bool sequence_is_acceptable(
    const struct stint_tcp_receiver *receiver, const struct stint_tcp_segment *segment)
{
    const uint32_t window = stint_sequence_distance(receiver->next, receiver->edge);
    const uint32_t length = stint_tcp_segment_length(segment);
    if (length == 0) {
        return stint_sequence_is_within(segment->sequence, receiver->next, window + 2);
    }
    const struct stint_sequence last = stint_sequence_after(segment->sequence, length - 1);
    return window > 0 && (stint_sequence_is_within(segment->sequence, receiver->next, window) ||
                             stint_sequence_is_within(last, receiver->next, window) ||
                             (stint_sequence_is_before(segment->sequence, receiver->next) &&
                                 stint_sequence_is_before(receiver->next, last)));
}

/* RFC 7323 5.3: a timestamp older than one already seen belongs to an old duplicate. */
static bool timestamp_is_acceptable(struct stint_instant now,
    const struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    if (!connection->agreement.timestamps || segment->rst) {
        return true;
    }
    if (!segment->options.has_timestamps) {
        return false;
    }
    const uint32_t age = connection->receiver.recent_timestamp - segment->options.timestamp;
    const bool idle_for_long = /* RFC 7323 5.5: then the recent timestamp says nothing */
        stint_duration_is_shorter(
            stint_seconds(24 * 86400), stint_instant_since(now, connection->heard_at));
    return age == 0 || age > UINT32_C(0x80000000) || idle_for_long;
}

/* RFC 5961 5: at most one largest window behind, and nothing that was never sent. */
static bool acknowledgment_is_plausible(
    const struct stint_tcp_sender *sender, struct stint_sequence acknowledgment)
{
    const struct stint_sequence oldest =
        stint_sequence_before(sender->unacknowledged, sender->window_maximum);
    return stint_sequence_is_at_most(oldest, acknowledgment) &&
           stint_sequence_is_at_most(acknowledgment, sender->next);
}

/* RFC 7323 4.3: the timestamp to echo, taken from what is not ahead of our last ACK, old duplicates
 * included: their sender must not measure from the first copy. Only from who knows where our own
 * stream stands: a guess in the dark must not set the clock forward (PAWS would shut the peer out).
 */
static void remember_timestamp(const struct stint_tcp *tcp, struct stint_tcp_connection *connection,
    const struct stint_tcp_segment *segment)
{
    struct stint_tcp_receiver *receiver = &connection->receiver;
    const uint32_t behind = stint_sequence_distance(segment->sequence, receiver->last_acknowledged);
    if (segment->options.has_timestamps && segment->ack && !segment->rst &&
        behind <= tcp->limits.receive_buffer &&
        acknowledgment_is_plausible(&connection->sender, segment->acknowledgment)) {
        receiver->recent_timestamp = segment->options.timestamp;
    }
}

/* RFC 5961 3: only a reset at exactly the next expected byte resets. */
static enum stint_drop take_reset(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    if (connection->state == STINT_TCP_TIME_WAIT) {
        return STINT_DROP_TCP_RESET; /* RFC 1337: no assassination */
    }
    if (!stint_sequence_equal(segment->sequence, connection->receiver.next)) {
        stint_tcp_challenge(tcp, now, connection);
        return STINT_DROP_TCP_RESET;
    }
    tcp->counters.resets_received++;
    stint_tcp_connection_end(
        tcp, connection, connection->state == STINT_TCP_SYN_RECEIVED ? STINT_REFUSED : STINT_RESET);
    return STINT_DROP_NONE;
}

static enum stint_drop receive_in_syn_received(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment,
    struct stint_tcp_reply *reply)
{
    if (!stint_sequence_equal(segment->acknowledgment, connection->sender.next) ||
        stint_tcp_outstanding(connection) == 0) { /* our SYN has yet to go */
        stint_tcp_reply_reset(tcp, &connection->flow, segment, reply);
        return STINT_DROP_TCP_ACK;
    }
    establish(tcp, now, connection);
    return STINT_DROP_NONE;
}

/* Data for which nobody is left: RFC 1122 4.2.2.13 answers with a reset. */
static bool data_comes_too_late(
    const struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    return connection->orphan &&
           (connection->state == STINT_TCP_FIN_WAIT_1 ||
               connection->state == STINT_TCP_FIN_WAIT_2) &&
           stint_tcp_segment_payload_length(segment) > 0 &&
           stint_sequence_is_before(
               connection->receiver.next, stint_sequence_after(segment->sequence,
                                              (uint32_t)stint_tcp_segment_payload_length(segment)));
}

/* An ACK tells the peer where we are; answers to bare ACKs are rationed, or two confused ends would
 * answer each other for ever, and so are those to SYNs of any number (RFC 5961 4). */
static void answer_unacceptable(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    if (segment->rst) {
        return;
    }
    if (segment->syn || stint_tcp_segment_length(segment) == 0) {
        stint_tcp_challenge(tcp, now, connection);
    } else {
        stint_tcp_acknowledge_now(tcp, connection);
    }
    if (segment->fin && connection->state == STINT_TCP_TIME_WAIT) {
        stint_tcp_enter_time_wait(tcp, now, connection); /* the wait begins anew */
    }
}

/* RFC 9293 3.10.7.4, first to fourth check: whatever is refused here changes nothing. */
static enum stint_drop check(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    if (!timestamp_is_acceptable(now, connection, segment)) {
        if (segment->options.has_timestamps) { /* RFC 7323 3.2: without them, silence */
            stint_tcp_challenge(tcp, now, connection);
        }
        return STINT_DROP_TCP_TIMESTAMP;
    }
    remember_timestamp(tcp, connection, segment);
    if (!sequence_is_acceptable(&connection->receiver, segment)) {
        answer_unacceptable(tcp, now, connection, segment);
        return STINT_DROP_TCP_SEQUENCE;
    }
    if (segment->syn && !segment->rst) {
        stint_tcp_challenge(tcp, now, connection);
        return STINT_DROP_TCP_SYN;
    }
    return segment->ack || segment->rst ? STINT_DROP_NONE : STINT_DROP_TCP_FLAGS;
}

/* What nearly every segment is, as header prediction has it: its payload is the next in order and
 * has landed, and its header says nothing new. None of the checks could refuse it. */
static bool is_expected(struct stint_instant now, const struct stint_tcp_connection *connection,
    const struct stint_tcp_segment *segment)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    return segment->landed && segment->ack && !segment->rst && !segment->fin && !sender->reset &&
           !connection->orphan && sender->window > 0 &&
           stint_sequence_equal(segment->acknowledgment, sender->unacknowledged) &&
           stint_sequence_is_at_most(sender->window_sequence, segment->sequence) &&
           (uint32_t)segment->window << connection->agreement.send_window_scale == sender->window &&
           timestamp_is_acceptable(now, connection, segment);
}

static void take_expected(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    const struct stint_instant acknowledge_at = connection->acknowledge_at;
    const bool is_armed = !connection->keep_alive && connection->sender.probes == 0;
    remember_timestamp(tcp, connection, segment);
    connection->heard_at = now;
    connection->sender.probes = 0;
    connection->sender.window_sequence = segment->sequence;
    connection->sender.window_acknowledgment = segment->acknowledgment;
    stint_tcp_take_landed(tcp, now, connection, (uint32_t)segment->payload[0].length);
    if (!is_armed || connection->acknowledge_at.microseconds != acknowledge_at.microseconds) {
        stint_tcp_arm(tcp, connection);
    }
}

enum stint_drop stint_tcp_receive_connection(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment,
    struct stint_tcp_reply *reply)
{
    if (is_expected(now, connection, segment)) {
        take_expected(tcp, now, connection, segment);
        return STINT_DROP_NONE;
    }
    if (connection->sender.reset || connection->state == STINT_TCP_CLOSED) {
        return STINT_DROP_TCP_PORT; /* our reset is on its way */
    }
    if (connection->state == STINT_TCP_SYN_SENT) {
        return receive_in_syn_sent(tcp, now, connection, segment, reply);
    }
    enum stint_drop reason = check(tcp, now, connection, segment);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    if (segment->rst) {
        return take_reset(tcp, now, connection, segment);
    }
    if (connection->state == STINT_TCP_SYN_RECEIVED) {
        reason = receive_in_syn_received(tcp, now, connection, segment, reply);
        if (reason != STINT_DROP_NONE) {
            return reason;
        }
    }
    if (!acknowledgment_is_plausible(&connection->sender, segment->acknowledgment)) {
        stint_tcp_challenge(tcp, now, connection);
        return STINT_DROP_TCP_ACK;
    }
    if (data_comes_too_late(connection, segment)) {
        stint_tcp_reply_reset(tcp, &connection->flow, segment, reply);
        stint_tcp_connection_end(tcp, connection, STINT_ABORTED);
        return STINT_DROP_NONE;
    }
    connection->heard_at = now;
    connection->sender.probes = 0;
    stint_tcp_take_acknowledgment(tcp, now, connection, segment);
    if (!connection->in_use || connection->state == STINT_TCP_CLOSED) {
        return STINT_DROP_NONE; /* that was the last acknowledgment */
    }
    reason = stint_tcp_take_text(tcp, now, connection, segment);
    if (connection->in_use) {
        stint_tcp_arm(tcp, connection);
    }
    return reason;
}

static bool flow_is_possible(const struct stint_tcp_flow *flow)
{
    return !stint_endpoint_equal(&flow->local, &flow->remote) &&
           !stint_address_is_multicast(&flow->local.address) &&
           !stint_address_is_multicast(&flow->remote.address);
}

enum stint_drop stint_tcp_receive(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply)
{
    /* What has landed was asked for just now: its record is the last one found. */
    const uint16_t record =
        segment->landed ? tcp->demux.last_found : stint_tcp_demux_find(&tcp->demux, flow);
    struct stint_tcp_connection *connection = stint_tcp_connection_at(tcp, record);
    reply->wanted = false;
    if (connection != NULL) {
        tcp->counters.segments_received++;
        return stint_tcp_receive_connection(tcp, now, connection, segment, reply);
    }
    if (flow->local.port == 0 || flow->remote.port == 0) {
        return STINT_DROP_TCP_PORT;
    }
    if (!flow_is_possible(flow)) {
        return STINT_DROP_TCP_ADDRESS;
    }
    tcp->counters.segments_received++;
    struct stint_tcp_half_open *half_open = stint_tcp_half_open_at(tcp, record);
    if (half_open != NULL) {
        return stint_tcp_receive_half_open(tcp, now, half_open, segment, reply);
    }
    struct stint_tcp_time_wait *time_wait = stint_tcp_time_wait_at(tcp, record);
    if (time_wait != NULL) {
        return stint_tcp_receive_time_wait(tcp, now, time_wait, segment, mtu, reply);
    }
    return stint_tcp_receive_listen(tcp, now, flow, segment, mtu, reply);
}
