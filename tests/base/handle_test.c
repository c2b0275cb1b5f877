/* Handles and their generations.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/handle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void the_zero_handle_names_nothing(void **state)
{
    (void)state;
    const struct stint_handle zero = {0, 0};
    assert_true(stint_handle_is_none(zero));
    assert_false(stint_handle_is_none(stint_handle_of(0, 1)));
}

static void a_handle_of_another_generation_is_another_handle(void **state)
{
    (void)state;
    assert_true(stint_handle_equal(stint_handle_of(3, 4), stint_handle_of(3, 4)));
    assert_false(stint_handle_equal(stint_handle_of(3, 4), stint_handle_of(3, 5)));
    assert_false(stint_handle_equal(stint_handle_of(3, 4), stint_handle_of(2, 4)));
}

static void generations_wrap_past_zero(void **state)
{
    (void)state;
    assert_int_equal(stint_generation_next(0), 1);
    assert_int_equal(stint_generation_next(1), 2);
    assert_int_equal(stint_generation_next(UINT16_MAX), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_zero_handle_names_nothing),
        cmocka_unit_test(a_handle_of_another_generation_is_another_handle),
        cmocka_unit_test(generations_wrap_past_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
