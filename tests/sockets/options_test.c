/* Tests of options: values that are kept, refused, inherited and in force.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

enum { PORT = 7000 };

struct option_case {
    enum stint_option option;
    int64_t initial;
    int64_t good;
    int64_t too_low;
    int64_t too_high;
};

static const struct option_case numbers[] = {
    {STINT_OPTION_KEEP_ALIVE_IDLE, 7200, 60, 0, 32768},
    {STINT_OPTION_KEEP_ALIVE_INTERVAL, 75, 5, 0, 32768},
    {STINT_OPTION_KEEP_ALIVE_COUNT, 9, 3, 0, 128},
    {STINT_OPTION_USER_TIMEOUT, 0, 5000, -1, INT64_MAX},
    {STINT_OPTION_TRAFFIC_CLASS, 0, 0x28, -2, 256},
    {STINT_OPTION_TIME_TO_LIVE, 64, 3, 0, 256},
};

static const enum stint_option flags[] = {
    STINT_OPTION_REUSE_ADDRESS,
    STINT_OPTION_REUSE_PORT,
    STINT_OPTION_KEEP_ALIVE,
    STINT_OPTION_NO_DELAY,
    STINT_OPTION_CORK,
    STINT_OPTION_BROADCAST,
};

static void options_answer_what_was_set(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const int descriptor = new_stream(sockets);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        assert_int_equal(get(sockets, descriptor, flags[i]), 0);
        set(sockets, descriptor, flags[i], 7);
        assert_int_equal(get(sockets, descriptor, flags[i]), 1);
        set(sockets, descriptor, flags[i], 0);
        assert_int_equal(get(sockets, descriptor, flags[i]), 0);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const struct option_case *number = &numbers[i];
        assert_int_equal(get(sockets, descriptor, number->option), number->initial);
        set(sockets, descriptor, number->option, number->good);
        assert_int_equal(
            stint_set_option(sockets, descriptor, number->option, number->too_low), -STINT_EINVAL);
        assert_int_equal(
            stint_set_option(sockets, descriptor, number->option, number->too_high), -STINT_EINVAL);
        assert_int_equal(get(sockets, descriptor, number->option), number->good);
    }
}

static void minus_one_asks_for_the_default_again(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const int descriptor = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
    const enum stint_option table[] = {
        STINT_OPTION_TRAFFIC_CLASS, STINT_OPTION_TIME_TO_LIVE, STINT_OPTION_MULTICAST_HOPS};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const int64_t at_first = get(sockets, descriptor, table[i]);
        set(sockets, descriptor, table[i], 7);
        assert_int_equal(stint_set_option(sockets, descriptor, table[i], -2), -STINT_EINVAL);
        assert_int_equal(get(sockets, descriptor, table[i]), 7);
        set(sockets, descriptor, table[i], -1);
        assert_int_equal(get(sockets, descriptor, table[i]), at_first);
    }
}

static void timeouts_and_lingering_answer_what_was_set(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const int descriptor = new_stream(sockets);
    const enum stint_option timeouts[] = {STINT_OPTION_RECEIVE_TIMEOUT, STINT_OPTION_SEND_TIMEOUT};
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(get(sockets, descriptor, timeouts[i]), 0);
        set(sockets, descriptor, timeouts[i], 1234567);
        assert_int_equal(get(sockets, descriptor, timeouts[i]), 1234567);
        assert_int_equal(stint_set_option(sockets, descriptor, timeouts[i], -1), -STINT_EINVAL);
    }
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_LINGER), -1);
    set(sockets, descriptor, STINT_OPTION_LINGER, 5);
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_LINGER), 5);
    set(sockets, descriptor, STINT_OPTION_LINGER, -7);
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_LINGER), -1);
}

static void a_timeout_of_ages_is_no_timeout(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t byte = 0;
    set(near(pair), ends.near, STINT_OPTION_RECEIVE_TIMEOUT, INT64_MAX);
    struct pair_task task = {.host = &pair->hosts[0],
        .descriptor = ends.near,
        .bytes = stint_span_of(&byte, 1),
        .call = pair_task_receive};
    pair_task_start(&task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
    assert_int_equal(send_text(far(pair), ends.far, "x"), 1);
    assert_int_equal(pair_task_join(&task), 1);
}

static void buffers_answer_what_is_in_force(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const struct {
        enum stint_socket_type type;
        int64_t bytes;
    } table[] = {{STINT_STREAM, 16384}, {STINT_DATAGRAM, 8192}, {STINT_ECHO, 2048}};
    for (unsigned i = 0; i < 3; i++) {
        const int descriptor = stint_socket(sockets, STINT_IPV4, table[i].type);
        set(sockets, descriptor, STINT_OPTION_RECEIVE_BUFFER, 1000000);
        set(sockets, descriptor, STINT_OPTION_SEND_BUFFER, 1);
        assert_int_equal(get(sockets, descriptor, STINT_OPTION_RECEIVE_BUFFER), table[i].bytes);
        assert_int_equal(get(sockets, descriptor, STINT_OPTION_SEND_BUFFER), table[i].bytes);
        assert_int_equal(
            stint_set_option(sockets, descriptor, STINT_OPTION_SEND_BUFFER, -1), -STINT_EINVAL);
    }
}

static void options_of_streams_are_none_of_datagrams(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const int descriptor = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
    const enum stint_option table[] = {STINT_OPTION_NO_DELAY, STINT_OPTION_CORK,
        STINT_OPTION_USER_TIMEOUT, STINT_OPTION_KEEP_ALIVE_IDLE, STINT_OPTION_KEEP_ALIVE_COUNT,
        STINT_OPTION_KEEP_ALIVE_INTERVAL, STINT_OPTION_MAXIMUM_SEGMENT, STINT_OPTION_IPV6_ONLY};
    int64_t value;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(stint_set_option(sockets, descriptor, table[i], 1), -STINT_ENOPROTOOPT);
        assert_int_equal(
            stint_get_option(sockets, descriptor, table[i], &value), -STINT_ENOPROTOOPT);
    }
}

static void what_can_only_be_read_is_not_set(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    const enum stint_option table[] = {STINT_OPTION_ERROR, STINT_OPTION_MAXIMUM_SEGMENT};
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(stint_set_option(near(pair), ends.near, table[i], 1), -STINT_ENOPROTOOPT);
    }
    assert_int_equal(get(near(pair), ends.near, STINT_OPTION_MAXIMUM_SEGMENT), 1460);
    const int fresh = new_stream(near(pair));
    assert_int_equal(get(near(pair), fresh, STINT_OPTION_MAXIMUM_SEGMENT), 536);
}

static void an_accepted_connection_inherits_from_its_listener(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    set(far(pair), listener, STINT_OPTION_NO_DELAY, 1);
    set(far(pair), listener, STINT_OPTION_KEEP_ALIVE, 1);
    set(far(pair), listener, STINT_OPTION_KEEP_ALIVE_IDLE, 17);
    set(far(pair), listener, STINT_OPTION_RECEIVE_TIMEOUT, 30000);
    set(far(pair), listener, STINT_OPTION_LINGER, 3);
    set(far(pair), listener, STINT_OPTION_REUSE_ADDRESS, 1);
    const struct ends ends = connect_to(pair, listener, PORT);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_NO_DELAY), 1);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_KEEP_ALIVE), 1);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_KEEP_ALIVE_IDLE), 17);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_RECEIVE_TIMEOUT), 30000);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_LINGER), 3);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_REUSE_ADDRESS), 1);
    struct stint_tcp_options_set in_force;
    struct stint_tcp_status status;
    uint16_t cursor = 0;
    stint_sockets_lock(far(pair));
    assert_true(stint_tcp_visit(&pair->hosts[1].stack.tcp, &cursor, &status));
    const struct stint_handle handle = {
        (uint16_t)(cursor - 1), pair->hosts[1].stack.tcp.connections[cursor - 1].generation};
    const enum stint_result got =
        stint_tcp_get_options(&pair->hosts[1].stack.tcp, handle, &in_force);
    stint_sockets_unlock(far(pair));
    assert_int_equal(got, STINT_OK);
    assert_true(in_force.no_delay && in_force.keep_alive);
    assert_int_equal(in_force.keep_alive_idle.microseconds, 17000000);
}

static void an_accepted_connection_blocks_whatever_its_listener_does(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    assert_int_equal(stint_set_nonblocking(far(pair), listener, true), 0);
    assert_int_equal(stint_connect(near(pair), new_stream(near(pair)), &remote), 0);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], listener, STINT_READABLE));
    const int accepted = stint_accept(far(pair), listener, NULL);
    assert_int_equal(stint_is_nonblocking(far(pair), accepted), 0);
}

static void an_option_set_before_connecting_is_in_force_after(void **state)
{
    struct pair *pair = *state;
    (void)new_listener(far(pair), PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    const int descriptor = new_stream(near(pair));
    set(near(pair), descriptor, STINT_OPTION_CORK, 1);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), 0);
    stint_sockets_lock(near(pair));
    const bool corked = pair->hosts[0].stack.tcp.connections[0].cork;
    stint_sockets_unlock(near(pair));
    assert_true(corked);
}

static void options_of_a_datagram_socket_are_in_force_at_once(void **state)
{
    struct pair *pair = *state;
    const int descriptor = stint_socket(near(pair), STINT_IPV4, STINT_DATAGRAM);
    const int echo = stint_socket(near(pair), STINT_IPV4, STINT_ECHO);
    set(near(pair), descriptor, STINT_OPTION_TIME_TO_LIVE, 3);
    set(near(pair), descriptor, STINT_OPTION_TRAFFIC_CLASS, 0x28);
    set(near(pair), echo, STINT_OPTION_TIME_TO_LIVE, 4);
    stint_sockets_lock(near(pair));
    const struct stint_udp_socket udp = pair->hosts[0].stack.udp.sockets[0];
    const struct stint_udp_socket icmp = pair->hosts[0].stack.icmp.echoes.sockets[0];
    stint_sockets_unlock(near(pair));
    assert_int_equal(udp.time_to_live, 3);
    assert_int_equal(udp.traffic_class, 0x28);
    assert_int_equal(icmp.time_to_live, 4);
}

static void a_silent_peer_is_found_by_keep_alive(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t byte;
    set(near(pair), ends.near, STINT_OPTION_KEEP_ALIVE_IDLE, 1);
    set(near(pair), ends.near, STINT_OPTION_KEEP_ALIVE_INTERVAL, 1);
    set(near(pair), ends.near, STINT_OPTION_KEEP_ALIVE_COUNT, 1);
    atomic_store(&pair->cut, true);
    set(near(pair), ends.near, STINT_OPTION_KEEP_ALIVE, 1);
    assert_int_equal(receive_into(near(pair), ends.near, &byte, 1, 0), -STINT_ETIMEDOUT);
    assert_int_equal(receive_into(near(pair), ends.near, &byte, 1, 0), 0);
}

static void keep_alive_that_was_inherited_runs_from_accept_on(void **state)
{
    struct pair *pair = *state;
    const uint16_t port = 7000;
    const struct stint_endpoint remote = pair_at(2, port);
    const int listener = new_listener(far(pair), port);
    const int dialer = new_stream(near(pair));
    uint8_t byte;
    set(far(pair), listener, STINT_OPTION_KEEP_ALIVE_IDLE, 1);
    set(far(pair), listener, STINT_OPTION_KEEP_ALIVE_INTERVAL, 1);
    set(far(pair), listener, STINT_OPTION_KEEP_ALIVE_COUNT, 1);
    set(far(pair), listener, STINT_OPTION_KEEP_ALIVE, 1);
    set(far(pair), listener, STINT_OPTION_RECEIVE_TIMEOUT, 10000000);
    assert_int_equal(stint_connect(near(pair), dialer, &remote), 0);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], listener, STINT_READABLE));
    atomic_store(&pair->cut, true);
    const unsigned calls = atomic_load(&pair->hosts[1].calls_polled);
    const int accepted = stint_accept(far(pair), listener, NULL);
    assert_true(accepted >= 0);
    assert_true(atomic_load(&pair->hosts[1].calls_polled) > calls); /* it has a deadline now */
    assert_int_equal(receive_into(far(pair), accepted, &byte, 1, 0), -STINT_ETIMEDOUT);
}

