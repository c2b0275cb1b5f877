/* Looking at TCP sockets and setting their options.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

const char *stint_tcp_state_name(enum stint_tcp_state state)
{
    switch (state) {
    case STINT_TCP_CLOSED:
        return "CLOSED";
    case STINT_TCP_SYN_SENT:
        return "SYN-SENT";
    case STINT_TCP_SYN_RECEIVED:
        return "SYN-RECEIVED";
    case STINT_TCP_ESTABLISHED:
        return "ESTABLISHED";
    case STINT_TCP_FIN_WAIT_1:
        return "FIN-WAIT-1";
    case STINT_TCP_FIN_WAIT_2:
        return "FIN-WAIT-2";
    case STINT_TCP_CLOSE_WAIT:
        return "CLOSE-WAIT";
    case STINT_TCP_CLOSING:
        return "CLOSING";
    case STINT_TCP_LAST_ACK:
        return "LAST-ACK";
    case STINT_TCP_TIME_WAIT:
        return "TIME-WAIT";
    }
    return "?";
}

enum stint_result stint_tcp_get_options(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_tcp_options_set *options)
{
    const struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    *options = (struct stint_tcp_options_set){
        .no_delay = connection->no_delay,
        .cork = connection->cork,
        .keep_alive = connection->keep_alive,
        .keep_alive_idle = stint_milliseconds(connection->keep_alive_idle),
        .keep_alive_interval = stint_milliseconds(connection->keep_alive_interval),
        .keep_alive_count = connection->keep_alive_count,
        .user_timeout = stint_milliseconds(connection->user_timeout),
        .traffic_class = connection->traffic_class,
        .time_to_live = connection->time_to_live,
    };
    return STINT_OK;
}

/* Rounded up: nothing that was asked for becomes no time at all. */
static uint32_t whole_milliseconds(struct stint_duration duration)
{
    return (uint32_t)((duration.microseconds + 999) / 1000);
}

static bool fits(struct stint_duration duration, int64_t least)
{
    return duration.microseconds >= least && duration.microseconds <= (int64_t)UINT32_MAX * 1000;
}

enum stint_result stint_tcp_set_options(struct stint_tcp *tcp, struct stint_instant now,
    struct stint_handle handle, const struct stint_tcp_options_set *options)
{
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (options->keep_alive_count == 0 || !fits(options->keep_alive_idle, 1) ||
        !fits(options->keep_alive_interval, 1) || !fits(options->user_timeout, 0)) {
        return STINT_INVALID;
    }
    connection->no_delay = options->no_delay;
    connection->cork = options->cork;
    connection->keep_alive = options->keep_alive;
    connection->keep_alive_idle = whole_milliseconds(options->keep_alive_idle);
    connection->keep_alive_interval = whole_milliseconds(options->keep_alive_interval);
    connection->keep_alive_count = options->keep_alive_count;
    connection->user_timeout = whole_milliseconds(options->user_timeout);
    connection->traffic_class = options->traffic_class;
    connection->time_to_live = options->time_to_live;
    if (connection->state != STINT_TCP_CLOSED) {
        stint_tcp_schedule(tcp, now, connection);
        stint_tcp_make_ready(tcp, connection); /* Nagle or cork may have held something back */
    }
    return STINT_OK;
}

enum stint_result stint_tcp_set_owner(
    struct stint_tcp *tcp, struct stint_handle handle, uintptr_t owner)
{
    struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    connection->owner = owner;
    return STINT_OK;
}

static bool takes_writes(const struct stint_tcp_connection *connection)
{
    return (connection->state == STINT_TCP_ESTABLISHED ||
               connection->state == STINT_TCP_CLOSE_WAIT) &&
           !connection->sender.fin_queued;
}

/* Bytes that stint_tcp_write() would take. */
static uint32_t room_to_write(
    const struct stint_tcp *tcp, const struct stint_tcp_connection *connection)
{
    const struct stint_ring *ring = &connection->sender.ring;
    if (!takes_writes(connection) ||
        stint_id_queue_contains(&tcp->starved, stint_tcp_record_of(tcp, connection))) {
        return 0;
    }
    return (ring->capacity > 0 ? ring->capacity : stint_tcp_first_send_buffer(tcp)) - ring->length;
}

