/* UDP sockets on the wire: what leaves, from which address, to which station, and what may not.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/wire.h"

static struct stint_handle open_udp(struct wire *wire)
{
    struct stint_handle socket;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    return socket;
}

static struct stint_handle open_udp_at(struct wire *wire, uint16_t port)
{
    const struct stint_endpoint local = {.port = port};
    const struct stint_handle socket = open_udp(wire);
    assert_int_equal(stint_udp_bind(&wire->stack.udp, socket, &local), STINT_OK);
    return socket;
}

static void send_to(
    struct wire *wire, struct stint_handle socket, struct stint_address to, const char *text)
{
    const struct stint_endpoint remote = {to, 9};
    assert_int_equal(stint_udp_send(&wire->stack.udp, socket, &remote, wire_text(text)), STINT_OK);
}

static void a_datagram_leaves_byte_for_byte(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp_at(wire, 7);
    send_to(wire, socket, wire_address(WIRE_HOST), "ok");
    wire_poll(wire);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    uint8_t bytes[64];
    const struct stint_view expected = test_hex("020000000107 020000000001 0800"
                                                "4500 001e 0000 0000 4011 66c8 0a000001 0a000007"
                                                "0007 0009 000a 7c57 6f6b",
        stint_span_of(bytes, sizeof bytes));
    struct wire_frame frame = {.length = expected.length};
    memcpy(frame.bytes, expected.bytes, expected.length);
    stint_store16(frame.bytes + 18, seen.ip.identification);
    wire_seal(&frame);
    test_assert_view_equal(stint_view_of(seen.frame.bytes, seen.frame.length),
        stint_view_of(frame.bytes, frame.length));
    wire_expect_nothing(wire);
    assert_int_equal(wire->stack.udp.datagrams_sent, 1);
    free(wire);
}

static void a_sockets_options_are_in_the_header(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp(wire);
    struct stint_udp_socket *record = stint_udp_get(&wire->stack.udp, socket);
    record->traffic_class = 0xb8;
    record->time_to_live = 3;
    send_to(wire, socket, wire_address(WIRE_HOST), "quick");
    wire_poll(wire);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_int_equal(seen.ip.traffic_class, 0xb8);
    assert_int_equal(seen.ip.time_to_live, 3);
    assert_false(seen.ip.dont_fragment);
    free(wire);
}

static void i6_identifications_do_not_follow_one_another(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp(wire);
    enum { DATAGRAMS = 2000 };
    uint16_t before = 0;
    unsigned near = 0;
    uint8_t seen_once[8192] = {0};
    unsigned repeated = 0;
    for (unsigned i = 0; i < DATAGRAMS; i++) {
        send_to(wire, socket, wire_address(WIRE_HOST), "id");
        wire_poll(wire);
        struct wire_seen seen;
        assert_true(wire_next(wire, &seen));
        const uint16_t id = seen.ip.identification;
        const uint16_t step = (uint16_t)(id - before);
        near += step < 256 || step > 65280;
        repeated += (seen_once[id / 8] >> id % 8) & 1;
        seen_once[id / 8] |= (uint8_t)(1u << id % 8);
        before = id;
    }
    assert_in_range(near, 0, 60);      /* 16 are expected of chance */
    assert_in_range(repeated, 5, 100); /* 30 are: a counter or a shuffled one has none */
    free(wire);
}

static void two_secrets_give_different_identifications(void **state)
{
    (void)state;
    const struct wire_options options[] = {{.seed = 1}, {.seed = 2}};
    uint16_t ids[2][4];
    for (unsigned i = 0; i < 2; i++) {
        struct wire *wire = wire_new(&options[i]);
        wire_introduce(wire, WIRE_HOST);
        const struct stint_handle socket = open_udp(wire);
        for (unsigned j = 0; j < 4; j++) {
            send_to(wire, socket, wire_address(WIRE_HOST), "id");
            wire_poll(wire);
            struct wire_seen seen;
            assert_true(wire_next(wire, &seen));
            ids[i][j] = seen.ip.identification;
        }
        free(wire);
    }
    assert_memory_not_equal(ids[0], ids[1], sizeof ids[0]);
}

static void a_broadcast_needs_the_sockets_leave(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp(wire);
    const struct stint_endpoint everywhere = {stint_address_ipv4(255, 255, 255, 255), 9};
    send_to(wire, socket, wire_address(255), "subnet");
    send_to(wire, socket, wire_address(0), "4.2BSD");
    assert_int_equal(
        stint_udp_send(&wire->stack.udp, socket, &everywhere, wire_text("all")), STINT_WRONG_STATE);
    wire_poll(wire);
    wire_expect_nothing(wire);
    assert_int_equal(wire->stack.drops[STINT_DROP_BROADCAST], 2);
    assert_int_equal(wire_drops(wire), 2);
    stint_udp_get(&wire->stack.udp, socket)->broadcast = true;
    send_to(wire, socket, wire_address(255), "subnet");
    send_to(wire, socket, everywhere.address, "all");
    wire_poll(wire);
    for (unsigned i = 0; i < 2; i++) {
        const struct stint_hardware_address all = stint_hardware_address_broadcast;
        const struct stint_address ours = wire_address(1);
        struct wire_seen seen;
        assert_true(wire_next(wire, &seen));
        assert_true(stint_hardware_address_equal(&seen.ethernet.destination, &all));
        assert_true(stint_address_equal(&seen.ip.source, &ours));
        test_assert_view_equal(seen.udp.payload, wire_text(i == 0 ? "subnet" : "all"));
    }
    wire_expect_nothing(wire);
    assert_int_equal(wire_drops(wire), 2);
    free(wire);
}

