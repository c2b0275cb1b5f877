/* The other end of a TCP connection: the wire, the clock, the owner of the host's sockets.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/tcp_peer_text.h"

enum { SETTLING_MS = 300000 };

/* --- the wire --- */

static void look_at_payload(const struct tcp_peer *peer, const struct stint_tcp_segment *segment)
{
    const uint32_t first = segment->sequence.number - peer->host_initial;
    tcp_peer_assert_stream(segment->payload[0], first);
    tcp_peer_assert_stream(segment->payload[1], first + (uint32_t)segment->payload[0].length);
    const size_t header = stint_tcp_segment_header_length(segment);
    assert_true(header + stint_tcp_segment_payload_length(segment) + 20 <= peer->mtu);
}

/* What follows a segment as being alike is what the host offers when it is asked anew. */
static void look_at_what_follows(struct tcp_peer *peer, struct stint_tcp_offer alike)
{
    struct stint_tcp_offer anew;
    char told[2][TCP_PEER_TEXT];
    if (stint_tcp_next_alike(&peer->tcp, &alike)) {
        look_at_payload(peer, &alike.segment);
        assert_true(stint_tcp_next_offer(&peer->tcp, peer->now, &anew));
        tcp_peer_render(peer, &alike.segment, "win <ts", told[0]);
        tcp_peer_render(peer, &anew.segment, "win <ts", told[1]);
        assert_string_equal(told[0], told[1]);
    }
}

/* What the host sends at this instant; false when nothing. */
static bool take_sent(struct tcp_peer *peer, struct stint_tcp_segment *segment)
{
    struct stint_tcp_offer offer;
    if (peer->reply.wanted) {
        peer->reply.wanted = false;
        *segment = peer->reply.segment;
        if (segment->syn) { /* a cookie */
            peer->host_initial = segment->sequence.number;
        }
    } else if (stint_tcp_next_offer(&peer->tcp, peer->now, &offer)) {
        *segment = offer.segment;
        if (segment->syn) {
            peer->host_initial = segment->sequence.number;
            peer->timestamp_base =
                segment->options.timestamp -
                (uint32_t)((peer->now.microseconds / 1000) - (peer->start.microseconds / 1000));
        }
        if (segment->options.has_timestamps) {
            peer->timestamp_seen = segment->options.timestamp;
        }
        look_at_payload(peer, segment);
        stint_tcp_sent(&peer->tcp, peer->now, &offer);
        look_at_what_follows(peer, offer);
    } else {
        return false;
    }
    peer->sent = *segment;
    return true;
}

enum stint_drop peer_sends(struct tcp_peer *peer, const char *text)
{
    const struct stint_tcp_segment segment = tcp_peer_parse(peer, text);
    assert_false(peer->reply.wanted);
    return stint_tcp_receive(&peer->tcp, peer->now, &peer->flow, &segment, peer->mtu, &peer->reply);
}

void peer_tells(struct tcp_peer *peer, const char *text)
{
    const enum stint_drop reason = peer_sends(peer, text);
    if (reason != STINT_DROP_NONE) {
        fail_msg("\"%s\" was dropped: %s", text, stint_drop_name(reason));
    }
}

void peer_becomes(struct tcp_peer *peer, uint16_t port)
{
    peer->flow.remote.port = port;
    peer->peer_initial = UINT32_C(0x7fffff00) + UINT32_C(0x10000) * port;
    peer->written = 0;
    peer->read = 0;
}

void host_sends(struct tcp_peer *peer, const char *text)
{
    struct stint_tcp_segment segment;
    char told[TCP_PEER_TEXT];
    if (!take_sent(peer, &segment)) {
        fail_msg("silence instead of \"%s\"", text);
    }
    tcp_peer_render(peer, &segment, text, told);
    assert_string_equal(told, text);
}

void host_is_silent(struct tcp_peer *peer)
{
    struct stint_tcp_segment segment;
    char told[TCP_PEER_TEXT];
    if (take_sent(peer, &segment)) {
        tcp_peer_render(peer, &segment, "win <ts", told);
        fail_msg("\"%s\" instead of silence", told);
    }
}

/* Moves time to the next deadline, at most to `until`; false when it is there. */
static bool step(struct tcp_peer *peer, struct stint_instant until)
{
    const struct stint_instant deadline = stint_tcp_deadline(&peer->tcp);
    if (!stint_instant_is_before(deadline, until)) {
        peer->now = until;
        return false;
    }
    /* A deadline in the past makes no time pass; the host must then move on by itself. */
    peer->now = stint_instant_is_before(peer->now, deadline) ? deadline : peer->now;
    stint_tcp_expire(&peer->tcp, peer->now);
    return true;
}

void host_is_silent_for(struct tcp_peer *peer, int64_t milliseconds)
{
    const struct stint_instant until =
        stint_instant_after(peer->now, stint_milliseconds(milliseconds));
    do {
        host_is_silent(peer);
    } while (step(peer, until));
}

