/* TCP segments.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/checksum.h"
#include "stint/wire/tcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

/* What a Linux kernel sent from 10.0.2.15 to 10.0.2.2 port 80. */
static const char real_syn[] = "cd760050 b1e9bf0e 00000000 a002faf0 ec630000"
                               "020405b4 0402080a 1887f151 00000000 0103030a";

static struct stint_address source;
static struct stint_address destination;

static int use_ipv4(void **state)
{
    (void)state;
    source = stint_address_ipv4(10, 0, 2, 15);
    destination = stint_address_ipv4(10, 0, 2, 2);
    return 0;
}

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_tcp_segment_emit(value, &source, &destination, writer);
}

static enum stint_drop parse(struct stint_view bytes)
{
    struct stint_tcp_segment segment;
    return stint_tcp_segment_parse(bytes, &source, &destination, &segment);
}

/* Makes the checksum right again. */
static void seal(uint8_t *bytes, size_t length)
{
    stint_store16(bytes + 16, 0);
    struct stint_checksum checksum = stint_checksum_pseudo_header(&source, &destination, 6, length);
    stint_checksum_add(&checksum, stint_view_of(bytes, length));
    stint_store16(bytes + 16, stint_checksum_finish(&checksum));
}

static void put_flags(struct stint_tcp_segment *segment, unsigned flags)
{
    segment->fin = flags % 2 == 1;
    segment->syn = flags / 2 % 2 == 1;
    segment->rst = flags / 4 % 2 == 1;
    segment->psh = flags / 8 % 2 == 1;
    segment->ack = flags / 16 % 2 == 1;
    segment->urg = flags / 32 % 2 == 1;
    segment->ece = flags / 64 % 2 == 1;
    segment->cwr = flags / 128 % 2 == 1;
}

static void assert_headers_equal(
    const struct stint_tcp_segment *a, const struct stint_tcp_segment *b)
{
    assert_int_equal(a->source_port, b->source_port);
    assert_int_equal(a->destination_port, b->destination_port);
    assert_int_equal(a->sequence.number, b->sequence.number);
    assert_int_equal(a->acknowledgment.number, b->acknowledgment.number);
    assert_int_equal(a->window, b->window);
    assert_int_equal(a->urgent_pointer, b->urgent_pointer);
    assert_int_equal(a->fin, b->fin);
    assert_int_equal(a->syn, b->syn);
    assert_int_equal(a->rst, b->rst);
    assert_int_equal(a->psh, b->psh);
    assert_int_equal(a->ack, b->ack);
    assert_int_equal(a->urg, b->urg);
    assert_int_equal(a->ece, b->ece);
    assert_int_equal(a->cwr, b->cwr);
    assert_int_equal(a->options.maximum_segment_size, b->options.maximum_segment_size);
    assert_int_equal(a->options.has_timestamps, b->options.has_timestamps);
    assert_int_equal(a->options.timestamp, b->options.timestamp);
    assert_int_equal(a->options.timestamp_echo, b->options.timestamp_echo);
    assert_int_equal(a->options.has_window_scale, b->options.has_window_scale);
    assert_int_equal(a->options.window_scale, b->options.window_scale);
    assert_int_equal(a->options.sack_permitted, b->options.sack_permitted);
}

static struct stint_tcp_segment random_segment(struct noise *noise)
{
    struct stint_tcp_segment segment = {
        .source_port = (uint16_t)noise_next(noise),
        .destination_port = (uint16_t)noise_next(noise),
        .sequence = stint_sequence_of(noise_next(noise)),
        .acknowledgment = stint_sequence_of(noise_next(noise)),
        .window = (uint16_t)noise_next(noise),
        .urgent_pointer = (uint16_t)noise_next(noise),
    };
    put_flags(&segment, noise_below(noise, 256));
    if (noise_below(noise, 2) == 0) {
        segment.options.has_timestamps = true;
        segment.options.timestamp = noise_next(noise);
        segment.options.timestamp_echo = noise_next(noise);
    }
    if (segment.syn) { /* each may be there without the others */
        segment.options.maximum_segment_size = (uint16_t)noise_below(noise, 3);
        segment.options.has_window_scale = noise_below(noise, 2) == 0;
        segment.options.window_scale =
            segment.options.has_window_scale ? (uint8_t)noise_below(noise, 15) : 0;
        segment.options.sack_permitted = noise_below(noise, 2) == 0;
    }
    return segment;
}

