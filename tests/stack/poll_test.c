/* One poll: how much it does at most, and exactly when it wants the next one.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/simulation.h"
#include "support/wire.h"

static struct stint_handle open_udp(struct wire *wire)
{
    struct stint_handle socket;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    return socket;
}

static void send_to(struct wire *wire, struct stint_handle socket, uint8_t host)
{
    const struct stint_endpoint to = {wire_address(host), 9};
    assert_int_equal(stint_udp_send(&wire->stack.udp, socket, &to, wire_text("x")), STINT_OK);
}

/* --- budgets --- */

static void s1_a_poll_takes_no_more_frames_than_its_budget(void **state)
{
    (void)state;
    const struct wire_options options = {.poll_budget = 10};
    struct wire *wire = wire_new(&options);
    wire_introduce(wire, WIRE_HOST);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct wire_frame request = wire_echo_request(&envelope, "");
    for (unsigned i = 0; i < 35; i++) {
        wire_put(wire, 0, &request);
    }
    uint32_t lent = wire->devices[0].lent;
    for (unsigned poll = 0; poll < 4; poll++) {
        const struct stint_instant next = stint_stack_poll(&wire->stack, wire->now);
        assert_int_equal(wire->devices[0].lent - lent, poll < 3 ? 10 : 5);
        assert_int_equal(stint_instant_has_come(next, wire->now), poll < 3);
        lent = wire->devices[0].lent;
    }
    assert_int_equal(wire_waiting(wire, 0), 35);
    free(wire);
}

static void s1_no_interface_starves_another(void **state)
{
    (void)state;
    const struct wire_options options = {.interfaces = 2, .poll_budget = 8};
    struct wire *wire = wire_new(&options);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct wire_frame flood = wire_udp(&envelope, 1, 2, "");
    for (unsigned i = 0; i < 200; i++) {
        wire_put(wire, 0, &flood);
        wire_put(wire, 1, &flood);
    }
    for (unsigned poll = 0; poll < 20; poll++) {
        (void)stint_stack_poll(&wire->stack, wire->now);
    }
    assert_int_equal(wire->devices[0].lent, 80);
    assert_int_equal(wire->devices[1].lent, 80);
    free(wire);
}

static void a_poll_sends_no_more_frames_than_its_budget(void **state)
{
    (void)state;
    const struct wire_options options = {.poll_budget = 4};
    struct wire *wire = wire_new(&options);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp(wire);
    for (unsigned i = 0; i < 10; i++) {
        send_to(wire, socket, WIRE_HOST);
    }
    for (unsigned sent = 4; sent <= 12; sent += 4) {
        const struct stint_instant next = stint_stack_poll(&wire->stack, wire->now);
        assert_int_equal(wire_waiting(wire, 0), sent < 10 ? sent : 10);
        assert_int_equal(stint_instant_has_come(next, wire->now), sent < 12);
    }
    free(wire);
}

static void a_stream_is_sent_within_the_budget_too(void **state)
{
    (void)state;
    static const uint8_t bytes[5 * 1448];
    const struct simulation_options options = {.seed = 7};
    struct simulation *simulation = simulation_new(&options);
    struct stint_stack *stack = &simulation->hosts[0].stack;
    struct stint_handle writer;
    struct stint_handle reader;
    size_t written = 0;
    simulation_connect(simulation, 80, &writer, &reader);
    const struct stint_view stream = stint_view_of(bytes, sizeof bytes);
    assert_int_equal(stint_tcp_write(&stack->tcp, writer, stream, &written), STINT_OK);
    assert_int_equal(written, sizeof bytes);
    const uint64_t before = stack->interfaces[0].counters.frames_sent;
    stack->config.poll_budget = 2;
    for (unsigned sent = 2; sent <= 6; sent += 2) {
        const struct stint_instant next = stint_stack_poll(stack, simulation->now);
        assert_int_equal(stack->interfaces[0].counters.frames_sent - before, sent < 5 ? sent : 5);
        assert_int_equal(stint_instant_has_come(next, simulation->now), sent < 6);
    }
    free(simulation);
}

