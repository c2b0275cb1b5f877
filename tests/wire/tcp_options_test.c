/* TCP options.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/tcp_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_tcp_options_emit(value, writer);
}

static enum stint_drop parse(struct stint_view bytes)
{
    struct stint_tcp_options options;
    return stint_tcp_options_parse(bytes, &options);
}

/* Reads `hex`, which must be acceptable, from memory of exactly its length. */
static struct stint_tcp_options options_in(const char *hex)
{
    uint8_t bytes[64];
    const struct stint_span copy =
        test_exact_copy(test_hex(hex, stint_span_of(bytes, sizeof bytes)));
    struct stint_tcp_options options;
    memset(&options, 0xff, sizeof options);
    assert_int_equal(stint_tcp_options_parse(stint_span_as_view(copy), &options), STINT_DROP_NONE);
    test_release(copy);
    return options;
}

static void assert_refused(const char *hex)
{
    uint8_t bytes[64];
    test_assert_parse_says(
        parse, test_hex(hex, stint_span_of(bytes, sizeof bytes)), STINT_DROP_TCP_OPTION);
}

static void assert_options_equal(
    const struct stint_tcp_options *a, const struct stint_tcp_options *b, size_t blocks)
{
    assert_int_equal(a->maximum_segment_size, b->maximum_segment_size);
    assert_int_equal(a->has_window_scale, b->has_window_scale);
    assert_int_equal(a->window_scale, b->window_scale);
    assert_int_equal(a->has_timestamps, b->has_timestamps);
    assert_int_equal(a->timestamp, b->timestamp);
    assert_int_equal(a->timestamp_echo, b->timestamp_echo);
    assert_int_equal(a->sack_permitted, b->sack_permitted);
    assert_int_equal(a->sack_count, blocks);
    for (size_t i = 0; i < blocks; i++) {
        assert_true(stint_sequence_equal(a->sack[i].begin, b->sack[i].begin));
        assert_true(stint_sequence_equal(a->sack[i].end, b->sack[i].end));
    }
}

static struct stint_tcp_options random_options(struct noise *noise)
{
    struct stint_tcp_options options = {0};
    if (noise_below(noise, 2) == 0) {
        options.maximum_segment_size = (uint16_t)(1 + noise_below(noise, 65535));
    }
    if (noise_below(noise, 2) == 0) {
        options.has_window_scale = true;
        options.window_scale = (uint8_t)noise_below(noise, 15);
    }
    if (noise_below(noise, 2) == 0) {
        options.has_timestamps = true;
        options.timestamp = noise_next(noise);
        options.timestamp_echo = noise_next(noise);
    }
    options.sack_permitted = noise_below(noise, 2) == 0;
    options.sack_count = (uint8_t)noise_below(noise, STINT_TCP_SACK_BLOCKS + 1);
    for (size_t i = 0; i < options.sack_count; i++) {
        options.sack[i].begin = stint_sequence_of(noise_next(noise));
        options.sack[i].end = stint_sequence_of(noise_next(noise));
    }
    return options;
}

/* Blocks that fit in 40 bytes: each takes 8, the first one 4 more. */
static size_t blocks_that_fit(const struct stint_tcp_options *options)
{
    size_t others = 0;
    others += options->maximum_segment_size != 0 ? 4 : 0;
    others += options->has_window_scale ? 4 : 0;
    others += options->has_timestamps ? 12 : 0;
    others += options->sack_permitted && !options->has_timestamps ? 4 : 0;
    const size_t room = (40 - others - 4) / 8;
    return options->sack_count < room ? options->sack_count : room;
}

static void what_is_emitted_parses_to_the_same(void **state)
{
    (void)state;
    struct noise noise = {1};
    for (int round = 0; round < 20000; round++) {
        const struct stint_tcp_options options = random_options(&noise);
        uint8_t buffer[STINT_TCP_OPTIONS_LENGTH];
        const struct stint_view bytes =
            test_emitted(emit, &options, stint_span_of(buffer, sizeof buffer));
        assert_int_equal(bytes.length, stint_tcp_options_length(&options));
        assert_int_equal(bytes.length % 4, 0);
        struct stint_tcp_options parsed;
        assert_int_equal(stint_tcp_options_parse(bytes, &parsed), STINT_DROP_NONE);
        assert_options_equal(&parsed, &options, blocks_that_fit(&options));
    }
}

static void options_are_only_written_where_they_fit(void **state)
{
    (void)state;
    struct noise noise = {2};
    for (int round = 0; round < 200; round++) {
        const struct stint_tcp_options options = random_options(&noise);
        test_assert_emit_keeps_to_its_room(emit, &options, stint_tcp_options_length(&options));
    }
}

