/* Timers against a table that is searched from end to end.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/timers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"

enum { COUNT = 64 };

struct table {
    struct stint_timers timers;
    struct stint_instant deadlines[COUNT];
    uint16_t heap[COUNT];
    uint16_t positions[COUNT];
};

static void set_up(struct table *table, uint16_t count)
{
    memset(table, 0xee, sizeof *table);
    stint_timers_init(&table->timers, table->deadlines, table->heap, table->positions, count);
}

static int64_t earliest_of(const int64_t *deadlines)
{
    int64_t earliest = INT64_MAX;
    for (unsigned i = 0; i < COUNT; i++) {
        if (deadlines[i] < earliest) {
            earliest = deadlines[i];
        }
    }
    return earliest;
}

static void assert_heap_is_sound(const struct stint_timers *timers)
{
    unsigned armed = 0;
    for (uint16_t timer = 0; timer < timers->count; timer++) {
        if (timers->positions[timer] != STINT_TIMER_NONE) {
            armed++;
            assert_int_equal(timers->heap[timers->positions[timer]], timer);
        }
    }
    assert_int_equal(timers->armed, armed);
    for (unsigned i = 1; i < armed; i++) {
        assert_false(stint_instant_is_before(
            timers->deadlines[timers->heap[i]], timers->deadlines[timers->heap[(i - 1) / 2]]));
    }
}

static void pop_one(struct table *table, int64_t *model, int64_t now)
{
    const int64_t earliest = earliest_of(model);
    const uint16_t timer = stint_timers_pop(&table->timers, stint_instant_at(now));
    if (earliest > now) {
        assert_int_equal(timer, STINT_TIMER_NONE);
        return;
    }
    assert_true(timer < COUNT);
    assert_int_equal(model[timer], earliest);
    model[timer] = INT64_MAX;
}

static void timers_fire_as_a_searched_table_says(void **state)
{
    (void)state;
    struct noise noise = {13};
    struct table table;
    int64_t model[COUNT];
    set_up(&table, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        model[i] = INT64_MAX;
    }
    int64_t now = 0;
    for (unsigned step = 0; step < 200000; step++) {
        const uint16_t timer = (uint16_t)noise_below(&noise, COUNT);
        const uint32_t choice = noise_below(&noise, 10);
        if (choice < 5) {
            model[timer] = now + noise_below(&noise, 200) - 20;
            stint_timers_set(&table.timers, timer, stint_instant_at(model[timer]));
        } else if (choice < 7) {
            model[timer] = INT64_MAX;
            stint_timers_set(&table.timers, timer, stint_instant_never());
        } else {
            now += noise_below(&noise, 5);
            pop_one(&table, model, now);
        }
        assert_int_equal(stint_timers_earliest(&table.timers).microseconds, earliest_of(model));
        assert_int_equal(stint_timers_deadline(&table.timers, timer).microseconds, model[timer]);
        assert_heap_is_sound(&table.timers);
    }
}

static void timers_come_out_in_the_order_of_their_deadlines(void **state)
{
    (void)state;
    struct table table;
    set_up(&table, COUNT);
    for (uint16_t i = 0; i < COUNT; i++) {
        stint_timers_set(&table.timers, i, stint_instant_at(i * 37 % COUNT));
    }
    for (int64_t i = 0; i < COUNT; i++) {
        const uint16_t timer = stint_timers_pop(&table.timers, stint_instant_at(COUNT));
        assert_int_equal(timer * 37 % COUNT, i);
    }
    assert_int_equal(stint_timers_pop(&table.timers, stint_instant_at(COUNT)), STINT_TIMER_NONE);
}

static void a_timer_does_not_fire_before_its_deadline(void **state)
{
    (void)state;
    struct table table;
    set_up(&table, COUNT);
    stint_timers_set(&table.timers, 3, stint_instant_at(100));
    assert_int_equal(stint_timers_pop(&table.timers, stint_instant_at(99)), STINT_TIMER_NONE);
    assert_int_equal(stint_timers_pop(&table.timers, stint_instant_at(100)), 3);
    assert_true(stint_instant_is_never(stint_timers_deadline(&table.timers, 3)));
}

static void timers_that_are_off_have_no_deadline(void **state)
{
    (void)state;
    struct table table;
    set_up(&table, COUNT);
    assert_true(stint_instant_is_never(stint_timers_earliest(&table.timers)));
    assert_true(stint_instant_is_never(stint_timers_deadline(&table.timers, COUNT - 1)));
    stint_timers_set(&table.timers, 0, stint_instant_never());
    assert_int_equal(table.timers.armed, 0);
}

static void a_single_timer_is_enough(void **state)
{
    (void)state;
    struct table table;
    set_up(&table, 1);
    stint_timers_set(&table.timers, 0, stint_instant_at(5));
    stint_timers_set(&table.timers, 0, stint_instant_at(4));
    assert_int_equal(stint_timers_pop(&table.timers, stint_instant_at(4)), 0);
    assert_int_equal(table.positions[0], STINT_TIMER_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_as_a_searched_table_says),
        cmocka_unit_test(timers_come_out_in_the_order_of_their_deadlines),
        cmocka_unit_test(a_timer_does_not_fire_before_its_deadline),
        cmocka_unit_test(timers_that_are_off_have_no_deadline),
        cmocka_unit_test(a_single_timer_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
