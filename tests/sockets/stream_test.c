/* Tests of moving bytes through connections: whole, in parts, in pieces, in time.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { MEGABYTE = 1024 * 1024 };

static void what_is_sent_arrives(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    char text[16] = {0};
    assert_int_equal(send_text(near(pair), ends.near, "to far"), 6);
    assert_int_equal(receive_into(far(pair), ends.far, text, sizeof text, 0), 6);
    assert_string_equal(text, "to far");
    assert_int_equal(send_text(far(pair), ends.far, "to near"), 7);
    assert_int_equal(receive_into(near(pair), ends.near, text, sizeof text, 0), 7);
    assert_string_equal(text, "to near");
}

/* Echoes until the end, then ends its own side. */
static void *echo_until_end(void *context)
{
    struct pair_task *task = (struct pair_task *)context;
    struct stint_sockets *sockets = &task->host->sockets;
    uint8_t bytes[3000];
    long got;
    task->result = 0;
    while ((got = receive_into(sockets, task->descriptor, bytes, sizeof bytes, 0)) > 0) {
        task->result += stint_send(sockets, task->descriptor, stint_view_of(bytes, (size_t)got), 0);
    }
    stint_shutdown(sockets, task->descriptor, STINT_SHUT_WRITE);
    return NULL;
}

static void *send_megabyte(void *context)
{
    struct pair_task *task = (struct pair_task *)context;
    task->result = pair_task_send(task);
    stint_shutdown(&task->host->sockets, task->descriptor, STINT_SHUT_WRITE);
    return NULL;
}

static void a_megabyte_comes_back_after_the_sender_has_finished(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t *bytes = malloc(MEGABYTE);
    for (size_t i = 0; i < MEGABYTE; i++) {
        bytes[i] = pattern_at(i);
    }
    struct pair_task echo = {.host = &pair->hosts[1], .descriptor = ends.far};
    struct pair_task send = {
        .host = &pair->hosts[0], .descriptor = ends.near, .bytes = stint_span_of(bytes, MEGABYTE)};
    assert_int_equal(pthread_create(&echo.thread, NULL, echo_until_end, &echo), 0);
    assert_int_equal(pthread_create(&send.thread, NULL, send_megabyte, &send), 0);
    size_t received = 0;
    size_t wrong = 0;
    uint8_t got[1777];
    long length;
    while ((length = receive_into(near(pair), ends.near, got, sizeof got, 0)) > 0) {
        for (size_t i = 0; i < (size_t)length; i++) {
            wrong += got[i] != pattern_at(received + i);
        }
        received += (size_t)length;
    }
    assert_int_equal(pair_task_join(&send), MEGABYTE);
    assert_int_equal(pair_task_join(&echo), MEGABYTE);
    assert_int_equal(length, 0);
    assert_int_equal(received, MEGABYTE);
    assert_int_equal(wrong, 0);
    assert_int_equal(receive_into(near(pair), ends.near, got, sizeof got, 0), 0);
    free(bytes);
}

static void a_nonblocking_send_takes_what_there_is_room_for(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t *bytes = calloc(1, MEGABYTE);
    atomic_store(&pair->cut, true);
    assert_int_equal(stint_set_nonblocking(near(pair), ends.near, true), 0);
    const struct stint_view view = stint_view_of(bytes, MEGABYTE);
    assert_int_equal(stint_send(near(pair), ends.near, view, 0), 16384);
    assert_int_equal(stint_send(near(pair), ends.near, view, 0), -STINT_EAGAIN);
    assert_int_equal(stint_readiness_of(near(pair), ends.near), 0);
    free(bytes);
}

static void a_blocking_send_goes_on_until_all_is_queued(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t *bytes = calloc(1, 100000);
    struct pair_task send = {.host = &pair->hosts[0],
        .descriptor = ends.near,
        .bytes = stint_span_of(bytes, 100000),
        .call = pair_task_send};
    pair_task_start(&send);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
    uint8_t got[100000];
    assert_int_equal(receive_into(far(pair), ends.far, got, sizeof got, STINT_MSG_WAITALL), 100000);
    assert_int_equal(pair_task_join(&send), 100000);
    free(bytes);
}

