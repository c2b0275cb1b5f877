/* What TCP has to send: one segment at a time, chosen without changing anything, recorded when a
 * device took it. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/tcp_send.h"

#include "tcp_internal.h"

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* --- what may be sent --- */

/* A stretch of sequence space to send. */
struct piece {
    struct stint_sequence sequence;
    uint32_t length;
    bool fin;
    bool last; /* the last byte queued: worth a PSH */
};

/* The first segment again, as far as the peer's window reaches; `full`: what a segment holds beside
 * its options. */
static bool first_piece(
    const struct stint_tcp_connection *connection, uint32_t full, struct piece *piece)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    const uint32_t limit = smaller(sender->window, full);
    const uint32_t sent = stint_tcp_outstanding(connection);
    piece->sequence = sender->unacknowledged;
    piece->length = smaller(smaller(sender->ring.length, sent), limit);
    piece->last = piece->length == sender->ring.length;
    piece->fin = piece->last && sender->fin_queued && sent > sender->ring.length;
    return piece->length > 0 || piece->fin;
}

/* Nagle (RFC 9293 3.7.4) and the sender's side of silly windows (3.8.6.2.1): is a piece smaller
 * than a full segment worth sending? */
static bool small_piece_may_go(
    const struct stint_tcp_connection *connection, const struct piece *piece, uint32_t offset)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    if (piece->fin || (sender->probe && sender->window > offset)) {
        return true;
    }
    if (!piece->last) { /* cut by a window: only a good part of the largest one */
        return sender->window < stint_tcp_recovery_window(connection) &&
               piece->length >= sender->window_maximum / 2;
    }
    return !connection->cork && (connection->no_delay || offset == 0);
}

/* What follows the cursor, as far as both windows reach. */
static bool next_piece(
    const struct stint_tcp_connection *connection, uint32_t full, struct piece *piece)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    const uint32_t offset = stint_sequence_distance(sender->unacknowledged, sender->cursor);
    if (offset > sender->ring.length) {
        return false; /* the FIN is out */
    }
    const uint32_t limit = smaller(sender->window, stint_tcp_recovery_window(connection));
    const uint32_t usable = offset < limit ? limit - offset : 0;
    const uint32_t rest = sender->ring.length - offset;
    piece->sequence = sender->cursor;
    piece->length = smaller(smaller(rest, usable), full);
    piece->last = piece->length == rest;
    piece->fin = piece->last && stint_tcp_owes_fin(connection) && usable > 0;
    if (piece->length == 0 && !piece->fin) {
        return false;
    }
    return piece->length == full || !stint_sequence_equal(sender->cursor, sender->next) ||
           small_piece_may_go(connection, piece, offset);
}

bool stint_tcp_can_send_text(const struct stint_tcp_connection *connection)
{
    struct piece piece;
    return next_piece(connection, stint_tcp_full_segment(connection), &piece);
}

/* --- segments --- */

/* Which options a segment will have; their values are still to come. */
static void choose_options(
    const struct stint_tcp_connection *connection, struct stint_tcp_options *options)
{
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    stint_tcp_options_clear(options);
    options->has_timestamps = connection->agreement.timestamps;
    if (connection->agreement.sack && !stint_assembler_is_empty(&receiver->assembler)) {
        stint_tcp_report_sack(receiver, options);
    }
}

/* Everything but options and what is particular to a SYN or to a piece. Written field by field
 * where it will lie: clearing and copying cost more than all the rest. */
static void begin_segment(struct stint_instant now, const struct stint_tcp_connection *connection,
    struct stint_tcp_segment *segment)
{
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    segment->source_port = connection->flow.local.port;
    segment->destination_port = connection->flow.remote.port;
    segment->sequence = connection->sender.next;
    segment->acknowledgment = receiver->next;
    segment->window = stint_tcp_window_field(connection, stint_tcp_window_edge(connection));
    segment->urgent_pointer = 0;
    segment->fin = false;
    segment->syn = false;
    segment->rst = false;
    segment->psh = false;
    segment->ack = true;
    segment->urg = false;
    segment->ece = false;
    segment->cwr = false;
    segment->landed = false;
    segment->payload[0].length = 0;
    segment->payload[1].length = 0;
    if (segment->options.has_timestamps) {
        segment->options.timestamp = stint_tcp_timestamp(now, connection->timestamp_offset);
        segment->options.timestamp_echo = receiver->recent_timestamp;
    }
}

