/* The seam of congestion control: the initial window, the restart, and that an algorithm answers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/congestion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/noise.h"

static struct stint_congestion congestion_of(uint16_t segment)
{
    struct stint_congestion congestion;
    stint_congestion_init(&congestion, STINT_CONGESTION_NEWRENO, segment);
    return congestion;
}

static void the_initial_window_is_that_of_rfc_6928(void **state)
{
    (void)state;
    const struct {
        uint16_t segment;
        uint32_t window;
    } cases[] = {{1, 10}, {536, 5360}, {1220, 12200}, {1460, 14600}, {1461, 14600}, {4096, 14600},
        {7300, 14600}, {8960, 17920}, {65535, 131070}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct stint_congestion congestion = congestion_of(cases[i].segment);
        assert_int_equal(congestion.window, cases[i].window);
        assert_true(congestion.threshold > 1000000);
    }
}

static void an_idle_connection_restarts_with_the_initial_window_at_most(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_of(1000);
    congestion.window = 500000;
    congestion.threshold = 250000;
    stint_congestion_idle(&congestion);
    assert_int_equal(congestion.window, 10000);
    assert_int_equal(congestion.threshold, 250000);

    congestion.window = 3000;
    stint_congestion_idle(&congestion);
    assert_int_equal(congestion.window, 3000);
}

/* T7: whatever a peer acknowledges, and whatever is lost. */
static void the_window_stays_within_its_bounds_and_grows_by_what_was_acknowledged(void **state)
{
    (void)state;
    struct noise noise = {41};
    for (unsigned round = 0; round < 200; round++) {
        const uint16_t segment = (uint16_t)(1 + noise_below(&noise, 65535));
        struct stint_congestion congestion = congestion_of(segment);
        for (unsigned step = 0; step < 2000; step++) {
            const uint32_t amount = noise_next(&noise) >> noise_below(&noise, 32);
            const uint32_t before = congestion.window;
            const uint32_t what = noise_below(&noise, 64);
            if (what == 0) {
                stint_congestion_loss(&congestion, amount);
            } else if (what == 1) {
                stint_congestion_timeout(&congestion, amount);
            } else if (what == 2) {
                stint_congestion_idle(&congestion);
                assert_true(congestion.window <= before);
            } else {
                stint_congestion_acknowledged(&congestion, amount);
                assert_true(congestion.window >= before);
                assert_true(congestion.window - before <= 2u * segment);
            }
            assert_in_range(congestion.window, segment, STINT_CONGESTION_WINDOW_MAXIMUM);
            assert_in_range(congestion.threshold, 2u * segment, STINT_CONGESTION_WINDOW_MAXIMUM);
        }
    }
}

static void a_window_at_the_maximum_stays_there(void **state)
{
    (void)state;
    struct stint_congestion congestion = congestion_of(65535);
    for (unsigned i = 0; i < 20000; i++) {
        stint_congestion_acknowledged(&congestion, UINT32_MAX);
    }
    assert_int_equal(congestion.window, STINT_CONGESTION_WINDOW_MAXIMUM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_initial_window_is_that_of_rfc_6928),
        cmocka_unit_test(an_idle_connection_restarts_with_the_initial_window_at_most),
        cmocka_unit_test(the_window_stays_within_its_bounds_and_grows_by_what_was_acknowledged),
        cmocka_unit_test(a_window_at_the_maximum_stays_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
