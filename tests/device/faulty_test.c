/* The faulty device: what happens to frames by chance, and to every frame.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "faulty_path.h"

static void without_faults_frames_pass_at_once(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {0};
    struct path *const path = path_with(&profile, 1, 2);
    for (uint16_t i = 0; i < 1000; i++) {
        send(path, i, i);
        assert_int_equal(receive(path), i);
        assert_int_equal(service(path, i), INT64_MAX);
    }
    assert_int_equal(path->faulty.counters.delivered, 1000);
}

static void received_frames_pass_untouched(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.loss = MILLION};
    struct path *const path = path_of(&profile);
    const struct stint_instant now = stint_instant_at(3);
    const struct stint_span room = stint_device_transmit(&path->receiver, now, 4);
    memcpy(room.bytes, "back", 4);
    stint_device_transmit_commit(&path->receiver, now, 4);
    assert_int_equal(service(path, 3), 3);
    assert_memory_equal(stint_device_receive(&path->sender, now).bytes, "back", 4);
    stint_device_receive_done(&path->sender);
    assert_int_equal(stint_device_receive(&path->sender, now).length, 0);
}

static void frames_are_lost_as_often_as_the_profile_says(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.loss = 100000};
    struct path *const path = path_of(&profile);
    for (unsigned i = 0; i < 10000; i++) {
        send(path, 0, (uint16_t)i);
        receive_all(path);
    }
    assert_in_range(path->faulty.counters.lost, 880, 1120); /* 4 standard deviations */
    assert_every_frame_is_accounted_for(path);
}

static void a_profile_of_a_million_loses_everything(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.loss = MILLION, .duplication = MILLION};
    struct path *const path = path_of(&profile);
    for (uint16_t i = 0; i < 100; i++) {
        send(path, 0, i);
    }
    assert_int_equal(path->faulty.counters.lost, 100);
    assert_int_equal(receive(path), -1);
    assert_every_frame_is_accounted_for(path);
}

static void a_duplicated_frame_arrives_twice(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.duplication = MILLION};
    struct path *const path = path_of(&profile);
    send(path, 0, 7);
    assert_int_equal(receive(path), 7);
    assert_int_equal(receive(path), 7);
    assert_int_equal(receive(path), -1);
    assert_every_frame_is_accounted_for(path);
}

static void a_corrupted_frame_has_one_bit_flipped(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.corruption = MILLION};
    struct path *const path = path_of(&profile);
    bool seen[LENGTH * 8] = {false};
    for (unsigned i = 0; i < 20000; i++) {
        send(path, 0, 0);
        const struct stint_view frame = stint_device_receive(&path->receiver, stint_instant_at(0));
        unsigned flipped = 0;
        for (unsigned bit = 0; bit < frame.length * 8; bit++) {
            if ((frame.bytes[bit / 8] >> bit % 8 & 1) != 0) {
                seen[bit] = true;
                flipped++;
            }
        }
        assert_int_equal(flipped, 1);
        stint_device_receive_done(&path->receiver);
    }
    for (unsigned bit = 0; bit < LENGTH * 8; bit++) {
        assert_true(seen[bit]);
    }
}

static void every_frame_is_delayed_and_stays_in_order(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.delay = {5000}};
    struct path *const path = path_of(&profile);
    send(path, 100, 1);
    send(path, 100, 2);
    send(path, 101, 3);
    assert_int_equal(service(path, 101), 5100);
    assert_int_equal(service(path, 5099), 5100);
    assert_int_equal(receive(path), -1);
    assert_int_equal(service(path, 5100), 5101);
    assert_int_equal(receive(path), 1);
    assert_int_equal(receive(path), 2);
    assert_int_equal(receive(path), -1);
    assert_int_equal(service(path, 5101), INT64_MAX);
    assert_int_equal(receive(path), 3);
}

