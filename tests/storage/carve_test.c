/* Carving: what is counted is what is used, and what is given is apart, aligned and zero.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/carve.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"

enum { MEMORY_LENGTH = 4096 };

struct request {
    size_t count;
    size_t size;
};

static struct request random_request(struct noise *noise)
{
    const struct request request = {noise_below(noise, 12), 1 + noise_below(noise, 40)};
    return request;
}

static void counting_says_exactly_how_much_memory_suffices(void **state)
{
    (void)state;
    static alignas(8) uint8_t memory[MEMORY_LENGTH];
    struct noise noise = {7};
    for (unsigned round = 0; round < 2000; round++) {
        struct request requests[8];
        struct stint_carve counted = stint_carve_from(stint_span_of(NULL, 0));
        for (unsigned i = 0; i < 8; i++) {
            requests[i] = random_request(&noise);
            assert_null(stint_carve_array(&counted, requests[i].count, requests[i].size));
        }
        if (counted.used == 0) {
            continue;
        }
        struct stint_carve exact = stint_carve_from(stint_span_of(memory, counted.used));
        struct stint_carve short_of_one = stint_carve_from(stint_span_of(memory, counted.used - 1));
        for (unsigned i = 0; i < 8; i++) {
            (void)stint_carve_array(&exact, requests[i].count, requests[i].size);
            (void)stint_carve_array(&short_of_one, requests[i].count, requests[i].size);
        }
        assert_false(counted.failed);
        assert_false(exact.failed);
        assert_int_equal(exact.used, counted.used);
        assert_true(short_of_one.failed);
    }
}

static void arrays_are_aligned_and_zero_and_apart(void **state)
{
    (void)state;
    static alignas(8) uint8_t memory[MEMORY_LENGTH];
    struct noise noise = {11};
    for (size_t offset = 0; offset < 8; offset++) {
        memset(memory, 0xa5, sizeof memory);
        struct stint_carve carve =
            stint_carve_from(stint_span_of(memory + offset, sizeof memory - offset));
        const uint8_t *end = memory + offset;
        while (!carve.failed) {
            const struct request request = random_request(&noise);
            uint8_t *const array = stint_carve_array(&carve, request.count, request.size);
            const size_t length = request.count * request.size;
            assert_int_equal((uintptr_t)array % 8, 0);
            for (size_t i = 0; array != NULL && i < length; i++) {
                assert_int_equal(array[i], 0);
            }
            if (array != NULL) {
                assert_true(array >= end && array + length <= memory + sizeof memory);
                memset(array, 0xa5, length);
                end = array + length;
            }
        }
    }
}

static void a_failure_stays(void **state)
{
    (void)state;
    static alignas(8) uint8_t memory[64];
    struct stint_carve carve = stint_carve_from(stint_span_of(memory, sizeof memory));
    assert_null(stint_carve_array(&carve, 65, 1));
    assert_true(carve.failed);
    assert_null(stint_carve_array(&carve, 1, 1));
    assert_int_equal(stint_carve_rest(&carve).length, 0);
    assert_int_equal(carve.used, 0);
}

static void a_product_that_overflows_fails(void **state)
{
    (void)state;
    static alignas(8) uint8_t memory[64];
    struct stint_carve carve = stint_carve_from(stint_span_of(memory, sizeof memory));
    assert_null(stint_carve_array(&carve, SIZE_MAX / 8 + 2, 8)); /* 8 when it wraps */
    assert_true(carve.failed);

    struct stint_carve counting = stint_carve_from(stint_span_of(NULL, 0));
    (void)stint_carve_array(&counting, 1, 100);
    assert_false(counting.failed);
    (void)stint_carve_array(&counting, SIZE_MAX - 50, 1); /* the sum wraps */
    assert_true(counting.failed);
}

static void no_objects_need_no_memory(void **state)
{
    (void)state;
    static alignas(8) uint8_t memory[8];
    struct stint_carve carve = stint_carve_from(stint_span_of(memory, sizeof memory));
    assert_null(stint_carve_array(&carve, 0, 1000));
    assert_false(carve.failed);
    assert_ptr_equal(stint_carve_array(&carve, 1, 8), memory);
}

static void the_rest_is_all_that_is_left_from_an_aligned_start(void **state)
{
    (void)state;
    static alignas(8) uint8_t memory[64];
    struct stint_carve carve = stint_carve_from(stint_span_of(memory, 61));
    (void)stint_carve_array(&carve, 3, 3);
    const struct stint_span rest = stint_carve_rest(&carve);
    assert_ptr_equal(rest.bytes, memory + 16);
    assert_int_equal(rest.length, 61 - 16);
    assert_int_equal(stint_carve_rest(&carve).length, 0);
    assert_null(stint_carve_array(&carve, 1, 1));
    assert_true(carve.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counting_says_exactly_how_much_memory_suffices),
        cmocka_unit_test(arrays_are_aligned_and_zero_and_apart),
        cmocka_unit_test(a_failure_stays),
        cmocka_unit_test(a_product_that_overflows_fails),
        cmocka_unit_test(no_objects_need_no_memory),
        cmocka_unit_test(the_rest_is_all_that_is_left_from_an_aligned_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
