/* Every result has a name of its own.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void every_result_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = STINT_OK; a <= STINT_ABORTED; a++) {
        const char *name = stint_result_name((enum stint_result)a);
        assert_string_not_equal(name, "unknown");
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(name, stint_result_name((enum stint_result)b));
        }
    }
}

static void names_are_words_for_messages(void **state)
{
    (void)state;
    assert_string_equal(stint_result_name(STINT_OK), "ok");
    assert_string_equal(stint_result_name(STINT_WOULD_BLOCK), "would block");
    assert_string_equal(stint_result_name(STINT_TIMED_OUT), "timed out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_result_has_a_name_of_its_own),
        cmocka_unit_test(names_are_words_for_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
