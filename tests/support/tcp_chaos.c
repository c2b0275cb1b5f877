/* What may happen to a TCP instance, one step at a time.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_chaos.h"

#include <string.h>

enum { CHAOS_BUFFER = 4096, MTU = 1500 };

static uint32_t choose(struct chaos *chaos, uint32_t bound)
{
    return chaos->choose(chaos->chooser, bound);
}

static bool one_in(struct chaos *chaos, uint32_t count)
{
    return choose(chaos, count) == 0;
}

static void require(struct chaos *chaos, bool holds, const char *law)
{
    if (!holds && chaos->broken == NULL) {
        chaos->broken = law;
    }
}

/* --- streams: every byte follows from its sequence number --- */

static uint8_t byte_at(struct stint_sequence sequence)
{
    return (uint8_t)(sequence.number * 31u + (sequence.number >> 8));
}

static void fill(uint8_t *bytes, struct stint_sequence first, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        bytes[i] = byte_at(stint_sequence_after(first, i));
    }
}

static void look_at(
    struct chaos *chaos, struct stint_view bytes, struct stint_sequence first, const char *law)
{
    for (size_t i = 0; i < bytes.length; i++) {
        require(chaos, bytes.bytes[i] == byte_at(stint_sequence_after(first, (uint32_t)i)), law);
    }
}

/* --- what arrives --- */

/* Four peers connect to port 80, to two others we connect. */
static struct stint_tcp_flow flow_of(uint32_t number)
{
    const bool active = number >= 4;
    return (struct stint_tcp_flow){
        .local = {stint_address_ipv4(10, 0, 0, 1), active ? (uint16_t)(50000 + number) : 80},
        .remote = {stint_address_ipv4(10, 0, 0, 2), active ? 90 : (uint16_t)(1000 + number)},
    };
}

/* What the record of a flow expects next from its peer, and what it sends next. */
struct place {
    struct stint_sequence expected;
    struct stint_sequence unacknowledged;
    struct stint_sequence next;
};

static struct place place_of(struct stint_tcp *tcp, const struct stint_tcp_flow *flow)
{
    const uint16_t record = stint_tcp_demux_find(&tcp->demux, flow);
    const uint32_t half_opens = tcp->limits.connections;
    const uint32_t time_waits = half_opens + tcp->limits.half_open;
    if (record < half_opens) {
        const struct stint_tcp_connection *connection = &tcp->connections[record];
        return (struct place){
            connection->receiver.next, connection->sender.unacknowledged, connection->sender.next};
    }
    if (record < time_waits) {
        const struct stint_tcp_half_open *half_open = &tcp->half_opens[record - half_opens];
        return (struct place){half_open->ends.receive_next,
            stint_sequence_before(half_open->ends.send_next, 1), half_open->ends.send_next};
    }
    if (record != STINT_ID_NONE) {
        const struct stint_tcp_time_wait *time_wait = &tcp->time_waits[record - time_waits];
        return (struct place){
            time_wait->ends.receive_next, time_wait->ends.send_next, time_wait->ends.send_next};
    }
    return (struct place){{UINT32_C(0xffffff00)}, {0}, {0}};
}

/* Near `sequence`: mostly there, sometimes a little off, seldom anywhere. */
static struct stint_sequence near(struct chaos *chaos, struct stint_sequence sequence)
{
    static const uint32_t reach[] = {1, 1, 1, 1, 3, 1500, CHAOS_BUFFER, 70000};
    const uint32_t kind = choose(chaos, 9);
    if (kind == 8) {
        return stint_sequence_of(choose(chaos, UINT32_MAX));
    }
    const uint32_t off = choose(chaos, reach[kind]);
    return one_in(chaos, 2) ? stint_sequence_after(sequence, off)
                            : stint_sequence_before(sequence, off);
}

static void choose_flags(struct chaos *chaos, struct stint_tcp_segment *segment)
{
    segment->ack = !one_in(chaos, 20);
    segment->psh = one_in(chaos, 4);
    segment->fin = one_in(chaos, 60);
    segment->syn = one_in(chaos, 30);
    segment->rst = one_in(chaos, 200);
    segment->urg = one_in(chaos, 60);
}

