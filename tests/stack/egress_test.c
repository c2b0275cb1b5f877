/* The life of a packet out: routes and gateways, and devices that have no room for a while.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/simulation.h"
#include "support/wire.h"

enum { GATEWAY = 254 };

static struct stint_address far_away(void)
{
    return stint_address_ipv4(192, 0, 2, 1);
}

static struct stint_handle open_udp(struct wire *wire)
{
    struct stint_handle socket;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    return socket;
}

static void send_to(
    struct wire *wire, struct stint_handle socket, struct stint_address to, const char *text)
{
    const struct stint_endpoint remote = {to, 9};
    assert_int_equal(stint_udp_send(&wire->stack.udp, socket, &remote, wire_text(text)), STINT_OK);
}

static void set_gateway(struct wire *wire, uint8_t host)
{
    const struct stint_address gateway = wire_address(host);
    assert_int_equal(stint_stack_set_gateway(&wire->stack, &gateway), STINT_OK);
}

/* --- routes --- */

static void without_a_route_a_datagram_is_dropped_and_counted(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    struct stint_address source;
    const struct stint_address away = far_away();
    const struct stint_endpoint remote = {away, 80};
    struct stint_handle connection;
    send_to(wire, open_udp(wire), away, "lost");
    wire_poll(wire);
    wire_expect_nothing(wire);
    assert_int_equal(wire->stack.drops[STINT_DROP_NO_ROUTE], 1);
    assert_int_equal(wire_drops(wire), 1);
    assert_int_equal(stint_stack_select_source(&wire->stack, &away, &source), STINT_UNREACHABLE);
    assert_int_equal(stint_stack_connect(&wire->stack, wire->now, NULL, &remote, 0, &connection),
        STINT_UNREACHABLE);
    free(wire);
}

static void what_is_off_link_goes_to_the_gateways_station(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    set_gateway(wire, GATEWAY);
    send_to(wire, open_udp(wire), far_away(), "out");
    wire_poll(wire);
    wire_expect_question(wire, GATEWAY, stint_hardware_address_broadcast);
    const struct wire_frame answer = wire_answer(GATEWAY);
    assert_int_equal(wire_take(wire, &answer), STINT_DROP_NONE);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    const struct stint_address away = far_away();
    assert_true(stint_address_equal(&seen.ip.destination, &away));
    assert_memory_equal(seen.ethernet.destination.octets, wire_hardware(GATEWAY).octets, 6);
    free(wire);
}

static void a_gateway_may_be_behind_the_second_interface(void **state)
{
    (void)state;
    const struct wire_options options = {.interfaces = 2};
    struct wire *wire = wire_new(&options);
    const struct stint_address gateway = stint_address_ipv4(10, 0, 1, GATEWAY);
    assert_int_equal(stint_stack_set_gateway(&wire->stack, &gateway), STINT_OK);
    send_to(wire, open_udp(wire), far_away(), "out");
    wire_poll(wire);
    struct wire_seen seen;
    assert_true(wire_next_on(wire, 1, &seen));
    assert_true(stint_address_equal(&seen.arp.target, &gateway));
    wire_expect_nothing(wire);
    free(wire);
}

static void what_is_on_link_needs_no_gateway(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    set_gateway(wire, GATEWAY);
    send_to(wire, open_udp(wire), wire_address(WIRE_HOST), "near");
    wire_poll(wire);
    wire_expect_question(wire, WIRE_HOST, stint_hardware_address_broadcast);
    free(wire);
}

static void a_closer_route_is_preferred_to_the_default_one(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    set_gateway(wire, GATEWAY);
    const struct stint_handle socket = open_udp(wire);
    send_to(wire, socket, far_away(), "by default");
    wire_poll(wire);
    wire_expect_question(wire, GATEWAY, stint_hardware_address_broadcast);
    const struct stint_route route = {
        .prefix = stint_prefix_ipv4(192, 0, 2, 0, 24), .gateway = wire_address(253)};
    assert_int_equal(stint_stack_add_route(&wire->stack, &route), STINT_OK);
    send_to(wire, socket, far_away(), "closer"); /* though the last one went by default */
    wire_poll(wire);
    wire_expect_question(wire, 253, stint_hardware_address_broadcast);
    free(wire);
}

static void a_gateway_must_be_on_a_link(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_address away = far_away();
    const struct stint_route route = {.gateway = wire_address(GATEWAY), .interface = 1};
    assert_int_equal(stint_stack_set_gateway(&wire->stack, &away), STINT_UNREACHABLE);
    assert_int_equal(stint_stack_add_route(&wire->stack, &route), STINT_INVALID);
    free(wire);
}

static void the_gateways_silence_ends_a_connection_attempt(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    set_gateway(wire, GATEWAY);
    const struct stint_endpoint remote = {far_away(), 80};
    struct stint_handle connection;
    struct stint_tcp_status status;
    assert_int_equal(
        stint_stack_connect(&wire->stack, wire->now, NULL, &remote, 0, &connection), STINT_OK);
    wire_pass(wire, stint_seconds(10));
    assert_int_equal(stint_tcp_get_status(&wire->stack.tcp, connection, &status), STINT_OK);
    assert_int_equal(status.failure, STINT_UNREACHABLE);
    free(wire);
}