static void put_piece(const struct stint_tcp_connection *connection, const struct piece *piece,
    struct stint_tcp_segment *segment)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    const uint32_t offset = stint_sequence_distance(sender->unacknowledged, piece->sequence);
    const struct stint_ring_view view = stint_ring_peek(&sender->ring, offset, piece->length);
    segment->sequence = piece->sequence;
    segment->fin = piece->fin;
    segment->psh = piece->last && piece->length > 0;
    segment->payload[0] = view.piece[0];
    segment->payload[1] = view.piece[1];
}

static bool offer_from_connection(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_connection *connection, struct stint_tcp_offer *offer)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    struct stint_tcp_segment *segment = &offer->segment;
    struct piece piece;
    if (!connection->in_use || (connection->state == STINT_TCP_CLOSED && !sender->reset)) {
        return false;
    }
    if (stint_tcp_is_opening(connection) && !sender->reset &&
        stint_sequence_equal(sender->cursor, sender->unacknowledged)) {
        stint_tcp_offer_syn(tcp, now, connection, segment);
        return true;
    }
    choose_options(connection, &segment->options);
    const uint32_t full = /* RFC 9293 3.7.1: options take their share, SACK blocks too */
        connection->agreement.segment - (uint32_t)stint_tcp_options_length(&segment->options);
    const bool has_piece = !stint_tcp_is_opening(connection) && !sender->reset &&
                           ((sender->retransmit_first && first_piece(connection, full, &piece)) ||
                               next_piece(connection, full, &piece));
    if (!has_piece && !sender->reset && !sender->probe &&
        connection->receiver.acknowledgments_due == 0) {
        return false;
    }
    begin_segment(now, connection, segment);
    if (sender->reset) {
        segment->rst = true;
    } else if (has_piece) {
        put_piece(connection, &piece, segment);
        offer->repeats = piece.length == full;
    } else if (sender->probe) { /* an old byte's place, no byte: whoever hears it must answer */
        segment->sequence = stint_sequence_before(sender->unacknowledged, 1);
    }
    return true;
}

/* RFC 5681 4.1: what was learnt about the path has aged. */
static void age_window(struct stint_instant now, struct stint_tcp_connection *connection)
{
    if (stint_tcp_outstanding(connection) == 0 && connection->sender.ring.length > 0 &&
        stint_duration_is_shorter(stint_tcp_round_trip_timeout(&connection->round_trip),
            stint_instant_since(now, connection->sent_at))) {
        stint_congestion_idle(&connection->congestion);
    }
}

bool stint_tcp_next_offer(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_offer *offer)
{
    for (uint16_t record = tcp->ready.first; record != STINT_ID_NONE; record = tcp->ready.first) {
        struct stint_tcp_connection *connection = stint_tcp_connection_at(tcp, record);
        offer->record = record;
        offer->repeats = false;
        if (connection != NULL) {
            age_window(now, connection);
            offer->flow = &connection->flow;
            offer->traffic_class = connection->traffic_class;
            offer->time_to_live = connection->time_to_live;
            if (offer_from_connection(tcp, now, connection, offer)) {
                return true;
            }
            if (connection->in_use && connection->state != STINT_TCP_CLOSED) {
                stint_tcp_schedule(tcp, now, connection);
            }
        } else {
            const struct stint_tcp_half_open *half_open = stint_tcp_half_open_at(tcp, record);
            offer->flow = &half_open->ends.flow;
            offer->traffic_class = 0;
            offer->time_to_live = 0;
            if (stint_tcp_half_open_offer(tcp, now, half_open, &offer->segment)) {
                return true;
            }
        }
        (void)stint_id_queue_pop(&tcp->ready);
    }
    return false;
}

bool stint_tcp_next_alike(struct stint_tcp *tcp, struct stint_tcp_offer *offer)
{
    if (!offer->repeats || tcp->ready.length != 1) {
        return false;
    }
    const struct stint_tcp_connection *connection = stint_tcp_connection_at(tcp, offer->record);
    const uint32_t full = (uint32_t)stint_tcp_segment_payload_length(&offer->segment);
    struct piece piece;
    if (!next_piece(connection, full, &piece) || piece.length != full) {
        return false;
    }
    put_piece(connection, &piece, &offer->segment);
    return true;
}

void stint_tcp_pass(struct stint_tcp *tcp, const struct stint_tcp_offer *offer)
{
    if (tcp->ready.length > 1) {
        (void)stint_id_queue_pop(&tcp->ready);
        stint_id_queue_push(&tcp->ready, offer->record);
    }
}

