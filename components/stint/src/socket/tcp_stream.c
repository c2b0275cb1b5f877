/* The owner's side of a connection: write, read, shut down, close, abort, and the window that
 * reading opens. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

enum { RESET_LINGER_S = 2 }; /* how long a reset waits for a device with room */

/* --- the receive window --- */

/* What the reader has yet to take leaves this much; nothing when the capacity shrank meanwhile. */
static uint32_t receive_room(const struct stint_tcp_connection *connection)
{
    const uint32_t capacity = stint_tcp_receive_capacity(connection);
    const uint32_t unread = connection->receiver.ring.length;
    return unread < capacity ? capacity - unread : 0;
}

/* The receiver's side of silly windows (RFC 9293 3.8.6.2.2). A ring of one segment and a part of
 * another opens when one fits again, and by all it has: opened by halves, it can leave the peer
 * with less than a segment until a probe. */
static bool move_is_worthwhile(const struct stint_tcp_connection *connection, uint32_t room)
{
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    const uint32_t left = stint_sequence_distance(receiver->next, receiver->edge);
    const uint32_t capacity = stint_tcp_receive_capacity(connection);
    const uint32_t half = capacity / 2;
    const uint32_t full = stint_tcp_full_segment(connection);
    if (half < full && full <= capacity) {
        return room >= full && left < full;
    }
    return room >= left + (half < full ? half : full);
}

struct stint_sequence stint_tcp_window_edge(const struct stint_tcp_connection *connection)
{
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    const uint32_t largest = UINT32_C(65535) << connection->agreement.receive_window_scale;
    const uint32_t free = receive_room(connection);
    const uint32_t room = free < largest ? free : largest;
    return move_is_worthwhile(connection, room) && !receiver->fin_received
               ? stint_sequence_after(receiver->next, room)
               : receiver->edge;
}

uint16_t stint_tcp_window_field(
    const struct stint_tcp_connection *connection, struct stint_sequence edge)
{
    const uint8_t scale = connection->agreement.receive_window_scale;
    const uint32_t room = receive_room(connection);
    const uint32_t window = stint_sequence_distance(connection->receiver.next, edge);
    const uint32_t unit = UINT32_C(1) << scale;
    const uint32_t up = (window + unit - 1) >> scale;
    const uint32_t field = up << scale <= room ? up : window >> scale;
    return field < 65535 ? (uint16_t)field : 65535;
}

/* The peer should hear that there is room again: the gain is large, or what it has left is little
 * and no ACK would tell it soon. */
static bool window_update_is_due(const struct stint_tcp_connection *connection)
{
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    const struct stint_sequence edge = stint_tcp_window_edge(connection);
    const uint32_t gain = stint_sequence_distance(receiver->edge, edge);
    const uint32_t left = stint_sequence_distance(receiver->next, receiver->edge);
    const uint32_t full = stint_tcp_full_segment(connection);
    return gain > 0 && (gain >= stint_tcp_receive_capacity(connection) / 2 ||
                           (left < 2 * full && (gain >= full || !receiver->delayed)));
}

/* --- writing and reading --- */

/* What a write finds: STINT_OK when the stream takes bytes and has a ring for them. */
static enum stint_result prepare_to_write(
    struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (connection->failure != STINT_OK) {
        return (enum stint_result)connection->failure;
    }
    const bool open =
        connection->state == STINT_TCP_ESTABLISHED || connection->state == STINT_TCP_CLOSE_WAIT;
    if (!open || connection->sender.fin_queued) {
        return STINT_WRONG_STATE;
    }
    if (!stint_tcp_ring_prepare(tcp, &connection->sender.ring, stint_tcp_first_send_buffer(tcp))) {
        stint_id_queue_push(&tcp->starved, stint_tcp_record_of(tcp, connection));
        return STINT_WOULD_BLOCK;
    }
    return STINT_OK;
}

/* Bytes were queued. While others are out, their acknowledgment or their timer makes the connection
 * ready: until then a poll that could send none of these is not worth a wake. */