static void the_options_of_a_real_syn_are_read_and_written(void **state)
{
    (void)state;
    const char *const real = "020405b4 0402 080a 1887f151 00000000 01 03030a";
    const struct stint_tcp_options expected = {
        .timestamp = UINT32_C(0x1887f151),
        .maximum_segment_size = 1460,
        .window_scale = 10,
        .has_window_scale = true,
        .has_timestamps = true,
        .sack_permitted = true,
    };
    const struct stint_tcp_options options = options_in(real);
    assert_options_equal(&options, &expected, 0);
    uint8_t bytes[40];
    uint8_t buffer[40];
    test_assert_view_equal(test_emitted(emit, &expected, stint_span_of(buffer, sizeof buffer)),
        test_hex(real, stint_span_of(bytes, sizeof bytes)));
}

static void timestamps_alone_take_twelve_bytes(void **state)
{
    (void)state;
    const char *const usual = "0101080a 00000001 fffffffe";
    const struct stint_tcp_options options = options_in(usual);
    assert_true(options.has_timestamps);
    assert_int_equal(options.timestamp, 1);
    assert_int_equal(options.timestamp_echo, UINT32_C(0xfffffffe));
    uint8_t bytes[12];
    uint8_t buffer[12];
    test_assert_view_equal(test_emitted(emit, &options, stint_span_of(buffer, sizeof buffer)),
        test_hex(usual, stint_span_of(bytes, sizeof bytes)));
    assert_int_equal(stint_tcp_options_length(&options), STINT_TCP_TIMESTAMPS_LENGTH);
}

static void timestamps_are_read_wherever_they_stand(void **state)
{
    (void)state;
    const char *const places[] = {"080a 00000001 00000002 0101", "080a 00000001 00000002 0000",
        "01 080a 00000001 00000002 01", "01 01 01 01 080a 00000001 00000002 0101"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const struct stint_tcp_options options = options_in(places[i]);
        assert_true(options.has_timestamps);
        assert_int_equal(options.timestamp, 1);
        assert_int_equal(options.timestamp_echo, 2);
    }
}

static void three_blocks_fit_beside_timestamps_and_four_alone(void **state)
{
    (void)state;
    struct stint_tcp_options options = {.sack_count = 4};
    assert_int_equal(stint_tcp_options_length(&options), 36);
    options.has_timestamps = true;
    assert_int_equal(stint_tcp_options_length(&options), 40);
    uint8_t buffer[40];
    struct stint_tcp_options parsed;
    assert_int_equal(
        stint_tcp_options_parse(test_emitted(emit, &options, stint_span_of(buffer, 40)), &parsed),
        STINT_DROP_NONE);
    assert_int_equal(parsed.sack_count, 3);
}

static void nothing_is_known_of_no_options(void **state)
{
    (void)state;
    const struct stint_tcp_options none = {0};
    const struct stint_tcp_options options = options_in("");
    assert_options_equal(&options, &none, 0);
    assert_int_equal(stint_tcp_options_length(&none), 0);
    struct stint_writer empty = stint_writer_into(stint_span_of(NULL, 0));
    assert_true(stint_tcp_options_emit(&none, &empty));
}

static void L2_an_option_of_length_zero_is_refused(void **state)
{
    (void)state;
    assert_refused("02000000");
    assert_refused("fe000000");
    assert_refused("0101 0800");
    assert_refused("01010800 00000000 00000000");
}

static void L2_an_option_of_length_one_is_refused(void **state)
{
    (void)state;
    assert_refused("02010000");
    assert_refused("fe010000");
    assert_refused("0101 0501");
}

static void L2_an_option_past_the_end_is_refused(void **state)
{
    (void)state;
    assert_refused("02");
    assert_refused("fe");
    assert_refused("0204");
    assert_refused("020405");
    assert_refused("010102");
    assert_refused("02ff0000");
    assert_refused("0101080a 00000001 000000");
    assert_refused("0101080b 00000001 00000002");
    assert_refused("050a 00000001 000000");
    assert_refused("01010101 0402 0303");
}

static void L2_any_bytes_are_read_in_a_bounded_number_of_steps(void **state)
{
    (void)state;
    struct noise noise = {3};
    for (int round = 0; round < 100000; round++) {
        uint8_t bytes[40];
        const size_t length = noise_below(&noise, sizeof bytes + 1);
        noise_fill(&noise, bytes, length);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = noise_below(&noise, 3) == 0 ? bytes[i] : (uint8_t)(bytes[i] % 12);
        }
        struct stint_tcp_options options;
        stint_tcp_options_parse(stint_view_of(bytes, length), &options);
        assert_true(options.sack_count <= STINT_TCP_SACK_BLOCKS);
        assert_true(options.window_scale <= STINT_TCP_WINDOW_SCALE_LIMIT);
        assert_true(stint_tcp_options_length(&options) <= STINT_TCP_OPTIONS_LENGTH);
    }
}

