/* Tests of endings: half-closed, reset, lingering, closed under those who wait.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

#include <stdlib.h>

enum { PORT = 7000 };

/* far's end is reset by near. */
static struct ends reset_connection(struct pair *pair)
{
    const struct ends ends = new_connection(pair);
    set(near(pair), ends.near, STINT_OPTION_LINGER, 0);
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], ends.far, STINT_ERROR));
    return ends;
}

static void an_error_after_some_bytes_waits_for_the_next_call(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t *bytes = calloc(1, 100000);
    struct pair_task task = {.host = &pair->hosts[0],
        .descriptor = ends.near,
        .bytes = stint_span_of(bytes, 100000),
        .call = pair_task_send};
    pair_task_start(&task);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], ends.far, STINT_READABLE));
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
    set(far(pair), ends.far, STINT_OPTION_LINGER, 0);
    assert_int_equal(stint_close(far(pair), ends.far), 0);
    assert_in_range(pair_task_join(&task), 1, 99999);
    assert_int_equal(send_text(near(pair), ends.near, "x"), -STINT_ECONNRESET);
    assert_int_equal(send_text(near(pair), ends.near, "x"), -STINT_EPIPE);
    free(bytes);
}

static void the_end_of_a_stream_is_told_again_and_again(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t bytes[8];
    assert_int_equal(send_text(near(pair), ends.near, "last"), 4);
    assert_int_equal(stint_shutdown(near(pair), ends.near, STINT_SHUT_WRITE), 0);
    assert_int_equal(stint_shutdown(near(pair), ends.near, STINT_SHUT_WRITE), 0);
    assert_int_equal(send_text(near(pair), ends.near, "x"), -STINT_EPIPE);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 8, 0), 4);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(receive_into(far(pair), ends.far, bytes, 8, 0), 0);
    }
    assert_int_equal(send_text(far(pair), ends.far, "still"), 5);
    assert_int_equal(receive_into(near(pair), ends.near, bytes, 8, 0), 5);
}

static void a_reset_is_told_once_to_a_reader_and_then_it_is_the_end(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = reset_connection(pair);
    uint8_t byte;
    assert_int_equal(receive_into(far(pair), ends.far, &byte, 1, 0), -STINT_ECONNRESET);
    assert_int_equal(receive_into(far(pair), ends.far, &byte, 1, 0), 0);
    assert_int_equal(send_text(far(pair), ends.far, "x"), -STINT_EPIPE);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_ERROR), 0);
    assert_int_equal(stint_shutdown(far(pair), ends.far, STINT_SHUT_WRITE), -STINT_ENOTCONN);
    struct stint_endpoint remote;
    assert_int_equal(stint_remote_endpoint(far(pair), ends.far, &remote), -STINT_ENOTCONN);
}

static void a_reset_is_told_once_to_a_writer_and_then_the_pipe_is_broken(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = reset_connection(pair);
    uint8_t byte;
    assert_int_equal(send_text(far(pair), ends.far, "x"), -STINT_ECONNRESET);
    assert_int_equal(send_text(far(pair), ends.far, "x"), -STINT_EPIPE);
    assert_int_equal(receive_into(far(pair), ends.far, &byte, 1, 0), 0);
}

static void a_reset_is_told_once_by_the_error_option(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = reset_connection(pair);
    uint8_t byte;
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_ERROR), STINT_ECONNRESET);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_ERROR), 0);
    assert_int_equal(receive_into(far(pair), ends.far, &byte, 1, 0), 0);
}

static void who_has_read_the_end_never_reads_a_reset(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t byte;
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_int_equal(receive_into(far(pair), ends.far, &byte, 1, 0), 0);
    /* Nobody reads there any more: this is answered with a reset. */
    assert_int_equal(send_text(far(pair), ends.far, "x"), 1);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], ends.far, STINT_ERROR));
    assert_int_equal(receive_into(far(pair), ends.far, &byte, 1, 0), 0);
    assert_int_equal(send_text(far(pair), ends.far, "x"), -STINT_EPIPE);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_ERROR), 0);
}

