/* Tests of local names: what may be bound, what is in use, and what listening adds.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

enum { PORT = 7000 };

static int bind_to(struct stint_sockets *sockets, int descriptor, struct stint_endpoint local)
{
    return stint_bind(sockets, descriptor, &local);
}

static uint16_t port_of(struct stint_sockets *sockets, int descriptor)
{
    struct stint_endpoint local;
    assert_int_equal(stint_local_endpoint(sockets, descriptor, &local), 0);
    return local.port;
}

static void an_address_of_somebody_else_is_not_available(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const enum stint_socket_type types[] = {STINT_STREAM, STINT_DATAGRAM};
    for (unsigned i = 0; i < 2; i++) {
        const int descriptor = stint_socket(sockets, STINT_IPV4, types[i]);
        assert_int_equal(bind_to(sockets, descriptor, pair_at(2, PORT)), -STINT_EADDRNOTAVAIL);
        const struct stint_endpoint ipv6 = {{{0x20, 1, 0xd, 0xb8}}, PORT};
        assert_int_equal(bind_to(sockets, descriptor, ipv6), -STINT_EAFNOSUPPORT);
        assert_int_equal(bind_to(sockets, descriptor, pair_at(1, PORT)), 0);
        assert_int_equal(bind_to(sockets, descriptor, pair_at(1, PORT)), -STINT_EINVAL);
    }
}

static void the_port_of_an_echo_socket_is_its_identifier(void **state)
{
    struct stint_sockets *sockets = near(*state);
    struct stint_endpoint local = {0};
    const int echo = stint_socket(sockets, STINT_IPV4, STINT_ECHO);
    const int other = stint_socket(sockets, STINT_IPV4, STINT_ECHO);
    assert_int_equal(bind_to(sockets, echo, pair_at(1, PORT)), -STINT_EOPNOTSUPP);
    assert_int_equal(bind_to(sockets, echo, pair_at(0, 0)), -STINT_EINVAL);
    assert_int_equal(bind_to(sockets, echo, pair_at(0, PORT)), 0);
    assert_int_equal(bind_to(sockets, echo, pair_at(0, PORT)), 0);
    assert_int_equal(bind_to(sockets, other, pair_at(0, PORT)), -STINT_EADDRINUSE);
    assert_int_equal(stint_local_endpoint(sockets, echo, &local), 0);
    assert_int_equal(local.port, PORT);
    assert_int_equal(stint_local_endpoint(sockets, other, &local), 0);
    assert_int_not_equal(local.port, 0); /* it has kept its own */
    assert_int_not_equal(local.port, PORT);
}

static void an_unbound_socket_has_no_name(void **state)
{
    struct stint_sockets *sockets = near(*state);
    struct stint_endpoint local = pair_at(1, 1);
    assert_int_equal(stint_local_endpoint(sockets, new_stream(sockets), &local), 0);
    assert_true(stint_address_is_unspecified(&local.address));
    assert_true(stint_address_is_ipv4(&local.address));
    assert_int_equal(local.port, 0);
}

static void port_0_becomes_a_port_that_nobody_has(void **state)
{
    struct stint_sockets *sockets = near(*state);
    uint16_t ports[60];
    for (unsigned i = 0; i < 60; i++) {
        const int descriptor = new_stream(sockets);
        assert_int_equal(bind_to(sockets, descriptor, pair_at(0, 0)), 0);
        ports[i] = port_of(sockets, descriptor);
        assert_in_range(ports[i], 49152, 65535);
        for (unsigned j = 0; j < i; j++) {
            assert_int_not_equal(ports[i], ports[j]);
        }
    }
}

static void listening_unbound_binds_a_port(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const int descriptor = new_stream(sockets);
    assert_int_equal(stint_listen(sockets, descriptor, -5), 0);
    assert_in_range(port_of(sockets, descriptor), 49152, 65535);
}

static void a_port_that_listens_is_in_use_however_one_asks(void **state)
{
    struct stint_sockets *sockets = near(*state);
    (void)new_listener(sockets, PORT);
    const int other = new_stream(sockets);
    set(sockets, other, STINT_OPTION_REUSE_ADDRESS, 1);
    assert_int_equal(bind_to(sockets, other, pair_at(0, PORT)), -STINT_EADDRINUSE);
    assert_int_equal(bind_to(sockets, other, pair_at(1, PORT)), -STINT_EADDRINUSE);
    assert_int_equal(bind_to(sockets, other, pair_at(0, PORT + 1)), 0);
}

