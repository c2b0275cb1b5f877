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

/* The listener for a local endpoint: one bound to the address before one bound to any. */
static struct stint_tcp_listener *listener_for(
    struct stint_tcp *tcp, const struct stint_endpoint *local)
{
    struct stint_tcp_listener *any = NULL;
    for (uint16_t i = 0; i < tcp->limits.listeners; i++) {
        struct stint_tcp_listener *listener = &tcp->listeners[i];
        if (!listener->in_use || listener->local.port != local->port) {
            continue;
        }
        if (stint_address_equal(&listener->local.address, &local->address)) {
            return listener;
        }
        if (stint_address_is_unspecified(&listener->local.address)) {
            any = listener;
        }
    }
    return any;
}

static bool listens_on(
    const struct stint_tcp_listener *listener, const struct stint_endpoint *local)
{
    return listener->in_use && listener->local.port == local->port &&
           (stint_address_equal(&listener->local.address, &local->address) ||
               stint_address_is_unspecified(&listener->local.address) ||
               stint_address_is_unspecified(&local->address));
}

static bool listener_exists(const struct stint_tcp *tcp, const struct stint_endpoint *local)
{
    for (uint16_t i = 0; i < tcp->limits.listeners; i++) {
        if (listens_on(&tcp->listeners[i], local)) {
            return true;
        }
    }
    return false;
}

