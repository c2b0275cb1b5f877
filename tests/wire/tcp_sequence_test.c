/* TCP sequence numbers: a circle.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/tcp_sequence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"

#define AT stint_sequence_of

static void order_goes_around_the_circle(void **state)
{
    (void)state;
    assert_true(stint_sequence_is_before(AT(1), AT(2)));
    assert_false(stint_sequence_is_before(AT(2), AT(1)));
    assert_false(stint_sequence_is_before(AT(2), AT(2)));
    assert_true(stint_sequence_is_before(AT(UINT32_MAX), AT(0)));
    assert_true(stint_sequence_is_before(AT(UINT32_C(0xfffffff0)), AT(0x10)));
    assert_false(stint_sequence_is_before(AT(0x10), AT(UINT32_C(0xfffffff0))));
    assert_true(stint_sequence_is_before(AT(0), AT(UINT32_C(0x7fffffff))));
    assert_false(stint_sequence_is_before(AT(0), AT(UINT32_C(0x80000001))));
}

static void of_two_different_numbers_exactly_one_is_before_the_other(void **state)
{
    (void)state;
    struct noise noise = {1};
    static const uint32_t distances[] = {
        1, 1 << 30, UINT32_C(0x7fffffff), UINT32_C(0x80000001), UINT32_MAX};
    for (int round = 0; round < 10000; round++) {
        const struct stint_sequence a = AT(noise_next(&noise));
        const struct stint_sequence b = stint_sequence_after(a, distances[round % 5]);
        assert_int_not_equal(stint_sequence_is_before(a, b), stint_sequence_is_before(b, a));
        assert_int_equal(stint_sequence_is_at_most(a, b), stint_sequence_is_before(a, b));
        assert_true(stint_sequence_is_at_most(a, a));
    }
}

static void moving_and_measuring_undo_each_other(void **state)
{
    (void)state;
    struct noise noise = {2};
    for (int round = 0; round < 10000; round++) {
        const struct stint_sequence start = AT(noise_next(&noise));
        const uint32_t count = noise_next(&noise);
        const struct stint_sequence end = stint_sequence_after(start, count);
        assert_int_equal(stint_sequence_distance(start, end), count);
        assert_true(stint_sequence_equal(stint_sequence_before(end, count), start));
    }
}

static void a_range_includes_its_start_and_not_its_end(void **state)
{
    (void)state;
    const struct stint_sequence start = AT(UINT32_C(0xfffffffe));
    assert_false(stint_sequence_is_within(AT(UINT32_C(0xfffffffd)), start, 4));
    assert_true(stint_sequence_is_within(start, start, 4));
    assert_true(stint_sequence_is_within(AT(1), start, 4));
    assert_false(stint_sequence_is_within(AT(2), start, 4));
    assert_false(stint_sequence_is_within(start, start, 0));
}

static void the_later_of_two_is_chosen(void **state)
{
    (void)state;
    assert_int_equal(stint_sequence_later(AT(5), AT(UINT32_MAX)).number, 5);
    assert_int_equal(stint_sequence_later(AT(UINT32_MAX), AT(5)).number, 5);
    assert_int_equal(stint_sequence_later(AT(5), AT(5)).number, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_goes_around_the_circle),
        cmocka_unit_test(of_two_different_numbers_exactly_one_is_before_the_other),
        cmocka_unit_test(moving_and_measuring_undo_each_other),
        cmocka_unit_test(a_range_includes_its_start_and_not_its_end),
        cmocka_unit_test(the_later_of_two_is_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
