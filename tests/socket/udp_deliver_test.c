/* Which UDP socket gets what arrived.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/udp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/udp_fixture.h"

static void a_datagram_arrives_with_its_endpoints_and_an_event(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open_at(&fixture, 0, 7);
    stint_udp_get(&fixture.udp, socket)->owner = 42;
    const struct stint_endpoint source = at(2, 5);
    const struct stint_endpoint destination = at(1, 7);
    assert_int_equal(udp_arrive(&fixture, source, destination, text("hello")), STINT_DROP_NONE);
    assert_int_equal(udp_arrive(&fixture, source, destination, text("again")), STINT_DROP_NONE);

    struct stint_socket_event event;
    assert_true(stint_udp_next_event(&fixture.udp, &event));
    assert_int_equal(event.kind, STINT_SOCKET_UDP);
    assert_true(stint_handle_equal(event.handle, socket));
    assert_int_equal(event.owner, 42);
    assert_false(stint_udp_next_event(&fixture.udp, &event)); /* once, however much arrived */

    char bytes[3];
    struct stint_datagram_info info;
    size_t length = 0;
    for (unsigned peeks = 0; peeks < 2; peeks++) {
        assert_int_equal(stint_udp_receive(&fixture.udp, socket, stint_span_of(bytes, sizeof bytes),
                             true, &info, &length),
            STINT_OK);
        assert_memory_equal(bytes, "hel", 3);
        assert_int_equal(length, 5); /* longer than what was copied */
        assert_true(stint_endpoint_equal(&info.source, &source));
        assert_true(stint_endpoint_equal(&info.destination, &destination));
        assert_int_equal(info.time_to_live, 64);
    }
    assert_udp_receives(&fixture, socket, "hello");
    assert_udp_receives(&fixture, socket, "again");
    assert_int_equal(udp_try_receive(&fixture, socket), STINT_WOULD_BLOCK);
    assert_int_equal(fixture.udp.datagrams_received, 2);
}

static void each_family_reaches_who_is_bound_to_any_of_it(void **state)
{
    (void)state;
    static const struct stint_address ipv6 = {{0xfd, [15] = 1}};
    static const struct stint_address ipv4 = {{[10] = 0xff, 0xff, 10, 0, 0, 1}};
    const struct stint_address any_ipv4 = stint_address_ipv4(0, 0, 0, 0);
    const struct stint_address any_ipv6 = stint_address_any_ipv6();
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_endpoint locals[] = {
        {any_ipv4, 7}, {any_ipv6, 7}, {any_ipv4, 8}, {any_ipv6, 9}, {{{0}}, 10}};
    for (unsigned i = 0; i < 5; i++) {
        const struct stint_handle socket = udp_open(&fixture, i);
        assert_int_equal(stint_udp_bind(&fixture.udp, socket, &locals[i]), STINT_OK);
    }
    const struct {
        const struct stint_address *to;
        uint16_t port;
        enum stint_drop drop;
    } cases[] = {{&ipv4, 7, STINT_DROP_NONE}, {&ipv6, 7, STINT_DROP_NONE},
        {&ipv4, 8, STINT_DROP_NONE}, {&ipv6, 8, STINT_DROP_UDP_PORT},
        {&ipv4, 9, STINT_DROP_UDP_PORT}, {&ipv6, 9, STINT_DROP_NONE}, {&ipv4, 10, STINT_DROP_NONE},
        {&ipv6, 10, STINT_DROP_NONE}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct stint_endpoint to = {*cases[i].to, cases[i].port};
        const struct stint_endpoint from = {*cases[i].to, 5};
        assert_int_equal(udp_arrive(&fixture, from, to, text("x")), cases[i].drop);
    }
    const struct stint_handle other = udp_open(&fixture, 6);
    for (unsigned i = 0; i < 2; i++) { /* :: stands in the way of both, and both in its way */
        const struct stint_endpoint beside = {i == 0 ? any_ipv4 : any_ipv6, 10};
        const struct stint_endpoint both = {.port = (uint16_t)(8 + i)};
        assert_int_equal(stint_udp_bind(&fixture.udp, other, &beside), STINT_ADDRESS_IN_USE);
        assert_int_equal(stint_udp_bind(&fixture.udp, other, &both), STINT_ADDRESS_IN_USE);
    }
}

static void an_empty_datagram_is_received(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open_at(&fixture, 0, 7);
    assert_int_equal(
        udp_arrive(&fixture, at(2, 5), at(1, 7), stint_view_of(NULL, 0)), STINT_DROP_NONE);
    assert_udp_receives(&fixture, socket, "");
    assert_int_equal(udp_try_receive(&fixture, socket), STINT_WOULD_BLOCK);
}

