/* The assembler against a bitmap of what arrived.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/assembler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"

enum { STREAM = 96 };

static unsigned ranges_in(const bool *arrived)
{
    unsigned count = 0;
    for (unsigned i = 0; i < STREAM; i++) {
        if (arrived[i] && (i == 0 || !arrived[i - 1])) {
            count++;
        }
    }
    return count;
}

static void assert_assembler_equals(const struct stint_assembler *assembler, const bool *arrived)
{
    bool remembered[STREAM] = {false};
    for (unsigned i = 0; i < assembler->count; i++) {
        const struct stint_assembler_range range = assembler->ranges[i];
        assert_true(range.begin < range.end);
        assert_true(range.end <= STREAM);
        assert_true(i == 0 || assembler->ranges[i - 1].end < range.begin);
        memset(remembered + range.begin, true, (range.end - range.begin) * sizeof(bool));
    }
    assert_memory_equal(remembered, arrived, sizeof remembered);
    assert_int_equal(assembler->count, ranges_in(arrived));
}

static void add_some(struct stint_assembler *assembler, bool *arrived, struct noise *noise)
{
    const uint32_t begin = noise_below(noise, STREAM);
    const uint32_t longest = noise_below(noise, 4) == 0 ? STREAM - begin : 6;
    const uint32_t length = noise_below(noise, longest + 1);
    const uint32_t end = begin + length < STREAM ? begin + length : STREAM;
    bool with[STREAM];
    memcpy(with, arrived, sizeof with);
    memset(with + begin, true, (end - begin) * sizeof(bool));
    const bool fits = ranges_in(with) <= STINT_ASSEMBLER_RANGES;
    assert_int_equal(stint_assembler_add(assembler, begin, end), fits);
    if (fits) {
        memcpy(arrived, with, sizeof with);
    }
}

static void advance_some(struct stint_assembler *assembler, bool *arrived, struct noise *noise)
{
    const uint32_t length = noise_below(noise, noise_below(noise, 20) == 0 ? STREAM : 5);
    uint32_t end = length;
    while (end < STREAM && arrived[end]) {
        end++;
    }
    assert_int_equal(stint_assembler_advance(assembler, length), end - length);
    memmove(arrived, arrived + end, (STREAM - end) * sizeof(bool));
    memset(arrived + (STREAM - end), false, end * sizeof(bool));
}

static void an_assembler_knows_what_a_bitmap_knows(void **state)
{
    (void)state;
    struct noise noise = {11};
    struct stint_assembler assembler = {0};
    bool arrived[STREAM] = {false};
    unsigned times_full = 0;
    for (unsigned step = 0; step < 300000; step++) {
        if (noise_below(&noise, 8) != 0) {
            add_some(&assembler, arrived, &noise);
        } else {
            advance_some(&assembler, arrived, &noise);
        }
        times_full += assembler.count == STINT_ASSEMBLER_RANGES;
        assert_assembler_equals(&assembler, arrived);
    }
    assert_true(times_full > 1000);
}

static void T5_a_hole_too_many_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    struct stint_assembler assembler = {0};
    for (uint32_t i = 0; i < STINT_ASSEMBLER_RANGES; i++) {
        assert_true(stint_assembler_add(&assembler, 10 * i + 1, 10 * i + 2));
    }
    const struct stint_assembler before = assembler;
    assert_false(stint_assembler_add(&assembler, 1000, 1001));
    assert_false(stint_assembler_add(&assembler, 5, 6));
    assert_memory_equal(&assembler, &before, sizeof before);
}

static void a_full_assembler_still_takes_what_touches(void **state)
{
    (void)state;
    struct stint_assembler assembler = {0};
    for (uint32_t i = 0; i < STINT_ASSEMBLER_RANGES; i++) {
        assert_true(stint_assembler_add(&assembler, 10 * i + 1, 10 * i + 2));
    }
    assert_true(stint_assembler_add(&assembler, 2, 11));
    assert_int_equal(assembler.count, STINT_ASSEMBLER_RANGES - 1);
    assert_int_equal(assembler.ranges[0].begin, 1);
    assert_int_equal(assembler.ranges[0].end, 12);
}

static void one_range_over_all_swallows_them(void **state)
{
    (void)state;
    struct stint_assembler assembler = {0};
    for (uint32_t i = 0; i < STINT_ASSEMBLER_RANGES; i++) {
        assert_true(stint_assembler_add(&assembler, 10 * i + 1, 10 * i + 2));
    }
    assert_true(stint_assembler_add(&assembler, 0, UINT32_MAX));
    assert_int_equal(assembler.count, 1);
    assert_int_equal(stint_assembler_advance(&assembler, 5), UINT32_MAX - 5);
    assert_true(stint_assembler_is_empty(&assembler));
}

static void an_empty_range_is_not_remembered(void **state)
{
    (void)state;
    struct stint_assembler assembler = {0};
    assert_true(stint_assembler_add(&assembler, 7, 7));
    assert_true(stint_assembler_is_empty(&assembler));
}

static void the_stream_goes_on_through_a_range_it_reaches(void **state)
{
    (void)state;
    struct stint_assembler assembler = {0};
    stint_assembler_add(&assembler, 100, 200);
    stint_assembler_add(&assembler, 300, 400);
    assert_int_equal(stint_assembler_advance(&assembler, 99), 0);
    assert_int_equal(assembler.ranges[0].begin, 1);
    assert_int_equal(stint_assembler_advance(&assembler, 1), 100);
    assert_int_equal(assembler.count, 1);
    assert_int_equal(assembler.ranges[0].begin, 100);
    assert_int_equal(assembler.ranges[0].end, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_assembler_knows_what_a_bitmap_knows),
        cmocka_unit_test(T5_a_hole_too_many_is_refused_and_changes_nothing),
        cmocka_unit_test(a_full_assembler_still_takes_what_touches),
        cmocka_unit_test(one_range_over_all_swallows_them),
        cmocka_unit_test(an_empty_range_is_not_remembered),
        cmocka_unit_test(the_stream_goes_on_through_a_range_it_reaches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
