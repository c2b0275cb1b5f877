/* Repairing losses: fast retransmit and fast recovery of NewReno (RFC 5681 3.2, RFC 6582), limited
 * transmit (RFC 3042). SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * This is the seam for better ways to know what was lost: they decide what is sent again and what
 * may be in flight, here.
 */
#include "tcp_internal.h"

static uint32_t in_flight(const struct stint_tcp_connection *connection)
{
    return stint_sequence_distance(connection->sender.unacknowledged, connection->sender.cursor);
}

static void add_credit(struct stint_tcp_connection *connection)
{
    const uint32_t segment = connection->congestion.segment;
    if (connection->sender.recovery_credit < UINT32_C(1) << 30) {
        connection->sender.recovery_credit += segment;
    }
}

uint32_t stint_tcp_recovery_window(const struct stint_tcp_connection *connection)
{
    return connection->congestion.window + connection->sender.recovery_credit;
}

static void enter_recovery(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    struct stint_tcp_sender *sender = &connection->sender;
    const uint32_t flight = in_flight(connection);
    const uint32_t window = connection->congestion.window;
    /* RFC 5681 3.2: without what limited transmit sent beyond the window. */
    stint_congestion_loss(&connection->congestion, flight < window ? flight : window);
    sender->recovering = true;
    sender->recover = sender->next;
    sender->retransmit_first = true;
    stint_tcp_round_trip_spoil(&connection->round_trip);
    tcp->counters.fast_retransmits++;
}

void stint_tcp_recovery_duplicate(struct stint_tcp *tcp, struct stint_tcp_connection *connection)
{
    struct stint_tcp_sender *sender = &connection->sender;
    stint_tcp_make_ready(tcp, connection);
    if (sender->recovering) {
        add_credit(connection);
        return;
    }
    /* RFC 6582 3.2 step 1: after a timeout, duplicates of what was sent twice mean nothing. */
    if (!stint_sequence_is_at_most(sender->recover, sender->unacknowledged) ||
        sender->duplicates >= STINT_TCP_DUPLICATES) {
        return;
    }
    sender->duplicates++;
    add_credit(connection);
    if (sender->duplicates == STINT_TCP_DUPLICATES) {
        enter_recovery(tcp, connection);
    }
}

/* RFC 6582 3.2 step 3: a partial acknowledgment shows the next hole. */
static void take_partial(struct stint_tcp_connection *connection, uint32_t acknowledged)
{
    struct stint_tcp_sender *sender = &connection->sender;
    sender->retransmit_first = true;
    sender->recovery_credit -=
        acknowledged < sender->recovery_credit ? acknowledged : sender->recovery_credit;
    if (acknowledged >= connection->congestion.segment) {
        add_credit(connection);
    }
}

void stint_tcp_recovery_acknowledged(struct stint_tcp *tcp, struct stint_tcp_connection *connection,
    struct stint_sequence acknowledgment)
{
    (void)tcp;
    struct stint_tcp_sender *sender = &connection->sender;
    const uint32_t acknowledged = stint_sequence_distance(sender->unacknowledged, acknowledgment);
    if (sender->recovering) {
        if (stint_sequence_is_before(acknowledgment, sender->recover)) {
            take_partial(connection, acknowledged);
            return;
        }
        sender->recovering = false;
        sender->retransmit_first = false;
        sender->recovery_credit = 0;
        return;
    }
    sender->recovery_credit = 0;
    if (stint_sequence_is_at_most(sender->recover, acknowledgment)) {
        sender->recover = acknowledgment; /* left behind, it would lie ahead after 2^31 bytes */
    }
    /* RFC 7661 in spirit: a window that was not used says nothing about the path. */
    if (in_flight(connection) * 2 >= connection->congestion.window) {
        stint_congestion_acknowledged(&connection->congestion, acknowledged);
    }
}

void stint_tcp_recovery_timeout(struct stint_tcp_connection *connection)
{
    struct stint_tcp_sender *sender = &connection->sender;
    if (sender->retransmits == 0) {
        stint_congestion_timeout(&connection->congestion, in_flight(connection));
    }
    sender->recover = sender->next;
    sender->recovering = false;
    sender->retransmit_first = false;
    sender->recovery_credit = 0;
    sender->duplicates = 0;
    sender->cursor = sender->unacknowledged;
    stint_tcp_round_trip_spoil(&connection->round_trip);
}
