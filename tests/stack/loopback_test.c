/* What a stack sends to itself comes back, and nowhere else.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/loopback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stint/stack/ipv6.h"
#include "support/wire.h"

enum { PORT = 7000, NOBODYS_PORT = 7001 };

/* A stack on a cable, with a loopback beside it. */
struct place {
    struct wire *wire;
    struct stint_loopback loopback;
    _Alignas(8) uint8_t frames[1 << 16];
};

static int start(void **state)
{
    const struct wire_options options = {.spare = 1, .ipv6 = &stint_ipv6};
    const struct stint_local_address ipv6 = {.address = {{0xfd, [15] = 1}}, .prefix_length = 64};
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    place->wire = wire_new(&options);
    stint_loopback_init(&place->loopback, stint_span_of(place->frames, sizeof place->frames));
    struct stint_stack *stack = &place->wire->stack;
    assert_int_equal(stint_stack_attach_loopback(stack, &place->loopback), STINT_OK);
    assert_int_equal(stint_stack_add_address(stack, 0, &ipv6), STINT_OK);
    *state = place;
    return 0;
}

static int stop(void **state)
{
    struct place *place = *state;
    free(place->wire);
    free(place);
    return 0;
}

static struct wire *wire_of(void **state)
{
    return ((struct place *)*state)->wire;
}

static struct stint_handle open_udp_at(struct wire *wire, uint16_t port)
{
    const struct stint_endpoint local = {.port = port};
    struct stint_handle socket;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    assert_int_equal(stint_udp_bind(&wire->stack.udp, socket, &local), STINT_OK);
    return socket;
}

static const struct stint_address ours[] = {
    {{[10] = 0xff, 0xff, 127, 0, 0, 1}},
    {{[10] = 0xff, 0xff, 127, 9, 8, 7}},
    {{[10] = 0xff, 0xff, 10, 0, 0, 1}},
    {{[15] = 1}},
    {{0xfd, [15] = 1}},
};

enum { OURS = sizeof ours / sizeof ours[0] };

static void a_datagram_for_ourselves_comes_back(void **state)
{
    struct wire *wire = wire_of(state);
    const struct stint_handle from = open_udp_at(wire, PORT + 10);
    const struct stint_handle to = open_udp_at(wire, PORT);
    for (unsigned i = 0; i < OURS; i++) {
        const struct stint_endpoint remote = {ours[i], PORT};
        assert_int_equal(
            stint_udp_send(&wire->stack.udp, from, &remote, wire_text("me")), STINT_OK);
        wire_poll(wire);
        char bytes[8];
        struct stint_datagram_info info;
        size_t length = 0;
        assert_int_equal(stint_udp_receive(&wire->stack.udp, to, stint_span_of(bytes, sizeof bytes),
                             false, &info, &length),
            STINT_OK);
        assert_int_equal(length, 2);
        assert_true(stint_address_equal(&info.source.address, &ours[i]));
        assert_true(stint_address_equal(&info.destination.address, &ours[i]));
    }
    wire_expect_nothing(wire);
    assert_int_equal(wire_drops(wire), 0);
}

static void a_connection_to_ourselves_carries_text(void **state)
{
    struct wire *wire = wire_of(state);
    struct stint_tcp *tcp = &wire->stack.tcp;
    for (unsigned i = 0; i < OURS; i++) {
        const struct stint_endpoint any = {.port = (uint16_t)(PORT + i)};
        const struct stint_endpoint remote = {ours[i], any.port};
        struct stint_handle listener;
        struct stint_handle near;
        struct stint_handle far;
        uint8_t bytes[8] = {0};
        size_t moved = 0;
        assert_int_equal(stint_tcp_listen(tcp, &any, 1, 0, &listener), STINT_OK);
        assert_int_equal(
            stint_stack_connect(&wire->stack, wire->now, NULL, &remote, 0, &near), STINT_OK);
        wire_poll(wire);
        assert_int_equal(stint_tcp_accept(tcp, listener, 0, &far), STINT_OK);
        assert_int_equal(stint_tcp_write(tcp, near, wire_text("hello"), &moved), STINT_OK);
        wire_poll(wire);
        assert_int_equal(
            stint_tcp_read(tcp, far, stint_span_of(bytes, sizeof bytes), &moved), STINT_OK);
        assert_int_equal(moved, 5);
        assert_memory_equal(bytes, "hello", 5);
        assert_int_equal(stint_tcp_listener_close(tcp, wire->now, listener), STINT_OK);
    }
    wire_expect_nothing(wire);
    assert_int_equal(wire_drops(wire), 0);
}

