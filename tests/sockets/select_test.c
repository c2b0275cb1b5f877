/* Tests of waiting for several: poll and select, and that they sleep while nothing happens.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

#include <string.h>

enum { PORT = 7000, MANY = 64 };

static int start_with_small_buffers(void **state)
{
    *state = pair_start((struct pair_options){.tcp_buffer = 4096, .udp_buffer = 1024});
    return *state == NULL;
}

static int poll_one(
    struct stint_sockets *sockets, int descriptor, unsigned wanted, unsigned *ready, int64_t ms)
{
    struct stint_poll_entry entry = {descriptor, wanted, 12345};
    const int count = stint_poll(sockets, &entry, 1, stint_milliseconds(ms));
    *ready = entry.ready;
    return count;
}

static void a_poll_that_only_looks_returns_at_once(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    unsigned ready;
    assert_int_equal(poll_one(near(pair), ends.near, STINT_READABLE, &ready, 0), 0);
    assert_int_equal(ready, 0);
    assert_int_equal(
        poll_one(near(pair), ends.near, STINT_READABLE | STINT_WRITABLE, &ready, 0), 1);
    assert_int_equal(ready, STINT_WRITABLE);
}

static void a_poll_ends_at_its_timeout_and_not_before(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    unsigned ready;
    const struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(poll_one(near(pair), ends.near, STINT_READABLE, &ready, 70), 0);
    assert_in_range(pair_elapsed(begin), 70000, 70000 + PAIR_LATE_US);
    assert_int_equal(stint_poll(near(pair), NULL, 0, stint_milliseconds(30)), 0);
    assert_in_range(pair_elapsed(begin), 100000, 100000 + PAIR_LATE_US);
    assert_int_equal(near(pair)->first_selector == NULL, 1);
}

static void a_poll_names_what_is_not_open_and_passes_over_negative_ones(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    struct stint_poll_entry entries[] = {
        {-1, STINT_READABLE, 99}, {99, STINT_READABLE, 0}, {ends.near, STINT_WRITABLE, 0}};
    assert_int_equal(stint_poll(near(pair), entries, 3, stint_seconds(-1)), 2);
    assert_int_equal(entries[0].ready, 0);
    assert_int_equal(entries[1].ready, STINT_NOT_OPEN);
    assert_int_equal(entries[2].ready, STINT_WRITABLE);
}

struct many {
    struct pair *pair;
    struct ends ends[MANY];
    struct stint_poll_entry entries[MANY];
    struct pair_task task;
};

static void connect_many(struct many *many, struct pair *pair)
{
    const int listener = new_listener(far(pair), PORT);
    many->pair = pair;
    for (unsigned i = 0; i < MANY; i++) {
        many->ends[i] = connect_to(pair, listener, PORT);
        many->entries[i] = (struct stint_poll_entry){many->ends[i].near, STINT_READABLE, 0};
    }
}

static struct many many;

static long poll_many(struct pair_task *task)
{
    return stint_poll(&task->host->sockets, many.entries, MANY, task->timeout);
}

static void a_poll_over_64_sockets_sleeps_while_nothing_happens_to_them(void **state)
{
    struct pair *pair = *state;
    connect_many(&many, pair);
    const struct ends other = connect_to(pair, new_listener(far(pair), PORT + 1), PORT + 1);
    many.task = (struct pair_task){
        .host = &pair->hosts[0], .timeout = stint_seconds(-1), .call = poll_many};
    pair_task_start(&many.task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
    const unsigned wakes = atomic_load(&pair->hosts[0].wakes);
    set(far(pair), other.far, STINT_OPTION_NO_DELAY, 1);
    uint8_t bytes[4];
    /* Traffic on a socket that is not named, and room to write on one that is: no wake-up. */
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(send_text(far(pair), other.far, "ping"), 4);
        assert_true(pair_wait_for_readiness(&pair->hosts[0], other.near, STINT_READABLE));
        assert_int_equal(receive_into(near(pair), other.near, bytes, 4, 0), 4);
    }
    assert_int_equal(send_text(near(pair), many.ends[7].near, "pong"), 4);
    assert_int_equal(receive_into(far(pair), many.ends[7].far, bytes, 4, 0), 4);
    assert_int_equal(atomic_load(&pair->hosts[0].wakes), wakes);
    assert_int_equal(atomic_load(&pair->hosts[0].sleeping), 1);

    assert_int_equal(send_text(far(pair), many.ends[41].far, "news"), 4);
    assert_int_equal(pair_task_join(&many.task), 1);
    assert_int_equal(atomic_load(&pair->hosts[0].wakes), wakes + 1);
    for (unsigned i = 0; i < MANY; i++) {
        assert_int_equal(many.entries[i].ready, i == 41 ? STINT_READABLE : 0);
    }
}