static void closing_with_unread_data_resets(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t byte;
    assert_int_equal(send_text(near(pair), ends.near, "unread"), 6);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], ends.far, STINT_READABLE));
    assert_int_equal(stint_close(far(pair), ends.far), 0);
    assert_int_equal(receive_into(near(pair), ends.near, &byte, 1, 0), -STINT_ECONNRESET);
}

static void after_the_reading_side_is_shut_down_reads_end_when_what_came_is_read(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t bytes[8];
    assert_int_equal(send_text(near(pair), ends.near, "before"), 6);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], ends.far, STINT_READABLE));
    assert_int_equal(stint_shutdown(far(pair), ends.far, STINT_SHUT_READ), 0);
    assert_int_equal(stint_readiness_of(far(pair), ends.far),
        STINT_READABLE | STINT_READ_HANGUP | STINT_WRITABLE);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 8, 0), 6);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 8, 0), 0);
    assert_int_equal(send_text(far(pair), ends.far, "on"), 2);
    assert_int_equal(receive_into(near(pair), ends.near, bytes, 8, 0), 2);
}

/* Starts `call` on `descriptor` of near, and returns when it sleeps. */
static void block(
    struct pair *pair, struct pair_task *task, int descriptor, long (*call)(struct pair_task *task))
{
    task->host = &pair->hosts[0];
    task->descriptor = descriptor;
    task->call = call;
    pair_task_start(task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
}

static void close_wakes_a_blocked_receive(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t byte;
    struct pair_task task = {.bytes = stint_span_of(&byte, 1)};
    block(pair, &task, ends.near, pair_task_receive);
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_int_equal(pair_task_join(&task), -STINT_EBADF);
}

static void close_wakes_a_blocked_accept(void **state)
{
    struct pair *pair = *state;
    struct pair_task tasks[2] = {{0}};
    const int listener = new_listener(near(pair), PORT);
    block(pair, &tasks[0], listener, pair_task_accept);
    block(pair, &tasks[1], listener, pair_task_accept);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 2));
    assert_int_equal(stint_close(near(pair), listener), 0);
    assert_int_equal(pair_task_join(&tasks[0]), -STINT_EBADF);
    assert_int_equal(pair_task_join(&tasks[1]), -STINT_EBADF);
}

static void close_wakes_a_blocked_send(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t *bytes = calloc(1, 100000);
    atomic_store(&pair->cut, true);
    assert_int_equal(
        stint_send(near(pair), ends.near, stint_view_of(bytes, 100000), STINT_MSG_DONTWAIT), 16384);
    struct pair_task task = {.bytes = stint_span_of(bytes, 100000)};
    block(pair, &task, ends.near, pair_task_send);
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_int_equal(pair_task_join(&task), -STINT_EBADF);
    free(bytes);
}

static void close_wakes_a_blocked_datagram_receive(void **state)
{
    struct pair *pair = *state;
    uint8_t byte;
    struct pair_task task = {.bytes = stint_span_of(&byte, 1)};
    const int descriptor = stint_socket(near(pair), STINT_IPV4, STINT_DATAGRAM);
    block(pair, &task, descriptor, pair_task_receive);
    assert_int_equal(stint_close(near(pair), descriptor), 0);
    assert_int_equal(pair_task_join(&task), -STINT_EBADF);
}

static void shutdown_ends_a_blocked_receive(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t byte;
    struct pair_task task = {.bytes = stint_span_of(&byte, 1)};
    block(pair, &task, ends.near, pair_task_receive);
    assert_int_equal(stint_shutdown(near(pair), ends.near, STINT_SHUT_READ), 0);
    assert_int_equal(pair_task_join(&task), 0);
}

