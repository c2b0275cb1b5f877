/* What ICMP may do to a connection: little, and only about a segment in flight (RFC 5927).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/tcp_receive.h"

#include "tcp_internal.h"

/* RFC 5927 4.1: the quoted segment must be one that is in flight. */
static struct stint_tcp_connection *find_in_flight(
    struct stint_tcp *tcp, const struct stint_tcp_flow *flow, struct stint_sequence sequence)
{
    struct stint_tcp_connection *connection =
        stint_tcp_connection_at(tcp, stint_tcp_demux_find(&tcp->demux, flow));
    return connection != NULL &&
                   stint_sequence_is_within(sequence, connection->sender.unacknowledged,
                       stint_tcp_outstanding(connection))
               ? connection
               : NULL;
}

enum stint_drop stint_tcp_take_error(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, struct stint_sequence sequence, enum stint_result error)
{
    (void)now;
    struct stint_tcp_connection *connection = find_in_flight(tcp, flow, sequence);
    if (connection == NULL) {
        return STINT_DROP_ICMP_QUOTE;
    }
    if (stint_tcp_is_opening(connection)) {
        tcp->counters.failed_opens++;
        stint_tcp_connection_end(tcp, connection, error);
    } else {
        connection->soft_error = (uint8_t)error; /* RFC 5927 5.2 */
    }
    return STINT_DROP_NONE;
}

enum stint_drop stint_tcp_take_path_mtu(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_flow *flow, struct stint_sequence sequence, uint16_t mtu)
{
    struct stint_tcp_connection *connection = find_in_flight(tcp, flow, sequence);
    const uint16_t least = stint_address_is_ipv4(&flow->remote.address) ? 576 : 1280;
    if (connection == NULL || mtu < least || mtu >= connection->path_mtu) {
        return STINT_DROP_ICMP_QUOTE;
    }
    connection->path_mtu = mtu;
    const uint16_t segment = stint_tcp_segment_for_mtu(flow, mtu);
    if (segment < connection->agreement.segment) {
        connection->agreement.segment = segment;
        connection->congestion.segment = stint_tcp_full_segment(connection);
    }
    connection->sender.cursor = connection->sender.unacknowledged;
    stint_tcp_round_trip_spoil(&connection->round_trip);
    stint_tcp_schedule(tcp, now, connection);
    stint_tcp_make_ready(tcp, connection);
    return STINT_DROP_NONE;
}
