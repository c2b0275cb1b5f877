/* Every reason for a drop has a name and a sentence of its own.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/drop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void every_reason_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = 0; a < STINT_DROP_COUNT; a++) {
        const char *name = stint_drop_name((enum stint_drop)a);
        assert_string_not_equal(name, "unknown");
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name));
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(name, stint_drop_name((enum stint_drop)b));
        }
    }
}

static void every_reason_has_a_sentence_of_its_own(void **state)
{
    (void)state;
    for (int a = 0; a < STINT_DROP_COUNT; a++) {
        const char *sentence = stint_drop_describe((enum stint_drop)a);
        assert_string_not_equal(sentence, "unknown");
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(sentence, stint_drop_describe((enum stint_drop)b));
        }
    }
}

static void names_are_those_that_the_header_promises(void **state)
{
    (void)state;
    assert_string_equal(stint_drop_name(STINT_DROP_NONE), "none");
    assert_string_equal(stint_drop_name(STINT_DROP_IPV4_CHECKSUM), "ipv4-checksum");
    assert_string_equal(
        stint_drop_describe(STINT_DROP_IPV4_CHECKSUM), "IPv4 header checksum wrong");
}

static void what_is_no_reason_is_unknown(void **state)
{
    (void)state;
    assert_string_equal(stint_drop_name(STINT_DROP_COUNT), "unknown");
    assert_string_equal(stint_drop_describe(STINT_DROP_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_has_a_name_of_its_own),
        cmocka_unit_test(every_reason_has_a_sentence_of_its_own),
        cmocka_unit_test(names_are_those_that_the_header_promises),
        cmocka_unit_test(what_is_no_reason_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