static void a_send_out_of_time_tells_what_it_sent(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t *bytes = calloc(1, MEGABYTE);
    atomic_store(&pair->cut, true);
    set(near(pair), ends.near, STINT_OPTION_SEND_TIMEOUT, 80000);
    const struct stint_view view = stint_view_of(bytes, MEGABYTE);
    struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(stint_send(near(pair), ends.near, view, 0), 16384);
    assert_in_range(pair_elapsed(begin), 80000, 80000 + PAIR_LATE_US);
    begin = stint_wait_posix_now();
    assert_int_equal(stint_send(near(pair), ends.near, view, 0), -STINT_EAGAIN);
    assert_in_range(pair_elapsed(begin), 80000, 80000 + PAIR_LATE_US);
    free(bytes);
}

static void a_receive_ends_at_its_timeout_and_not_before(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    const int64_t timeouts[] = {1, 1000, 30000, 123456};
    uint8_t byte;
    for (unsigned i = 0; i < 4; i++) {
        set(near(pair), ends.near, STINT_OPTION_RECEIVE_TIMEOUT, timeouts[i]);
        const struct stint_instant begin = stint_wait_posix_now();
        const unsigned sleeps = atomic_load(&pair->hosts[0].sleeps);
        assert_int_equal(receive_into(near(pair), ends.near, &byte, 1, 0), -STINT_EAGAIN);
        assert_in_range(pair_elapsed(begin), timeouts[i], timeouts[i] + PAIR_LATE_US);
        assert_in_range(atomic_load(&pair->hosts[0].sleeps) - sleeps, 0, 3);
    }
    const unsigned sleeps = atomic_load(&pair->hosts[0].sleeps);
    assert_int_equal(
        receive_into(near(pair), ends.near, &byte, 1, STINT_MSG_DONTWAIT), -STINT_EAGAIN);
    assert_int_equal(atomic_load(&pair->hosts[0].sleeps), sleeps);
}

static void an_accept_ends_at_its_timeout(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(near(pair), 7000);
    set(near(pair), listener, STINT_OPTION_RECEIVE_TIMEOUT, 50000);
    const struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(stint_accept(near(pair), listener, NULL), -STINT_EAGAIN);
    assert_in_range(pair_elapsed(begin), 50000, 50000 + PAIR_LATE_US);
}

static void a_read_for_all_waits_for_all(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t bytes[6] = {0};
    struct pair_task task = {.host = &pair->hosts[1],
        .descriptor = ends.far,
        .bytes = stint_span_of(bytes, 6),
        .flags = STINT_MSG_WAITALL,
        .call = pair_task_receive};
    pair_task_start(&task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[1], 1));
    const unsigned sleeps = atomic_load(&pair->hosts[1].sleeps);
    assert_int_equal(send_text(near(pair), ends.near, "abc"), 3);
    assert_true(pair_wait_for_sleeps(&pair->hosts[1], sleeps + 1));
    assert_int_equal(send_text(near(pair), ends.near, "def"), 3);
    assert_int_equal(pair_task_join(&task), 6);
    assert_memory_equal(bytes, "abcdef", 6);
}

