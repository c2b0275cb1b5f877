/* Passive opens: listeners, handshakes as half-open records, the queue of connections to be
 * accepted. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

static struct stint_tcp_listener *find_listener(
    const struct stint_tcp *tcp, struct stint_handle handle)
{
    if (handle.index >= tcp->limits.listeners) {
        return NULL;
    }
    struct stint_tcp_listener *listener = &tcp->listeners[handle.index];
    return listener->in_use && listener->generation == handle.generation ? listener : NULL;
}

struct stint_tcp_listener *stint_tcp_listener_for(
    struct stint_tcp *tcp, const struct stint_endpoint *local)
{
    struct stint_tcp_listener *any = NULL;
    for (unsigned i = 0; i < tcp->limits.listeners; i++) {
        struct stint_tcp_listener *listener = &tcp->listeners[i];
        if (!listener->in_use || listener->local.port != local->port) {
            continue;
        }
        if (stint_address_equal(&listener->local.address, &local->address)) {
            return listener;
        }
        if (stint_address_covers(&listener->local.address, &local->address)) {
            any = listener;
        }
    }
    return any;
}

static bool listens_on(
    const struct stint_tcp_listener *listener, const struct stint_endpoint *local)
{
    return listener->in_use && listener->local.port == local->port &&
           stint_address_overlaps(&listener->local.address, &local->address);
}

static bool listener_exists(const struct stint_tcp *tcp, const struct stint_endpoint *local)
{
    for (unsigned i = 0; i < tcp->limits.listeners; i++) {
        if (listens_on(&tcp->listeners[i], local)) {
            return true;
        }
    }
    return false;
}

bool stint_tcp_port_is_used(const struct stint_tcp *tcp, const struct stint_endpoint *local)
{
    for (unsigned i = 0; i < tcp->limits.connections; i++) {
        const struct stint_tcp_connection *connection = &tcp->connections[i];
        const struct stint_endpoint *theirs = &connection->flow.local;
        if (connection->in_use && theirs->port == local->port &&
            stint_address_covers(&local->address, &theirs->address)) {
            return true;
        }
    }
    return listener_exists(tcp, local);
}

enum stint_result stint_tcp_listen(struct stint_tcp *tcp, const struct stint_endpoint *local,
    uint16_t backlog, uintptr_t owner, struct stint_handle *handle)
{
    if (local->port == 0 || backlog == 0) {
        return STINT_INVALID;
    }
    if (listener_exists(tcp, local)) {
        return STINT_ADDRESS_IN_USE;
    }
    for (unsigned i = 0; i < tcp->limits.listeners; i++) {
        struct stint_tcp_listener *listener = &tcp->listeners[i];
        if (!listener->in_use) {
            listener->local = *local;
            listener->owner = owner;
            listener->backlog = backlog;
            listener->half_open = 0;
            listener->in_use = true;
            listener->generation = stint_generation_next(listener->generation);
            *handle = stint_handle_of((uint16_t)i, listener->generation);
            return STINT_OK;
        }
    }
    return STINT_EXHAUSTED;
}

enum stint_result stint_tcp_accept(struct stint_tcp *tcp, struct stint_handle handle,
    uintptr_t owner, struct stint_handle *accepted)
{
    struct stint_tcp_listener *listener = find_listener(tcp, handle);
    if (listener == NULL) {
        return STINT_BAD_HANDLE;
    }
    const uint16_t record = stint_id_queue_pop(&listener->accepted);
    if (record == STINT_ID_NONE) {
        return STINT_WOULD_BLOCK;
    }
    struct stint_tcp_connection *connection = &tcp->connections[record];
    connection->listener = STINT_ID_NONE;
    connection->owner = owner;
    *accepted = stint_handle_of(record, connection->generation);
    stint_tcp_tell(tcp, connection);
    return STINT_OK;
}

uint16_t stint_tcp_accept_count(const struct stint_tcp *tcp, struct stint_handle handle)
{
    const struct stint_tcp_listener *listener = find_listener(tcp, handle);
    return listener == NULL ? 0 : listener->accepted.length;
}

enum stint_result stint_tcp_listener_close(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_handle handle)
{
    struct stint_tcp_listener *listener = find_listener(tcp, handle);
    if (listener == NULL) {
        return STINT_BAD_HANDLE;
    }
    for (uint16_t record = stint_id_queue_pop(&listener->accepted); record != STINT_ID_NONE;
         record = stint_id_queue_pop(&listener->accepted)) {
        struct stint_tcp_connection *connection = &tcp->connections[record];
        connection->listener = STINT_ID_NONE;
        (void)stint_tcp_abort(tcp, now, stint_handle_of(record, connection->generation));
    }
    for (unsigned i = 0; i < tcp->limits.half_open; i++) {
        struct stint_tcp_half_open *half_open = &tcp->half_opens[i];
        if (half_open->in_use && listens_on(listener, &half_open->ends.flow.local)) {
            stint_tcp_half_open_release(tcp, half_open);
        }
    }
    listener->in_use = false;
    return STINT_OK;
}

bool stint_tcp_visit_listeners(const struct stint_tcp *tcp, uint16_t *cursor,
    struct stint_endpoint *local, uint16_t *waiting, uint16_t *backlog)
{
    while (*cursor < tcp->limits.listeners) {
        const struct stint_tcp_listener *listener = &tcp->listeners[*cursor];
        (*cursor)++;
        if (listener->in_use) {
            *local = listener->local;
            *waiting = listener->accepted.length;
            *backlog = listener->backlog;
            return true;
        }
    }
    return false;
}

/* --- handshakes --- */

