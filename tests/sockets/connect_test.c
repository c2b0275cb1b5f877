/* Tests of connecting: blocking, in the background, refused, out of time, and told once.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

enum { PORT = 7000, CLOSED_PORT = 7999 };

static void a_blocking_connect_returns_when_established(void **state)
{
    struct pair *pair = *state;
    (void)new_listener(far(pair), PORT);
    const int descriptor = new_stream(near(pair));
    const struct stint_endpoint remote = pair_at(2, PORT);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), 0);
    assert_int_equal(stint_readiness_of(near(pair), descriptor), STINT_WRITABLE);
    struct stint_endpoint named;
    assert_int_equal(stint_remote_endpoint(near(pair), descriptor, &named), 0);
    assert_true(stint_endpoint_equal(&named, &remote));
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), -STINT_EISCONN);
}

static void a_refused_connect_says_so_and_the_socket_is_as_new(void **state)
{
    struct pair *pair = *state;
    const int descriptor = new_stream(near(pair));
    const struct stint_endpoint nobody = pair_at(2, CLOSED_PORT);
    assert_int_equal(stint_connect(near(pair), descriptor, &nobody), -STINT_ECONNREFUSED);
    assert_int_equal(get(near(pair), descriptor, STINT_OPTION_ERROR), 0);
    assert_int_equal(stint_connect(near(pair), descriptor, &nobody), -STINT_ECONNREFUSED);
    (void)new_listener(far(pair), PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), 0);
}

static void a_nonblocking_connect_is_in_progress_then_writable(void **state)
{
    struct pair *pair = *state;
    (void)new_listener(far(pair), PORT);
    atomic_store(&pair->cut, true);
    const int descriptor = new_nonblocking_stream(near(pair));
    const struct stint_endpoint remote = pair_at(2, PORT);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), -STINT_EINPROGRESS);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), -STINT_EALREADY);
    assert_int_equal(stint_readiness_of(near(pair), descriptor), 0);
    struct stint_endpoint named;
    assert_int_equal(stint_remote_endpoint(near(pair), descriptor, &named), -STINT_ENOTCONN);
    const uint8_t byte = 1;
    assert_int_equal(stint_send(near(pair), descriptor, stint_view_of(&byte, 1), 0), -STINT_EAGAIN);
    uint8_t into[1];
    assert_int_equal(
        stint_receive(near(pair), descriptor, stint_span_of(into, 1), 0), -STINT_EAGAIN);
    atomic_store(&pair->cut, false);
    assert_true(pair_wait_for_readiness(&pair->hosts[0], descriptor, STINT_WRITABLE));
    assert_int_equal(get(near(pair), descriptor, STINT_OPTION_ERROR), 0);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), 0);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), -STINT_EISCONN);
}

static void a_failed_nonblocking_connect_is_told_once_by_the_error_option(void **state)
{
    struct pair *pair = *state;
    const int descriptor = new_nonblocking_stream(near(pair));
    const struct stint_endpoint nobody = pair_at(2, CLOSED_PORT);
    assert_int_equal(stint_connect(near(pair), descriptor, &nobody), -STINT_EINPROGRESS);
    const unsigned failed =
        STINT_READABLE | STINT_WRITABLE | STINT_READ_HANGUP | STINT_HANGUP | STINT_ERROR;
    assert_true(pair_wait_for_readiness(&pair->hosts[0], descriptor, STINT_ERROR));
    assert_int_equal(stint_readiness_of(near(pair), descriptor), failed);
    assert_int_equal(get(near(pair), descriptor, STINT_OPTION_ERROR), STINT_ECONNREFUSED);
    assert_int_equal(get(near(pair), descriptor, STINT_OPTION_ERROR), 0);
    assert_int_equal(stint_readiness_of(near(pair), descriptor), failed & ~(unsigned)STINT_ERROR);
    assert_int_equal(stint_connect(near(pair), descriptor, &nobody), -STINT_ECONNABORTED);
    assert_int_equal(stint_connect(near(pair), descriptor, &nobody), -STINT_EINPROGRESS);
}

static void a_failed_nonblocking_connect_may_be_told_by_connect(void **state)
{
    struct pair *pair = *state;
    const int descriptor = new_nonblocking_stream(near(pair));
    const struct stint_endpoint nobody = pair_at(2, CLOSED_PORT);
    assert_int_equal(stint_connect(near(pair), descriptor, &nobody), -STINT_EINPROGRESS);
    assert_true(pair_wait_for_readiness(&pair->hosts[0], descriptor, STINT_ERROR));
    assert_int_equal(stint_connect(near(pair), descriptor, &nobody), -STINT_ECONNREFUSED);
    assert_int_equal(stint_readiness_of(near(pair), descriptor), STINT_WRITABLE | STINT_HANGUP);
}

static void a_failed_connect_may_be_told_by_a_read(void **state)
{
    struct pair *pair = *state;
    const int descriptor = new_nonblocking_stream(near(pair));
    const struct stint_endpoint nobody = pair_at(2, CLOSED_PORT);
    uint8_t into[1];
    assert_int_equal(stint_connect(near(pair), descriptor, &nobody), -STINT_EINPROGRESS);
    assert_true(pair_wait_for_readiness(&pair->hosts[0], descriptor, STINT_ERROR));
    assert_int_equal(
        stint_receive(near(pair), descriptor, stint_span_of(into, 1), 0), -STINT_ECONNREFUSED);
    assert_int_equal(stint_receive(near(pair), descriptor, stint_span_of(into, 1), 0), 0);
}

static void a_connect_out_of_time_goes_on_in_the_background(void **state)
{
    struct pair *pair = *state;
    (void)new_listener(far(pair), PORT);
    atomic_store(&pair->cut, true);
    const int descriptor = new_stream(near(pair));
    const struct stint_endpoint remote = pair_at(2, PORT);
    set(near(pair), descriptor, STINT_OPTION_SEND_TIMEOUT, 100000);
    const struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), -STINT_EINPROGRESS);
    assert_in_range(pair_elapsed(begin), 100000, 100000 + PAIR_LATE_US);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), -STINT_EALREADY);
    atomic_store(&pair->cut, false);
    set(near(pair), descriptor, STINT_OPTION_SEND_TIMEOUT, 0);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), 0);
}

static void a_peer_that_never_answers_ends_in_a_timeout(void **state)
{
    struct pair *pair = *state;
    atomic_store(&pair->cut, true);
    const int descriptor = new_stream(near(pair));
    const struct stint_endpoint remote = pair_at(2, PORT);
    set(near(pair), descriptor, STINT_OPTION_USER_TIMEOUT, 1500);
    const int error = stint_connect(near(pair), descriptor, &remote);
    assert_true(error == -STINT_ETIMEDOUT || error == -STINT_EHOSTUNREACH);
}

static void close_wakes_a_blocked_connect(void **state)
{
    struct pair *pair = *state;
    atomic_store(&pair->cut, true);
    struct pair_task task = {.host = &pair->hosts[0],
        .descriptor = new_stream(near(pair)),
        .remote = pair_at(2, PORT),
        .call = pair_task_connect};
    pair_task_start(&task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
    assert_int_equal(stint_close(near(pair), task.descriptor), 0);
    assert_int_equal(pair_task_join(&task), -STINT_EBADF);
    assert_true(pair_wait_for_no_connections(&pair->hosts[0]));
}

static void shutdown_gives_a_blocked_connect_up(void **state)
{
    struct pair *pair = *state;
    atomic_store(&pair->cut, true);
    struct pair_task task = {.host = &pair->hosts[0],
        .descriptor = new_stream(near(pair)),
        .remote = pair_at(2, PORT),
        .call = pair_task_connect};
    pair_task_start(&task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
    assert_int_equal(stint_shutdown(near(pair), task.descriptor, STINT_SHUT_BOTH), 0);
    assert_int_equal(pair_task_join(&task), -STINT_ECONNRESET);
}

static void what_cannot_be_connected_says_why(void **state)
{
    struct pair *pair = *state;
    const int descriptor = new_stream(near(pair));
    const struct {
        struct stint_endpoint remote;
        int error;
    } table[] = {
        {pair_at(2, 0), STINT_ECONNREFUSED},
        {{stint_address_ipv4(192, 168, 7, 7), PORT}, STINT_ENETUNREACH},
        {{stint_address_ipv4(10, 0, 0, 255), PORT}, STINT_ENETUNREACH},
        {{stint_address_ipv4(255, 255, 255, 255), PORT}, STINT_ENETUNREACH},
        {{stint_address_ipv4(224, 0, 0, 1), PORT}, STINT_ENETUNREACH},
        {{{{0x20, 1}}, PORT}, STINT_EAFNOSUPPORT},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(stint_connect(near(pair), descriptor, &table[i].remote), -table[i].error);
    }
    assert_int_equal(stint_connect(near(pair), descriptor + 1, &table[0].remote), -STINT_EBADF);
    assert_int_equal(stint_listen(near(pair), descriptor, 1), 0);
    assert_int_equal(stint_connect(near(pair), descriptor, &table[0].remote), -STINT_EISCONN);
}

static void a_bound_socket_connects_from_its_port(void **state)
{
    struct pair *pair = *state;
    (void)new_listener(far(pair), PORT);
    const struct stint_endpoint local = pair_at(1, 5555);
    const struct stint_endpoint remote = pair_at(2, PORT);
    const int first = new_stream(near(pair));
    struct stint_endpoint named;
    assert_int_equal(stint_bind(near(pair), first, &local), 0);
    assert_int_equal(stint_connect(near(pair), first, &remote), 0);
    assert_int_equal(stint_local_endpoint(near(pair), first, &named), 0);
    assert_true(stint_endpoint_equal(&named, &local));
    const int second = new_stream(near(pair));
    set(near(pair), second, STINT_OPTION_REUSE_ADDRESS, 1);
    assert_int_equal(stint_bind(near(pair), second, &local), 0);
    assert_int_equal(stint_connect(near(pair), second, &remote), -STINT_EADDRNOTAVAIL);
}

static void a_thousand_connections_in_a_row_leave_nothing(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    for (unsigned i = 0; i < 1000; i++) {
        const struct ends ends = connect_to(pair, listener, PORT);
        const bool near_first = i % 2 == 0;
        if (near_first) {
            assert_int_equal(stint_close(near(pair), ends.near), 0);
        }
        assert_int_equal(stint_close(far(pair), ends.far), 0);
        if (!near_first) {
            assert_int_equal(stint_close(near(pair), ends.near), 0);
        }
    }
    assert_int_equal(stint_close(far(pair), listener), 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_true(pair_wait_for_no_connections(&pair->hosts[i]));
        stint_sockets_lock(&pair->hosts[i].sockets);
        assert_int_equal(pair->hosts[i].sockets.open, 0);
        assert_int_equal(pair->hosts[i].stack.arena.in_use, 0);
        stint_sockets_unlock(&pair->hosts[i].sockets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(a_blocking_connect_returns_when_established),
        PAIR_TEST(a_refused_connect_says_so_and_the_socket_is_as_new),
        PAIR_TEST(a_nonblocking_connect_is_in_progress_then_writable),
        PAIR_TEST(a_failed_nonblocking_connect_is_told_once_by_the_error_option),
        PAIR_TEST(a_failed_nonblocking_connect_may_be_told_by_connect),
        PAIR_TEST(a_failed_connect_may_be_told_by_a_read),
        PAIR_TEST(a_connect_out_of_time_goes_on_in_the_background),
        PAIR_TEST(a_peer_that_never_answers_ends_in_a_timeout),
        PAIR_TEST(close_wakes_a_blocked_connect),
        PAIR_TEST(shutdown_gives_a_blocked_connect_up),
        PAIR_TEST(what_cannot_be_connected_says_why),
        PAIR_TEST(a_bound_socket_connects_from_its_port),
        PAIR_TEST(a_thousand_connections_in_a_row_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