static void source_port_zero_is_received_and_destination_port_zero_is_not(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open_at(&fixture, 0, 7);
    (void)udp_open(&fixture, 0); /* its local port is 0: not bound */
    assert_int_equal(udp_arrive(&fixture, at(2, 0), at(1, 7), text("x")), STINT_DROP_NONE);
    assert_udp_receives(&fixture, socket, "x");
    assert_int_equal(udp_arrive(&fixture, at(2, 5), at(1, 0), text("x")), STINT_DROP_UDP_PORT);
    assert_int_equal(
        udp_arrive_as(&fixture, at(2, 5), at(1, 0), text("x"), true), STINT_DROP_UDP_PORT);
}

static void the_closest_match_gets_the_datagram(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    for (unsigned turned = 0; turned < 2; turned++) {
        udp_fixture_set_up(&fixture);
        struct stint_handle sockets[3];
        for (unsigned i = 0; i < 3; i++) {
            sockets[i] = udp_open(&fixture, 0);
            stint_udp_get(&fixture.udp, sockets[i])->reuse_address = true;
        }
        const struct stint_handle wildcard = sockets[turned == 0 ? 0 : 2];
        const struct stint_handle bound = sockets[1];
        const struct stint_handle connected = sockets[turned == 0 ? 2 : 0];
        const struct stint_endpoint any = at(0, 7);
        const struct stint_endpoint own = at(1, 7);
        assert_int_equal(stint_udp_bind(&fixture.udp, wildcard, &any), STINT_OK);
        assert_int_equal(stint_udp_bind(&fixture.udp, bound, &own), STINT_OK);
        assert_int_equal(stint_udp_bind(&fixture.udp, connected, &any), STINT_OK);
        udp_connect_to(&fixture, connected, 2, 5);

        (void)udp_arrive(&fixture, at(2, 5), at(1, 7), text("from the peer"));
        (void)udp_arrive(&fixture, at(2, 6), at(1, 7), text("from another port"));
        (void)udp_arrive(&fixture, at(3, 5), at(9, 7), text("to another address"));
        assert_udp_receives(&fixture, connected, "from the peer");
        assert_udp_receives(&fixture, bound, "from another port");
        assert_udp_receives(&fixture, wildcard, "to another address");
        for (unsigned i = 0; i < 3; i++) {
            assert_int_equal(udp_try_receive(&fixture, sockets[i]), STINT_WOULD_BLOCK);
        }
    }
}

static void a_connected_socket_hears_its_peer_only(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open_at(&fixture, 0, 7);
    udp_connect_to(&fixture, socket, 2, 5);
    assert_int_equal(udp_arrive(&fixture, at(2, 6), at(1, 7), text("x")), STINT_DROP_UDP_PORT);
    assert_int_equal(udp_arrive(&fixture, at(3, 5), at(1, 7), text("x")), STINT_DROP_UDP_PORT);
    assert_int_equal(udp_arrive(&fixture, at(2, 5), at(1, 7), text("x")), STINT_DROP_NONE);
    assert_int_equal(stint_udp_send(&fixture.udp, socket, NULL, text("y")), STINT_OK);

    udp_connect_to(&fixture, socket, 0, 0); /* dissolves */
    assert_int_equal(udp_arrive(&fixture, at(3, 5), at(1, 7), text("x")), STINT_DROP_NONE);
    assert_int_equal(stint_udp_send(&fixture.udp, socket, NULL, text("y")), STINT_WRONG_STATE);
    assert_int_equal(stint_udp_get(&fixture.udp, socket)->local.port, 7);
}

static void connecting_an_unbound_socket_gives_it_a_port(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open(&fixture, 0);
    const struct stint_endpoint nowhere = at(0, 5);
    assert_int_equal(stint_udp_connect(&fixture.udp, socket, &nowhere), STINT_INVALID);
    assert_int_equal(stint_udp_get(&fixture.udp, socket)->local.port, 0);
    udp_connect_to(&fixture, socket, 2, 5);
    const uint16_t port = stint_udp_get(&fixture.udp, socket)->local.port;
    assert_in_range(port, 49152, 65535);
    assert_int_equal(udp_arrive(&fixture, at(2, 5), at(1, port), text("x")), STINT_DROP_NONE);
}

static void a_full_queue_keeps_what_it_has(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle socket = udp_open_at(&fixture, 0, 7);
    assert_int_equal(udp_arrive(&fixture, at(2, 5), at(1, 7), text("first")), STINT_DROP_NONE);
    unsigned taken = 1;
    while (udp_arrive(&fixture, at(2, 5), at(1, 7), text("more")) == STINT_DROP_NONE) {
        taken++;
    }
    assert_in_range(taken, 4, UDP_RECEIVE_BUFFER / 40);
    for (unsigned i = 0; i < 10000; i++) {
        assert_int_equal(
            udp_arrive(&fixture, at(2, 5), at(1, 7), text("flood")), STINT_DROP_UDP_FULL);
    }
    assert_udp_receives(&fixture, socket, "first");
    for (unsigned i = 1; i < taken; i++) {
        assert_udp_receives(&fixture, socket, "more");
    }
    assert_int_equal(udp_try_receive(&fixture, socket), STINT_WOULD_BLOCK);
    assert_int_equal(udp_arrive(&fixture, at(2, 5), at(1, 7), text("after")), STINT_DROP_NONE);
    assert_udp_receives(&fixture, socket, "after");
}