bool stint_tcp_port_is_used(const struct stint_tcp *tcp, const struct stint_endpoint *local)
{
    for (uint16_t i = 0; i < tcp->limits.connections; i++) {
        const struct stint_tcp_connection *connection = &tcp->connections[i];
        const struct stint_endpoint *theirs = &connection->flow.local;
        if (connection->in_use && theirs->port == local->port &&
            (stint_address_is_unspecified(&local->address) ||
                stint_address_equal(&theirs->address, &local->address))) {
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
    for (uint16_t i = 0; i < tcp->limits.listeners; i++) {
        struct stint_tcp_listener *listener = &tcp->listeners[i];
        if (!listener->in_use) {
            listener->local = *local;
            listener->owner = owner;
            listener->backlog = backlog;
            listener->half_open = 0;
            listener->in_use = true;
            listener->generation = stint_generation_next(listener->generation);
            *handle = stint_handle_of(i, listener->generation);
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
    const uint16_t index = (uint16_t)(listener - tcp->listeners);
    for (uint16_t i = 0; i < tcp->limits.half_open; i++) {
        if (tcp->half_opens[i].in_use && tcp->half_opens[i].listener == index) {
            stint_tcp_half_open_release(tcp, &tcp->half_opens[i]);
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

void stint_tcp_half_open_release(struct stint_tcp *tcp, struct stint_tcp_half_open *half_open)
{
    const uint16_t record = stint_tcp_half_open_record_of(tcp, half_open);
    stint_tcp_demux_remove(&tcp->demux, record);
    stint_timers_set(&tcp->timers, record, stint_instant_never());
    tcp->listeners[half_open->listener].half_open--;
    half_open->in_use = false;
    stint_id_queue_push(&tcp->free_half_opens, record);
    tcp->half_opens_in_use--;
}

static enum stint_drop begin_handshake(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_listener *listener, const struct stint_tcp_flow *flow,
    const struct stint_tcp_segment *segment, uint16_t mtu)
{
    if ((uint32_t)listener->half_open + listener->accepted.length >= listener->backlog) {
        return STINT_DROP_TCP_BACKLOG;
    }
    const uint16_t record = stint_id_queue_pop(&tcp->free_half_opens);
    if (record == STINT_ID_NONE) {
        return STINT_DROP_TCP_BACKLOG;
    }
    struct stint_tcp_half_open *half_open = stint_tcp_half_open_at(tcp, record);
    *half_open = (struct stint_tcp_half_open){
        .flow = *flow,
        .initial = stint_tcp_initial_sequence(tcp, now, flow),
        .remote_initial = segment->sequence,
        .recent_timestamp = segment->options.timestamp,
        .window = segment->window,
        .retransmit_at = stint_instant_never(),
        .agreement = stint_tcp_agree(tcp, flow, &segment->options, mtu),
        .path_mtu = mtu,
        .listener = (uint16_t)(listener - tcp->listeners),
        .in_use = true,
        .due = true,
    };
    stint_tcp_demux_add(&tcp->demux, record, &half_open->flow);
    stint_id_queue_push(&tcp->ready, record);
    listener->half_open++;
    tcp->half_opens_in_use++;
    if (tcp->half_opens_in_use > tcp->counters.half_open_high_water) {
        tcp->counters.half_open_high_water = tcp->half_opens_in_use;
    }
    return STINT_DROP_NONE;
}

enum stint_drop stint_tcp_receive_listen(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, const struct stint_tcp_segment *segment, uint16_t mtu,
    struct stint_tcp_reply *reply)
{
    if (segment->rst) {
        return STINT_DROP_TCP_RESET;
    }
    struct stint_tcp_listener *listener = listener_for(tcp, &flow->local);
    if (listener == NULL || segment->ack) {
        stint_tcp_reply_reset(tcp, flow, segment, reply);
        return listener == NULL ? STINT_DROP_TCP_PORT : STINT_DROP_TCP_ACK;
    }
    if (!segment->syn || segment->fin) {
        return STINT_DROP_TCP_FLAGS;
    }
    return begin_handshake(tcp, now, listener, flow, segment, mtu);
}

/* The handshake is complete: a connection takes the record's place. */
static struct stint_tcp_connection *promote(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_half_open *half_open)
{
    const struct stint_tcp_half_open done = *half_open;
    struct stint_tcp_listener *listener = &tcp->listeners[done.listener];
    if (listener->accepted.length >= listener->backlog ||
        tcp->free_connections.first == STINT_ID_NONE) {
        return NULL;
    }
    stint_tcp_half_open_release(tcp, half_open);
    struct stint_tcp_connection *connection = stint_tcp_connection_take(tcp, now, &done.flow);
    const struct stint_sequence next = stint_sequence_after(done.initial, 1);
    const struct stint_sequence expected = stint_sequence_after(done.remote_initial, 1);
    connection->state = STINT_TCP_ESTABLISHED;
    connection->agreement = done.agreement;
    connection->path_mtu = done.path_mtu;
    connection->listener = done.listener;
    connection->sender.unacknowledged = next;
    connection->sender.next = next;
    connection->sender.cursor = next;
    connection->sender.recover = done.initial;
    connection->sender.window = done.window;
    connection->sender.window_maximum = done.window;
    connection->sender.window_sequence = done.remote_initial;
    connection->sender.window_acknowledgment = done.initial;
    connection->receiver.next = expected;
    connection->receiver.last_acknowledged = expected;
    connection->receiver.recent_timestamp = done.recent_timestamp;
    /* The SYN-ACK's window was never scaled: it promised no more than this. */
    const uint32_t promised =
        tcp->limits.receive_buffer < 65535 ? tcp->limits.receive_buffer : 65535;
    connection->receiver.edge = stint_sequence_after(expected, promised);
    stint_congestion_init(
        &connection->congestion, STINT_CONGESTION_NEWRENO, stint_tcp_full_segment(connection));
    if (done.attempts > 1) { /* RFC 5681 3.1: the path lost a SYN-ACK */
        connection->congestion.window = connection->congestion.segment;
    }
    stint_id_queue_push(&listener->accepted, stint_tcp_record_of(tcp, connection));
    stint_tcp_tell_listener(tcp, listener);
    tcp->counters.passive_opens++;
    return connection;
}

/* The segment that the record would send: an ACK of what is known. */
static void reply_acknowledgment(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_half_open *half_open, struct stint_tcp_reply *reply)
{
    const uint32_t window = tcp->limits.receive_buffer >> half_open->agreement.receive_window_scale;
    reply->wanted = true;
    reply->flow = half_open->flow;
    reply->segment = (struct stint_tcp_segment){
        .source_port = half_open->flow.local.port,
        .destination_port = half_open->flow.remote.port,
        .sequence = stint_sequence_after(half_open->initial, 1),
        .acknowledgment = stint_sequence_after(half_open->remote_initial, 1),
        .ack = true,
        .window = window < 65535 ? (uint16_t)window : 65535,
        .options = {.has_timestamps = half_open->agreement.timestamps,
            .timestamp =
                stint_tcp_timestamp(now, stint_tcp_timestamp_offset(tcp, &half_open->flow)),
            .timestamp_echo = half_open->recent_timestamp},
    };
}

enum stint_drop stint_tcp_receive_half_open(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_tcp_half_open *half_open, const struct stint_tcp_segment *segment,
    struct stint_tcp_reply *reply)
{
    const struct stint_sequence expected = stint_sequence_after(half_open->remote_initial, 1);
    if (segment->syn && !segment->ack && !segment->rst &&
        stint_sequence_equal(segment->sequence, half_open->remote_initial)) {
        half_open->due = true; /* our SYN-ACK was lost */
        stint_id_queue_push(&tcp->ready, stint_tcp_half_open_record_of(tcp, half_open));
        return STINT_DROP_NONE;
    }
    if (!stint_sequence_is_within(segment->sequence, expected, 65536)) {
        if (!segment->rst) {
            reply_acknowledgment(tcp, now, half_open, reply);
        }
        return STINT_DROP_TCP_SEQUENCE;
    }
    if (segment->rst) {
        if (!stint_sequence_equal(segment->sequence, expected)) {
            reply_acknowledgment(tcp, now, half_open, reply);
            return STINT_DROP_TCP_RESET;
        }
        stint_tcp_half_open_release(tcp, half_open);
        tcp->counters.resets_received++;
        return STINT_DROP_NONE;
    }
    if (segment->syn) {
        reply_acknowledgment(tcp, now, half_open, reply);
        return STINT_DROP_TCP_SYN;
    }
    if (!segment->ack) {
        return STINT_DROP_TCP_FLAGS;
    }
    if (!stint_sequence_equal(
            segment->acknowledgment, stint_sequence_after(half_open->initial, 1))) {
        stint_tcp_reply_reset(tcp, &half_open->flow, segment, reply);
        return STINT_DROP_TCP_ACK;
    }
    struct stint_tcp_connection *connection = promote(tcp, now, half_open);
    return connection == NULL ? STINT_DROP_TCP_BACKLOG
                              : stint_tcp_receive_connection(tcp, now, connection, segment, reply);
}