static void assert_roundtrip(struct noise *noise)
{
    uint8_t data[400];
    uint8_t buffer[460];
    noise_fill(noise, data, sizeof data);
    struct stint_tcp_segment segment = random_segment(noise);
    const size_t first = noise_below(noise, 201);
    const size_t second = noise_below(noise, 4) == 0 ? 0 : noise_below(noise, 200);
    segment.payload[0] = stint_view_of(data, first);
    segment.payload[1] = stint_view_of(data + first, second);
    const struct stint_view bytes =
        test_emitted(emit, &segment, stint_span_of(buffer, sizeof buffer));
    assert_int_equal(bytes.length, stint_tcp_segment_header_length(&segment) + first + second);

    struct stint_tcp_segment parsed;
    assert_int_equal(
        stint_tcp_segment_parse(bytes, &source, &destination, &parsed), STINT_DROP_NONE);
    assert_headers_equal(&parsed, &segment);
    test_assert_view_equal(parsed.payload[0], stint_view_of(data, first + second));
    assert_int_equal(parsed.payload[1].length, 0);
    assert_int_equal(stint_tcp_segment_length(&parsed), stint_tcp_segment_length(&segment));
}

static void what_is_emitted_parses_to_the_same(void **state)
{
    (void)state;
    struct noise noise = {1};
    for (int round = 0; round < 5000; round++) {
        assert_roundtrip(&noise);
    }
    noise_fill(&noise, source.octets, 16);
    noise_fill(&noise, destination.octets, 16);
    for (int round = 0; round < 2000; round++) {
        assert_roundtrip(&noise);
    }
}

static void every_flag_has_its_own_bit(void **state)
{
    (void)state;
    for (unsigned flags = 0; flags < 256; flags++) {
        struct stint_tcp_segment segment = {0};
        put_flags(&segment, flags);
        uint8_t buffer[20];
        const struct stint_view bytes =
            test_emitted(emit, &segment, stint_span_of(buffer, sizeof buffer));
        assert_int_equal(buffer[13], flags);
        struct stint_tcp_segment parsed;
        assert_int_equal(
            stint_tcp_segment_parse(bytes, &source, &destination, &parsed), STINT_DROP_NONE);
        assert_headers_equal(&parsed, &segment);
    }
}

static void a_real_syn_is_read_and_written(void **state)
{
    (void)state;
    uint8_t bytes[40];
    const struct stint_view syn = test_hex(real_syn, stint_span_of(bytes, sizeof bytes));
    const struct stint_tcp_segment expected = {
        .source_port = 0xcd76,
        .destination_port = 80,
        .sequence = stint_sequence_of(UINT32_C(0xb1e9bf0e)),
        .window = 64240,
        .syn = true,
        .options =
            {
                .timestamp = UINT32_C(0x1887f151),
                .maximum_segment_size = 1460,
                .window_scale = 10,
                .has_window_scale = true,
                .has_timestamps = true,
                .sack_permitted = true,
            },
    };
    struct stint_tcp_segment segment;
    assert_int_equal(
        stint_tcp_segment_parse(syn, &source, &destination, &segment), STINT_DROP_NONE);
    assert_headers_equal(&segment, &expected);
    assert_int_equal(stint_tcp_segment_length(&segment), 1);
    uint8_t buffer[40];
    test_assert_view_equal(
        test_emitted(emit, &expected, stint_span_of(buffer, sizeof buffer)), syn);
}

static void L1_every_truncation_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[40];
    const struct stint_view syn = test_hex(real_syn, stint_span_of(bytes, sizeof bytes));
    test_assert_every_truncation_is_refused(parse, syn);
    test_assert_parse_says(parse, stint_view_first(syn, 19), STINT_DROP_TCP_SHORT);
    test_assert_parse_says(parse, stint_view_first(syn, 39), STINT_DROP_TCP_SHORT);
}

static void L1_an_offset_below_five_or_past_the_segment_is_refused(void **state)
{
    (void)state;
    for (unsigned words = 0; words < 16; words++) {
        uint8_t bytes[40];
        const struct stint_view syn = test_hex(real_syn, stint_span_of(bytes, sizeof bytes));
        bytes[12] = (uint8_t)(words * 16);
        memset(bytes + 20, 1, 20);
        seal(bytes, syn.length);
        test_assert_parse_says(parse, syn,
            words < 5    ? STINT_DROP_TCP_OFFSET
            : words > 10 ? STINT_DROP_TCP_SHORT
                         : STINT_DROP_NONE);
    }
}

static void L2_a_malformed_option_is_refused_with_the_segment(void **state)
{
    (void)state;
    uint8_t bytes[40];
    const struct stint_view syn = test_hex(real_syn, stint_span_of(bytes, sizeof bytes));
    bytes[21] = 0;
    seal(bytes, syn.length);
    test_assert_parse_says(parse, syn, STINT_DROP_TCP_OPTION);
    bytes[21] = 21;
    seal(bytes, syn.length);
    test_assert_parse_says(parse, syn, STINT_DROP_TCP_OPTION);
}

