/* What TCP does when time passes (RFC 9293 3.8, RFC 6298, RFC 1122 4.2).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/tcp_timers.h"

#include "tcp_internal.h"

/* Something was sent, or wants to be, that the peer has not acknowledged. */
static bool waits_for_peer(const struct stint_tcp_connection *connection)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    const bool fin_is_out = stint_tcp_outstanding(connection) > sender->ring.length;
    const bool corked =
        connection->cork && sender->ring.length < stint_tcp_full_segment(connection);
    return stint_tcp_is_opening(connection) || stint_tcp_outstanding(connection) > 0 ||
           (sender->ring.length > 0 && !corked) || (stint_tcp_owes_fin(connection) && !fin_is_out);
}

static struct stint_instant give_up_at(const struct stint_tcp_connection *connection)
{
    const uint32_t timeout =
        connection->user_timeout > 0 ? connection->user_timeout : 1000u * STINT_TCP_USER_TIMEOUT_S;
    return stint_instant_after(connection->progress_at, stint_milliseconds(timeout));
}

static void arm_retransmission(struct stint_instant now, struct stint_tcp_connection *connection)
{
    connection->retransmit_at = stint_instant_earlier(
        stint_instant_after(now, stint_tcp_round_trip_timeout(&connection->round_trip)),
        give_up_at(connection));
}

void stint_tcp_schedule(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    if (!waits_for_peer(connection)) {
        connection->retransmit_at = stint_instant_never();
    } else if (stint_instant_is_never(connection->retransmit_at)) {
        if (stint_tcp_outstanding(connection) == 0) {
            connection->progress_at = now;
        }
        arm_retransmission(now, connection);
    }
    stint_tcp_arm(tcp, connection);
}

struct stint_instant stint_tcp_keep_alive_at(const struct stint_tcp_connection *connection)
{
    if (!connection->keep_alive || stint_tcp_is_opening(connection) || waits_for_peer(connection) ||
        connection->state == STINT_TCP_TIME_WAIT) {
        return stint_instant_never();
    }
    return stint_instant_after(
        stint_instant_after(connection->heard_at, stint_milliseconds(connection->keep_alive_idle)),
        stint_milliseconds((int64_t)connection->keep_alive_interval * connection->sender.probes));
}

void stint_tcp_arm(struct stint_tcp *tcp, const struct stint_tcp_connection *connection)
{
    struct stint_instant earliest =
        stint_instant_earlier(connection->retransmit_at, connection->acknowledge_at);
    earliest = stint_instant_earlier(earliest, connection->linger_at);
    earliest = stint_instant_earlier(earliest, stint_tcp_keep_alive_at(connection));
    stint_timers_set(&tcp->timers, stint_tcp_record_of(tcp, connection), earliest);
}

static void give_up(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    if (stint_tcp_is_opening(connection)) {
        tcp->counters.failed_opens++;
    }
    stint_tcp_connection_end(tcp, connection,
        connection->soft_error == STINT_OK ? STINT_TIMED_OUT
                                           : (enum stint_result)connection->soft_error);
}

static bool has_tried_enough(
    const struct stint_tcp_connection *connection, struct stint_instant now)
{
    const bool is_too_late = stint_instant_has_come(give_up_at(connection), now);
    if (stint_tcp_is_opening(connection)) {
        return connection->sender.retransmits + 1 >= STINT_TCP_SYN_ATTEMPTS ||
               (connection->user_timeout > 0 && is_too_late);
    }
    const bool probing = connection->sender.window == 0;
    return is_too_late || (probing && connection->orphan &&
                              connection->round_trip.backoff >= STINT_TCP_ORPHAN_PROBES);
}

static void probe(struct stint_tcp_connection *connection)
{
    connection->sender.probe = true;
    if (connection->sender.probes < UINT8_MAX) {
        connection->sender.probes++;
    }
}

/* The retransmission timer; while the window is closed or nothing is out it is the persist timer
 * (RFC 9293 3.8.6.1). */
static void retransmit(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    struct stint_tcp_sender *sender = &connection->sender;
    if (has_tried_enough(connection, now)) {
        give_up(tcp, connection);
        return;
    }
    if (stint_tcp_is_opening(connection)) {
        sender->cursor = sender->unacknowledged;
        stint_tcp_round_trip_spoil(&connection->round_trip);
        sender->retransmits++;
    } else if (sender->window == 0 || stint_tcp_outstanding(connection) == 0) {
        probe(connection);
    } else {
        stint_tcp_recovery_timeout(connection);
        tcp->counters.retransmission_timeouts++;
        if (sender->retransmits < UINT8_MAX) {
            sender->retransmits++;
        }
    }
    stint_tcp_round_trip_back_off(&connection->round_trip);
    arm_retransmission(now, connection); /* `progress_at` stays: trying again is no progress */
    stint_tcp_make_ready(tcp, connection);
}

static void keep_alive(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    if (connection->sender.probes >= connection->keep_alive_count) {
        give_up(tcp, connection);
        return;
    }
    probe(connection);
    stint_tcp_make_ready(tcp, connection);
}

/* The end of TIME_WAIT, of an orphan's FIN_WAIT_2, of a reset that could not be sent. */
static void end_waiting(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    stint_tcp_connection_end(tcp, connection, STINT_OK);
}

static void expire_connection(
    struct stint_tcp *tcp, struct stint_instant now, struct stint_tcp_connection *connection)
{
    if (!connection->in_use) {
        return;
    }
    if (stint_instant_has_come(connection->linger_at, now)) {
        end_waiting(tcp, connection);
        return;
    }
    if (stint_instant_has_come(connection->acknowledge_at, now)) {
        connection->acknowledge_at = stint_instant_never();
        stint_tcp_acknowledge_now(tcp, connection);
    }
    if (stint_instant_has_come(connection->retransmit_at, now)) {
        retransmit(tcp, now, connection);
    } else if (stint_instant_has_come(stint_tcp_keep_alive_at(connection), now)) {
        keep_alive(tcp, connection);
    }
    if (connection->in_use && connection->state != STINT_TCP_CLOSED) {
        stint_tcp_arm(tcp, connection);
    }
}

void stint_tcp_expire(struct stint_tcp *tcp, struct stint_instant now)
{
    for (uint16_t timer = stint_timers_pop(&tcp->timers, now); timer != STINT_TIMER_NONE;
         timer = stint_timers_pop(&tcp->timers, now)) {
        struct stint_tcp_connection *connection = stint_tcp_connection_at(tcp, timer);
        if (connection != NULL) {
            expire_connection(tcp, now, connection);
        } else if (timer == stint_tcp_half_open_timer(tcp)) {
            stint_tcp_expire_half_opens(tcp, now);
        } else {
            stint_tcp_expire_time_waits(tcp, now);
        }
    }
}

struct stint_instant stint_tcp_deadline(const struct stint_tcp *tcp)
{
    return stint_timers_earliest(&tcp->timers);
}
