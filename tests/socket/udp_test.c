/* UDP sockets as an application and the sending side of the stack use them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/udp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/udp_fixture.h"

static void limits_that_cannot_work_are_refused(void **state)
{
    (void)state;
    const struct stint_udp_limits wrong[] = {
        {1, 0, 256}, {1, 256, 0}, {1, 300, 256}, {1, 256, 64}, {65535, 256, 256}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct stint_udp udp;
        struct stint_carve counting = stint_carve_from(stint_span_of(NULL, 0));
        assert_int_equal(stint_udp_init(&udp, &wrong[i], NULL, NULL, &counting), STINT_INVALID);
    }
}

static void the_memory_that_was_counted_suffices_and_less_does_not(void **state)
{
    (void)state;
    static alignas(8) uint8_t memory[8192];
    const struct stint_udp_limits limits = {5, 512, 512};
    struct stint_udp udp;
    struct stint_carve counting = stint_carve_from(stint_span_of(NULL, 0));
    assert_int_equal(stint_udp_init(&udp, &limits, NULL, NULL, &counting), STINT_OK);
    struct stint_carve exact = stint_carve_from(stint_span_of(memory, counting.used));
    assert_int_equal(stint_udp_init(&udp, &limits, NULL, NULL, &exact), STINT_OK);
    assert_int_equal(udp.free.length, 5);
    struct stint_carve less = stint_carve_from(stint_span_of(memory, counting.used - 1));
    assert_int_equal(stint_udp_init(&udp, &limits, NULL, NULL, &less), STINT_EXHAUSTED);
}

static void without_sockets_nothing_opens_and_nothing_is_found(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_udp_limits none = {0, 0, 0};
    struct stint_carve carve =
        stint_carve_from(stint_span_of(fixture.records, sizeof fixture.records));
    assert_int_equal(
        stint_udp_init(&fixture.udp, &none, &fixture.random, &fixture.arena, &carve), STINT_OK);
    struct stint_handle socket = {0, 1};
    assert_null(stint_udp_get(&fixture.udp, socket));
    assert_int_equal(stint_udp_open(&fixture.udp, 0, &socket), STINT_EXHAUSTED);
    assert_int_equal(udp_arrive(&fixture, at(2, 5), at(1, 5), text("x")), STINT_DROP_UDP_PORT);
    struct stint_udp_offer offer;
    assert_false(stint_udp_next_offer(&fixture.udp, &offer));
    stint_udp_sent(&fixture.udp);
    stint_udp_pass(&fixture.udp);
}

static void ten_thousand_sockets_opened_and_closed_leave_no_memory_behind(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    for (unsigned i = 0; i < 10000; i++) {
        const struct stint_handle socket = udp_open_at(&fixture, 0, 7);
        (void)udp_arrive(&fixture, at(2, 5), at(1, 7), text("unread"));
        if (i % 2 == 0) {
            assert_int_equal(udp_send_to(&fixture, socket, 2, 5, text("late")), STINT_OK);
        }
        assert_int_equal(stint_udp_close(&fixture.udp, socket), STINT_OK);
        stint_udp_sent(&fixture.udp);
        assert_int_equal(fixture.arena.in_use, 0);
        assert_int_equal(fixture.udp.free.length, UDP_SOCKETS);
    }
    struct stint_socket_event event;
    assert_false(stint_udp_next_event(&fixture.udp, &event));
}

static void a_stale_handle_names_nothing(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle stale = udp_open(&fixture, 0);
    assert_int_equal(stint_udp_close(&fixture.udp, stale), STINT_OK);
    for (unsigned i = 0; i < UDP_SOCKETS; i++) {
        (void)udp_open(&fixture, 0); /* among them the one with the stale handle's index */
    }
    const struct stint_endpoint endpoint = at(1, 7);
    const struct stint_handle nobody[] = {stale, {0, 0}, {UDP_SOCKETS, 1}, {0xffff, 0xffff}};
    for (unsigned i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        assert_null(stint_udp_get(&fixture.udp, nobody[i]));
        assert_int_equal(stint_udp_bind(&fixture.udp, nobody[i], &endpoint), STINT_BAD_HANDLE);
        assert_int_equal(stint_udp_connect(&fixture.udp, nobody[i], &endpoint), STINT_BAD_HANDLE);
        assert_int_equal(udp_send_to(&fixture, nobody[i], 2, 5, text("x")), STINT_BAD_HANDLE);
        assert_int_equal(udp_try_receive(&fixture, nobody[i]), STINT_BAD_HANDLE);
        assert_int_equal(stint_udp_close(&fixture.udp, nobody[i]), STINT_BAD_HANDLE);
    }
}