void host_sends_after(struct tcp_peer *peer, int64_t milliseconds, const char *text)
{
    host_is_silent_for(peer, milliseconds);
    stint_tcp_expire(&peer->tcp, peer->now);
    host_sends(peer, text);
}

void host_sends_a_tick_after(struct tcp_peer *peer, int64_t milliseconds, const char *text)
{
    host_is_silent_for(peer, milliseconds - 1);
    peer->now = stint_instant_after(peer->now, stint_milliseconds(RECORD_TICK_MS));
    stint_tcp_expire(&peer->tcp, peer->now);
    host_sends(peer, text);
}

unsigned time_passes(struct tcp_peer *peer, int64_t milliseconds)
{
    const struct stint_instant until =
        stint_instant_after(peer->now, stint_milliseconds(milliseconds));
    struct stint_tcp_segment segment;
    unsigned sent = 0;
    do {
        while (take_sent(peer, &segment)) {
            sent++;
        }
    } while (step(peer, until));
    stint_tcp_expire(&peer->tcp, peer->now);
    while (take_sent(peer, &segment)) {
        sent++;
    }
    return sent;
}

/* --- the owner --- */

void host_listens(struct tcp_peer *peer, uint16_t backlog)
{
    const struct stint_endpoint local = {.port = 80};
    peer->flow.local.port = 80;
    assert_int_equal(stint_tcp_listen(&peer->tcp, &local, backlog, 1, &peer->listener), STINT_OK);
}

void host_accepts(struct tcp_peer *peer)
{
    assert_int_equal(stint_tcp_accept(&peer->tcp, peer->listener, 2, &peer->socket), STINT_OK);
}

void host_connects(struct tcp_peer *peer)
{
    peer->flow.local.port = 50000;
    assert_int_equal(stint_tcp_connect(&peer->tcp, peer->now, &peer->flow.local, &peer->flow.remote,
                         peer->mtu, 3, &peer->socket),
        STINT_OK);
}

void host_writes(struct tcp_peer *peer, uint32_t length)
{
    size_t written = 0;
    assert_true(length <= sizeof peer->bytes);
    tcp_peer_fill(peer->bytes, peer->written + 1, length);
    assert_int_equal(
        stint_tcp_write(&peer->tcp, peer->socket, stint_view_of(peer->bytes, length), &written),
        STINT_OK);
    assert_int_equal(written, length);
    peer->written += length;
}

void host_reads(struct tcp_peer *peer, uint32_t length)
{
    size_t read = 0;
    assert_true(length <= sizeof peer->bytes);
    assert_int_equal(
        stint_tcp_read(&peer->tcp, peer->socket, stint_span_of(peer->bytes, length), &read),
        STINT_OK);
    assert_int_equal(read, length);
    tcp_peer_assert_stream(stint_view_of(peer->bytes, length), peer->read + 1);
    peer->read += length;
}

enum stint_result host_read_result(struct tcp_peer *peer)
{
    size_t read = 0;
    return stint_tcp_read(&peer->tcp, peer->socket, stint_span_of(peer->bytes, 1), &read);
}

enum stint_result host_write_result(struct tcp_peer *peer)
{
    size_t written = 0;
    tcp_peer_fill(peer->bytes, peer->written + 1, 1);
    const enum stint_result result =
        stint_tcp_write(&peer->tcp, peer->socket, stint_view_of(peer->bytes, 1), &written);
    peer->written += (uint32_t)written;
    return result;
}

void host_closes(struct tcp_peer *peer)
{
    assert_int_equal(stint_tcp_close(&peer->tcp, peer->now, peer->socket), STINT_OK);
}

void host_shuts_down(struct tcp_peer *peer)
{
    assert_int_equal(stint_tcp_shutdown(&peer->tcp, peer->socket), STINT_OK);
}

void host_aborts(struct tcp_peer *peer)
{
    assert_int_equal(stint_tcp_abort(&peer->tcp, peer->now, peer->socket), STINT_OK);
}

void memory_is_taken(struct tcp_peer *peer, uint32_t left)
{
    while (stint_arena_free(&peer->arena) > left) {
        peer->taken[peer->taken_count] = stint_arena_take(&peer->arena, 1);
        assert_true(peer->taken[peer->taken_count].length > 0);
        peer->taken_count++;
    }
}

void memory_is_given_back(struct tcp_peer *peer)
{
    while (peer->taken_count > 0) {
        peer->taken_count--;
        stint_arena_give(&peer->arena, peer->taken[peer->taken_count]);
    }
}

struct stint_tcp_options_set host_options(struct tcp_peer *peer)
{
    struct stint_tcp_options_set options;
    assert_int_equal(stint_tcp_get_options(&peer->tcp, peer->socket, &options), STINT_OK);
    return options;
}

