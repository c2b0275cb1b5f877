/* Payload and FIN of a segment: into the ring in order, or beside its end until the hole closes
 * (RFC 9293 3.10.7.4, seventh check). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

/* Payload cut to what is new and inside the window. */
struct text {
    uint32_t offset; /* from the next expected byte */
    struct stint_view bytes;
    bool fin;    /* directly after `bytes`, and not cut off */
    bool landed; /* at the end of the ring already */
};

static struct text cut_to_window(
    const struct stint_tcp_receiver *receiver, const struct stint_tcp_segment *segment)
{
    const uint32_t window = stint_sequence_distance(receiver->next, receiver->edge);
    struct text text = {
        .bytes = segment->payload[0], .fin = segment->fin, .landed = segment->landed};
    if (stint_sequence_is_before(segment->sequence, receiver->next)) {
        const uint32_t known = stint_sequence_distance(segment->sequence, receiver->next);
        if (known > text.bytes.length) {
            text.fin = false; /* the FIN itself is an old one */
        }
        text.bytes = stint_view_without_first(text.bytes, known);
    } else {
        text.offset = stint_sequence_distance(receiver->next, segment->sequence);
    }
    const uint32_t room = text.offset < window ? window - text.offset : 0;
    if (text.bytes.length > room) {
        text.bytes = stint_view_first(text.bytes, room);
        text.fin = false;
    }
    return text;
}

/* Remembers where the stream ends. A FIN elsewhere than one already known, or before bytes that are
 * here already, is nonsense and ignored. */
static void note_fin(struct stint_tcp_receiver *receiver, const struct text *text)
{
    const struct stint_assembler *ahead = &receiver->assembler;
    const uint32_t end = text->offset + (uint32_t)text->bytes.length;
    const bool more_follows = ahead->count > 0 && ahead->ranges[ahead->count - 1].end > end;
    if (text->fin && !receiver->fin_known && !more_follows) {
        receiver->fin_known = true;
        receiver->fin = stint_sequence_after(receiver->next, end);
    }
}

/* What lies beyond a known end of the stream is not part of it. */
static void cut_at_fin(const struct stint_tcp_receiver *receiver, struct text *text)
{
    if (receiver->fin_known) {
        const uint32_t end = stint_sequence_distance(receiver->next, receiver->fin);
        text->bytes = stint_view_first(text->bytes, text->offset < end ? end - text->offset : 0);
    }
}

/* RCV.NXT moves on. Of the duplicates that were due one is left: each would now repeat the new
 * number, and three of those look like a loss. */
static void advance(struct stint_tcp_receiver *receiver, uint32_t count)
{
    receiver->next = stint_sequence_after(receiver->next, count);
    if (receiver->acknowledgments_due > 1) {
        receiver->acknowledgments_due = 1;
    }
}

static void acknowledge_once(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    if (connection->receiver.acknowledgments_due == 0) {
        stint_tcp_acknowledge_now(tcp, connection);
    }
}

/* RFC 5681 4.2 counts segments as long as the peer's longest; what it sends piecemeal waits. */
static bool is_full(struct stint_tcp_receiver *receiver, uint32_t length)
{
    if (length > receiver->full_segment) {
        receiver->full_segment = (uint16_t)length;
    }
    return length >= STINT_TCP_SEGMENT_DEFAULT && length >= receiver->full_segment;
}

/* What was taken in order is acknowledged: at once, or with what comes next. */
static void note_text(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, uint32_t length, bool fills_hole)
{
    struct stint_tcp_receiver *receiver = &connection->receiver;
    if (is_full(receiver, length)) {
        receiver->segments_unacknowledged++;
    }
    if (fills_hole || receiver->segments_unacknowledged >= 2) { /* RFC 5681 4.2 */
        acknowledge_once(tcp, connection);
    } else if (!receiver->delayed) {
        receiver->delayed = true;
        connection->acknowledge_at =
            stint_instant_after(now, stint_milliseconds(STINT_TCP_DELAYED_ACK_MS));
    }
    stint_tcp_tell(tcp, connection);
}

/* The window has no room for another segment after the byte at `end`, from the next expected one.
 */
static void note_window(struct stint_tcp_connection *connection, uint32_t end)
{
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    const uint32_t window = stint_sequence_distance(receiver->next, receiver->edge);
    if (window < end + stint_tcp_full_segment(connection)) {
        connection->window_filled = true;
    }
}

static void take_in_order(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, struct stint_view bytes, bool landed)
{
    struct stint_tcp_receiver *receiver = &connection->receiver;
    uint32_t written = (uint32_t)bytes.length;
    if (landed) {
        stint_ring_extend(&receiver->ring, written);
    } else {
        written = (uint32_t)stint_ring_write(&receiver->ring, bytes);
    }
    const bool fills_hole = !stint_assembler_is_empty(&receiver->assembler);
    const uint32_t more = stint_assembler_advance(&receiver->assembler, written);
    stint_ring_extend(&receiver->ring, more);
    advance(receiver, written + more);
    note_text(tcp, now, connection, written, fills_hole);
}

void stint_tcp_take_landed(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, uint32_t length)
{
    note_window(connection, length);
    stint_ring_extend(&connection->receiver.ring, length);
    advance(&connection->receiver, length);
    note_text(tcp, now, connection, length, false);
}

