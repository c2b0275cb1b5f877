/* Round trips and the retransmission timeout.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/tcp_round_trip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/noise.h"

static int64_t timeout_of(const struct stint_tcp_round_trip *round_trip)
{
    return stint_tcp_round_trip_timeout(round_trip).microseconds;
}

static void without_a_sample_the_timeout_is_one_second(void **state)
{
    (void)state;
    struct stint_tcp_round_trip round_trip = {0};
    assert_int_equal(timeout_of(&round_trip), 1000000);
    stint_tcp_round_trip_back_off(&round_trip);
    assert_int_equal(timeout_of(&round_trip), 2000000);
}

/* RFC 6298 2.2 and 2.3, by hand. */
static void samples_are_smoothed_as_rfc_6298_says(void **state)
{
    (void)state;
    struct stint_tcp_round_trip round_trip = {0};
    stint_tcp_round_trip_sample(&round_trip, 800000);
    assert_int_equal(round_trip.smoothed, 800000);
    assert_int_equal(round_trip.variation, 400000);
    assert_int_equal(timeout_of(&round_trip), 800000 + 4 * 400000);
    stint_tcp_round_trip_sample(&round_trip, 1600000);
    assert_int_equal(round_trip.variation, 300000 + 200000);
    assert_int_equal(round_trip.smoothed, 700000 + 200000);
    stint_tcp_round_trip_sample(&round_trip, 100000);
    assert_int_equal(round_trip.variation, 375000 + 200000);
    assert_int_equal(round_trip.smoothed, 787500 + 12500);
    assert_int_equal(timeout_of(&round_trip), 800000 + 4 * 575000);
}

static void the_margin_bears_delayed_acknowledgments(void **state)
{
    (void)state;
    struct stint_tcp_round_trip round_trip = {0};
    for (unsigned i = 0; i < 100; i++) {
        stint_tcp_round_trip_sample(&round_trip, 1000);
    }
    assert_int_equal(timeout_of(&round_trip), 1000 + 200000);
}

static void each_timeout_doubles_the_next_up_to_a_minute(void **state)
{
    (void)state;
    struct stint_tcp_round_trip round_trip = {0};
    stint_tcp_round_trip_sample(&round_trip, 100000); /* 100 ms + 200 ms */
    int64_t expected = 300000;
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(timeout_of(&round_trip), expected < 60000000 ? expected : 60000000);
        expected = expected < 60000000 ? 2 * expected : expected;
        stint_tcp_round_trip_back_off(&round_trip);
    }
}

static void a_sample_ends_the_backoff(void **state)
{
    (void)state;
    struct stint_tcp_round_trip round_trip = {0};
    stint_tcp_round_trip_back_off(&round_trip);
    stint_tcp_round_trip_back_off(&round_trip);
    stint_tcp_round_trip_sample(&round_trip, 100000);
    assert_int_equal(timeout_of(&round_trip), 300000);
}

static void the_first_of_several_segments_is_timed(void **state)
{
    (void)state;
    struct stint_tcp_round_trip round_trip = {0};
    stint_tcp_round_trip_sent(&round_trip, stint_instant_at(1000), stint_sequence_of(100));
    stint_tcp_round_trip_sent(&round_trip, stint_instant_at(5000), stint_sequence_of(200));
    stint_tcp_round_trip_acknowledged(&round_trip, stint_instant_at(7000), stint_sequence_of(99));
    assert_int_equal(round_trip.smoothed, 0); /* not all of it */
    stint_tcp_round_trip_acknowledged(&round_trip, stint_instant_at(9000), stint_sequence_of(200));
    assert_int_equal(round_trip.smoothed, 8000);
    stint_tcp_round_trip_acknowledged(&round_trip, stint_instant_at(99000), stint_sequence_of(200));
    assert_int_equal(round_trip.smoothed, 8000); /* nothing is timed */
}

static void a_segment_is_timed_across_the_wrap_of_sequence_numbers(void **state)
{
    (void)state;
    struct stint_tcp_round_trip round_trip = {0};
    stint_tcp_round_trip_sent(&round_trip, stint_instant_at(0), stint_sequence_of(50));
    stint_tcp_round_trip_acknowledged(
        &round_trip, stint_instant_at(1000), stint_sequence_of(0xfffffff0));
    assert_int_equal(round_trip.smoothed, 0);
    stint_tcp_round_trip_acknowledged(&round_trip, stint_instant_at(2000), stint_sequence_of(50));
    assert_int_equal(round_trip.smoothed, 2000);
}

static void a_retransmission_spoils_the_sample(void **state)
{
    (void)state;
    struct stint_tcp_round_trip round_trip = {0};
    stint_tcp_round_trip_sent(&round_trip, stint_instant_at(0), stint_sequence_of(100));
    stint_tcp_round_trip_back_off(&round_trip);
    stint_tcp_round_trip_spoil(&round_trip);
    stint_tcp_round_trip_acknowledged(&round_trip, stint_instant_at(9000), stint_sequence_of(100));
    assert_int_equal(round_trip.smoothed, 0);
    assert_int_equal(timeout_of(&round_trip), 2000000); /* Karn: the backoff stays */
}

static void samples_that_cannot_be_are_made_sane(void **state)
{
    (void)state;
    struct stint_tcp_round_trip none = {0};
    stint_tcp_round_trip_sent(&none, stint_instant_at(5), stint_sequence_of(1));
    stint_tcp_round_trip_acknowledged(&none, stint_instant_at(5), stint_sequence_of(1));
    assert_int_equal(none.smoothed, 1);

    struct stint_tcp_round_trip years = {0};
    stint_tcp_round_trip_sent(&years, stint_instant_at(0), stint_sequence_of(1));
    stint_tcp_round_trip_acknowledged(
        &years, stint_instant_at(INT64_C(1) << 60), stint_sequence_of(1));
    assert_int_equal(years.smoothed, 60000000);
    assert_int_equal(timeout_of(&years), 60000000);
}

static void the_timeout_is_never_below_the_margin_nor_above_the_maximum(void **state)
{
    (void)state;
    struct noise noise = {77};
    struct stint_tcp_round_trip round_trip = {0};
    for (unsigned i = 0; i < 200000; i++) {
        stint_tcp_round_trip_sample(&round_trip, noise_next(&noise) >> noise_below(&noise, 32));
        assert_in_range(round_trip.smoothed, 1, 60000000);
        assert_in_range(round_trip.variation, 0, 60000000);
        assert_in_range(timeout_of(&round_trip), 200001, 60000000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_sample_the_timeout_is_one_second),
        cmocka_unit_test(samples_are_smoothed_as_rfc_6298_says),
        cmocka_unit_test(the_margin_bears_delayed_acknowledgments),
        cmocka_unit_test(each_timeout_doubles_the_next_up_to_a_minute),
        cmocka_unit_test(a_sample_ends_the_backoff),
        cmocka_unit_test(the_first_of_several_segments_is_timed),
        cmocka_unit_test(a_segment_is_timed_across_the_wrap_of_sequence_numbers),
        cmocka_unit_test(a_retransmission_spoils_the_sample),
        cmocka_unit_test(samples_that_cannot_be_are_made_sane),
        cmocka_unit_test(the_timeout_is_never_below_the_margin_nor_above_the_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
