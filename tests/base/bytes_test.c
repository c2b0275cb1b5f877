/* Views, spans, loads and stores, readers and writers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

static const uint8_t ten[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

static void loads_and_stores_are_big_endian_at_any_alignment(void **state)
{
    (void)state;
    uint8_t bytes[8];
    for (size_t at = 0; at < 4; at++) {
        stint_store32(bytes + at, UINT32_C(0x12345678));
        assert_int_equal(bytes[at], 0x12);
        assert_int_equal(bytes[at + 3], 0x78);
        assert_int_equal(stint_load32(bytes + at), UINT32_C(0x12345678));
        assert_int_equal(stint_load16(bytes + at + 1), 0x3456);
    }
    stint_store16(bytes, 0xfffe);
    assert_int_equal(bytes[0], 0xff);
    assert_int_equal(bytes[1], 0xfe);
    stint_store32(bytes, UINT32_MAX);
    assert_int_equal(stint_load32(bytes), UINT32_MAX);
}

static void a_view_is_cut_within_its_length(void **state)
{
    (void)state;
    const struct stint_view view = stint_view_of(ten, sizeof ten);
    for (size_t length = 0; length < 20; length++) {
        const size_t first = length < 10 ? length : 10;
        const struct stint_view rest = stint_view_without_first(view, length);
        assert_int_equal(stint_view_first(view, length).length, first);
        assert_int_equal(rest.length, 10 - first);
        if (rest.length > 0) {
            assert_int_equal(rest.bytes[0], length);
        }
    }
}

static void a_span_is_cut_within_its_length(void **state)
{
    (void)state;
    uint8_t bytes[4] = {0};
    const struct stint_span span = stint_span_of(bytes, sizeof bytes);
    assert_int_equal(stint_span_first(span, 9).length, 4);
    assert_int_equal(stint_span_without_first(span, 9).length, 0);
    assert_ptr_equal(stint_span_without_first(span, 3).bytes, bytes + 3);
    assert_int_equal(stint_span_without_first(span, 3).length, 1);
}

static void views_are_equal_by_their_bytes(void **state)
{
    (void)state;
    uint8_t other[10];
    memcpy(other, ten, sizeof other);
    assert_true(stint_view_equal(stint_view_of(ten, 10), stint_view_of(other, 10)));
    assert_false(stint_view_equal(stint_view_of(ten, 10), stint_view_of(other, 9)));
    other[9]++;
    assert_false(stint_view_equal(stint_view_of(ten, 10), stint_view_of(other, 10)));
    assert_true(stint_view_equal(stint_view_of(NULL, 0), stint_view_of(ten, 0)));
}

static void a_reader_takes_what_is_there_in_order(void **state)
{
    (void)state;
    struct stint_reader reader = stint_reader_over(stint_view_of(ten, sizeof ten));
    assert_int_equal(stint_reader_take8(&reader), 0);
    assert_int_equal(stint_reader_take16(&reader), 0x0102);
    assert_int_equal(stint_reader_take32(&reader), 0x03040506);
    assert_ptr_equal(stint_reader_take(&reader, 3), ten + 7);
    assert_int_equal(reader.rest.length, 0);
    assert_false(reader.failed);
}

static void a_take_past_the_end_fails_and_so_do_all_later_ones(void **state)
{
    (void)state;
    struct stint_reader reader = stint_reader_over(stint_view_of(ten, 3));
    assert_int_equal(stint_reader_take32(&reader), 0);
    assert_true(reader.failed);
    assert_int_equal(stint_reader_take8(&reader), 0);
    assert_int_equal(stint_reader_take16(&reader), 0);
    assert_null(stint_reader_take(&reader, 0));
    assert_true(reader.failed);

    reader = stint_reader_over(stint_view_of(ten, 3));
    assert_null(stint_reader_take(&reader, SIZE_MAX));
    assert_true(reader.failed);
}

static void taking_nothing_never_fails_a_reader(void **state)
{
    (void)state;
    struct stint_reader reader = stint_reader_over(stint_view_of(NULL, 0));
    stint_reader_take(&reader, 0);
    assert_false(reader.failed);
}

static void what_a_writer_puts_a_reader_takes(void **state)
{
    (void)state;
    uint8_t bytes[17];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    stint_writer_put8(&writer, 0x80);
    stint_writer_put16(&writer, 0x8001);
    stint_writer_put32(&writer, UINT32_C(0x80000001));
    stint_writer_put(&writer, stint_view_of(ten, sizeof ten));
    assert_false(writer.failed);
    struct stint_reader reader = stint_reader_over(stint_writer_written(&writer));
    assert_int_equal(reader.rest.length, sizeof bytes);
    assert_int_equal(stint_reader_take8(&reader), 0x80);
    assert_int_equal(stint_reader_take16(&reader), 0x8001);
    assert_int_equal(stint_reader_take32(&reader), UINT32_C(0x80000001));
    test_assert_view_equal(reader.rest, stint_view_of(ten, sizeof ten));
}

static void a_put_without_room_writes_nothing_and_fails_all_later_ones(void **state)
{
    (void)state;
    uint8_t bytes[4] = {9, 9, 9, 9};
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, 3));
    stint_writer_put16(&writer, 0);
    stint_writer_put16(&writer, 0);
    assert_true(writer.failed);
    stint_writer_put8(&writer, 0);
    stint_writer_put(&writer, stint_view_of(ten, 1));
    stint_writer_put32(&writer, 0);
    assert_int_equal(writer.used, 2);
    assert_int_equal(bytes[2], 9);
    assert_int_equal(bytes[3], 9);
    assert_null(stint_writer_claim(&writer, 0));

    writer = stint_writer_into(stint_span_of(bytes, 3));
    stint_writer_put8(&writer, 0);
    assert_null(stint_writer_claim(&writer, SIZE_MAX));
    assert_true(writer.failed);
}

static void random_takes_follow_a_plain_index(void **state)
{
    (void)state;
    struct noise noise = {1};
    uint8_t bytes[64];
    noise_fill(&noise, bytes, sizeof bytes);
    for (int round = 0; round < 2000; round++) {
        struct stint_reader reader = stint_reader_over(stint_view_of(bytes, sizeof bytes));
        size_t at = 0;
        while (!reader.failed) {
            const size_t length = 1 + noise_below(&noise, 12);
            const uint8_t *taken = stint_reader_take(&reader, length);
            assert_ptr_equal(taken, at + length <= sizeof bytes ? bytes + at : NULL);
            at += taken != NULL ? length : 0;
            assert_int_equal(reader.rest.length, sizeof bytes - at);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_and_stores_are_big_endian_at_any_alignment),
        cmocka_unit_test(a_view_is_cut_within_its_length),
        cmocka_unit_test(a_span_is_cut_within_its_length),
        cmocka_unit_test(views_are_equal_by_their_bytes),
        cmocka_unit_test(a_reader_takes_what_is_there_in_order),
        cmocka_unit_test(a_take_past_the_end_fails_and_so_do_all_later_ones),
        cmocka_unit_test(taking_nothing_never_fails_a_reader),
        cmocka_unit_test(what_a_writer_puts_a_reader_takes),
        cmocka_unit_test(a_put_without_room_writes_nothing_and_fails_all_later_ones),
        cmocka_unit_test(random_takes_follow_a_plain_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