static void jitter_spreads_the_delay_evenly(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {.delay = {1000}, .jitter = {9}};
    struct path *const path = path_of(&profile);
    unsigned arrivals[10] = {0};
    for (uint16_t i = 0; i < 1000; i++) {
        send(path, 0, i);
    }
    assert_int_equal(service(path, 999), 1000);
    for (int64_t time = 1000; time < 1010; time++) {
        int64_t next;
        do {
            next = service(path, time);
            arrivals[time - 1000] += receive_all(path);
        } while (next == time); /* the cable is short */
    }
    for (unsigned i = 0; i < 10; i++) {
        assert_in_range(arrivals[i], 60, 140);
    }
    assert_int_equal(path->faulty.counters.delivered, 1000);
}

static void a_reordered_frame_is_overtaken(void **state)
{
    (void)state;
    struct stint_faulty_profile profile = {.reordering = MILLION, .reordering_delay = {50}};
    struct path *const path = path_of(&profile);
    send(path, 0, 1);
    path->faulty.profile.reordering = 0;
    send(path, 10, 2);
    assert_int_equal(receive(path), 2);
    assert_int_equal(service(path, 49), 50);
    assert_int_equal(receive(path), -1);
    service(path, 50);
    assert_int_equal(receive(path), 1);
    assert_int_equal(path->faulty.counters.reordered, 1);
}

static void a_frame_too_long_finds_no_room(void **state)
{
    (void)state;
    const struct stint_faulty_profile profile = {0};
    struct path *const path = path_of(&profile);
    const struct stint_instant now = stint_instant_at(0);
    assert_int_equal(
        stint_device_transmit(&path->sender, now, STINT_DEVICE_FRAME_LENGTH + 1).length, 0);
    assert_int_equal(stint_device_transmit(&path->sender, now, 100).length, 100);
    assert_int_equal(stint_device_transmit(&path->sender, now, 200).length, 200);
    assert_int_equal(path->faulty.pool.in_use, 1); /* the first room was given up */
}

static void run_rough(uint64_t seed, uint16_t *arrived, unsigned *count)
{
    const struct stint_faulty_profile profile = {
        .loss = 100000,
        .duplication = 100000,
        .corruption = 100000,
        .reordering = 100000,
        .bits_per_second = 50000000,
        .queue_limit = 50,
        .delay = {2000},
        .jitter = {500},
        .reordering_delay = {3000},
    };
    struct path *const path = path_with(&profile, seed, 200);
    *count = 0;
    for (int64_t time = 0; time < 100000; time++) {
        if (time % 12 == 0 && time < 60000) {
            send(path, time, (uint16_t)(time / 12));
        }
        service(path, time);
        for (int number = receive(path); number >= 0; number = receive(path)) {
            arrived[*count] = (uint16_t)number;
            *count += 1;
        }
        assert_every_frame_is_accounted_for(path);
    }
    assert_int_equal(path->faulty.waiting_count, 0);
    assert_int_equal(path->faulty.counters.sent, 5000);
    assert_int_equal(path->faulty.counters.delivered, *count);
    assert_true(path->faulty.counters.overflowed > 0);
}

static void the_seed_decides_every_fate(void **state)
{
    (void)state;
    static uint16_t first[12000];
    static uint16_t second[12000];
    unsigned first_count = 0;
    unsigned second_count = 0;
    run_rough(42, first, &first_count);
    run_rough(42, second, &second_count);
    assert_int_equal(first_count, second_count);
    assert_memory_equal(first, second, first_count * sizeof first[0]);
    run_rough(43, second, &second_count);
    assert_true(
        first_count != second_count || memcmp(first, second, first_count * sizeof first[0]) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_faults_frames_pass_at_once),
        cmocka_unit_test(received_frames_pass_untouched),
        cmocka_unit_test(frames_are_lost_as_often_as_the_profile_says),
        cmocka_unit_test(a_profile_of_a_million_loses_everything),
        cmocka_unit_test(a_duplicated_frame_arrives_twice),
        cmocka_unit_test(a_corrupted_frame_has_one_bit_flipped),
        cmocka_unit_test(every_frame_is_delayed_and_stays_in_order),
        cmocka_unit_test(jitter_spreads_the_delay_evenly),
        cmocka_unit_test(a_reordered_frame_is_overtaken),
        cmocka_unit_test(a_frame_too_long_finds_no_room),
        cmocka_unit_test(the_seed_decides_every_fate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