static void shutdown_breaks_a_blocked_send(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t *bytes = calloc(1, 100000);
    atomic_store(&pair->cut, true);
    struct pair_task task = {.bytes = stint_span_of(bytes, 100000)};
    block(pair, &task, ends.near, pair_task_send);
    assert_int_equal(stint_shutdown(near(pair), ends.near, STINT_SHUT_WRITE), 0);
    assert_int_equal(pair_task_join(&task), 16384);
    assert_int_equal(send_text(near(pair), ends.near, "x"), -STINT_EPIPE);
    free(bytes);
}

static void shutdown_of_a_listener_wakes_its_acceptor(void **state)
{
    struct pair *pair = *state;
    struct pair_task task = {0};
    const int listener = new_listener(near(pair), PORT);
    block(pair, &task, listener, pair_task_accept);
    assert_int_equal(stint_shutdown(near(pair), listener, STINT_SHUT_WRITE), 0);
    assert_int_equal(stint_shutdown(near(pair), listener, STINT_SHUT_READ), 0);
    assert_int_equal(pair_task_join(&task), -STINT_EINVAL);
    assert_int_equal(stint_socket_is_listening(near(pair), listener), 0);
    assert_int_equal(atomic_load(&pair->hosts[0].told[listener]), STINT_WRITABLE | STINT_HANGUP);
    assert_int_equal(stint_listen(near(pair), listener, 1), 0);
}

static void shutdown_ends_a_blocked_datagram_receive(void **state)
{
    struct pair *pair = *state;
    uint8_t byte;
    struct pair_task task = {.bytes = stint_span_of(&byte, 1)};
    const int descriptor = stint_socket(near(pair), STINT_IPV4, STINT_DATAGRAM);
    const struct stint_endpoint remote = pair_at(2, PORT);
    block(pair, &task, descriptor, pair_task_receive);
    assert_int_equal(stint_shutdown(near(pair), descriptor, STINT_SHUT_READ), -STINT_ENOTCONN);
    assert_int_equal(pair_task_join(&task), 0);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), 0);
    assert_int_equal(stint_shutdown(near(pair), descriptor, STINT_SHUT_WRITE), 0);
    assert_int_equal(send_text(near(pair), descriptor, "x"), -STINT_EPIPE);
}

static void close_without_lingering_delivers_in_the_background(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t *bytes = calloc(1, 16384);
    assert_int_equal(stint_send(near(pair), ends.near, stint_view_of(bytes, 16384), 0), 16384);
    const struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_true(pair_elapsed(begin) < PAIR_LATE_US);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 16384, STINT_MSG_WAITALL), 16384);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 1, 0), 0);
    free(bytes);
}

static void a_lingering_close_waits_until_all_has_arrived(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    atomic_store(&pair->cut, true);
    set(near(pair), ends.near, STINT_OPTION_LINGER, 20);
    assert_int_equal(send_text(near(pair), ends.near, "late"), 4);
    struct pair_task task = {0};
    block(pair, &task, ends.near, pair_task_close);
    assert_int_equal(stint_readiness_of(near(pair), ends.near), STINT_NOT_OPEN);
    assert_int_equal(stint_close(near(pair), ends.near), -STINT_EBADF);
    atomic_store(&pair->cut, false);
    assert_int_equal(pair_task_join(&task), 0);
    assert_int_equal(atomic_load(&pair->hosts[0].told[ends.near]), STINT_NOT_OPEN);
    uint8_t bytes[8];
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 8, 0), 4);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 8, 0), 0);
}

static void a_lingering_close_resets_when_its_time_is_over(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    atomic_store(&pair->cut, true);
    set(near(pair), ends.near, STINT_OPTION_LINGER, 1);
    assert_int_equal(send_text(near(pair), ends.near, "lost"), 4);
    const struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_in_range(pair_elapsed(begin), 1000000, 1000000 + PAIR_LATE_US);
    assert_true(pair_wait_for_no_connections(&pair->hosts[0]));
    assert_int_equal(near(pair)->open, 0);
}