/* What is queued or sent and not acknowledged, the FIN included, gone or yet to go. */
static uint32_t unacknowledged(const struct stint_tcp_connection *connection)
{
    const uint32_t queued = connection->sender.ring.length;
    const uint32_t outstanding = stint_tcp_outstanding(connection);
    if (outstanding > queued) {
        return outstanding;
    }
    const bool fin_waits =
        connection->sender.fin_queued &&
        (connection->state == STINT_TCP_FIN_WAIT_1 || connection->state == STINT_TCP_LAST_ACK);
    return queued + fin_waits;
}

static void describe_progress(const struct stint_tcp *tcp,
    const struct stint_tcp_connection *connection, struct stint_tcp_progress *progress)
{
    progress->state = (enum stint_tcp_state)connection->state;
    progress->failure = (enum stint_result)connection->failure;
    progress->can_write = room_to_write(tcp, connection) > 0 ||
                          connection->state == STINT_TCP_CLOSED ||
                          (connection->sender.fin_queued && !stint_tcp_is_opening(connection));
    progress->readable = connection->receiver.ring.length;
    progress->unacknowledged = unacknowledged(connection);
}

static void describe(const struct stint_tcp *tcp, const struct stint_tcp_connection *connection,
    struct stint_tcp_status *status)
{
    struct stint_tcp_progress progress;
    const bool ended = connection->state == STINT_TCP_CLOSED;
    describe_progress(tcp, connection, &progress);
    *status = (struct stint_tcp_status){
        .state = progress.state,
        .local = connection->flow.local,
        .remote = connection->flow.remote,
        .established = !stint_tcp_is_opening(connection) && !ended,
        .at_end =
            connection->receiver.ring.length == 0 && (connection->receiver.fin_received || ended),
        .can_write = progress.can_write,
        .orphan = connection->orphan,
        .failure = progress.failure,
        .readable = progress.readable,
        .receive_capacity = stint_tcp_receive_capacity(connection),
        .writable = room_to_write(tcp, connection),
        .unacknowledged = progress.unacknowledged,
        .congestion_window = connection->congestion.window,
        .peer_window = connection->sender.window,
        .round_trip = stint_microseconds(connection->round_trip.smoothed),
        .retransmits = connection->retransmitted,
    };
}

enum stint_result stint_tcp_get_progress(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_tcp_progress *progress)
{
    const struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    describe_progress(tcp, connection, progress);
    return STINT_OK;
}

enum stint_result stint_tcp_get_status(
    const struct stint_tcp *tcp, struct stint_handle handle, struct stint_tcp_status *status)
{
    const struct stint_tcp_connection *connection = stint_tcp_find(tcp, handle);
    if (connection == NULL) {
        return STINT_BAD_HANDLE;
    }
    describe(tcp, connection, status);
    return STINT_OK;
}

/* What a record tells; false when it is not in use. */
static bool describe_record(
    const struct stint_tcp *tcp, uint16_t record, struct stint_tcp_status *status)
{
    const uint16_t half_opens = tcp->limits.connections;
    const uint16_t time_waits = (uint16_t)(half_opens + tcp->limits.half_open);
    if (record < half_opens) {
        if (tcp->connections[record].in_use) {
            describe(tcp, &tcp->connections[record], status);
        }
        return tcp->connections[record].in_use;
    }
    const bool is_half_open = record < time_waits;
    const struct stint_tcp_flow *flow = is_half_open
                                            ? &tcp->half_opens[record - half_opens].ends.flow
                                            : &tcp->time_waits[record - time_waits].ends.flow;
    *status = (struct stint_tcp_status){
        .state = is_half_open ? STINT_TCP_SYN_RECEIVED : STINT_TCP_TIME_WAIT,
        .local = flow->local,
        .remote = flow->remote,
        .orphan = true,
    };
    return is_half_open ? tcp->half_opens[record - half_opens].in_use
                        : tcp->time_waits[record - time_waits].in_use;
}

bool stint_tcp_visit(const struct stint_tcp *tcp, uint16_t *cursor, struct stint_tcp_status *status)
{
    const uint16_t records =
        (uint16_t)(tcp->limits.connections + tcp->limits.half_open + tcp->limits.time_wait);
    while (*cursor < records) {
        const uint16_t record = *cursor;
        (*cursor)++;
        if (describe_record(tcp, record, status)) {
            return true;
        }
    }
    return false;
}