static void a_reader_sleeps_through_news_for_writers(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t byte;
    struct pair_task task = {.host = &pair->hosts[0],
        .descriptor = ends.near,
        .bytes = stint_span_of(&byte, 1),
        .call = pair_task_receive};
    pair_task_start(&task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
    const unsigned wakes = atomic_load(&pair->hosts[0].wakes);
    set(near(pair), ends.near, STINT_OPTION_NO_DELAY, 1);
    uint8_t bytes[1000] = {0};
    const struct stint_view view = stint_view_of(bytes, sizeof bytes);
    for (unsigned i = 0; i < 50; i++) { /* each acknowledgment makes room */
        assert_int_equal(stint_send(near(pair), ends.near, view, 0), 1000);
        assert_int_equal(receive_into(far(pair), ends.far, bytes, 1000, STINT_MSG_WAITALL), 1000);
    }
    assert_int_equal(atomic_load(&pair->hosts[0].wakes), wakes);
    assert_int_equal(send_text(far(pair), ends.far, "x"), 1);
    assert_int_equal(pair_task_join(&task), 1);
}

static void a_read_for_all_takes_less_at_the_end_and_out_of_time(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t bytes[6];
    set(far(pair), ends.far, STINT_OPTION_RECEIVE_TIMEOUT, 50000);
    assert_int_equal(send_text(near(pair), ends.near, "abc"), 3);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 6, STINT_MSG_WAITALL), 3);
    set(far(pair), ends.far, STINT_OPTION_RECEIVE_TIMEOUT, 0);
    assert_int_equal(send_text(near(pair), ends.near, "de"), 2);
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 6, STINT_MSG_WAITALL), 2);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 6, STINT_MSG_WAITALL), 0);
}

static void a_peek_leaves_what_it_shows(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t bytes[8] = {0};
    assert_int_equal(
        receive_into(far(pair), ends.far, bytes, 8, STINT_MSG_PEEK | STINT_MSG_DONTWAIT),
        -STINT_EAGAIN);
    assert_int_equal(send_text(near(pair), ends.near, "peek"), 4);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(receive_into(far(pair), ends.far, bytes, 8, STINT_MSG_PEEK), 4);
        assert_memory_equal(bytes, "peek", 4);
    }
    assert_int_equal(stint_readable_bytes(far(pair), ends.far), 4);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 2, 0), 2);
    assert_int_equal(stint_readable_bytes(far(pair), ends.far), 2);
}

static void a_peek_for_all_waits_for_all_or_for_the_end(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t bytes[6] = {0};
    struct pair_task task = {.host = &pair->hosts[1],
        .descriptor = ends.far,
        .bytes = stint_span_of(bytes, 6),
        .flags = STINT_MSG_WAITALL | STINT_MSG_PEEK,
        .call = pair_task_receive};
    assert_int_equal(send_text(near(pair), ends.near, "abc"), 3);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], ends.far, STINT_READABLE));
    pair_task_start(&task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[1], 1));
    assert_int_equal(send_text(near(pair), ends.near, "def"), 3);
    assert_int_equal(pair_task_join(&task), 6);
    assert_memory_equal(bytes, "abcdef", 6);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 4, 0), 4);
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    pair_task_start(&task);
    assert_int_equal(pair_task_join(&task), 2);
}

static void a_message_in_pieces_is_one_run_of_bytes(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    char one[] = "one";
    char two[] = "twoandmore";
    struct stint_span pieces[] = {stint_span_of(one, 3), stint_span_of(NULL, 0),
        stint_span_of(two, 10), stint_span_of(NULL, 0)};
    const struct stint_message sent = {.pieces = pieces, .piece_count = 4};
    assert_int_equal(stint_send_message(near(pair), ends.near, &sent, 0), 13);
    char into[4][5] = {{0}};
    struct stint_span places[] = {stint_span_of(into[0], 5), stint_span_of(into[1], 5),
        stint_span_of(into[2], 5), stint_span_of(into[3], 5)};
    struct stint_message received = {.pieces = places, .piece_count = 4};
    assert_true(pair_wait_for_readiness(&pair->hosts[1], ends.far, STINT_READABLE));
    assert_int_equal(stint_receive_message(far(pair), ends.far, &received, STINT_MSG_PEEK), 13);
    assert_memory_equal(into, "onetwoandmore", 13);
    memset(into, 0, sizeof into);
    assert_int_equal(stint_receive_message(far(pair), ends.far, &received, 0), 13);
    assert_memory_equal(into, "onetwoandmore", 13);
    assert_false(received.truncated);
}