static void a_broadcast_of_another_interface_needs_leave_too(void **state)
{
    (void)state;
    const struct wire_options options = {.interfaces = 2};
    struct wire *wire = wire_new(&options);
    const struct stint_handle socket = open_udp(wire);
    send_to(wire, socket, stint_address_ipv4(10, 0, 1, 255), "second");
    wire_poll(wire);
    assert_int_equal(wire->stack.drops[STINT_DROP_BROADCAST], 1);
    assert_int_equal(wire_waiting(wire, 0) + wire_waiting(wire, 1), 0);
    free(wire);
}

static void a_group_has_its_own_hardware_address(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    send_to(wire, open_udp(wire), stint_address_ipv4(239, 255, 255, 250), "M-SEARCH");
    wire_poll(wire);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_memory_equal(seen.ethernet.destination.octets, "\x01\x00\x5e\x7f\xff\xfa", 6);
    wire_expect_nothing(wire);
    free(wire);
}

static void a_full_receive_queue_drops_and_counts(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp_at(wire, 7);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct wire_frame datagram = wire_udp(&envelope, 4000, 7, "flood");
    unsigned taken = 0;
    enum stint_drop reason = STINT_DROP_NONE;
    for (unsigned i = 0; i < 1000 && reason == STINT_DROP_NONE; i++) {
        reason = wire_take(wire, &datagram);
        taken += reason == STINT_DROP_NONE;
    }
    assert_int_equal(reason, STINT_DROP_UDP_FULL);
    assert_in_range(taken, 20, 200);
    wire_expect_nothing(wire); /* nobody is told that a socket is busy */
    uint8_t bytes[16];
    struct stint_datagram_info info;
    size_t length = 0;
    for (unsigned i = 0; i < taken; i++) {
        assert_int_equal(stint_udp_receive(&wire->stack.udp, socket,
                             stint_span_of(bytes, sizeof bytes), false, &info, &length),
            STINT_OK);
    }
    assert_int_equal(wire_take(wire, &datagram), STINT_DROP_NONE);
    free(wire);
}

static void what_is_longer_than_the_mtu_is_dropped_and_counted(void **state)
{
    (void)state;
    const struct wire_options options = {.mtu = 576};
    struct wire *wire = wire_new(&options);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp(wire);
    const struct stint_endpoint to = {wire_address(WIRE_HOST), 9};
    uint8_t payload[549] = {0};
    assert_int_equal(
        stint_udp_send(&wire->stack.udp, socket, &to, stint_view_of(payload, 549)), STINT_OK);
    assert_int_equal(
        stint_udp_send(&wire->stack.udp, socket, &to, stint_view_of(payload, 548)), STINT_OK);
    wire_poll(wire);
    assert_int_equal(wire->stack.drops[STINT_DROP_TOO_LONG], 1);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_int_equal(seen.frame.length, 14 + 576);
    wire_expect_nothing(wire);
    free(wire);
}

static void sockets_take_turns(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle first = open_udp(wire);
    const struct stint_handle second = open_udp(wire);
    send_to(wire, first, wire_address(WIRE_HOST), "a1");
    send_to(wire, first, wire_address(WIRE_HOST), "a2");
    send_to(wire, second, wire_address(WIRE_HOST), "b1");
    send_to(wire, second, wire_address(WIRE_HOST), "b2");
    wire_poll(wire);
    wire_expect_udp(wire, "a1");
    wire_expect_udp(wire, "b1");
    wire_expect_udp(wire, "a2");
    wire_expect_udp(wire, "b2");
    wire_expect_nothing(wire);
    free(wire);
}

static void what_is_queued_is_sent_after_the_socket_is_closed(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp(wire);
    send_to(wire, socket, wire_address(WIRE_HOST), "goodbye");
    assert_int_equal(stint_udp_close(&wire->stack.udp, socket), STINT_OK);
    wire_poll(wire);
    wire_expect_udp(wire, "goodbye");
    assert_int_equal(wire->stack.arena.in_use, 0);
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_leaves_byte_for_byte),
        cmocka_unit_test(a_sockets_options_are_in_the_header),
        cmocka_unit_test(i6_identifications_do_not_follow_one_another),
        cmocka_unit_test(two_secrets_give_different_identifications),
        cmocka_unit_test(a_broadcast_needs_the_sockets_leave),
        cmocka_unit_test(a_broadcast_of_another_interface_needs_leave_too),
        cmocka_unit_test(a_group_has_its_own_hardware_address),
        cmocka_unit_test(a_full_receive_queue_drops_and_counts),
        cmocka_unit_test(what_is_longer_than_the_mtu_is_dropped_and_counted),
        cmocka_unit_test(sockets_take_turns),
        cmocka_unit_test(what_is_queued_is_sent_after_the_socket_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
