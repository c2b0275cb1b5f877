/* The faulty device: rate, queue and back-pressure.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "faulty_path.h"

static void the_rate_is_exact_over_many_frames(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.bits_per_second = 100000000};
    struct path *const path = path_of(&profile);
    for (uint16_t i = 0; i < 1000; i++) {
        send_long(path, 7, i, 1514);
    }
    for (int64_t i = 1; i <= 1000; i++) {
        const int64_t due = 7 + i * (1514 + 24) * 8 / 100; /* 123.04 microseconds each */
        assert_int_equal(service(path, due - 1), due);
        assert_int_equal(receive(path), -1);
        service(path, due);
        assert_int_equal(receive(path), i - 1);
    }
    assert_int_equal(path->faulty.counters.delivered, 1000);
}

static void an_idle_line_sends_a_frame_without_waiting(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.bits_per_second = 8000000, .delay = {10}};
    struct path *const path = path_of(&profile);
    send(path, 0, 1);
    assert_int_equal(service(path, 0), LENGTH + 24 + 10);
    service(path, LENGTH + 24 + 10);
    assert_int_equal(receive(path), 1);
    send(path, 1000, 2);
    assert_int_equal(service(path, 1000), 1000 + LENGTH + 24 + 10);
}

static void frames_beyond_the_queue_are_lost(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {
        .bits_per_second = 8000000, .queue_limit = 3, .delay = {100000}};
    struct path *const path = path_of(&profile);
    for (uint16_t i = 0; i < 10; i++) {
        send(path, 0, i);
    }
    assert_int_equal(path->faulty.counters.overflowed, 10 - 1 - 3); /* one is being sent */
    send(path, LENGTH + 24 - 1, 10);
    assert_int_equal(path->faulty.counters.overflowed, 7);
    send(path, LENGTH + 24, 11);
    assert_int_equal(path->faulty.counters.overflowed, 7);
    send(path, LENGTH + 24, 12);
    assert_int_equal(path->faulty.counters.overflowed, 8);
    assert_every_frame_is_accounted_for(path);
}

static void a_full_pool_loses_frames_and_never_holds_the_sender_back(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.delay = {1000}, .duplication = MILLION / 2};
    struct path *const path = path_with(&profile, 1, 5);
    for (uint16_t i = 0; i < 100; i++) {
        send(path, 0, i);
        assert_every_frame_is_accounted_for(path);
    }
    assert_int_equal(path->faulty.waiting_count, 4);
    service(path, 1000);
    assert_int_equal(receive_all(path), 4);
    assert_every_frame_is_accounted_for(path);
}

static void without_frames_there_is_no_room(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {0};
    struct path *const path = path_with(&profile, 1, 0);
    assert_int_equal(stint_device_transmit(&path->sender, stint_instant_at(0), LENGTH).length, 0);
}

static void frames_wait_while_the_inner_device_is_full(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {0};
    struct path *const path = path_of(&profile);
    for (uint16_t i = 0; i < 5; i++) {
        send_long(path, 0, i, 1514);
    }
    assert_int_equal(path->faulty.counters.delivered, 2);
    assert_int_equal(service(path, 9), 9);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(receive(path), i);
        service(path, 9);
    }
    assert_int_equal(service(path, 9), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_is_exact_over_many_frames),
        cmocka_unit_test(an_idle_line_sends_a_frame_without_waiting),
        cmocka_unit_test(frames_beyond_the_queue_are_lost),
        cmocka_unit_test(a_full_pool_loses_frames_and_never_holds_the_sender_back),
        cmocka_unit_test(without_frames_there_is_no_room),
        cmocka_unit_test(frames_wait_while_the_inner_device_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