static void each_interface_speaks_from_its_own_address(void **state)
{
    (void)state;
    const struct wire_options options = {.interfaces = 2};
    struct wire *wire = wire_new(&options);
    const struct stint_handle socket = open_udp(wire);
    for (uint8_t i = 0; i < 2; i++) {
        const struct stint_address group = stint_address_ipv4(10, 0, i, 255);
        const struct stint_address ours = stint_address_ipv4(10, 0, i, 1);
        stint_udp_get(&wire->stack.udp, socket)->broadcast = true;
        send_to(wire, socket, group, "here");
        wire_poll(wire);
        struct wire_seen seen;
        assert_true(wire_next_on(wire, i, &seen));
        assert_true(stint_address_equal(&seen.ip.source, &ours));
    }
    assert_int_equal(wire_waiting(wire, 0) + wire_waiting(wire, 1), 0);
    free(wire);
}

static void nothing_leaves_for_ourselves_or_for_loopback(void **state)
{
    (void)state;
    const struct wire_options options = {.interfaces = 2};
    struct wire *wire = wire_new(&options);
    set_gateway(wire, GATEWAY);
    const struct stint_handle socket = open_udp(wire);
    send_to(wire, socket, wire_address(1), "me");
    send_to(wire, socket, stint_address_ipv4(10, 0, 1, 1), "me too");
    send_to(wire, socket, stint_address_ipv4(127, 0, 0, 1), "localhost");
    wire_poll(wire);
    assert_int_equal(wire->stack.drops[STINT_DROP_NO_ROUTE], 3);
    assert_int_equal(wire_waiting(wire, 0) + wire_waiting(wire, 1), 0);
    free(wire);
}

/* --- a full device --- */

static void a_full_device_leaves_datagrams_queued(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle first = open_udp(wire);
    const struct stint_handle second = open_udp(wire);
    wire->devices[0].room = 1;
    send_to(wire, first, wire_address(WIRE_HOST), "1");
    send_to(wire, second, wire_address(WIRE_HOST), "2");
    send_to(wire, first, wire_address(WIRE_HOST), "3");
    for (unsigned i = 0; i < 5; i++) {
        wire_pass(wire, stint_seconds(1));
    }
    wire_expect_udp(wire, "1");
    wire_expect_nothing(wire);
    wire->devices[0].room = WIRE_ENDLESS;
    wire_poll(wire);
    assert_int_equal(wire_waiting(wire, 0), 2);
    assert_int_equal(wire_drops(wire), 0);
    assert_true(wire->stack.interfaces[0].counters.device_full > 0);
    assert_int_equal(wire->stack.udp.datagrams_sent, 3);
    free(wire);
}

static void a_full_device_is_not_polled_again_and_again(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    wire->devices[0].room = 0;
    send_to(wire, open_udp(wire), wire_address(WIRE_HOST), "waits");
    wire->polls = 0;
    wire_poll(wire);
    assert_int_equal(wire->polls, 1);
    assert_true(stint_instant_is_never(wire->poll_at)); /* the device will wake the poll */
    free(wire);
}

static void answers_that_find_no_room_are_counted(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    wire->devices[0].room = 0;
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct wire_frame request = wire_echo_request(&envelope, "full");
    assert_int_equal(wire_take(wire, &request), STINT_DROP_DEVICE_FULL);
    wire->devices[0].room = WIRE_ENDLESS;
    wire_poll(wire);
    wire_expect_nothing(wire);
    assert_int_equal(wire_take(wire, &request), STINT_DROP_NONE);
    assert_int_equal(wire_waiting(wire, 0), 1);
    free(wire);
}

static void held_frames_survive_a_full_device(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp(wire);
    send_to(wire, socket, wire_address(WIRE_HOST), "one");
    send_to(wire, socket, wire_address(WIRE_HOST), "two");
    wire_poll(wire);
    wire_forget(wire);
    wire->devices[0].room = 1;
    const struct wire_frame answer = wire_answer(WIRE_HOST);
    assert_int_equal(wire_take(wire, &answer), STINT_DROP_NONE);
    wire_expect_udp(wire, "one");
    wire_expect_nothing(wire);
    wire->devices[0].room = WIRE_ENDLESS;
    wire_poll(wire);
    wire_expect_udp(wire, "two");
    wire_expect_nothing(wire);
    assert_int_equal(wire->stack.held.in_use, 0);
    free(wire);
}