static void a_port_that_nobody_has_is_told(void **state)
{
    struct wire *wire = wire_of(state);
    for (unsigned i = 0; i < OURS; i++) {
        const struct stint_handle socket = open_udp_at(wire, 0);
        const struct stint_endpoint remote = {ours[i], NOBODYS_PORT};
        assert_int_equal(stint_udp_connect(&wire->stack.udp, socket, &remote), STINT_OK);
        assert_int_equal(stint_udp_send(&wire->stack.udp, socket, NULL, wire_text("?")), STINT_OK);
        wire_poll(wire);
        assert_int_equal(
            stint_udp_send(&wire->stack.udp, socket, NULL, wire_text("?")), STINT_REFUSED);
    }
    wire_expect_nothing(wire);
}

static void from_outside_our_addresses_are_refused_as_ever(void **state)
{
    struct wire *wire = wire_of(state);
    struct wire_envelope envelope = wire_from(WIRE_HOST);
    (void)open_udp_at(wire, PORT);
    for (unsigned i = 0; i < 3; i++) { /* those of IPv4 */
        envelope.ip.source = ours[i];
        const struct wire_frame frame = wire_udp(&envelope, 9, PORT, "spoofed");
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_IPV4_SOURCE);
    }
    envelope = wire_from(WIRE_HOST);
    envelope.ip.destination = ours[0];
    const struct wire_frame frame = wire_udp(&envelope, 9, PORT, "strange");
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_IPV4_DESTINATION);
    wire_expect_nothing(wire);
}

static void the_loopback_believes_nobody_else(void **state)
{
    struct wire *wire = wire_of(state);
    struct place *place = *state;
    struct wire_envelope envelope = wire_from(WIRE_HOST);
    envelope.to = (struct stint_hardware_address){{2}};
    const struct wire_frame frame = wire_udp(&envelope, 9, PORT, "strange");
    assert_true(
        stint_packet_queue_push(&place->loopback.frames, stint_view_of(frame.bytes, frame.length)));
    wire_poll(wire);
    assert_int_equal(wire->stack.drops[STINT_DROP_IPV4_SOURCE], 1);
}

static void broadcasts_still_leave(void **state)
{
    struct wire *wire = wire_of(state);
    const struct stint_handle socket = open_udp_at(wire, PORT);
    const struct stint_endpoint all = {stint_address_ipv4(255, 255, 255, 255), 9};
    stint_udp_get(&wire->stack.udp, socket)->broadcast = true;
    assert_int_equal(stint_udp_send(&wire->stack.udp, socket, &all, wire_text("all")), STINT_OK);
    wire_poll(wire);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_true(stint_address_equal(&seen.ip.destination, &all.address));
}

static void there_is_one_loopback(void **state)
{
    struct wire *wire = wire_of(state);
    struct place *place = *state;
    assert_int_equal(
        stint_stack_attach_loopback(&wire->stack, &place->loopback), STINT_WRONG_STATE);
    wire = wire_new(NULL); /* one interface, and it is taken */
    assert_int_equal(stint_stack_attach_loopback(&wire->stack, &place->loopback), STINT_EXHAUSTED);
    assert_false(stint_stack_has_address(&wire->stack, &ours[0]));
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_datagram_for_ourselves_comes_back, start, stop),
        cmocka_unit_test_setup_teardown(a_connection_to_ourselves_carries_text, start, stop),
        cmocka_unit_test_setup_teardown(a_port_that_nobody_has_is_told, start, stop),
        cmocka_unit_test_setup_teardown(
            from_outside_our_addresses_are_refused_as_ever, start, stop),
        cmocka_unit_test_setup_teardown(the_loopback_believes_nobody_else, start, stop),
        cmocka_unit_test_setup_teardown(broadcasts_still_leave, start, stop),
        cmocka_unit_test_setup_teardown(there_is_one_loopback, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