static void a_lingering_close_of_what_is_delivered_does_not_wait(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    set(near(pair), ends.near, STINT_OPTION_LINGER, 20);
    const struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_true(pair_elapsed(begin) < PAIR_LATE_US);
    uint8_t byte;
    assert_int_equal(receive_into(far(pair), ends.far, &byte, 1, 0), 0);
}

static void a_lingering_close_with_unread_data_resets_at_once(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    set(near(pair), ends.near, STINT_OPTION_LINGER, 20);
    assert_int_equal(send_text(far(pair), ends.far, "unread"), 6);
    assert_true(pair_wait_for_readiness(&pair->hosts[0], ends.near, STINT_READABLE));
    atomic_store(&pair->cut, true);
    assert_int_equal(send_text(near(pair), ends.near, "undelivered"), 11);
    const struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_true(pair_elapsed(begin) < PAIR_LATE_US);
}

static void lingering_for_no_time_resets(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = reset_connection(pair);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_ERROR), STINT_ECONNRESET);
    assert_true(pair_wait_for_no_connections(&pair->hosts[0]));
}

static void closing_a_listener_resets_what_waits_in_its_queue(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    const int client = new_stream(near(pair));
    assert_int_equal(stint_connect(near(pair), client, &remote), 0);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], listener, STINT_READABLE));
    assert_int_equal(stint_close(far(pair), listener), 0);
    uint8_t byte;
    assert_int_equal(receive_into(near(pair), client, &byte, 1, 0), -STINT_ECONNRESET);
}

static void a_connection_that_died_in_the_queue_is_never_accepted(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    const int client = new_stream(near(pair));
    assert_int_equal(stint_connect(near(pair), client, &remote), 0);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], listener, STINT_READABLE));
    set(near(pair), client, STINT_OPTION_LINGER, 0);
    assert_int_equal(stint_close(near(pair), client), 0);
    assert_true(pair_wait_for_no_connections(&pair->hosts[1]));
    assert_int_equal(stint_set_nonblocking(far(pair), listener, true), 0);
    assert_int_equal(stint_accept(far(pair), listener, NULL), -STINT_EAGAIN);
    assert_int_equal(far(pair)->open, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(the_end_of_a_stream_is_told_again_and_again),
        PAIR_TEST(a_reset_is_told_once_to_a_reader_and_then_it_is_the_end),
        PAIR_TEST(a_reset_is_told_once_to_a_writer_and_then_the_pipe_is_broken),
        PAIR_TEST(a_reset_is_told_once_by_the_error_option),
        PAIR_TEST(who_has_read_the_end_never_reads_a_reset),
        PAIR_TEST(closing_with_unread_data_resets),
        PAIR_TEST(after_the_reading_side_is_shut_down_reads_end_when_what_came_is_read),
        PAIR_TEST(close_wakes_a_blocked_receive),
        PAIR_TEST(close_wakes_a_blocked_accept),
        PAIR_TEST(close_wakes_a_blocked_send),
        PAIR_TEST(close_wakes_a_blocked_datagram_receive),
        PAIR_TEST(shutdown_ends_a_blocked_receive),
        PAIR_TEST(shutdown_breaks_a_blocked_send),
        PAIR_TEST(shutdown_of_a_listener_wakes_its_acceptor),
        PAIR_TEST(shutdown_ends_a_blocked_datagram_receive),
        PAIR_TEST(close_without_lingering_delivers_in_the_background),
        PAIR_TEST(a_lingering_close_waits_until_all_has_arrived),
        PAIR_TEST(a_lingering_close_resets_when_its_time_is_over),
        PAIR_TEST(a_lingering_close_of_what_is_delivered_does_not_wait),
        PAIR_TEST(a_lingering_close_with_unread_data_resets_at_once),
        PAIR_TEST(lingering_for_no_time_resets),
        PAIR_TEST(an_error_after_some_bytes_waits_for_the_next_call),
        PAIR_TEST(closing_a_listener_resets_what_waits_in_its_queue),
        PAIR_TEST(a_connection_that_died_in_the_queue_is_never_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