static void two_idle_hosts_do_not_poll(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    unsigned ready;
    assert_int_equal(poll_one(near(pair), ends.near, STINT_READABLE, &ready, 300), 0);
    const unsigned polls = atomic_load(&pair->polls);
    assert_int_equal(poll_one(near(pair), ends.near, STINT_READABLE, &ready, 300), 0);
    assert_int_equal(atomic_load(&pair->polls), polls);
}

static void several_tasks_wait_for_the_same_and_for_others(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    const struct ends ends[] = {connect_to(pair, listener, PORT), connect_to(pair, listener, PORT)};
    struct pair_task tasks[3];
    for (unsigned i = 0; i < 3; i++) {
        tasks[i] = (struct pair_task){.host = &pair->hosts[0],
            .descriptor = ends[i / 2].near,
            .flags = STINT_READABLE,
            .timeout = stint_seconds(-1),
            .call = pair_task_poll};
        pair_task_start(&tasks[i]);
        assert_true(pair_wait_for_sleepers(&pair->hosts[0], i + 1));
    }
    assert_int_equal(send_text(far(pair), ends[0].far, "x"), 1);
    assert_int_equal(pair_task_join(&tasks[0]), STINT_READABLE);
    assert_int_equal(pair_task_join(&tasks[1]), STINT_READABLE);
    assert_int_equal(atomic_load(&pair->hosts[0].sleeping), 1);
    assert_int_equal(send_text(far(pair), ends[1].far, "x"), 1);
    assert_int_equal(pair_task_join(&tasks[2]), STINT_READABLE);
}

static void a_close_under_a_poll_is_told_even_when_the_number_is_used_again(void **state)
{
    struct pair *pair = *state;
    struct pair_host *host = &pair->hosts[0];
    const int listener = new_listener(far(pair), PORT);
    const struct ends ends = connect_to(pair, listener, PORT);
    struct pair_task task = {.host = host,
        .descriptor = ends.near,
        .flags = STINT_READABLE,
        .timeout = stint_seconds(-1),
        .call = pair_task_poll};
    pair_task_start(&task);
    assert_true(pair_wait_for_sleepers(host, 1));
    atomic_store(&host->held, true);
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    const int again = new_stream_numbered(near(pair), ends.near);
    atomic_store(&host->held, false);
    assert_int_equal(pair_task_join(&task), STINT_NOT_OPEN);
    assert_int_equal(stint_readiness_of(near(pair), again), STINT_WRITABLE | STINT_HANGUP);
    stint_sockets_lock(near(pair));
    assert_null(near(pair)->first_selector);
    stint_sockets_unlock(near(pair));
}

/* --- select --- */

static void put(uint32_t *words, int descriptor)
{
    words[descriptor / 32] |= UINT32_C(1) << (descriptor % 32);
}

static bool has(const uint32_t *words, int descriptor)
{
    return (words[descriptor / 32] >> (descriptor % 32) & 1u) != 0;
}

static void select_answers_in_its_sets(void **state)
{
    struct pair *pair = *state;
    connect_many(&many, pair);
    uint32_t words[3][4] = {{0}};
    struct stint_descriptor_set sets[] = {{words[0], 4}, {words[1], 4}, {words[2], 4}};
    for (unsigned i = 0; i < MANY; i++) {
        put(words[0], many.ends[i].near);
        put(words[2], many.ends[i].near);
    }
    put(words[1], many.ends[3].near);
    assert_int_equal(send_text(far(pair), many.ends[5].far, "x"), 1);
    assert_true(pair_wait_for_readiness(&pair->hosts[0], many.ends[5].near, STINT_READABLE));
    assert_int_equal(
        stint_select(near(pair), 128, &sets[0], &sets[1], &sets[2], stint_seconds(-1)), 2);
    for (unsigned i = 0; i < MANY; i++) {
        assert_int_equal(has(words[0], many.ends[i].near), i == 5);
        assert_int_equal(has(words[1], many.ends[i].near), i == 3);
        assert_false(has(words[2], many.ends[i].near));
    }
}

static void select_out_of_time_leaves_nothing_in_its_sets(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    uint32_t word = 0;
    put(&word, ends.near);
    word |= UINT32_C(1) << 31; /* beyond the count: none of its business */
    struct stint_descriptor_set set = {&word, 1};
    const struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(stint_select(near(pair), 31, &set, NULL, NULL, stint_milliseconds(40)), 0);
    assert_in_range(pair_elapsed(begin), 40000, 40000 + PAIR_LATE_US);
    assert_int_equal(word, UINT32_C(1) << 31);
}