/* A connection that completes without a record: our answer was a cookie. */
static enum stint_drop take_cookie(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_listener *listener, const struct stint_tcp_flow *flow,
    const struct stint_tcp_segment *segment, uint16_t mtu, struct stint_tcp_reply *reply)
{
    struct stint_tcp_handshake handshake;
    if (!stint_tcp_cookie_check(tcp, now, flow, segment, mtu, &handshake)) {
        stint_tcp_reply_reset(tcp, flow, segment, reply);
        return STINT_DROP_TCP_ACK;
    }
    if (!stint_tcp_can_establish(tcp, listener)) {
        return STINT_DROP_TCP_BACKLOG;
    }
    struct stint_tcp_connection *connection = stint_tcp_establish(tcp, now, listener, &handshake);
    tcp->counters.cookies_accepted++;
    return stint_tcp_receive_connection(tcp, now, connection, segment, reply);
}

enum stint_drop stint_tcp_receive_listen(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply)
{
    if (segment->rst) {
        return STINT_DROP_TCP_RESET;
    }
    struct stint_tcp_listener *listener = stint_tcp_listener_for(tcp, &flow->local);
    if (listener == NULL) {
        stint_tcp_reply_reset(tcp, flow, segment, reply);
        return STINT_DROP_TCP_PORT;
    }
    if (segment->ack) {
        return take_cookie(tcp, now, listener, flow, segment, mtu, reply);
    }
    if (!segment->syn || segment->fin) {
        return STINT_DROP_TCP_FLAGS;
    }
    if (listener->accepted.length >= listener->backlog) {
        return STINT_DROP_TCP_BACKLOG; /* silence: the peer tries again when we have caught up */
    }
    if (listener->half_open >= listener->backlog ||
        !stint_tcp_half_open_begin(tcp, now, listener, flow, segment, mtu)) {
        stint_tcp_cookie_send(tcp, now, flow, segment, mtu, reply);
    }
    return STINT_DROP_NONE;
}

bool stint_tcp_can_establish(const struct stint_tcp *tcp, const struct stint_tcp_listener *listener)
{
    return listener->accepted.length < listener->backlog &&
           tcp->free_connections.first != STINT_ID_NONE;
}

struct stint_tcp_connection *stint_tcp_establish(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_listener *listener, const struct stint_tcp_handshake *handshake)
{
    const struct stint_tcp_ends *ends = &handshake->ends;
    struct stint_tcp_connection *connection = stint_tcp_connection_take(tcp, now, &ends->flow);
    const struct stint_sequence next = ends->send_next;
    const struct stint_sequence expected = ends->receive_next;
    connection->state = STINT_TCP_ESTABLISHED;
    connection->agreement = handshake->agreement;
    connection->path_mtu = handshake->path_mtu;
    connection->listener = (uint16_t)(listener - tcp->listeners);
    connection->sender.unacknowledged = next;
    connection->sender.next = next;
    connection->sender.cursor = next;
    connection->sender.recover = stint_sequence_before(next, 1);
    connection->sender.window_sequence = stint_sequence_before(expected, 1);
    connection->sender.window_acknowledgment = stint_sequence_before(next, 1);
    connection->receiver.next = expected;
    connection->receiver.last_acknowledged = expected;
    connection->receiver.recent_timestamp = ends->recent_timestamp;
    /* The SYN-ACK's window was never scaled: it promised no more than this. */
    connection->receiver.edge = stint_sequence_after(expected, stint_tcp_first_window(tcp));
    stint_congestion_init(
        &connection->congestion, STINT_CONGESTION_NEWRENO, stint_tcp_full_segment(connection));
    stint_id_queue_push(&listener->accepted, stint_tcp_record_of(tcp, connection));
    stint_tcp_tell_listener(tcp, listener);
    tcp->counters.passive_opens++;
    return connection;
}