void host_sets(struct tcp_peer *peer, const struct stint_tcp_options_set *options)
{
    assert_int_equal(stint_tcp_set_options(&peer->tcp, peer->now, peer->socket, options), STINT_OK);
}

/* --- beginnings and ends --- */

static uint16_t or_else(uint16_t number, uint16_t otherwise)
{
    return number != 0 ? number : otherwise;
}

struct tcp_peer *peer_new(const struct stint_tcp_limits *wanted)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {3, 1, 4, 1, 5, 9, 2, 6};
    struct stint_tcp_limits limits = {0};
    struct tcp_peer *peer = calloc(1, sizeof *peer);
    assert_non_null(peer);
    if (wanted != NULL) {
        limits = *wanted;
    }
    limits.connections = or_else(limits.connections, 4);
    limits.half_open = or_else(limits.half_open, 4);
    limits.time_wait = or_else(limits.time_wait, 4);
    limits.listeners = or_else(limits.listeners, 2);
    limits.receive_buffer = limits.receive_buffer != 0 ? limits.receive_buffer : 8192;
    limits.send_buffer = limits.send_buffer != 0 ? limits.send_buffer : 8192;
    limits.first_buffer = limits.first_buffer != 0 ? limits.first_buffer : UINT32_C(1) << 30;
    assert_int_equal(
        stint_random_init(&peer->random, stint_view_of(secret, sizeof secret)), STINT_OK);
    stint_arena_init(&peer->arena, stint_span_of(peer->buffers, sizeof peer->buffers),
        TCP_PEER_UNIT, peer->units, TCP_PEER_UNITS);
    struct stint_carve carve = stint_carve_from(stint_span_of(peer->records, sizeof peer->records));
    assert_int_equal(
        stint_tcp_init(&peer->tcp, &limits, &peer->random, &peer->arena, &carve), STINT_OK);
    peer->start = stint_instant_at(1000000);
    peer->now = peer->start;
    peer->mtu = 1500;
    peer->flow.local = (struct stint_endpoint){stint_address_ipv4(10, 0, 0, 1), 80};
    peer->flow.remote = (struct stint_endpoint){stint_address_ipv4(10, 0, 0, 2), 4000};
    peer->peer_initial = UINT32_C(0xffffff80); /* every stream wraps soon */
    return peer;
}

void peer_end(struct tcp_peer *peer)
{
    struct stint_tcp *tcp = &peer->tcp;
    (void)stint_tcp_listener_close(tcp, peer->now, peer->listener);
    for (uint16_t i = 0; i < tcp->limits.connections; i++) {
        (void)stint_tcp_close(tcp, peer->now, stint_handle_of(i, tcp->connections[i].generation));
    }
    (void)time_passes(peer, SETTLING_MS);
    uint16_t cursor = 0;
    struct stint_tcp_status status;
    assert_false(stint_tcp_visit(tcp, &cursor, &status));
    assert_int_equal(tcp->connections_in_use, 0);
    assert_int_equal(tcp->half_opens_in_use, 0);
    assert_int_equal(peer->arena.in_use, 0);
    assert_true(stint_instant_is_never(stint_tcp_deadline(tcp)));
    free(peer);
}

void host_is_connected(struct tcp_peer *peer, const char *syn_ack)
{
    host_connects(peer);
    host_sends(peer, "S 0:0");
    host_is_silent_for(peer, 100);
    peer_tells(peer, syn_ack);
    host_sends(peer, ". 1:1 ack 1");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
}

void peer_is_connected(struct tcp_peer *peer, const char *syn, uint16_t window)
{
    char acknowledgment[TCP_PEER_TEXT];
    host_listens(peer, 4);
    peer_tells(peer, syn);
    host_sends(peer, "S. 0:0 ack 1");
    (void)snprintf(acknowledgment, sizeof acknowledgment, ". 1:1 ack 1 win %u%s", window,
        strstr(syn, "ts") != NULL ? " <ts 1>" : "");
    peer_tells(peer, acknowledgment);
    host_accepts(peer);
    host_is_silent(peer);
}

struct stint_tcp_status peer_status(struct tcp_peer *peer)
{
    struct stint_tcp_status status;
    uint16_t cursor = 0;
    while (stint_tcp_visit(&peer->tcp, &cursor, &status)) {
        if (stint_endpoint_equal(&status.local, &peer->flow.local) &&
            stint_endpoint_equal(&status.remote, &peer->flow.remote)) {
            return status;
        }
    }
    return (struct stint_tcp_status){.state = STINT_TCP_CLOSED};
}

void host_is_in(struct tcp_peer *peer, enum stint_tcp_state state)
{
    assert_string_equal(stint_tcp_state_name(peer_status(peer).state), stint_tcp_state_name(state));
}