static void select_refuses_what_is_not_open_and_sets_that_are_too_small(void **state)
{
    struct pair *pair = *state;
    uint32_t word = 1u << 9;
    struct stint_descriptor_set set = {&word, 1};
    struct stint_descriptor_set none = {NULL, 0};
    const struct stint_duration at_once = stint_seconds(0);
    assert_int_equal(stint_select(near(pair), 32, &set, NULL, NULL, at_once), -STINT_EBADF);
    assert_int_equal(stint_select(near(pair), 32, NULL, NULL, &set, at_once), -STINT_EBADF);
    assert_int_equal(word, 1u << 9);
    assert_int_equal(stint_select(near(pair), 9, &set, NULL, NULL, at_once), 0);
    assert_int_equal(stint_select(near(pair), 33, &set, NULL, NULL, at_once), -STINT_EINVAL);
    assert_int_equal(stint_select(near(pair), -1, NULL, NULL, NULL, at_once), -STINT_EINVAL);
    assert_int_equal(stint_select(near(pair), 500, &none, &none, &none, at_once), 0);
}

struct select_task {
    struct pair_task task;
    uint32_t words[4];
};

static long select_readable(struct pair_task *task)
{
    struct select_task *select = (struct select_task *)(void *)task;
    struct stint_descriptor_set set = {select->words, 4};
    return stint_select(&task->host->sockets, 128, &set, NULL, NULL, stint_seconds(-1));
}

static void select_wakes_for_what_it_names_and_for_a_close(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    const struct ends ends = connect_to(pair, listener, PORT);
    struct select_task select = {.task = {.host = &pair->hosts[0], .call = select_readable}};
    put(select.words, ends.near);
    pair_task_start(&select.task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
    const unsigned wakes = atomic_load(&pair->hosts[0].wakes);
    const struct ends other = connect_to(pair, listener, PORT);
    assert_int_equal(send_text(far(pair), other.far, "x"), 1);
    assert_true(pair_wait_for_readiness(&pair->hosts[0], other.near, STINT_READABLE));
    assert_in_range(atomic_load(&pair->hosts[0].wakes), wakes, wakes + 1); /* the connect's own */
    assert_int_equal(send_text(far(pair), ends.far, "x"), 1);
    assert_int_equal(pair_task_join(&select.task), 1);
    assert_true(has(select.words, ends.near));

    uint8_t byte;
    assert_int_equal(receive_into(near(pair), ends.near, &byte, 1, 0), 1);
    pair_task_start(&select.task);
    assert_true(pair_wait_for_sleepers(&pair->hosts[0], 1));
    atomic_store(&pair->hosts[0].held, true);
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    (void)new_stream_numbered(near(pair), ends.near);
    atomic_store(&pair->hosts[0].held, false);
    assert_int_equal(pair_task_join(&select.task), -STINT_EBADF);
}

static void a_select_that_was_stopped_does_not_sleep_and_says_what_is_ready(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    const volatile bool stop = true;
    uint32_t word = UINT32_C(1) << ends.near;
    struct stint_descriptor_set readable = {&word, 1};
    const unsigned sleeps = pair->hosts[0].sleeps;
    assert_int_equal(stint_select_until_stopped(near(pair), ends.near + 1, &readable, NULL, NULL,
                         stint_seconds(-1), &stop),
        0);
    assert_int_equal(word, 0);
    word = UINT32_C(1) << ends.near;
    assert_int_equal(stint_select_until_stopped(near(pair), ends.near + 1, NULL, &readable, NULL,
                         stint_seconds(-1), &stop),
        1);
    assert_int_equal(pair->hosts[0].sleeps, sleeps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(a_poll_that_only_looks_returns_at_once),
        PAIR_TEST(a_poll_ends_at_its_timeout_and_not_before),
        PAIR_TEST(a_poll_names_what_is_not_open_and_passes_over_negative_ones),
        cmocka_unit_test_setup_teardown(a_poll_over_64_sockets_sleeps_while_nothing_happens_to_them,
            start_with_small_buffers, stop),
        PAIR_TEST(two_idle_hosts_do_not_poll),
        PAIR_TEST(several_tasks_wait_for_the_same_and_for_others),
        PAIR_TEST(a_close_under_a_poll_is_told_even_when_the_number_is_used_again),
        cmocka_unit_test_setup_teardown(select_answers_in_its_sets, start_with_small_buffers, stop),
        PAIR_TEST(select_out_of_time_leaves_nothing_in_its_sets),
        PAIR_TEST(select_refuses_what_is_not_open_and_sets_that_are_too_small),
        PAIR_TEST(select_wakes_for_what_it_names_and_for_a_close),
        PAIR_TEST(a_select_that_was_stopped_does_not_sleep_and_says_what_is_ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