static void a_question_that_finds_no_room_is_asked_again_later(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp(wire);
    wire->devices[0].room = 0;
    send_to(wire, socket, wire_address(WIRE_HOST), "patient");
    wire_poll(wire);
    wire->devices[0].room = WIRE_ENDLESS;
    wire_pass(wire, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    wire_expect_question(wire, WIRE_HOST, stint_hardware_address_broadcast);
    const struct wire_frame answer = wire_answer(WIRE_HOST);
    assert_int_equal(wire_take(wire, &answer), STINT_DROP_NONE);
    wire_expect_udp(wire, "patient");
    free(wire);
}

static void s1_datagrams_do_not_starve_tcp_of_a_busy_device(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp(wire);
    const struct stint_endpoint remote = {wire_address(WIRE_HOST), 80};
    struct stint_handle connection;
    assert_int_equal(
        stint_stack_connect(&wire->stack, wire->now, NULL, &remote, 0, &connection), STINT_OK);
    unsigned segments = 0;
    for (unsigned i = 0; i < 6; i++) {
        send_to(wire, socket, wire_address(WIRE_HOST), "never an end");
        send_to(wire, socket, wire_address(WIRE_HOST), "to this");
        wire->devices[0].room = 1;
        (void)stint_stack_poll(&wire->stack, wire->now);
        struct wire_seen seen;
        assert_true(wire_next(wire, &seen));
        segments += seen.ip.protocol == STINT_PROTOCOL_TCP;
    }
    assert_int_equal(segments, 1); /* the SYN had its turn */
    free(wire);
}

/* A device between a simulated host and its cable that has room only every now and then. */
struct stutter {
    struct stint_device inner;
    uint32_t asked;
};

static struct stint_view stutter_receive(void *context, struct stint_instant now)
{
    const struct stutter *stutter = context;
    return stint_device_receive(&stutter->inner, now);
}

static void stutter_receive_done(void *context)
{
    const struct stutter *stutter = context;
    stint_device_receive_done(&stutter->inner);
}

static struct stint_span stutter_transmit(void *context, struct stint_instant now, size_t length)
{
    struct stutter *stutter = context;
    stutter->asked++;
    return stutter->asked % 5 < 3 ? stint_span_of(NULL, 0)
                                  : stint_device_transmit(&stutter->inner, now, length);
}

static void stutter_commit(void *context, struct stint_instant now, size_t length)
{
    const struct stutter *stutter = context;
    stint_device_transmit_commit(&stutter->inner, now, length);
}

static struct stint_instant stutter_service(void *context, struct stint_instant now)
{
    const struct stutter *stutter = context; /* room comes within a millisecond */
    const struct stint_instant soon = stint_instant_after(now, stint_milliseconds(1));
    return stint_instant_earlier(stint_device_service(&stutter->inner, now), soon);
}

static void tcp_loses_nothing_to_a_device_that_refuses(void **state)
{
    (void)state;
    static const struct stint_device_operations operations = {
        stutter_receive, stutter_receive_done, stutter_transmit, stutter_commit, stutter_service};
    const struct simulation_options options = {.seed = 3};
    struct simulation *simulation = simulation_new(&options);
    struct stutter stutters[2] = {{.asked = 0}};
    struct simulated_transfer transfer = {.to_send = 1000000};
    simulation_connect(simulation, 80, &transfer.writer, &transfer.reader);
    for (unsigned i = 0; i < 2; i++) {
        struct stint_device *device = &simulation->hosts[i].stack.interfaces[0].config.device;
        stutters[i].inner = *device;
        *device = (struct stint_device){&operations, &stutters[i]};
    }
    assert_true(simulation_run_transfer(simulation, 0, &transfer, stint_seconds(60)));
    const struct stint_stack *sender = &simulation->hosts[0].stack;
    assert_int_equal(sender->tcp.counters.segments_retransmitted, 0);
    assert_true(sender->interfaces[0].counters.device_full > 100);
    free(simulation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_route_a_datagram_is_dropped_and_counted),
        cmocka_unit_test(what_is_off_link_goes_to_the_gateways_station),
        cmocka_unit_test(a_gateway_may_be_behind_the_second_interface),
        cmocka_unit_test(what_is_on_link_needs_no_gateway),
        cmocka_unit_test(a_closer_route_is_preferred_to_the_default_one),
        cmocka_unit_test(a_gateway_must_be_on_a_link),
        cmocka_unit_test(the_gateways_silence_ends_a_connection_attempt),
        cmocka_unit_test(each_interface_speaks_from_its_own_address),
        cmocka_unit_test(nothing_leaves_for_ourselves_or_for_loopback),
        cmocka_unit_test(a_full_device_leaves_datagrams_queued),
        cmocka_unit_test(a_full_device_is_not_polled_again_and_again),
        cmocka_unit_test(answers_that_find_no_room_are_counted),
        cmocka_unit_test(held_frames_survive_a_full_device),
        cmocka_unit_test(a_question_that_finds_no_room_is_asked_again_later),
        cmocka_unit_test(s1_datagrams_do_not_starve_tcp_of_a_busy_device),
        cmocka_unit_test(tcp_loses_nothing_to_a_device_that_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