static void a_bound_port_is_in_use_unless_both_share(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const int first = new_stream(sockets);
    const int second = new_stream(sockets);
    set(sockets, first, STINT_OPTION_REUSE_ADDRESS, 1);
    assert_int_equal(bind_to(sockets, first, pair_at(0, PORT)), 0);
    assert_int_equal(bind_to(sockets, second, pair_at(1, PORT)), -STINT_EADDRINUSE);
    set(sockets, second, STINT_OPTION_REUSE_ADDRESS, 1);
    assert_int_equal(bind_to(sockets, second, pair_at(1, PORT)), 0);
    assert_int_equal(stint_listen(sockets, first, 1), 0);
    assert_int_equal(stint_listen(sockets, second, 1), -STINT_EADDRINUSE);
}

static void a_port_with_a_live_connection_is_in_use_without_reuse(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    (void)connect_to(pair, listener, PORT);
    assert_int_equal(stint_close(far(pair), listener), 0);
    const int next = new_stream(far(pair));
    assert_int_equal(bind_to(far(pair), next, pair_at(0, PORT)), -STINT_EADDRINUSE);
    set(far(pair), next, STINT_OPTION_REUSE_ADDRESS, 1);
    assert_int_equal(bind_to(far(pair), next, pair_at(0, PORT)), 0);
    assert_int_equal(stint_listen(far(pair), next, 1), 0);
    (void)connect_to(pair, next, PORT);
}

static void a_port_in_time_wait_is_in_use_without_reuse(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    const struct ends ends = connect_to(pair, listener, PORT);
    assert_int_equal(stint_close(far(pair), ends.far), 0);
    uint8_t byte;
    assert_int_equal(receive_into(near(pair), ends.near, &byte, 1, 0), 0);
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_int_equal(stint_close(far(pair), listener), 0);
    assert_true(pair_wait_for_no_connections(&pair->hosts[0]));
    const int next = new_stream(far(pair));
    assert_int_equal(bind_to(far(pair), next, pair_at(0, PORT)), -STINT_EADDRINUSE);
    set(far(pair), next, STINT_OPTION_REUSE_ADDRESS, 1);
    assert_int_equal(bind_to(far(pair), next, pair_at(0, PORT)), 0);
}

static void a_closed_socket_frees_its_port(void **state)
{
    struct stint_sockets *sockets = near(*state);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(stint_close(sockets, new_listener(sockets, PORT)), 0);
        const int datagram = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
        assert_int_equal(bind_to(sockets, datagram, pair_at(0, PORT)), 0);
        assert_int_equal(stint_close(sockets, datagram), 0);
    }
}

static void datagram_sockets_share_a_port_when_both_say_so(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const enum stint_option options[] = {STINT_OPTION_REUSE_ADDRESS, STINT_OPTION_REUSE_PORT};
    for (unsigned i = 0; i < 2; i++) {
        const uint16_t port = (uint16_t)(PORT + i);
        const int first = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
        const int second = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
        set(sockets, first, options[i], 1);
        assert_int_equal(bind_to(sockets, first, pair_at(0, port)), 0);
        assert_int_equal(bind_to(sockets, second, pair_at(0, port)), -STINT_EADDRINUSE);
        set(sockets, second, options[i], 1);
        assert_int_equal(bind_to(sockets, second, pair_at(0, port)), 0);
    }
}

static void when_the_stack_has_no_listener_left_the_socket_stays_bound(void **state)
{
    struct stint_sockets *sockets = near(*state);
    for (uint16_t i = 0; i < 8; i++) {
        (void)new_listener(sockets, (uint16_t)(PORT + i));
    }
    const int ninth = new_stream(sockets);
    assert_int_equal(bind_to(sockets, ninth, pair_at(0, 80)), 0);
    assert_int_equal(stint_listen(sockets, ninth, 1), -STINT_ENOBUFS);
    assert_int_equal(stint_socket_is_listening(sockets, ninth), 0);
    assert_int_equal(port_of(sockets, ninth), 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(an_address_of_somebody_else_is_not_available),
        PAIR_TEST(the_port_of_an_echo_socket_is_its_identifier),
        PAIR_TEST(an_unbound_socket_has_no_name),
        PAIR_TEST(port_0_becomes_a_port_that_nobody_has),
        PAIR_TEST(listening_unbound_binds_a_port),
        PAIR_TEST(a_port_that_listens_is_in_use_however_one_asks),
        PAIR_TEST(a_bound_port_is_in_use_unless_both_share),
        PAIR_TEST(a_port_with_a_live_connection_is_in_use_without_reuse),
        PAIR_TEST(a_port_in_time_wait_is_in_use_without_reuse),
        PAIR_TEST(a_closed_socket_frees_its_port),
        PAIR_TEST(datagram_sockets_share_a_port_when_both_say_so),
        PAIR_TEST(when_the_stack_has_no_listener_left_the_socket_stays_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
