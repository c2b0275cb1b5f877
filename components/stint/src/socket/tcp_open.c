/* Active opens, and the numbers every connection begins with: ports, sequence numbers, timestamps,
 * options. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

enum {
    FIRST_PORT = 49152, /* RFC 6335 6: dynamic ports */
    PORT_COUNT = 16384,
};

uint32_t stint_tcp_hash(const struct stint_tcp *tcp, const struct stint_tcp_flow *flow,
    uint32_t purpose, uint32_t first, uint32_t second)
{
    const struct {
        struct stint_tcp_flow flow;
        uint32_t numbers[3];
    } message = {*flow, {purpose, first, second}};
    _Static_assert(sizeof message == 36 + 12, "every byte of the message has a value");
    return (uint32_t)stint_random_hash(
        tcp->random, stint_view_of((const void *)&message, sizeof message));
}

struct stint_sequence stint_tcp_initial_sequence(
    const struct stint_tcp *tcp, struct stint_instant now, const struct stint_tcp_flow *flow)
{
    const uint32_t clock = (uint32_t)((uint64_t)now.microseconds / 4u);
    return stint_sequence_of(clock + stint_tcp_hash(tcp, flow, 's', 0, 0));
}

uint32_t stint_tcp_timestamp_offset(const struct stint_tcp *tcp, const struct stint_tcp_flow *flow)
{
    return stint_tcp_hash(tcp, flow, 't', 0, 0);
}

uint8_t stint_tcp_window_scale(const struct stint_tcp *tcp)
{
    uint8_t scale = 0;
    while (scale < STINT_TCP_WINDOW_SCALE_LIMIT && tcp->limits.receive_buffer >> scale > 65535) {
        scale++;
    }
    return scale;
}

uint16_t stint_tcp_segment_for_mtu(const struct stint_tcp_flow *flow, uint16_t mtu)
{
    const uint16_t headers = stint_address_is_ipv4(&flow->remote.address) ? 20 + 20 : 40 + 20;
    const uint16_t least = headers + STINT_TCP_SEGMENT_MINIMUM;
    return (uint16_t)((mtu < least ? least : mtu) - headers);
}

struct stint_tcp_agreement stint_tcp_agree(const struct stint_tcp *tcp,
    const struct stint_tcp_flow *flow, const struct stint_tcp_options *theirs, uint16_t mtu)
{
    /* A send ring holds two segments: a peer that delays its ACKs waits for a second one (RFC
     * 9293 3.8.6.3). */
    const uint32_t half = tcp->limits.send_buffer / 2;
    const uint16_t ours = stint_tcp_segment_for_mtu(flow, mtu);
    uint16_t segment = theirs->maximum_segment_size;
    if (segment == 0) {
        segment = STINT_TCP_SEGMENT_DEFAULT;
    }
    if (segment > half) {
        segment = (uint16_t)half;
    }
    if (segment < STINT_TCP_SEGMENT_MINIMUM) {
        segment = STINT_TCP_SEGMENT_MINIMUM;
    }
    return (struct stint_tcp_agreement){
        .segment = segment < ours ? segment : ours,
        .send_window_scale = theirs->has_window_scale ? theirs->window_scale : 0,
        .receive_window_scale = theirs->has_window_scale ? stint_tcp_window_scale(tcp) : 0,
        .window_scale = theirs->has_window_scale,
        .timestamps = theirs->has_timestamps,
        .sack = theirs->sack_permitted,
    };
}

uint16_t stint_tcp_full_segment(const struct stint_tcp_connection *connection)
{
    const uint16_t options = connection->agreement.timestamps ? STINT_TCP_TIMESTAMPS_LENGTH : 0;
    return (uint16_t)(connection->agreement.segment - options);
}

/* RFC 6056 3.3.3: ports follow one another from a start that depends on the peer and a secret. */
static bool choose_port(struct stint_tcp *tcp, struct stint_tcp_flow *flow)
{
    flow->local.port = 0;
    const uint32_t offset = stint_tcp_hash(tcp, flow, 'p', 0, 0);
    for (uint32_t attempt = 0; attempt < PORT_COUNT; attempt++) {
        flow->local.port = (uint16_t)(FIRST_PORT + (offset + tcp->next_port) % PORT_COUNT);
        tcp->next_port++;
        if (stint_tcp_demux_find(&tcp->demux, flow) == STINT_ID_NONE) {
            return true;
        }
    }
    return false;
}

