/* The laws that the records of a TCP instance keep, whatever happened to them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_chaos.h"

#include "stint/wire/tcp.h"

static uint32_t distance(struct stint_sequence from, struct stint_sequence to)
{
    return stint_sequence_distance(from, to);
}

static bool is_opening(const struct stint_tcp_connection *connection)
{
    return connection->state == STINT_TCP_SYN_SENT || connection->state == STINT_TCP_SYN_RECEIVED;
}

static const char *broken_by_sender(const struct stint_tcp_connection *connection)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    const uint32_t outstanding = distance(sender->unacknowledged, sender->next);
    if (distance(sender->unacknowledged, sender->cursor) > outstanding) {
        return "UNA <= cursor <= NXT";
    }
    if (sender->ring.length > sender->ring.capacity) {
        return "the send ring holds what it has room for";
    }
    if (!sender->reset && outstanding > sender->ring.length + 1) {
        return "what is out is in the ring, but for SYN or FIN";
    }
    if (!sender->reset && outstanding > sender->ring.length && !is_opening(connection) &&
        !sender->fin_queued) {
        return "nothing but a FIN follows the ring";
    }
    if (connection->congestion.window < connection->congestion.segment) {
        return "the congestion window holds a segment";
    }
    return NULL;
}

static const char *broken_by_receiver(
    struct stint_tcp *tcp, const struct stint_tcp_connection *connection)
{
    const struct stint_tcp_receiver *receiver = &connection->receiver;
    const uint32_t window = distance(receiver->next, receiver->edge);
    const uint32_t room = tcp->limits.receive_buffer - receiver->ring.length;
    if (receiver->ring.length > tcp->limits.receive_buffer) {
        return "the receive ring holds what was promised at most";
    }
    if (window > room) {
        return "the window promises no more than there is room for";
    }
    uint32_t last = 0;
    for (uint8_t i = 0; i < receiver->assembler.count; i++) {
        const struct stint_assembler_range *range = &receiver->assembler.ranges[i];
        if (range->begin <= last || range->end <= range->begin || range->end > window) {
            return "ranges are sorted, apart, and inside the window";
        }
        last = range->end;
    }
    if (last > 0 && receiver->ring.length + last > receiver->ring.capacity) {
        return "ranges lie in the ring";
    }
    return NULL;
}

static const char *broken_by_timers(
    struct stint_tcp *tcp, const struct stint_tcp_connection *connection, uint16_t record)
{
    const struct stint_tcp_sender *sender = &connection->sender;
    const bool waits = sender->ring.length > 0 || sender->reset || is_opening(connection) ||
                       distance(sender->unacknowledged, sender->next) > 0;
    const bool has_turn = stint_id_queue_contains(&tcp->ready, record);
    const bool has_timer = !stint_instant_is_never(stint_timers_deadline(&tcp->timers, record));
    if (waits && !connection->cork && !has_turn && !has_timer) {
        return "what waits has a turn or a timer";
    }
    if (connection->receiver.acknowledgments_due > 0 && !has_turn) {
        return "an ACK that is due has a turn";
    }
    if (connection->orphan && !has_turn && !has_timer) {
        return "an orphan ends by itself";
    }
    return NULL;
}

static const char *broken_by_connection(
    struct stint_tcp *tcp, const struct stint_tcp_connection *connection, uint16_t record)
{
    if (stint_tcp_demux_find(&tcp->demux, &connection->flow) != record) {
        return "a connection is found by its flow";
    }
    const char *law = broken_by_sender(connection);
    if (law == NULL && connection->state != STINT_TCP_SYN_SENT) {
        law = broken_by_receiver(tcp, connection);
    }
    return law != NULL ? law : broken_by_timers(tcp, connection, record);
}

static const char *broken_by_handshakes(struct stint_tcp *tcp)
{
    uint16_t of_listeners = 0;
    uint16_t in_use = 0;
    for (uint16_t i = 0; i < tcp->limits.listeners; i++) {
        const struct stint_tcp_listener *listener = &tcp->listeners[i];
        of_listeners = (uint16_t)(of_listeners + (listener->in_use ? listener->half_open : 0));
        if (listener->in_use && (listener->accepted.length > listener->backlog ||
                                    listener->half_open > listener->backlog)) {
            return "a backlog holds what it was given";
        }
    }
    for (uint16_t i = 0; i < tcp->limits.half_open; i++) {
        const uint16_t record = (uint16_t)(tcp->limits.connections + i);
        in_use = (uint16_t)(in_use + (tcp->half_opens[i].in_use ? 1 : 0));
        if (tcp->half_opens[i].in_use && !stint_id_queue_contains(&tcp->ready, record) &&
            stint_instant_is_never(stint_timers_deadline(&tcp->timers, tcp->limits.connections))) {
            return "a half-open record has a turn or a timer";
        }
    }
    return in_use != tcp->half_opens_in_use || in_use != of_listeners
               ? "half-open records are counted"
               : NULL;
}

bool chaos_follows_as_anew(struct chaos *chaos, struct stint_tcp_offer alike)
{
    struct stint_tcp_offer anew;
    uint8_t bytes[2][4096];
    struct stint_writer writers[2] = {stint_writer_into(stint_span_of(bytes[0], sizeof bytes[0])),
        stint_writer_into(stint_span_of(bytes[1], sizeof bytes[1]))};
    const struct stint_address *local = &alike.flow->local.address;
    const struct stint_address *remote = &alike.flow->remote.address;
    if (!stint_tcp_next_alike(&chaos->tcp, &alike)) {
        return true;
    }
    return stint_tcp_next_offer(&chaos->tcp, chaos->now, &anew) && anew.record == alike.record &&
           stint_tcp_segment_emit(&alike.segment, local, remote, &writers[0]) &&
           stint_tcp_segment_emit(&anew.segment, local, remote, &writers[1]) &&
           stint_view_equal(stint_writer_written(&writers[0]), stint_writer_written(&writers[1]));
}

const char *chaos_broken_law(struct chaos *chaos)
{
    struct stint_tcp *tcp = &chaos->tcp;
    const char *law = broken_by_handshakes(tcp);
    uint32_t memory = 0;
    uint16_t in_use = 0;
    for (uint16_t i = 0; i < tcp->limits.connections && law == NULL; i++) {
        const struct stint_tcp_connection *connection = &tcp->connections[i];
        if (connection->in_use) {
            in_use++;
            memory += connection->sender.ring.capacity + connection->receiver.ring.capacity;
        }
        if (connection->in_use && connection->state != STINT_TCP_CLOSED) {
            law = broken_by_connection(tcp, connection, i);
        }
    }
    if (law != NULL) {
        return law;
    }
    return memory != chaos->arena.in_use       ? "all memory in use belongs to a connection"
           : in_use != tcp->connections_in_use ? "connections are counted"
                                               : NULL;
}