static void choose_options(
    struct chaos *chaos, const struct place *place, struct stint_tcp_options *options)
{
    if (!one_in(chaos, 20)) {
        options->has_timestamps = true;
        options->timestamp = (uint32_t)(chaos->now.microseconds / 1000);
        options->timestamp_echo = choose(chaos, 100000);
        if (one_in(chaos, 20)) {
            options->timestamp = choose(chaos, UINT32_MAX);
        }
    }
    if (one_in(chaos, 8)) {
        options->sack_count = (uint8_t)choose(chaos, STINT_TCP_SACK_BLOCKS + 1);
        for (uint8_t i = 0; i < options->sack_count; i++) {
            options->sack[i].begin = near(chaos, place->unacknowledged);
            options->sack[i].end = near(chaos, place->next);
        }
    }
}

static void choose_syn_options(struct chaos *chaos, struct stint_tcp_options *options)
{
    static const uint16_t sizes[] = {0, 1, 536, 1000, 1460, 65535};
    options->has_timestamps = one_in(chaos, 2);
    options->sack_permitted = one_in(chaos, 2);
    options->has_window_scale = one_in(chaos, 2);
    options->window_scale = (uint8_t)choose(chaos, 15);
    options->maximum_segment_size = sizes[choose(chaos, 6)];
}

static void a_segment_arrives(struct chaos *chaos)
{
    static const uint32_t lengths[] = {0, 0, 1, 100, 1000, 1460, CHAOS_PAYLOAD};
    static const uint16_t windows[] = {0, 1, 500, 5000, 5000, 5000, 65535};
    const struct stint_tcp_flow flow = flow_of(choose(chaos, CHAOS_FLOWS));
    const struct place place = place_of(&chaos->tcp, &flow);
    struct stint_tcp_segment segment = {
        .source_port = flow.remote.port,
        .destination_port = flow.local.port,
        .sequence = near(chaos, place.expected),
        .acknowledgment = near(chaos, one_in(chaos, 2) ? place.next : place.unacknowledged),
        .window = windows[choose(chaos, 7)],
        .urgent_pointer = (uint16_t)choose(chaos, 65536),
    };
    choose_flags(chaos, &segment);
    choose_options(chaos, &place, &segment.options);
    if (stint_tcp_demux_find(&chaos->tcp.demux, &flow) == STINT_ID_NONE && !one_in(chaos, 4)) {
        segment.syn = true;
        segment.ack = segment.rst = segment.fin = false;
    }
    if (segment.syn) {
        choose_syn_options(chaos, &segment.options);
    }
    const uint32_t length = lengths[choose(chaos, 7)];
    const uint32_t first = segment.syn ? 1 : 0;
    fill(chaos->payload, stint_sequence_after(segment.sequence, first), length);
    segment.payload[0] = stint_view_of(chaos->payload, length);
    for (uint32_t copies = one_in(chaos, 8) ? choose(chaos, 8) : 1; copies > 0; copies--) {
        struct stint_tcp_reply reply;
        (void)stint_tcp_receive(&chaos->tcp, chaos->now, &flow, &segment, MTU, &reply);
        require(
            chaos, !reply.wanted || !segment.rst || !reply.segment.rst, "no reset answers a reset");
    }
}

static void an_icmp_error_arrives(struct chaos *chaos)
{
    const struct stint_tcp_flow flow = flow_of(choose(chaos, CHAOS_FLOWS));
    const struct stint_sequence quoted = near(chaos, place_of(&chaos->tcp, &flow).unacknowledged);
    if (one_in(chaos, 2)) {
        (void)stint_tcp_take_error(&chaos->tcp, chaos->now, &flow, quoted, STINT_UNREACHABLE);
    } else {
        (void)stint_tcp_take_path_mtu(
            &chaos->tcp, chaos->now, &flow, quoted, (uint16_t)choose(chaos, 2000));
    }
}

/* --- what leaves --- */

static void a_device_takes(struct chaos *chaos)
{
    struct stint_tcp_offer offer;
    for (uint32_t count = choose(chaos, 6);
         count > 0 && stint_tcp_next_offer(&chaos->tcp, chaos->now, &offer); count--) {
        const struct stint_tcp_segment *segment = &offer.segment;
        look_at(chaos, segment->payload[0], segment->sequence, "what leaves was written");
        look_at(chaos, segment->payload[1],
            stint_sequence_after(segment->sequence, (uint32_t)segment->payload[0].length),
            "what leaves was written");
        require(chaos,
            40 + stint_tcp_segment_header_length(segment) - 20 +
                    stint_tcp_segment_payload_length(segment) <=
                MTU,
            "no packet is longer than the path carries");
        const uint32_t fate = choose(chaos, 100);
        if (fate == 0) {
            stint_tcp_unroutable(&chaos->tcp, chaos->now, &offer);
        } else if (fate == 1) {
            stint_tcp_pass(&chaos->tcp, &offer);
        } else {
            stint_tcp_sent(&chaos->tcp, chaos->now, &offer);
            require(chaos, chaos_follows_as_anew(chaos, offer), "what is alike is offered anew");
        }
    }
}

