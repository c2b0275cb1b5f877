/* Instants and durations.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void units_are_microseconds(void **state)
{
    (void)state;
    assert_true(stint_microseconds(7).microseconds == 7);
    assert_true(stint_milliseconds(7).microseconds == 7000);
    assert_true(stint_seconds(7).microseconds == 7000000);
    assert_true(stint_seconds(86400 * 365).microseconds == INT64_C(31536000000000));
}

static void an_instant_moves_by_a_duration_and_back(void **state)
{
    (void)state;
    const struct stint_instant start = stint_instant_at(1000);
    const struct stint_instant end = stint_instant_after(start, stint_milliseconds(5));
    assert_true(end.microseconds == 6000);
    assert_true(stint_instant_since(end, start).microseconds == 5000);
    assert_true(stint_instant_since(start, end).microseconds == -5000);
}

static void never_is_later_than_all(void **state)
{
    (void)state;
    const struct stint_instant never = stint_instant_never();
    assert_true(stint_instant_is_never(never));
    assert_false(stint_instant_is_never(stint_instant_at(0)));
    assert_true(stint_instant_is_before(stint_instant_at(INT64_MAX - 1), never));
    assert_false(stint_instant_has_come(never, stint_instant_at(INT64_MAX - 1)));
}

static void a_deadline_has_come_at_its_instant(void **state)
{
    (void)state;
    const struct stint_instant deadline = stint_instant_at(10);
    assert_false(stint_instant_has_come(deadline, stint_instant_at(9)));
    assert_true(stint_instant_has_come(deadline, stint_instant_at(10)));
    assert_true(stint_instant_has_come(deadline, stint_instant_at(11)));
}

static void the_earlier_instant_and_the_shorter_and_longer_duration_are_chosen(void **state)
{
    (void)state;
    const struct stint_instant one = stint_instant_at(1);
    const struct stint_instant two = stint_instant_at(2);
    assert_true(stint_instant_earlier(one, two).microseconds == 1);
    assert_true(stint_instant_earlier(two, one).microseconds == 1);
    assert_false(stint_instant_is_before(one, one));
    const struct stint_duration brief = stint_microseconds(1);
    const struct stint_duration lengthy = stint_microseconds(2);
    assert_true(stint_duration_is_shorter(brief, lengthy));
    assert_false(stint_duration_is_shorter(lengthy, lengthy));
    assert_true(stint_duration_shorter(lengthy, brief).microseconds == 1);
    assert_true(stint_duration_shorter(brief, lengthy).microseconds == 1);
    assert_true(stint_duration_longer(brief, lengthy).microseconds == 2);
    assert_true(stint_duration_longer(lengthy, brief).microseconds == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_are_microseconds),
        cmocka_unit_test(an_instant_moves_by_a_duration_and_back),
        cmocka_unit_test(never_is_later_than_all),
        cmocka_unit_test(a_deadline_has_come_at_its_instant),
        cmocka_unit_test(the_earlier_instant_and_the_shorter_and_longer_duration_are_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