static void text_was_queued(struct stint_tcp *tcp, const struct stint_tcp_connection *connection)
{
    if (stint_tcp_outstanding(connection) == 0 || stint_tcp_can_send_text(connection)) {
        stint_tcp_make_ready(tcp, connection);
    }
}

enum stint_result stint_tcp_write(
    struct stint_tcp *tcp, struct stint_handle handle, struct stint_view bytes, size_t *written)
{
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    *written = 0;
    const enum stint_result result = prepare_to_write(tcp, connection);
    if (result != STINT_OK || bytes.length == 0) {
        return result;
    }
    do {
        *written +=
            stint_ring_write(&connection->sender.ring, stint_view_without_first(bytes, *written));
    } while (*written < bytes.length && stint_tcp_grow_to_send(tcp, connection));
    if (*written == 0) {
        return STINT_WOULD_BLOCK;
    }
    text_was_queued(tcp, connection);
    return STINT_OK;
}

enum stint_result stint_tcp_room(
    struct stint_tcp *tcp, struct stint_handle handle, struct stint_ring_span *room)
{
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    *room = (struct stint_ring_span){0};
    const enum stint_result result = prepare_to_write(tcp, connection);
    if (result != STINT_OK) {
        return result;
    }
    if (stint_ring_free(&connection->sender.ring) == 0) {
        (void)stint_tcp_grow_to_send(tcp, connection);
    }
    *room = stint_ring_room(&connection->sender.ring);
    return room->piece[0].length > 0 ? STINT_OK : STINT_WOULD_BLOCK;
}

enum stint_result stint_tcp_put(struct stint_tcp *tcp, struct stint_handle handle, size_t length)
{
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    const enum stint_result result = prepare_to_write(tcp, connection);
    if (result != STINT_OK) {
        return result;
    }
    if (length > stint_ring_free(&connection->sender.ring)) {
        return STINT_INVALID;
    }
    stint_ring_extend(&connection->sender.ring, (uint32_t)length);
    text_was_queued(tcp, connection);
    return STINT_OK;
}

/* What a read finds when the ring is empty. */
static enum stint_result nothing_to_read(const struct stint_tcp_connection *connection)
{
    if (connection->failure != STINT_OK) {
        return (enum stint_result)connection->failure;
    }
    if (connection->receiver.fin_received || connection->state == STINT_TCP_CLOSED) {
        return STINT_END_OF_STREAM;
    }
    return connection->state == STINT_TCP_SYN_SENT ? STINT_WRONG_STATE : STINT_WOULD_BLOCK;
}

enum stint_result stint_tcp_peek(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_span into, size_t *read)
{
    *read = 0;
    const struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (connection->receiver.ring.length == 0) {
        return nothing_to_read(connection);
    }
    *read = stint_ring_copy(&connection->receiver.ring, into);
    return STINT_OK;
}

/* Bytes were taken off the ring: it may be given back, and the peer may send more. */
static void room_was_made(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    struct stint_tcp_receiver *receiver = &connection->receiver;
    stint_tcp_size_to_receive(tcp, connection);
    if (receiver->ring.length == 0 && stint_assembler_is_empty(&receiver->assembler)) {
        stint_tcp_ring_release(tcp, &receiver->ring);
    }
    if (connection->state != STINT_TCP_CLOSED && receiver->acknowledgments_due == 0 &&
        window_update_is_due(connection)) {
        stint_tcp_acknowledge_now(tcp, connection);
    }
}

enum stint_result stint_tcp_read(
    struct stint_tcp *tcp, struct stint_handle handle, struct stint_span into, size_t *read)
{
    *read = 0;
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (connection->receiver.ring.length == 0) {
        return nothing_to_read(connection);
    }
    *read = stint_ring_read(&connection->receiver.ring, into);
    room_was_made(tcp, connection);
    return STINT_OK;
}

enum stint_result stint_tcp_readable(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_ring_view *bytes)
{
    *bytes = (struct stint_ring_view){0};
    const struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    const struct stint_ring *ring = &connection->receiver.ring;
    if (ring->length == 0) {
        return nothing_to_read(connection);
    }
    *bytes = stint_ring_peek(ring, 0, ring->length);
    return STINT_OK;
}

