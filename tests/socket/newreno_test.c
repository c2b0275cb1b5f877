/* Slow start, congestion avoidance, loss and timeout of NewReno.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/newreno.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SEGMENT = 1000 };

static struct stint_congestion congestion_with(uint32_t window, uint32_t threshold)
{
    const struct stint_congestion congestion = {
        .window = window, .threshold = threshold, .segment = SEGMENT};
    return congestion;
}

static void slow_start_grows_by_what_was_acknowledged_up_to_two_segments(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_with(10000, 100000);
    stint_newreno_acknowledged(&congestion, 300);
    assert_int_equal(congestion.window, 10300);
    stint_newreno_acknowledged(&congestion, 1700);
    assert_int_equal(congestion.window, 12000);
    stint_newreno_acknowledged(&congestion, 9000);
    assert_int_equal(congestion.window, 14000);
}

static void slow_start_doubles_the_window_each_round_trip(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_with(4000, 100000);
    for (unsigned segment = 0; segment < 4; segment++) {
        stint_newreno_acknowledged(&congestion, SEGMENT);
    }
    assert_int_equal(congestion.window, 8000);
}

static void slow_start_after_a_timeout_grows_by_one_segment_at_most(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_with(16000, 100000);
    stint_newreno_timeout(&congestion, 16000);
    stint_newreno_acknowledged(&congestion, 8000);
    assert_int_equal(congestion.window, 2000);
    for (unsigned i = 0; i < 6; i++) {
        stint_newreno_acknowledged(&congestion, 8000);
    }
    assert_int_equal(congestion.window, 8000); /* the threshold: slow start is over */
    stint_newreno_acknowledged(&congestion, 1);
    assert_false(congestion.after_timeout);
}

static void congestion_avoidance_adds_a_segment_for_each_window_acknowledged(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_with(10000, 10000);
    for (unsigned i = 0; i < 9; i++) {
        stint_newreno_acknowledged(&congestion, SEGMENT);
        assert_int_equal(congestion.window, 10000);
    }
    stint_newreno_acknowledged(&congestion, SEGMENT);
    assert_int_equal(congestion.window, 11000);
    for (unsigned i = 0; i < 11; i++) {
        stint_newreno_acknowledged(&congestion, SEGMENT);
    }
    assert_int_equal(congestion.window, 12000);
}

/* T7: a peer that splits its acknowledgments gains nothing. */
static void many_small_acknowledgments_grow_the_window_no_faster(void **state)
{
    (void)state;
    struct stint_congestion split = congestion_with(10000, 10000);
    for (unsigned i = 0; i < 10000; i++) {
        stint_newreno_acknowledged(&split, 1);
    }
    assert_int_equal(split.window, 11000);
    struct stint_congestion starting = congestion_with(10000, 100000);
    for (unsigned i = 0; i < 1000; i++) {
        stint_newreno_acknowledged(&starting, 1);
    }
    assert_int_equal(starting.window, 11000);
}

static void a_loss_halves_what_was_in_flight(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_with(20000, 100000);
    congestion.accumulated = 500;
    stint_newreno_loss(&congestion, 16000);
    assert_int_equal(congestion.threshold, 8000);
    assert_int_equal(congestion.window, 8000);
    assert_int_equal(congestion.accumulated, 0);
}

static void a_loss_leaves_two_segments_at_least(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_with(3000, 100000);
    stint_newreno_loss(&congestion, 1500);
    assert_int_equal(congestion.threshold, 2000);
    assert_int_equal(congestion.window, 2000);
}

static void a_timeout_leaves_one_segment_and_half_as_threshold(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_with(20000, 100000);
    stint_newreno_timeout(&congestion, 18000);
    assert_int_equal(congestion.window, SEGMENT);
    assert_int_equal(congestion.threshold, 9000);
}

static void a_second_timeout_of_the_same_data_holds_the_threshold(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_with(20000, 100000);
    stint_newreno_timeout(&congestion, 18000);
    stint_newreno_timeout(&congestion, 1000);
    assert_int_equal(congestion.window, SEGMENT);
    assert_int_equal(congestion.threshold, 9000);

    stint_newreno_acknowledged(&congestion, SEGMENT); /* progress: the next one is another loss */
    stint_newreno_timeout(&congestion, 6000);
    assert_int_equal(congestion.threshold, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_start_grows_by_what_was_acknowledged_up_to_two_segments),
        cmocka_unit_test(slow_start_doubles_the_window_each_round_trip),
        cmocka_unit_test(slow_start_after_a_timeout_grows_by_one_segment_at_most),
        cmocka_unit_test(congestion_avoidance_adds_a_segment_for_each_window_acknowledged),
        cmocka_unit_test(many_small_acknowledgments_grow_the_window_no_faster),
        cmocka_unit_test(a_loss_halves_what_was_in_flight),
        cmocka_unit_test(a_loss_leaves_two_segments_at_least),
        cmocka_unit_test(a_timeout_leaves_one_segment_and_half_as_threshold),
        cmocka_unit_test(a_second_timeout_of_the_same_data_holds_the_threshold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