static bool can_be_connected(const struct stint_tcp_flow *flow)
{
    return flow->remote.port != 0 && !stint_endpoint_equal(&flow->local, &flow->remote) &&
           !stint_address_is_unspecified(&flow->remote.address) &&
           !stint_address_is_multicast(&flow->remote.address) &&
           !stint_address_is_limited_broadcast(&flow->remote.address) &&
           !stint_address_is_unspecified(&flow->local.address) &&
           stint_address_is_ipv4(&flow->local.address) ==
               stint_address_is_ipv4(&flow->remote.address);
}

enum stint_result stint_tcp_connect(struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_endpoint *local, const struct stint_endpoint *remote, uint16_t mtu,
    uintptr_t owner, struct stint_handle *handle)
{
    struct stint_tcp_flow flow = {.local = *local, .remote = *remote};
    if (!can_be_connected(&flow)) {
        return STINT_INVALID;
    }
    if (flow.local.port == 0) {
        if (!choose_port(tcp, &flow)) {
            return STINT_EXHAUSTED;
        }
    } else if (stint_tcp_demux_find(&tcp->demux, &flow) != STINT_ID_NONE) {
        return STINT_ADDRESS_IN_USE;
    }
    struct stint_tcp_connection *connection = stint_tcp_connection_take(tcp, now, &flow);
    if (connection == NULL) {
        return STINT_EXHAUSTED;
    }
    const struct stint_sequence initial = stint_tcp_initial_sequence(tcp, now, &flow);
    connection->owner = owner;
    connection->path_mtu = mtu;
    connection->state = STINT_TCP_SYN_SENT;
    connection->sender.unacknowledged = initial;
    connection->sender.next = initial;
    connection->sender.cursor = initial;
    connection->sender.recover = initial;
    stint_tcp_make_ready(tcp, connection);
    tcp->counters.active_opens++;
    *handle = stint_handle_of(stint_tcp_record_of(tcp, connection), connection->generation);
    return STINT_OK;
}

void stint_tcp_make_syn(const struct stint_tcp *tcp, const struct stint_tcp_flow *flow,
    struct stint_sequence initial, uint32_t timestamp, uint16_t mtu,
    struct stint_tcp_segment *segment)
{
    *segment = (struct stint_tcp_segment){
        .source_port = flow->local.port,
        .destination_port = flow->remote.port,
        .sequence = initial,
        .window = stint_tcp_first_window(tcp),
        .syn = true,
        .options = {.maximum_segment_size = stint_tcp_segment_for_mtu(flow, mtu),
            .has_window_scale = true,
            .window_scale = stint_tcp_window_scale(tcp),
            .has_timestamps = true,
            .timestamp = timestamp,
            .sack_permitted = true},
    };
}

void stint_tcp_make_syn_ack(struct stint_tcp_segment *segment, struct stint_sequence expected,
    const struct stint_tcp_agreement *agreement, uint32_t recent_timestamp)
{
    segment->ack = true;
    segment->acknowledgment = expected;
    segment->options.has_window_scale = agreement->window_scale;
    segment->options.sack_permitted = agreement->sack;
    segment->options.has_timestamps = agreement->timestamps;
    segment->options.timestamp_echo = recent_timestamp;
}

void stint_tcp_offer_syn(const struct stint_tcp *tcp, struct stint_instant now,
    const struct stint_tcp_connection *connection, struct stint_tcp_segment *segment)
{
    stint_tcp_make_syn(tcp, &connection->flow, connection->sender.unacknowledged,
        stint_tcp_timestamp(now, connection->timestamp_offset), connection->path_mtu, segment);
    if (connection->state == STINT_TCP_SYN_RECEIVED) {
        stint_tcp_make_syn_ack(segment, connection->receiver.next, &connection->agreement,
            connection->receiver.recent_timestamp);
    }
}
