/* Copies by words at every alignment and length.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

enum { LONGEST = 200 };

static void a_copy_copies_all_and_nothing_else(void **state)
{
    (void)state;
    struct noise noise = {1};
    uint8_t from[LONGEST + 8];
    uint8_t to[LONGEST + 16];
    noise_fill(&noise, from, sizeof from);
    for (size_t from_at = 0; from_at < 8; from_at++) {
        for (size_t to_at = 1; to_at < 9; to_at++) {
            for (size_t length = 0; length <= LONGEST; length++) {
                memset(to, 0xa5, sizeof to);
                stint_copy(to + to_at, from + from_at, length);
                assert_memory_equal(to + to_at, from + from_at, length);
                assert_int_equal(to[to_at - 1], 0xa5);
                assert_int_equal(to[to_at + length], 0xa5);
            }
        }
    }
}

static void nothing_past_the_end_is_read(void **state)
{
    (void)state;
    uint8_t bytes[LONGEST] = {0};
    uint8_t to[LONGEST + 8];
    for (size_t length = 1; length <= LONGEST; length++) {
        const struct stint_span exact = test_exact_copy(stint_view_of(bytes, length));
        for (size_t to_at = 0; to_at < 8; to_at++) {
            stint_copy(to + to_at, exact.bytes, length);
        }
        test_release(exact);
    }
}

static void words_and_halves_keep_their_octets(void **state)
{
    (void)state;
    const union {
        uint32_t aligned;
        uint8_t octets[4];
    } from = {.octets = {1, 2, 3, 4}};
    union {
        uint32_t aligned;
        uint8_t octets[4];
    } to = {0};
    stint_store_word(to.octets, stint_load_word(from.octets));
    assert_memory_equal(to.octets, from.octets, 4);
    stint_store_half(to.octets, stint_load_half(from.octets + 2));
    assert_memory_equal(to.octets, from.octets + 2, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_copies_all_and_nothing_else),
        cmocka_unit_test(nothing_past_the_end_is_read),
        cmocka_unit_test(words_and_halves_keep_their_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