static void a_group_datagram_goes_to_every_match(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_endpoint group = {stint_address_ipv4(224, 0, 0, 251), 5353};
    const struct stint_endpoint any = at(0, 5353);
    struct stint_handle sockets[4];
    for (unsigned i = 0; i < 4; i++) {
        sockets[i] = udp_open(&fixture, 0);
        stint_udp_get(&fixture.udp, sockets[i])->reuse_address = true;
        assert_int_equal(
            stint_udp_bind(&fixture.udp, sockets[i], i == 1 ? &group : &any), STINT_OK);
    }
    udp_connect_to(&fixture, sockets[3], 9, 9); /* hears nobody else */
    assert_int_equal(
        udp_arrive_as(&fixture, at(2, 5353), group, text("query"), true), STINT_DROP_NONE);
    for (unsigned i = 0; i < 3; i++) {
        assert_udp_receives(&fixture, sockets[i], "query");
    }
    assert_int_equal(udp_try_receive(&fixture, sockets[3]), STINT_WOULD_BLOCK);
}

static void a_group_datagram_that_one_socket_has_no_room_for_reaches_the_others(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    struct stint_handle sockets[2];
    for (unsigned i = 0; i < 2; i++) {
        sockets[i] = udp_open(&fixture, 0);
        stint_udp_get(&fixture.udp, sockets[i])->reuse_address = true;
        const struct stint_endpoint any = at(0, 7);
        assert_int_equal(stint_udp_bind(&fixture.udp, sockets[i], &any), STINT_OK);
    }
    while (udp_arrive(&fixture, at(2, 5), at(1, 7), text("x")) == STINT_DROP_NONE) {
    }
    assert_int_equal(
        udp_arrive_as(&fixture, at(2, 5), at(255, 7), text("all"), true), STINT_DROP_UDP_FULL);
    const bool first_is_full = udp_try_receive(&fixture, sockets[0]) == STINT_OK &&
                               udp_try_receive(&fixture, sockets[0]) == STINT_OK;
    assert_udp_receives(&fixture, sockets[first_is_full ? 1 : 0], "all");
}

static void an_icmp_error_is_told_once_to_the_connected_socket(void **state)
{
    (void)state;
    struct udp_fixture fixture;
    udp_fixture_set_up(&fixture);
    const struct stint_handle connected = udp_open_at(&fixture, 0, 7);
    const struct stint_handle other = udp_open_at(&fixture, 0, 8);
    udp_connect_to(&fixture, connected, 2, 5);
    const struct stint_endpoint local = at(1, 7);
    const struct stint_endpoint local_of_other = at(1, 8);
    const struct stint_endpoint remote = at(2, 5);
    const struct stint_endpoint stranger = at(3, 5);
    assert_false(stint_udp_take_error(&fixture.udp, &local, &stranger, STINT_REFUSED));
    assert_false(stint_udp_take_error(&fixture.udp, &local_of_other, &remote, STINT_REFUSED));
    struct stint_socket_event event;
    assert_false(stint_udp_next_event(&fixture.udp, &event));

    assert_true(stint_udp_take_error(&fixture.udp, &local, &remote, STINT_REFUSED));
    assert_true(stint_udp_next_event(&fixture.udp, &event));
    assert_true(stint_handle_equal(event.handle, connected));
    assert_int_equal(udp_try_receive(&fixture, connected), STINT_REFUSED);
    assert_int_equal(udp_try_receive(&fixture, connected), STINT_WOULD_BLOCK);
    assert_int_equal(udp_try_receive(&fixture, other), STINT_WOULD_BLOCK);

    assert_true(stint_udp_take_error(&fixture.udp, &local, &remote, STINT_UNREACHABLE));
    assert_int_equal(stint_udp_send(&fixture.udp, connected, NULL, text("x")), STINT_UNREACHABLE);
    assert_int_equal(stint_udp_send(&fixture.udp, connected, NULL, text("x")), STINT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_arrives_with_its_endpoints_and_an_event),
        cmocka_unit_test(each_family_reaches_who_is_bound_to_any_of_it),
        cmocka_unit_test(an_empty_datagram_is_received),
        cmocka_unit_test(source_port_zero_is_received_and_destination_port_zero_is_not),
        cmocka_unit_test(the_closest_match_gets_the_datagram),
        cmocka_unit_test(a_connected_socket_hears_its_peer_only),
        cmocka_unit_test(connecting_an_unbound_socket_gives_it_a_port),
        cmocka_unit_test(a_full_queue_keeps_what_it_has),
        cmocka_unit_test(a_group_datagram_goes_to_every_match),
        cmocka_unit_test(a_group_datagram_that_one_socket_has_no_room_for_reaches_the_others),
        cmocka_unit_test(an_icmp_error_is_told_once_to_the_connected_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