static void a_socket_may_be_bound_to_the_only_interface(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const int descriptor = new_stream(sockets);
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_INTERFACE), 0);
    set(sockets, descriptor, STINT_OPTION_INTERFACE, 1);
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_INTERFACE), 1);
    assert_int_equal(
        stint_set_option(sockets, descriptor, STINT_OPTION_INTERFACE, 2), -STINT_ENODEV);
    assert_int_equal(
        stint_set_option(sockets, descriptor, STINT_OPTION_INTERFACE, -1), -STINT_ENODEV);
    set(sockets, descriptor, STINT_OPTION_INTERFACE, 0);
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_INTERFACE), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(options_answer_what_was_set),
        PAIR_TEST(minus_one_asks_for_the_default_again),
        PAIR_TEST(timeouts_and_lingering_answer_what_was_set),
        PAIR_TEST(a_timeout_of_ages_is_no_timeout),
        PAIR_TEST(buffers_answer_what_is_in_force),
        PAIR_TEST(options_of_streams_are_none_of_datagrams),
        PAIR_TEST(what_can_only_be_read_is_not_set),
        PAIR_TEST(an_accepted_connection_inherits_from_its_listener),
        PAIR_TEST(an_accepted_connection_blocks_whatever_its_listener_does),
        PAIR_TEST(an_option_set_before_connecting_is_in_force_after),
        PAIR_TEST(options_of_a_datagram_socket_are_in_force_at_once),
        PAIR_TEST(a_silent_peer_is_found_by_keep_alive),
        PAIR_TEST(keep_alive_that_was_inherited_runs_from_accept_on),
        PAIR_TEST(a_socket_may_be_bound_to_the_only_interface),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