/* --- what owners do --- */

static void an_owner_writes(struct chaos *chaos, struct stint_handle socket)
{
    if (socket.index >= CHAOS_CONNECTIONS) {
        return;
    }
    const struct stint_tcp_sender *sender = &chaos->tcp.connections[socket.index].sender;
    const uint32_t length = choose(chaos, CHAOS_PAYLOAD);
    size_t written = 0;
    fill(chaos->payload, stint_sequence_after(sender->unacknowledged, sender->ring.length), length);
    (void)stint_tcp_write(&chaos->tcp, socket, stint_view_of(chaos->payload, length), &written);
}

static void an_owner_reads(struct chaos *chaos, struct stint_handle socket)
{
    if (socket.index >= CHAOS_CONNECTIONS) {
        return;
    }
    const struct stint_tcp_receiver *receiver = &chaos->tcp.connections[socket.index].receiver;
    const struct stint_sequence first = stint_sequence_before(
        receiver->next, receiver->ring.length + (receiver->fin_received ? 1 : 0));
    size_t read = 0;
    (void)stint_tcp_read(
        &chaos->tcp, socket, stint_span_of(chaos->payload, choose(chaos, CHAOS_PAYLOAD)), &read);
    look_at(chaos, stint_view_of(chaos->payload, read), first, "what is read was sent");
}

static void an_owner_sets_options(struct chaos *chaos, struct stint_handle socket)
{
    struct stint_tcp_options_set options;
    if (stint_tcp_get_options(&chaos->tcp, socket, &options) == STINT_OK) {
        options.no_delay = one_in(chaos, 2);
        options.cork = one_in(chaos, 4);
        options.keep_alive = one_in(chaos, 2);
        options.keep_alive_idle = stint_milliseconds(1 + choose(chaos, 10000));
        options.user_timeout = stint_milliseconds(choose(chaos, 20000));
        (void)stint_tcp_set_options(&chaos->tcp, chaos->now, socket, &options);
    }
}

static void an_owner_opens(struct chaos *chaos, struct stint_handle *socket)
{
    struct stint_tcp_status status;
    if (stint_tcp_get_status(&chaos->tcp, *socket, &status) == STINT_OK) {
        return; /* the place is taken */
    }
    if (one_in(chaos, 3)) {
        const struct stint_tcp_flow flow = flow_of(4 + choose(chaos, 2));
        (void)stint_tcp_connect(&chaos->tcp, chaos->now, &flow.local, &flow.remote, MTU, 1, socket);
    } else {
        (void)stint_tcp_accept(&chaos->tcp, chaos->listener, 1, socket);
    }
}

static void an_owner_acts(struct chaos *chaos)
{
    struct stint_handle *socket = &chaos->sockets[choose(chaos, CHAOS_CONNECTIONS)];
    const uint32_t act = choose(chaos, 40);
    if (act < 12) {
        an_owner_writes(chaos, *socket);
    } else if (act < 24) {
        an_owner_reads(chaos, *socket);
    } else if (act < 34) {
        an_owner_opens(chaos, socket);
    } else if (act < 36) {
        an_owner_sets_options(chaos, *socket);
    } else if (act == 36) {
        (void)stint_tcp_shutdown(&chaos->tcp, *socket);
    } else if (act == 37) {
        (void)stint_tcp_close(&chaos->tcp, chaos->now, *socket);
    } else if (act == 38 && one_in(chaos, 4)) {
        (void)stint_tcp_abort(&chaos->tcp, chaos->now, *socket);
    }
    struct stint_socket_event event;
    (void)stint_tcp_next_event(&chaos->tcp, &event);
}

static void listen_on_80(struct chaos *chaos)
{
    const struct stint_endpoint local = {.port = 80};
    (void)stint_tcp_listen(&chaos->tcp, &local, 3, 1, &chaos->listener);
}