static enum stint_drop take_out_of_order(
    struct stint_tcp *tcp, struct stint_tcp_connection *connection, const struct text *text)
{
    struct stint_tcp_receiver *receiver = &connection->receiver;
    const uint32_t end = text->offset + (uint32_t)text->bytes.length;
    stint_tcp_acknowledge_now(tcp, connection);
    if (!stint_assembler_add(&receiver->assembler, text->offset, end)) {
        return STINT_DROP_TCP_REASSEMBLY;
    }
    (void)stint_ring_write_ahead(&receiver->ring, text->offset, text->bytes);
    receiver->latest = stint_sequence_after(receiver->next, text->offset);
    return STINT_DROP_NONE;
}

static enum stint_drop take_bytes(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, struct text *text)
{
    if (!stint_tcp_prepare_to_receive(tcp, connection)) {
        return STINT_DROP_TCP_MEMORY;
    }
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    const uint32_t room = stint_ring_free(&receiver->ring);
    if (text->offset >= room) {
        return STINT_DROP_TCP_MEMORY; /* more was promised than there was memory for */
    }
    text->bytes = stint_view_first(text->bytes, room - text->offset);
    note_window(connection, text->offset + (uint32_t)text->bytes.length);
    if (text->offset > 0) {
        return take_out_of_order(tcp, connection, text);
    }
    take_in_order(tcp, now, connection, text->bytes, text->landed);
    return STINT_DROP_NONE;
}

/* The peer's FIN is next in order: nothing more will come. */
static void take_fin(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    struct stint_tcp_receiver *receiver = &connection->receiver;
    advance(receiver, 1);
    if (stint_sequence_is_before(receiver->edge, receiver->next)) {
        receiver->edge = receiver->next;
    }
    receiver->fin_received = true;
    acknowledge_once(tcp, connection);
    stint_tcp_tell(tcp, connection);
    switch ((enum stint_tcp_state)connection->state) {
    case STINT_TCP_ESTABLISHED:
        connection->state = STINT_TCP_CLOSE_WAIT;
        return;
    case STINT_TCP_FIN_WAIT_1:
        connection->state = STINT_TCP_CLOSING;
        return;
    case STINT_TCP_FIN_WAIT_2:
        stint_tcp_enter_time_wait(tcp, now, connection);
        return;
    case STINT_TCP_CLOSED:
    case STINT_TCP_SYN_SENT:
    case STINT_TCP_SYN_RECEIVED:
    case STINT_TCP_CLOSE_WAIT:
    case STINT_TCP_CLOSING:
    case STINT_TCP_LAST_ACK:
    case STINT_TCP_TIME_WAIT:
        return;
    }
}

static bool stream_is_open(const struct stint_tcp_connection *connection)
{
    return connection->state == STINT_TCP_ESTABLISHED ||
           connection->state == STINT_TCP_FIN_WAIT_1 || connection->state == STINT_TCP_FIN_WAIT_2;
}

bool stint_tcp_find_landing(struct stint_tcp *tcp, const struct stint_tcp_flow *flow,
    const struct stint_tcp_segment *segment, struct stint_ring_span *landing)
{
    struct stint_tcp_connection *connection =
        stint_tcp_connection_at(tcp, stint_tcp_demux_find(&tcp->demux, flow));
    const size_t length = segment->payload[0].length;
    if (connection == NULL || length == 0 || !stream_is_open(connection)) {
        return false;
    }
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    const uint32_t window = stint_sequence_distance(receiver->next, receiver->edge);
    if (!stint_sequence_equal(segment->sequence, receiver->next) || length > window ||
        segment->syn || receiver->fin_known || !stint_assembler_is_empty(&receiver->assembler) ||
        !stint_tcp_prepare_to_receive(tcp, connection) ||
        length > stint_ring_free(&receiver->ring)) {
        return false;
    }
    *landing = stint_ring_room(&receiver->ring);
    return true;
}

void stint_tcp_miss_landing(struct stint_tcp *tcp)
{
    struct stint_tcp_connection *connection = stint_tcp_connection_at(tcp, tcp->demux.last_found);
    if (connection != NULL && connection->receiver.ring.length == 0) {
        stint_tcp_ring_release(tcp, &connection->receiver.ring);
    }
}

enum stint_drop stint_tcp_take_text(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_connection *connection, const struct stint_tcp_segment *segment)
{
    struct stint_tcp_receiver *receiver = &connection->receiver;
    if (!stream_is_open(connection) || receiver->fin_received) {
        return STINT_DROP_NONE;
    }
    struct text text = cut_to_window(receiver, segment);
    note_fin(receiver, &text);
    cut_at_fin(receiver, &text);
    enum stint_drop reason = STINT_DROP_NONE;
    if (text.bytes.length > 0) {
        reason = take_bytes(tcp, now, connection, &text);
    } else if (stint_tcp_segment_payload_length(segment) > 0 || (segment->fin && text.offset > 0)) {
        stint_tcp_acknowledge_now(tcp, connection); /* nothing new, or beyond the window */
    }
    if (receiver->fin_known && stint_sequence_equal(receiver->next, receiver->fin)) {
        take_fin(tcp, now, connection);
    }
    return reason;
}