static void s1_timers_are_served_during_a_flood(void **state)
{
    (void)state;
    const struct wire_options options = {.poll_budget = 8};
    struct wire *wire = wire_new(&options);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct wire_frame flood = wire_udp(&envelope, 1, 2, "");
    const struct stint_endpoint remote = {wire_address(9), 80};
    struct stint_handle connection;
    assert_int_equal(
        stint_stack_connect(&wire->stack, wire->now, NULL, &remote, 0, &connection), STINT_OK);
    unsigned questions = 0;
    for (unsigned millisecond = 0; millisecond < 2500; millisecond++) {
        for (unsigned i = 0; i < 16; i++) { /* twice what is taken */
            if (wire->cables[0].ends[0].incoming.count < 100) {
                wire_put(wire, 0, &flood);
            }
        }
        (void)stint_stack_poll(&wire->stack, wire->now);
        struct wire_seen seen;
        while (wire_next(wire, &seen)) {
            questions +=
                seen.ethernet.ethertype == STINT_ETHERTYPE_ARP && seen.arp.target.octets[15] == 9;
        }
        wire->now = stint_instant_after(wire->now, stint_milliseconds(1));
    }
    assert_int_equal(questions, 3);
    free(wire);
}

static void put_flood(struct simulation *simulation, unsigned frames)
{
    const struct wire_envelope envelope = {.to = {{2, 0, 0, 0, 0, 2}},
        .from = {{2, 0, 0, 0, 9, 9}},
        .ip = {.source = wire_address(99), .destination = wire_address(2), .time_to_live = 1}};
    const struct wire_frame flood = wire_udp(&envelope, 1, 2, "a small frame");
    const struct stint_device far = stint_cable_device(&simulation->cable, 0);
    for (unsigned i = 0; i < frames; i++) {
        const struct stint_span room = stint_device_transmit(&far, simulation->now, flood.length);
        if (room.length > 0) {
            memcpy(room.bytes, flood.bytes, flood.length);
            stint_device_transmit_commit(&far, simulation->now, flood.length);
        }
    }
}

static void s1_a_transfer_goes_on_through_a_flood(void **state)
{
    (void)state;
    const struct stint_faulty_profile line = {.delay = stint_milliseconds(1)};
    const struct simulation_options options = {.seed = 5, .profile = {line, line}};
    struct simulation *simulation = simulation_new(&options);
    struct simulated_transfer transfer = {.to_send = 2000000};
    simulation_connect(simulation, 80, &transfer.writer, &transfer.reader);
    const struct stint_instant until = stint_instant_after(simulation->now, stint_seconds(20));
    while (!transfer.ended && stint_instant_is_before(simulation->now, until)) {
        put_flood(simulation, 150); /* 150,000 frames/s */
        simulation_transfer(simulation, 0, &transfer);
        simulation_pass(simulation, stint_milliseconds(1));
    }
    assert_true(transfer.ended);
    assert_int_equal(transfer.received, transfer.to_send);
    assert_true(simulation->hosts[1].stack.drops[STINT_DROP_UDP_PORT] > 10000);
    free(simulation);
}

static void s2_after_a_flood_everything_is_back(void **state)
{
    (void)state;
    const struct simulation_options options = {.seed = 6};
    struct simulation *simulation = simulation_new(&options);
    struct stint_stack *stack = &simulation->hosts[1].stack;
    for (unsigned i = 0; i < 500; i++) {
        put_flood(simulation, 200);
        simulation_pass(simulation, stint_milliseconds(1));
    }
    const struct stint_instant end = simulation->now;
    struct simulated_transfer transfer = {.to_send = 100000};
    simulation_connect(simulation, 80, &transfer.writer, &transfer.reader);
    assert_true(simulation_run_transfer(simulation, 0, &transfer, stint_seconds(1)));
    assert_in_range(stint_instant_since(simulation->now, end).microseconds, 0, 1000000);
    assert_int_equal(
        stint_tcp_close(&simulation->hosts[0].stack.tcp, simulation->now, transfer.writer),
        STINT_OK);
    assert_int_equal(stint_tcp_close(&stack->tcp, simulation->now, transfer.reader), STINT_OK);
    simulation_pass(simulation, stint_seconds(130));
    for (unsigned i = 0; i < 2; i++) {
        const struct stint_stack *host = &simulation->hosts[i].stack;
        assert_int_equal(host->held.in_use, 0);
        assert_int_equal(host->arena.in_use, 0);
        assert_int_equal(host->tcp.connections_in_use, 0);
        assert_true(stint_instant_is_never(simulation->hosts[i].poll_at));
    }
    free(simulation);
}