static void options_never_reach_into_the_payload(void **state)
{
    (void)state;
    uint8_t bytes[40];
    const struct stint_view segment = test_hex(real_syn, stint_span_of(bytes, sizeof bytes));
    bytes[12] = 0x60; /* the header ends after 020405b4 */
    bytes[21] = 5;
    seal(bytes, segment.length);
    test_assert_parse_says(parse, segment, STINT_DROP_TCP_OPTION);
}

static void L4_urgent_pointers_leave_the_payload_alone(void **state)
{
    (void)state;
    static const uint16_t pointers[] = {0, 1, 4, 5, 6, 0x7fff, 0xffff};
    for (size_t i = 0; i < sizeof pointers / sizeof pointers[0]; i++) {
        for (unsigned flags = 32; flags < 64; flags++) {
            struct stint_tcp_segment segment = {
                .urgent_pointer = pointers[i], .payload = {stint_view_of("stint", 5)}};
            put_flags(&segment, flags);
            uint8_t buffer[25];
            struct stint_tcp_segment parsed;
            assert_int_equal(stint_tcp_segment_parse(
                                 test_emitted(emit, &segment, stint_span_of(buffer, sizeof buffer)),
                                 &source, &destination, &parsed),
                STINT_DROP_NONE);
            assert_true(parsed.urg);
            assert_int_equal(parsed.urgent_pointer, pointers[i]);
            test_assert_view_equal(parsed.payload[0], stint_view_of("stint", 5));
        }
    }
}

static void a_flipped_bit_or_another_address_breaks_the_checksum(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 40 * 8; bit++) {
        uint8_t bytes[40];
        const struct stint_view syn = test_hex(real_syn, stint_span_of(bytes, sizeof bytes));
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
        assert_int_not_equal(parse(syn), STINT_DROP_NONE);
    }
    uint8_t bytes[40];
    const struct stint_view syn = test_hex(real_syn, stint_span_of(bytes, sizeof bytes));
    bytes[30]++;
    test_assert_parse_says(parse, syn, STINT_DROP_TCP_CHECKSUM);
    bytes[30]--;
    destination = stint_address_ipv4(10, 0, 2, 3);
    test_assert_parse_says(parse, syn, STINT_DROP_TCP_CHECKSUM);
}

static void a_segment_is_only_written_where_it_fits(void **state)
{
    (void)state;
    struct stint_tcp_segment segment = {
        .options = {.has_timestamps = true},
        .payload = {stint_view_of("sti", 3), stint_view_of("nt", 2)},
    };
    test_assert_emit_keeps_to_its_room(emit, &segment, 37);
    const struct stint_tcp_segment bare = {0};
    test_assert_emit_keeps_to_its_room(emit, &bare, 20);
}

static void a_segment_longer_than_a_packet_is_not_written(void **state)
{
    (void)state;
    static const uint8_t data[65536] = {0};
    static uint8_t buffer[65556];
    struct stint_tcp_segment segment = {.payload = {stint_view_of(data, 65516)}};
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_false(emit(&segment, &writer));
    segment.payload[0].length = 65515;
    segment.payload[1] = stint_view_of(data, 1);
    assert_false(emit(&segment, &writer));
    segment.payload[1].length = SIZE_MAX; /* never looked at: it cannot fit */
    assert_false(emit(&segment, &writer));
    segment.payload[1].length = 0;
    assert_true(emit(&segment, &writer));
    assert_int_equal(writer.used, 65535);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_emitted_parses_to_the_same, use_ipv4),
        cmocka_unit_test_setup(every_flag_has_its_own_bit, use_ipv4),
        cmocka_unit_test_setup(a_real_syn_is_read_and_written, use_ipv4),
        cmocka_unit_test_setup(L1_every_truncation_is_refused, use_ipv4),
        cmocka_unit_test_setup(L1_an_offset_below_five_or_past_the_segment_is_refused, use_ipv4),
        cmocka_unit_test_setup(L2_a_malformed_option_is_refused_with_the_segment, use_ipv4),
        cmocka_unit_test_setup(options_never_reach_into_the_payload, use_ipv4),
        cmocka_unit_test_setup(L4_urgent_pointers_leave_the_payload_alone, use_ipv4),
        cmocka_unit_test_setup(a_flipped_bit_or_another_address_breaks_the_checksum, use_ipv4),
        cmocka_unit_test_setup(a_segment_is_only_written_where_it_fits, use_ipv4),
        cmocka_unit_test_setup(a_segment_longer_than_a_packet_is_not_written, use_ipv4),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