static void nothing_can_be_sent_and_read_at_once(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t byte;
    assert_int_equal(send_text(near(pair), ends.near, ""), 0);
    assert_int_equal(receive_into(far(pair), ends.far, &byte, 0, 0), 0);
    assert_int_equal(send_text(near(pair), ends.near, "x"), 1);
    assert_int_equal(receive_into(far(pair), ends.far, &byte, 1, 0), 1);
}

static uint32_t segments_sent(struct pair *pair)
{
    stint_sockets_lock(near(pair));
    const uint32_t sent = pair->hosts[0].stack.tcp.counters.segments_sent;
    stint_sockets_unlock(near(pair));
    return sent;
}

/* On one core a poll task of higher priority comes at once: it must find the lock free, and
 * something to do. */
static void what_nagle_holds_back_calls_for_no_poll(void **state)
{
    struct pair *pair = *state;
    struct pair_host *host = &pair->hosts[0];
    const struct ends ends = new_connection(pair);
    const unsigned under_lock = atomic_load(&host->polled_under_lock);
    const uint32_t sent = segments_sent(pair);
    atomic_store(&pair->cut, true);
    unsigned calls = atomic_load(&host->calls_polled);
    assert_int_equal(send_text(near(pair), ends.near, "first"), 5);
    assert_int_equal(atomic_load(&host->calls_polled), calls + 1);
    while (segments_sent(pair) == sent) {
        sched_yield();
    }
    calls = atomic_load(&host->calls_polled);
    assert_int_equal(send_text(near(pair), ends.near, "more"), 4);
    assert_int_equal(send_text(near(pair), ends.near, "more"), 4);
    assert_int_equal(atomic_load(&host->calls_polled), calls);
    assert_int_equal(atomic_load(&host->polled_under_lock), under_lock);
    atomic_store(&pair->cut, false);
    char text[16] = {0};
    const struct stint_span into = stint_span_of((uint8_t *)text, 13);
    assert_int_equal(stint_receive(far(pair), ends.far, into, STINT_MSG_WAITALL), 13);
    assert_string_equal(text, "firstmoremore");
}

static void a_send_with_more_to_come_waits_for_the_rest(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint8_t bytes[8];
    set(near(pair), ends.near, STINT_OPTION_NO_DELAY, 1);
    set(far(pair), ends.far, STINT_OPTION_RECEIVE_TIMEOUT, 50000);
    const uint32_t before = segments_sent(pair);
    const struct stint_view head = stint_view_of("head", 4);
    assert_int_equal(stint_send(near(pair), ends.near, head, STINT_MSG_MORE), 4);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 8, 0), -STINT_EAGAIN);
    assert_int_equal(send_text(near(pair), ends.near, "body"), 4);
    assert_int_equal(receive_into(far(pair), ends.far, bytes, 8, 0), 8);
    assert_memory_equal(bytes, "headbody", 8);
    assert_int_equal(segments_sent(pair), before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(what_is_sent_arrives),
        PAIR_TEST(a_megabyte_comes_back_after_the_sender_has_finished),
        PAIR_TEST(a_nonblocking_send_takes_what_there_is_room_for),
        PAIR_TEST(a_blocking_send_goes_on_until_all_is_queued),
        PAIR_TEST(a_send_out_of_time_tells_what_it_sent),
        PAIR_TEST(a_receive_ends_at_its_timeout_and_not_before),
        PAIR_TEST(an_accept_ends_at_its_timeout),
        PAIR_TEST(a_read_for_all_waits_for_all),
        PAIR_TEST(a_reader_sleeps_through_news_for_writers),
        PAIR_TEST(a_read_for_all_takes_less_at_the_end_and_out_of_time),
        PAIR_TEST(a_peek_leaves_what_it_shows),
        PAIR_TEST(a_peek_for_all_waits_for_all_or_for_the_end),
        PAIR_TEST(a_message_in_pieces_is_one_run_of_bytes),
        PAIR_TEST(nothing_can_be_sent_and_read_at_once),
        PAIR_TEST(what_nagle_holds_back_calls_for_no_poll),
        PAIR_TEST(a_send_with_more_to_come_waits_for_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