static void s3_ten_thousand_connects_in_a_row_leave_nothing(void **state)
{
    (void)state;
    const struct stint_faulty_profile line = {.delay = stint_microseconds(100)};
    const struct simulation_options options = {.seed = 7, .profile = {line, line}, .buffer = 4096};
    struct simulation *simulation = simulation_new(&options);
    struct stint_stack *client = &simulation->hosts[0].stack;
    struct stint_stack *server = &simulation->hosts[1].stack;
    const struct stint_endpoint any = {.port = 80};
    const struct stint_endpoint remote = {simulation->hosts[1].endpoint.address, 80};
    struct stint_handle listener;
    assert_int_equal(stint_tcp_listen(&server->tcp, &any, 8, 0, &listener), STINT_OK);
    for (unsigned i = 0; i < 10000; i++) {
        struct stint_handle near;
        struct stint_handle far;
        size_t length = 0;
        uint8_t bytes[8];
        assert_int_equal(
            stint_stack_connect(client, simulation->now, NULL, &remote, 0, &near), STINT_OK);
        simulation_pass(simulation, stint_milliseconds(i == 0 ? 100 : 1));
        assert_int_equal(stint_tcp_accept(&server->tcp, listener, 0, &far), STINT_OK);
        assert_int_equal(
            stint_tcp_write(&client->tcp, near, wire_text("hello"), &length), STINT_OK);
        simulation_pass(simulation, stint_milliseconds(1));
        assert_int_equal(
            stint_tcp_read(&server->tcp, far, stint_span_of(bytes, sizeof bytes), &length),
            STINT_OK);
        assert_int_equal(length, 5);
        const bool client_first = i % 2 == 0;
        assert_int_equal(client_first ? stint_tcp_close(&client->tcp, simulation->now, near)
                                      : stint_tcp_close(&server->tcp, simulation->now, far),
            STINT_OK);
        simulation_pass(simulation, stint_milliseconds(1));
        assert_int_equal(client_first ? stint_tcp_close(&server->tcp, simulation->now, far)
                                      : stint_tcp_close(&client->tcp, simulation->now, near),
            STINT_OK);
        simulation_pass(simulation, stint_milliseconds(1));
    }
    assert_int_equal(client->tcp.counters.active_opens, 10000);
    assert_int_equal(server->tcp.counters.passive_opens, 10000);
    assert_int_equal(stint_tcp_listener_close(&server->tcp, simulation->now, listener), STINT_OK);
    simulation_pass(simulation, stint_seconds(130));
    for (unsigned i = 0; i < 2; i++) {
        struct stint_stack *host = &simulation->hosts[i].stack;
        struct stint_tcp_status status;
        uint16_t cursor = 0;
        assert_false(stint_tcp_visit(&host->tcp, &cursor, &status));
        assert_int_equal(host->arena.in_use, 0);
        assert_int_equal(host->tcp.counters.resets_sent, 0);
        assert_int_equal(host->tcp.counters.segments_retransmitted, 0);
        for (unsigned reason = 0; reason < STINT_DROP_COUNT; reason++) {
            assert_int_equal(host->drops[reason], 0);
        }
        assert_true(stint_instant_is_never(simulation->hosts[i].poll_at));
    }
    free(simulation);
}

/* --- deadlines --- */

static void an_idle_stack_never_asks_to_be_woken(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_poll(wire);
    assert_int_equal(wire->polls, 1);
    assert_true(stint_instant_is_never(wire->poll_at));
    wire_introduce(wire, WIRE_HOST);
    (void)open_udp(wire);
    wire_poll(wire);
    assert_true(stint_instant_is_never(wire->poll_at));
    free(wire);
}