enum stint_result stint_tcp_take(struct stint_tcp *tcp, struct stint_handle handle, size_t length)
{
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (length > connection->receiver.ring.length) {
        return STINT_INVALID;
    }
    stint_ring_drop(&connection->receiver.ring, (uint32_t)length);
    room_was_made(tcp, connection);
    return STINT_OK;
}

/* --- closing --- */

static void queue_fin(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    if (connection->sender.fin_queued) {
        return;
    }
    connection->sender.fin_queued = true;
    if (connection->state == STINT_TCP_ESTABLISHED) {
        connection->state = STINT_TCP_FIN_WAIT_1;
    } else if (connection->state == STINT_TCP_CLOSE_WAIT) {
        connection->state = STINT_TCP_LAST_ACK;
    }
    stint_tcp_make_ready(tcp, connection);
}

enum stint_result stint_tcp_shutdown(struct stint_tcp *tcp, struct stint_handle handle)
{
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (connection->state == STINT_TCP_CLOSED || connection->state == STINT_TCP_SYN_SENT) {
        return connection->failure == STINT_OK ? STINT_WRONG_STATE
                                               : (enum stint_result)connection->failure;
    }
    queue_fin(tcp, connection);
    stint_tcp_tell(tcp, connection);
    return STINT_OK;
}

/* Nobody owns it any more; it goes on until it is done. */
static void orphan(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    connection->orphan = true;
    connection->owner = 0;
    stint_tcp_ring_release(tcp, &connection->receiver.ring);
    connection->receiver.assembler.count = 0;
    if (connection->state == STINT_TCP_FIN_WAIT_2) {
        connection->linger_at = stint_instant_after(now, stint_seconds(STINT_TCP_FIN_WAIT_2_S));
    }
    stint_tcp_arm(tcp, connection);
}

static void send_reset(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    connection->sender.reset = true;
    connection->retransmit_at = stint_instant_never();
    connection->acknowledge_at = stint_instant_never();
    connection->linger_at = stint_instant_after(now, stint_seconds(RESET_LINGER_S));
    connection->keep_alive = false;
    stint_tcp_ring_release(tcp, &connection->sender.ring);
    orphan(tcp, now, connection);
    stint_tcp_make_ready(tcp, connection);
}

enum stint_result stint_tcp_abort(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_handle handle)
{
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    switch ((enum stint_tcp_state)connection->state) {
    case STINT_TCP_CLOSED:
    case STINT_TCP_SYN_SENT:
    case STINT_TCP_TIME_WAIT:
        stint_tcp_connection_release(tcp, connection);
        break;
    case STINT_TCP_SYN_RECEIVED:
    case STINT_TCP_ESTABLISHED:
    case STINT_TCP_FIN_WAIT_1:
    case STINT_TCP_FIN_WAIT_2:
    case STINT_TCP_CLOSE_WAIT:
    case STINT_TCP_CLOSING:
    case STINT_TCP_LAST_ACK:
        send_reset(tcp, now, connection);
        break;
    }
    return STINT_OK;
}

enum stint_result stint_tcp_close(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_handle handle)
{
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    const bool unread = connection->receiver.ring.length > 0;
    switch ((enum stint_tcp_state)connection->state) {
    case STINT_TCP_CLOSED:
    case STINT_TCP_SYN_SENT:
        stint_tcp_connection_release(tcp, connection);
        break;
    case STINT_TCP_TIME_WAIT:
        if (connection->receiver.acknowledgments_due == 0) {
            stint_tcp_time_wait_leave_record(tcp, now, connection);
        } else {
            orphan(tcp, now, connection);
        }
        break;
    case STINT_TCP_SYN_RECEIVED:
    case STINT_TCP_ESTABLISHED:
    case STINT_TCP_FIN_WAIT_1:
    case STINT_TCP_FIN_WAIT_2:
    case STINT_TCP_CLOSE_WAIT:
    case STINT_TCP_CLOSING:
    case STINT_TCP_LAST_ACK:
        if (unread) {
            send_reset(tcp, now, connection);
        } else {
            queue_fin(tcp, connection);
            orphan(tcp, now, connection);
        }
        break;
    }
    return STINT_OK;
}