/* --- recording what was sent --- */

static void record_sequence_space(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    struct stint_tcp_sender *sender = &connection->sender;
    const uint32_t length = stint_tcp_segment_length(segment);
    const struct stint_sequence end = stint_sequence_after(segment->sequence, length);
    const bool is_first_again =
        sender->retransmit_first && stint_sequence_equal(segment->sequence, sender->unacknowledged);
    if (length == 0) {
        return;
    }
    connection->sent_at = now;
    if (stint_tcp_outstanding(connection) == 0) {
        connection->progress_at = now;
        connection->retransmit_at = stint_instant_never();
    }
    if (stint_sequence_is_before(segment->sequence, sender->next)) {
        connection->retransmitted++;
        tcp->counters.segments_retransmitted++;
        stint_tcp_round_trip_spoil(&connection->round_trip);
    }
    if (stint_sequence_is_before(sender->next, end)) {
        sender->next = end;
        stint_tcp_round_trip_sent(&connection->round_trip, now, end);
    }
    if (is_first_again) {
        sender->retransmit_first = false;
        if (stint_sequence_is_before(sender->cursor, end)) {
            sender->cursor = end;
        }
    } else {
        sender->cursor = end;
    }
}

static void record_acknowledgment(
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    struct stint_tcp_receiver *receiver = &connection->receiver;
    const uint8_t scale = segment->syn ? 0 : connection->agreement.receive_window_scale;
    const struct stint_sequence promised =
        stint_sequence_after(receiver->next, (uint32_t)segment->window << scale);
    receiver->edge = stint_sequence_later(receiver->edge, promised);
    receiver->last_acknowledged = receiver->next;
    receiver->segments_unacknowledged = 0;
    receiver->delayed = false;
    connection->acknowledge_at = stint_instant_never();
    if (receiver->acknowledgments_due > 0) {
        receiver->acknowledgments_due--;
    }
}

/* Segments follow others that wait for the peer already: no deadline changes by one more. */
static bool deadlines_stay(const struct stint_tcp_connection *connection)
{
    return stint_tcp_outstanding(connection) > 0 && !connection->sender.probe &&
           !stint_instant_is_never(connection->retransmit_at) &&
           stint_instant_is_never(connection->acknowledge_at);
}

static void connection_sent(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    if (segment->rst) {
        tcp->counters.resets_sent++;
        stint_tcp_connection_release(tcp, connection);
        return;
    }
    const bool is_scheduled = deadlines_stay(connection);
    record_sequence_space(tcp, now, connection, segment);
    if (connection->sender.probe) {
        connection->sender.probe = false;
        tcp->counters.zero_window_probes++;
    }
    if (segment->ack) {
        record_acknowledgment(connection, segment);
    }
    if (connection->state == STINT_TCP_TIME_WAIT && connection->orphan &&
        connection->receiver.acknowledgments_due == 0) {
        stint_tcp_time_wait_leave_record(tcp, now, connection);
        return;
    }
    if (!is_scheduled) {
        stint_tcp_schedule(tcp, now, connection);
    }
}

void stint_tcp_sent(
    struct stint_tcp *tcp, struct stint_instant now, const struct stint_tcp_offer *offer)
{
    struct stint_tcp_connection *connection = stint_tcp_connection_at(tcp, offer->record);
    tcp->counters.segments_sent++;
    if (connection != NULL) {
        stint_tcp_pass(tcp, offer);
        connection_sent(tcp, now, connection, &offer->segment);
    } else {
        (void)stint_id_queue_pop(&tcp->ready);
        stint_tcp_half_open_sent(tcp, now, stint_tcp_half_open_at(tcp, offer->record));
    }
}

void stint_tcp_unroutable(
    struct stint_tcp *tcp, struct stint_instant now, const struct stint_tcp_offer *offer)
{
    struct stint_tcp_connection *connection = stint_tcp_connection_at(tcp, offer->record);
    if (connection == NULL) {
        stint_tcp_half_open_release(tcp, stint_tcp_half_open_at(tcp, offer->record));
    } else if (stint_tcp_is_opening(connection)) {
        tcp->counters.failed_opens++;
        stint_tcp_connection_end(tcp, connection, STINT_UNREACHABLE);
    } else {
        connection->soft_error = STINT_UNREACHABLE;
        stint_tcp_sent(tcp, now, offer);
    }
}