static void when_records_or_buffers_run_out_nothing_is_lost(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    struct stint_handle sockets[UDP_SOCKETS];
    struct stint_handle one_more;
    for (unsigned i = 0; i < UDP_SOCKETS; i++) {
        sockets[i] = udp_open(&fixture, 0);
    }
    assert_int_equal(stint_udp_open(&fixture.udp, 0, &one_more), STINT_EXHAUSTED);
    for (unsigned i = 0; i < UDP_SOCKETS; i++) {
        assert_int_equal(stint_udp_close(&fixture.udp, sockets[i]), STINT_OK);
    }
    /* Room for the receive buffer only. */
    struct stint_span others[UDP_UNITS];
    unsigned taken = 0;
    while (stint_arena_free(&fixture.arena) > UDP_RECEIVE_BUFFER) {
        others[taken] = stint_arena_take(&fixture.arena, UDP_RECEIVE_BUFFER);
        taken++;
    }
    const uint32_t in_use = fixture.arena.in_use;
    assert_int_equal(stint_udp_open(&fixture.udp, 0, &one_more), STINT_EXHAUSTED);
    assert_int_equal(fixture.arena.in_use, in_use);
    stint_arena_give(&fixture.arena, others[0]);
    assert_int_equal(stint_udp_open(&fixture.udp, 0, &one_more), STINT_OK);
}

static void a_port_is_shared_only_by_sockets_that_both_allow_it(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle first = udp_open_at(&fixture, 1, 7);
    const struct stint_handle second = udp_open(&fixture, 0);
    const struct stint_endpoint any = at(0, 7);
    const struct stint_endpoint same = at(1, 7);
    const struct stint_endpoint other = at(2, 7);
    assert_int_equal(stint_udp_bind(&fixture.udp, second, &any), STINT_ADDRESS_IN_USE);
    assert_int_equal(stint_udp_bind(&fixture.udp, second, &same), STINT_ADDRESS_IN_USE);
    stint_udp_get(&fixture.udp, second)->reuse_address = true;
    assert_int_equal(stint_udp_bind(&fixture.udp, second, &same), STINT_ADDRESS_IN_USE);
    stint_udp_get(&fixture.udp, first)->reuse_address = true;
    assert_int_equal(stint_udp_bind(&fixture.udp, second, &same), STINT_OK);
    assert_int_equal(stint_udp_bind(&fixture.udp, second, &other), STINT_WRONG_STATE);

    const struct stint_handle third = udp_open(&fixture, 0);
    assert_int_equal(stint_udp_bind(&fixture.udp, third, &same), STINT_ADDRESS_IN_USE);
    assert_int_equal(stint_udp_bind(&fixture.udp, third, &other), STINT_OK);
}

static void a_chosen_port_is_dynamic_and_unused_and_differs_each_time(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    uint16_t ports[UDP_SOCKETS];
    for (unsigned i = 0; i < UDP_SOCKETS; i++) {
        const struct stint_handle socket = udp_open_at(&fixture, 0, 0);
        ports[i] = stint_udp_get(&fixture.udp, socket)->local.port;
        assert_in_range(ports[i], 49152, 65535);
        for (unsigned before = 0; before < i; before++) {
            assert_true(ports[i] > ports[before] + 1 || ports[before] > ports[i] + 1);
        }
    }
}