static void an_idle_connection_never_asks_to_be_woken(void **state)
{
    (void)state;
    const struct simulation_options options = {.seed = 8};
    struct simulation *simulation = simulation_new(&options);
    struct stint_handle near;
    struct stint_handle far;
    size_t length = 0;
    uint8_t bytes[8];
    simulation_connect(simulation, 80, &near, &far);
    assert_int_equal(
        stint_tcp_write(&simulation->hosts[0].stack.tcp, near, wire_text("hello"), &length),
        STINT_OK);
    simulation_pass(simulation, stint_seconds(1));
    assert_int_equal(stint_tcp_read(&simulation->hosts[1].stack.tcp, far,
                         stint_span_of(bytes, sizeof bytes), &length),
        STINT_OK);
    simulation_pass(simulation, stint_seconds(1));
    const uint32_t polls = simulation->hosts[0].polls;
    simulation_pass(simulation, stint_seconds(86400));
    assert_true(stint_instant_is_never(simulation->hosts[0].poll_at));
    assert_true(stint_instant_is_never(simulation->hosts[1].poll_at));
    assert_in_range(simulation->hosts[0].polls - polls, 1, 4);
    free(simulation);
}

/* Polls between `from` and the deadline that the stack named must find nothing to do. */
static void expect_next(struct wire *wire, int64_t microseconds)
{
    const struct stint_instant deadline =
        stint_instant_after(wire->now, stint_microseconds(microseconds));
    assert_int_equal(wire->poll_at.microseconds, deadline.microseconds);
    const uint32_t sent = wire->stack.interfaces[0].counters.frames_sent;
    wire->now = stint_instant_at(deadline.microseconds - 1);
    wire_poll(wire);
    assert_int_equal(wire->poll_at.microseconds, deadline.microseconds);
    assert_int_equal(wire->stack.interfaces[0].counters.frames_sent, sent);
    wire->now = deadline;
    wire->polls = 0;
    wire_poll(wire);
    assert_true(wire->stack.interfaces[0].counters.frames_sent > sent);
}

static void every_pending_timer_names_its_exact_instant(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_endpoint remote = {wire_address(WIRE_HOST), 80};
    struct stint_handle connection;
    wire_introduce(wire, WIRE_HOST);
    assert_int_equal(
        stint_stack_connect(&wire->stack, wire->now, NULL, &remote, 0, &connection), STINT_OK);
    wire_poll(wire);
    for (unsigned i = 0; i < 4; i++) { /* the SYN again: 1, 2, 4, 8 s (RFC 6298) */
        expect_next(wire, INT64_C(1000000) << i);
        assert_int_equal(wire->polls, 1);
    }
    assert_int_equal(stint_tcp_abort(&wire->stack.tcp, wire->now, connection), STINT_OK);
    wire_poll(wire);
    assert_true(stint_instant_is_never(wire->poll_at));
    send_to(wire, open_udp(wire), 9);
    wire_poll(wire);
    expect_next(wire, STINT_NEIGHBOR_RETRY_MS * 1000);
    expect_next(wire, STINT_NEIGHBOR_RETRY_MS * 1000);
    free(wire);
}

static void the_earliest_of_all_deadlines_counts(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_endpoint remote = {wire_address(WIRE_HOST), 80};
    struct stint_handle connection;
    wire_introduce(wire, WIRE_HOST);
    assert_int_equal(
        stint_stack_connect(&wire->stack, wire->now, NULL, &remote, 0, &connection), STINT_OK);
    wire_poll(wire);
    wire_pass(wire, stint_milliseconds(300));
    send_to(wire, open_udp(wire), 9);
    wire_poll(wire);
    expect_next(wire, 700000); /* the SYN */
    expect_next(wire, 300000); /* the neighbor */
    expect_next(wire, 1000000);
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s1_a_poll_takes_no_more_frames_than_its_budget),
        cmocka_unit_test(s1_no_interface_starves_another),
        cmocka_unit_test(a_poll_sends_no_more_frames_than_its_budget),
        cmocka_unit_test(a_stream_is_sent_within_the_budget_too),
        cmocka_unit_test(s1_timers_are_served_during_a_flood),
        cmocka_unit_test(s1_a_transfer_goes_on_through_a_flood),
        cmocka_unit_test(s2_after_a_flood_everything_is_back),
        cmocka_unit_test(s3_ten_thousand_connects_in_a_row_leave_nothing),
        cmocka_unit_test(an_idle_stack_never_asks_to_be_woken),
        cmocka_unit_test(an_idle_connection_never_asks_to_be_woken),
        cmocka_unit_test(every_pending_timer_names_its_exact_instant),
        cmocka_unit_test(the_earliest_of_all_deadlines_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