static void L3_a_segment_size_is_reported_as_sent_and_zero_is_absent(void **state)
{
    (void)state;
    assert_int_equal(options_in("02040000").maximum_segment_size, 0);
    assert_int_equal(options_in("02040001").maximum_segment_size, 1);
    assert_int_equal(options_in("02040007").maximum_segment_size, 7);
    assert_int_equal(options_in("0204ffff").maximum_segment_size, 65535);
}

static void options_of_a_wrong_length_for_their_kind_are_ignored(void **state)
{
    (void)state;
    const struct stint_tcp_options none = {0};
    const char *const ignored[] = {"0202 0101", "020305 01", "020505b400 010101", "0302 0101",
        "0304 0a0a", "0403 0001", "0404 0000", "0802 0101", "0809 00000001 000000 010101",
        "080b 00000001 00000002 00 01", "0502 0101", "0509 00000001 000000 010101",
        "050b 00000001 00000002 00 01", "0506 00000001"};
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        const struct stint_tcp_options options = options_in(ignored[i]);
        assert_options_equal(&options, &none, 0);
    }
}

static void unknown_options_are_skipped(void **state)
{
    (void)state;
    const struct stint_tcp_options options =
        options_in("fe06 deadbeef 1302 2204abcd 020405b4 01 030307");
    assert_int_equal(options.maximum_segment_size, 1460);
    assert_int_equal(options.window_scale, 7);
}

static void nothing_is_read_after_the_end_of_options(void **state)
{
    (void)state;
    assert_int_equal(options_in("01 00 0204 05b4 0000").maximum_segment_size, 0);
    assert_int_equal(options_in("00 0200 00").maximum_segment_size, 0);
}

static void a_window_scale_above_fourteen_is_read_as_fourteen(void **state)
{
    (void)state;
    assert_int_equal(options_in("03030d00").window_scale, 13);
    assert_int_equal(options_in("03030e00").window_scale, 14);
    assert_int_equal(options_in("03030f00").window_scale, 14);
    assert_int_equal(options_in("0303ff00").window_scale, 14);
    assert_true(options_in("03030000").has_window_scale);
}

static void more_sack_blocks_than_a_header_holds_are_ignored(void **state)
{
    (void)state;
    for (uint8_t blocks = 5; blocks < 32; blocks++) {
        uint8_t bytes[2 + 31 * 8] = {5, (uint8_t)(2 + blocks * 8)};
        struct stint_tcp_options options;
        assert_int_equal(
            stint_tcp_options_parse(stint_view_of(bytes, bytes[1]), &options), STINT_DROP_NONE);
        assert_int_equal(options.sack_count, 0);
    }
}

static void sack_blocks_are_read_in_order(void **state)
{
    (void)state;
    const struct stint_tcp_options options =
        options_in("0101 0512 fffffff0 00000010 00001000 00002000");
    assert_int_equal(options.sack_count, 2);
    assert_int_equal(options.sack[0].begin.number, UINT32_C(0xfffffff0));
    assert_int_equal(options.sack[0].end.number, 0x10);
    assert_int_equal(options.sack[1].begin.number, 0x1000);
    assert_int_equal(options.sack[1].end.number, 0x2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_emitted_parses_to_the_same),
        cmocka_unit_test(options_are_only_written_where_they_fit),
        cmocka_unit_test(the_options_of_a_real_syn_are_read_and_written),
        cmocka_unit_test(timestamps_alone_take_twelve_bytes),
        cmocka_unit_test(timestamps_are_read_wherever_they_stand),
        cmocka_unit_test(three_blocks_fit_beside_timestamps_and_four_alone),
        cmocka_unit_test(nothing_is_known_of_no_options),
        cmocka_unit_test(L2_an_option_of_length_zero_is_refused),
        cmocka_unit_test(L2_an_option_of_length_one_is_refused),
        cmocka_unit_test(L2_an_option_past_the_end_is_refused),
        cmocka_unit_test(L2_any_bytes_are_read_in_a_bounded_number_of_steps),
        cmocka_unit_test(L3_a_segment_size_is_reported_as_sent_and_zero_is_absent),
        cmocka_unit_test(options_of_a_wrong_length_for_their_kind_are_ignored),
        cmocka_unit_test(unknown_options_are_skipped),
        cmocka_unit_test(nothing_is_read_after_the_end_of_options),
        cmocka_unit_test(a_window_scale_above_fourteen_is_read_as_fourteen),
        cmocka_unit_test(more_sack_blocks_than_a_header_holds_are_ignored),
        cmocka_unit_test(sack_blocks_are_read_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