static void the_last_free_port_is_found(void **state)
{
    (void)state;
    enum { SOCKETS = 16384, BUFFER = 128 };
    static alignas(8) uint8_t records[SOCKETS * 256];
    static alignas(8) uint8_t buffers[SOCKETS * 2 * BUFFER];
    static struct stint_arena_unit units[SOCKETS * 2];
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_udp_limits limits = {SOCKETS, BUFFER, BUFFER};
    struct stint_carve carve = stint_carve_from(stint_span_of(records, sizeof records));
    stint_arena_init(
        &fixture.arena, stint_span_of(buffers, sizeof buffers), BUFFER, units, SOCKETS * 2);
    assert_int_equal(
        stint_udp_init(&fixture.udp, &limits, &fixture.random, &fixture.arena, &carve), STINT_OK);
    for (unsigned i = 0; i < SOCKETS - 1; i++) {
        const struct stint_handle socket = udp_open(&fixture, 0);
        const uint16_t port = (uint16_t)(49152 + i + (i >= 5000)); /* all but 54152 */
        stint_udp_get(&fixture.udp, socket)->local.port = port;
    }
    const struct stint_handle last = udp_open_at(&fixture, 0, 0);
    assert_int_equal(stint_udp_get(&fixture.udp, last)->local.port, 54152);
    assert_int_equal(stint_udp_close(&fixture.udp, last), STINT_OK);
    assert_int_equal(stint_udp_get(&fixture.udp, (struct stint_handle){0, 1})->local.port, 49152);
}

static void a_datagram_is_offered_as_it_was_sent(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open_at(&fixture, 1, 7);
    struct stint_udp_socket *const record = stint_udp_get(&fixture.udp, socket);
    record->traffic_class = 0x20;
    record->time_to_live = 9;
    record->broadcast = true;
    assert_int_equal(udp_send_to(&fixture, socket, 2, 5, text("hello")), STINT_OK);
    record->time_to_live = 1; /* for later ones */

    struct stint_udp_offer offer;
    assert_true(stint_udp_next_offer(&fixture.udp, &offer));
    const struct stint_endpoint local = at(1, 7);
    const struct stint_endpoint remote = at(2, 5);
    assert_true(stint_endpoint_equal(&offer.info->source, &local));
    assert_true(stint_endpoint_equal(&offer.info->destination, &remote));
    assert_true(stint_view_equal(offer.payload, text("hello")));
    assert_int_equal(offer.info->traffic_class, 0x20);
    assert_int_equal(offer.info->time_to_live, 9);
    assert_true(offer.broadcast);
    stint_udp_sent(&fixture.udp);
    assert_int_equal(fixture.udp.datagrams_sent, 1);
    assert_false(stint_udp_next_offer(&fixture.udp, &offer));
}

static void assert_next_offer_is(struct udp_fixture *fixture, const char *expected)
{
    struct stint_udp_offer offer;
    assert_true(stint_udp_next_offer(&fixture->udp, &offer));
    assert_true(stint_view_equal(offer.payload, text(expected)));
}

static void sockets_take_turns_to_send(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle a = udp_open(&fixture, 0);
    const struct stint_handle b = udp_open(&fixture, 0);
    (void)udp_send_to(&fixture, a, 2, 5, text("a1"));
    (void)udp_send_to(&fixture, a, 2, 5, text("a2"));
    (void)udp_send_to(&fixture, b, 2, 5, text("b1"));
    assert_next_offer_is(&fixture, "a1");
    stint_udp_pass(&fixture.udp);
    assert_next_offer_is(&fixture, "b1");
    stint_udp_sent(&fixture.udp);
    assert_next_offer_is(&fixture, "a1");
    stint_udp_sent(&fixture.udp);
    assert_next_offer_is(&fixture, "a2");
}