static void time_passes(struct chaos *chaos)
{
    static const uint32_t spans[] = {1000, 50000, 400000, 3000000, 70000000};
    const uint32_t kind = choose(chaos, 16);
    const int64_t span = choose(chaos, spans[kind < 12 ? kind / 4 : kind < 15 ? 3 : 4]);
    chaos->now = stint_instant_after(chaos->now, stint_microseconds(span));
    stint_tcp_expire(&chaos->tcp, chaos->now);
    require(chaos, stint_instant_is_before(chaos->now, stint_tcp_deadline(&chaos->tcp)),
        "what is due was done");
}

/* --- the storm --- */

/* The window's right edge never moves back. */
static void look_at_edges(struct chaos *chaos)
{
    for (uint16_t i = 0; i < CHAOS_CONNECTIONS; i++) {
        const struct stint_tcp_connection *connection = &chaos->tcp.connections[i];
        const bool synchronized = connection->in_use && connection->state > STINT_TCP_SYN_RECEIVED;
        if (synchronized && chaos->generations[i] == connection->generation) {
            require(chaos, stint_sequence_is_at_most(chaos->edges[i], connection->receiver.edge),
                "the edge of the window never moves back");
        }
        chaos->generations[i] = synchronized ? connection->generation : 0;
        chaos->edges[i] = connection->receiver.edge;
    }
}

void chaos_begin(struct chaos *chaos, chaos_choose *chooses, void *chooser)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {2, 7, 1, 8};
    const struct stint_tcp_limits limits = {.connections = CHAOS_CONNECTIONS,
        .half_open = 3,
        .time_wait = 2,
        .listeners = 1,
        .receive_buffer = CHAOS_BUFFER,
        .send_buffer = CHAOS_BUFFER,
        .first_buffer = CHAOS_BUFFER / 4};
    memset(chaos, 0, sizeof *chaos);
    chaos->choose = chooses;
    chaos->chooser = chooser;
    chaos->now = stint_instant_at(1000000);
    struct stint_carve carve =
        stint_carve_from(stint_span_of(chaos->records, sizeof chaos->records));
    stint_arena_init(&chaos->arena, stint_span_of(chaos->buffers, sizeof chaos->buffers),
        CHAOS_UNIT, chaos->units, CHAOS_UNITS);
    require(chaos,
        stint_random_init(&chaos->random, stint_view_of(secret, sizeof secret)) == STINT_OK &&
            stint_tcp_init(&chaos->tcp, &limits, &chaos->random, &chaos->arena, &carve) == STINT_OK,
        "there is memory to begin");
    listen_on_80(chaos);
}

const char *chaos_step(struct chaos *chaos)
{
    const uint32_t what = choose(chaos, 100);
    if (what < 55) {
        a_segment_arrives(chaos);
    } else if (what < 75) {
        an_owner_acts(chaos);
    } else if (what < 95) {
        a_device_takes(chaos);
    } else if (what < 98) {
        time_passes(chaos);
    } else if (what == 98) {
        an_icmp_error_arrives(chaos);
    } else if (one_in(chaos, 20)) {
        (void)stint_tcp_listener_close(&chaos->tcp, chaos->now, chaos->listener);
    } else {
        listen_on_80(chaos);
    }
    look_at_edges(chaos);
    return chaos->broken != NULL ? chaos->broken : chaos_broken_law(chaos);
}

const char *chaos_end(struct chaos *chaos)
{
    struct stint_tcp *tcp = &chaos->tcp;
    struct stint_tcp_offer offer;
    (void)stint_tcp_listener_close(tcp, chaos->now, chaos->listener);
    for (uint16_t i = 0; i < CHAOS_CONNECTIONS; i++) {
        (void)stint_tcp_abort(tcp, chaos->now, stint_handle_of(i, tcp->connections[i].generation));
    }
    for (int second = 0; second < 300; second++) {
        while (stint_tcp_next_offer(tcp, chaos->now, &offer)) {
            stint_tcp_sent(tcp, chaos->now, &offer);
        }
        chaos->now = stint_instant_after(chaos->now, stint_seconds(1));
        stint_tcp_expire(tcp, chaos->now);
    }
    return tcp->connections_in_use != 0 || tcp->half_opens_in_use != 0 ? "all records come back"
           : chaos->arena.in_use != 0                                  ? "all memory comes back"
           : !stint_instant_is_never(stint_tcp_deadline(tcp))          ? "all timers are off"
                                                                       : NULL;
}