static void destinations_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open(&fixture, 0);
    const struct stint_endpoint broadcast = {stint_address_ipv4(255, 255, 255, 255), 67};
    assert_int_equal(stint_udp_send(&fixture.udp, socket, NULL, text("x")), STINT_WRONG_STATE);
    assert_int_equal(udp_send_to(&fixture, socket, 2, 0, text("x")), STINT_INVALID);
    assert_int_equal(udp_send_to(&fixture, socket, 0, 5, text("x")), STINT_INVALID);
    assert_int_equal(
        stint_udp_send(&fixture.udp, socket, &broadcast, text("x")), STINT_WRONG_STATE);
    stint_udp_get(&fixture.udp, socket)->broadcast = true;
    assert_int_equal(stint_udp_send(&fixture.udp, socket, &broadcast, text("x")), STINT_OK);
}

static void a_full_send_queue_blocks_until_something_is_sent(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open(&fixture, 42);
    static const uint8_t bytes[UDP_SEND_BUFFER];
    assert_int_equal(
        udp_send_to(&fixture, socket, 2, 5, stint_view_of(bytes, sizeof bytes)), STINT_TOO_LONG);
    assert_int_equal(udp_send_to(&fixture, socket, 2, 5, stint_view_of(bytes, 150)), STINT_OK);
    assert_int_equal(
        udp_send_to(&fixture, socket, 2, 5, stint_view_of(bytes, 150)), STINT_WOULD_BLOCK);

    struct stint_socket_event event;
    assert_false(stint_udp_next_event(&fixture.udp, &event));
    stint_udp_sent(&fixture.udp);
    assert_true(stint_udp_next_event(&fixture.udp, &event));
    assert_int_equal(event.kind, STINT_SOCKET_UDP);
    assert_true(stint_handle_equal(event.handle, socket));
    assert_int_equal(event.owner, 42);
    assert_int_equal(udp_send_to(&fixture, socket, 2, 5, stint_view_of(bytes, 150)), STINT_OK);
}

static void what_was_queued_is_sent_after_the_socket_was_closed(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open_at(&fixture, 0, 7);
    (void)udp_send_to(&fixture, socket, 2, 5, text("last"));
    (void)udp_send_to(&fixture, socket, 2, 5, text("words"));
    assert_int_equal(stint_udp_close(&fixture.udp, socket), STINT_OK);
    assert_null(stint_udp_get(&fixture.udp, socket));
    assert_int_equal(udp_arrive(&fixture, at(2, 5), at(1, 7), text("x")), STINT_DROP_UDP_PORT);
    (void)udp_open_at(&fixture, 0, 7); /* the port is free at once */
    assert_next_offer_is(&fixture, "last");
    stint_udp_sent(&fixture.udp);
    assert_next_offer_is(&fixture, "words");
    stint_udp_sent(&fixture.udp);
    struct stint_udp_offer offer;
    assert_false(stint_udp_next_offer(&fixture.udp, &offer));
    assert_int_equal(fixture.udp.free.length, UDP_SOCKETS - 1);
    assert_int_equal(fixture.arena.in_use, UDP_RECEIVE_BUFFER + UDP_SEND_BUFFER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_that_cannot_work_are_refused),
        cmocka_unit_test(the_memory_that_was_counted_suffices_and_less_does_not),
        cmocka_unit_test(without_sockets_nothing_opens_and_nothing_is_found),
        cmocka_unit_test(ten_thousand_sockets_opened_and_closed_leave_no_memory_behind),
        cmocka_unit_test(a_stale_handle_names_nothing),
        cmocka_unit_test(when_records_or_buffers_run_out_nothing_is_lost),
        cmocka_unit_test(a_port_is_shared_only_by_sockets_that_both_allow_it),
        cmocka_unit_test(a_chosen_port_is_dynamic_and_unused_and_differs_each_time),
        cmocka_unit_test(the_last_free_port_is_found),
        cmocka_unit_test(a_datagram_is_offered_as_it_was_sent),
        cmocka_unit_test(sockets_take_turns_to_send),
        cmocka_unit_test(destinations_that_cannot_be_are_refused),
        cmocka_unit_test(a_full_send_queue_blocks_until_something_is_sent),
        cmocka_unit_test(what_was_queued_is_sent_after_the_socket_was_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
