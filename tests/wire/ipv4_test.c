/* IPv4 headers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/checksum.h"
#include "stint/wire/ipv4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

/* A ping that a Linux kernel sent: 44 bytes. */
static const char real_ping[] = "4500002c10774000 4001124a 0a00020f0a000202"
                                "080072f03ffe0001 0399036b00000000350c090000000000";

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_ipv4_header_emit(value, writer);
}

static enum stint_drop parse(struct stint_view packet)
{
    struct stint_ipv4_header header;
    struct stint_view payload;
    return stint_ipv4_header_parse(packet, &header, &payload);
}

/* A packet of `words` header words and 8 bytes of payload, in 68 bytes: real but for what the test
 * changes before it calls seal(). */
static struct stint_view packet_of(uint8_t *bytes, size_t words)
{
    memset(bytes, 0, 68);
    bytes[0] = (uint8_t)(0x40 + words);
    stint_store16(bytes + 2, (uint16_t)(words * 4 + 8));
    bytes[8] = 64;
    bytes[9] = STINT_PROTOCOL_UDP;
    stint_store32(bytes + 12, UINT32_C(0x0a000001));
    stint_store32(bytes + 16, UINT32_C(0x0a000002));
    return stint_view_of(bytes, words * 4 + 8);
}

static void seal(uint8_t *bytes)
{
    const size_t length = bytes[0] % 16u * 4u;
    stint_store16(bytes + 10, 0);
    stint_store16(bytes + 10, stint_checksum_of(stint_view_of(bytes, length)));
}

static struct stint_ipv4_header random_header(struct noise *noise)
{
    uint8_t octets[8];
    noise_fill(noise, octets, sizeof octets);
    struct stint_ipv4_header header = {
        .source = stint_address_from_ipv4(octets),
        .destination = stint_address_from_ipv4(octets + 4),
        .payload_length = (uint16_t)noise_below(noise, 1481),
        .identification = (uint16_t)noise_next(noise),
        .fragment_offset = (uint16_t)(noise_below(noise, 8000) * 8),
        .protocol = (uint8_t)noise_next(noise),
        .time_to_live = (uint8_t)noise_next(noise),
        .traffic_class = (uint8_t)noise_next(noise),
        .dont_fragment = noise_below(noise, 2) == 0,
        .more_fragments = noise_below(noise, 2) == 0,
    };
    return header;
}

static void assert_headers_equal(
    const struct stint_ipv4_header *a, const struct stint_ipv4_header *b)
{
    assert_true(stint_address_equal(&a->source, &b->source));
    assert_true(stint_address_equal(&a->destination, &b->destination));
    assert_int_equal(a->payload_length, b->payload_length);
    assert_int_equal(a->identification, b->identification);
    assert_int_equal(a->fragment_offset, b->fragment_offset);
    assert_int_equal(a->protocol, b->protocol);
    assert_int_equal(a->time_to_live, b->time_to_live);
    assert_int_equal(a->traffic_class, b->traffic_class);
    assert_int_equal(a->dont_fragment, b->dont_fragment);
    assert_int_equal(a->more_fragments, b->more_fragments);
}

static void what_is_emitted_parses_to_the_same(void **state)
{
    (void)state;
    struct noise noise = {1};
    static uint8_t buffer[1500];
    noise_fill(&noise, buffer, sizeof buffer);
    for (int round = 0; round < 5000; round++) {
        const struct stint_ipv4_header header = random_header(&noise);
        test_emitted(emit, &header, stint_span_of(buffer, sizeof buffer));
        struct stint_ipv4_header parsed;
        struct stint_view payload;
        assert_int_equal(
            stint_ipv4_header_parse(stint_view_of(buffer, sizeof buffer), &parsed, &payload),
            STINT_DROP_NONE);
        assert_headers_equal(&parsed, &header);
        assert_ptr_equal(header.payload_length > 0 ? payload.bytes : buffer + 20, buffer + 20);
        assert_int_equal(payload.length, header.payload_length);
    }
}

static void a_real_packet_is_read_and_its_header_written(void **state)
{
    (void)state;
    uint8_t bytes[64];
    const struct stint_view packet = test_hex(real_ping, stint_span_of(bytes, sizeof bytes));
    const struct stint_ipv4_header expected = {
        .source = stint_address_ipv4(10, 0, 2, 15),
        .destination = stint_address_ipv4(10, 0, 2, 2),
        .payload_length = 24,
        .identification = 0x1077,
        .protocol = STINT_PROTOCOL_ICMPV4,
        .time_to_live = 64,
        .dont_fragment = true,
    };
    struct stint_ipv4_header header;
    struct stint_view payload;
    assert_int_equal(stint_ipv4_header_parse(packet, &header, &payload), STINT_DROP_NONE);
    assert_headers_equal(&header, &expected);
    uint8_t buffer[20];
    test_assert_view_equal(test_emitted(emit, &expected, stint_span_of(buffer, sizeof buffer)),
        stint_view_first(packet, 20));
}

static void L1_every_truncation_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[68];
    test_assert_every_truncation_is_refused(
        parse, test_hex(real_ping, stint_span_of(bytes, sizeof bytes)));
    for (size_t words = 5; words <= 15; words++) {
        const struct stint_view packet = packet_of(bytes, words);
        seal(bytes);
        test_assert_parse_says(parse, packet, STINT_DROP_NONE);
        test_assert_every_truncation_is_refused(parse, packet);
        test_assert_parse_says(
            parse, stint_view_first(packet, packet.length - 1), STINT_DROP_IPV4_SHORT);
    }
}

static void L1_padding_of_the_link_is_never_payload(void **state)
{
    (void)state;
    uint8_t bytes[68];
    for (size_t payload_length = 0; payload_length <= 8; payload_length++) {
        packet_of(bytes, 5);
        stint_store16(bytes + 2, (uint16_t)(20 + payload_length));
        seal(bytes);
        struct stint_ipv4_header header;
        struct stint_view payload;
        assert_int_equal(
            stint_ipv4_header_parse(stint_view_of(bytes, 46), &header, &payload), STINT_DROP_NONE);
        assert_int_equal(payload.length, payload_length);
        assert_int_equal(header.payload_length, payload_length);
    }
}

static void L1_a_header_or_total_length_below_the_header_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[68];
    const struct stint_view packet = packet_of(bytes, 5);
    for (uint8_t words = 0; words < 5; words++) {
        bytes[0] = (uint8_t)(0x40 + words);
        seal(bytes);
        test_assert_parse_says(parse, packet, STINT_DROP_IPV4_HEADER);
    }
    for (size_t words = 5; words <= 15; words++) {
        for (size_t total = 0; total < words * 4; total++) {
            const struct stint_view whole = packet_of(bytes, words);
            stint_store16(bytes + 2, (uint16_t)total);
            seal(bytes);
            test_assert_parse_says(parse, whole, STINT_DROP_IPV4_HEADER);
        }
    }
}

static void L1_a_header_that_ends_past_the_frame_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[68];
    const struct stint_view packet = packet_of(bytes, 15);
    seal(bytes);
    test_assert_parse_says(parse, stint_view_first(packet, 20), STINT_DROP_IPV4_SHORT);
    test_assert_parse_says(parse, stint_view_first(packet, 59), STINT_DROP_IPV4_SHORT);
}

static void other_versions_are_refused(void **state)
{
    (void)state;
    for (unsigned version = 0; version < 16; version++) {
        uint8_t bytes[68];
        const struct stint_view packet = packet_of(bytes, 5);
        bytes[0] = (uint8_t)(version * 16 + 5);
        seal(bytes);
        test_assert_parse_says(
            parse, packet, version == 4 ? STINT_DROP_NONE : STINT_DROP_IPV4_VERSION);
    }
}

static void a_flipped_bit_breaks_the_checksum(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 20 * 8; bit++) {
        uint8_t bytes[64];
        const struct stint_view packet = test_hex(real_ping, stint_span_of(bytes, sizeof bytes));
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
        assert_int_not_equal(parse(packet), STINT_DROP_NONE);
    }
    uint8_t bytes[64];
    const struct stint_view packet = test_hex(real_ping, stint_span_of(bytes, sizeof bytes));
    bytes[8]--;
    test_assert_parse_says(parse, packet, STINT_DROP_IPV4_CHECKSUM);
}

/* What the parser says to these `hex` options, padded to `words` more words. */
static enum stint_drop said_to_options(const char *hex, size_t words)
{
    uint8_t bytes[68];
    const struct stint_view packet = packet_of(bytes, 5 + words);
    test_hex(hex, stint_span_of(bytes + 20, words * 4));
    seal(bytes);
    const struct stint_span copy = test_exact_copy(packet);
    const enum stint_drop said = parse(stint_span_as_view(copy));
    test_release(copy);
    return said;
}

static void L2_an_option_of_length_zero_or_one_or_past_the_header_is_refused(void **state)
{
    (void)state;
    assert_int_equal(said_to_options("07000000", 1), STINT_DROP_IPV4_OPTION);
    assert_int_equal(said_to_options("07010000", 1), STINT_DROP_IPV4_OPTION);
    assert_int_equal(said_to_options("07050000", 1), STINT_DROP_IPV4_OPTION);
    assert_int_equal(said_to_options("01010107", 1), STINT_DROP_IPV4_OPTION);
    assert_int_equal(said_to_options("010107ff", 1), STINT_DROP_IPV4_OPTION);
    assert_int_equal(said_to_options("07290400", 10), STINT_DROP_IPV4_OPTION);
}

static void options_within_the_header_are_skipped(void **state)
{
    (void)state;
    assert_int_equal(said_to_options("00000000", 1), STINT_DROP_NONE);
    assert_int_equal(said_to_options("01010101", 1), STINT_DROP_NONE);
    assert_int_equal(said_to_options("94040000", 1), STINT_DROP_NONE); /* router alert */
    assert_int_equal(said_to_options("0101 8802", 1), STINT_DROP_NONE);
    assert_int_equal(said_to_options("07270400", 10), STINT_DROP_NONE); /* record route */
    assert_int_equal(said_to_options("00 07 00 00", 1), STINT_DROP_NONE);
}

static void L5_source_routes_are_refused(void **state)
{
    (void)state;
    assert_int_equal(said_to_options("8307040a00000300", 2), STINT_DROP_IPV4_OPTION);
    assert_int_equal(said_to_options("8907040a00000300", 2), STINT_DROP_IPV4_OPTION);
    assert_int_equal(said_to_options("01010183 0304 0000", 2), STINT_DROP_IPV4_OPTION);
}

static void L5_a_quote_with_forty_bytes_of_options_is_read_within_its_bytes(void **state)
{
    (void)state;
    uint8_t bytes[68];
    const struct stint_view quote = packet_of(bytes, 15);
    bytes[20] = 0x83; /* neither options nor checksum of a quote are looked at */
    struct stint_ipv4_header header;
    struct stint_view payload;
    for (size_t length = 0; length <= quote.length; length++) {
        const struct stint_span copy = test_exact_copy(stint_view_first(quote, length));
        const enum stint_drop said =
            stint_ipv4_quote_parse(stint_span_as_view(copy), &header, &payload);
        assert_int_equal(said, length < 60 ? STINT_DROP_IPV4_SHORT : STINT_DROP_NONE);
        if (said == STINT_DROP_NONE) {
            assert_int_equal(payload.length, length - 60);
            assert_int_equal(header.payload_length, 8);
            assert_int_equal(header.protocol, STINT_PROTOCOL_UDP);
        }
        test_release(copy);
    }
}

static void a_quote_ends_where_its_total_length_says(void **state)
{
    (void)state;
    uint8_t bytes[68];
    packet_of(bytes, 5);
    struct stint_ipv4_header header;
    struct stint_view payload;
    assert_int_equal(
        stint_ipv4_quote_parse(stint_view_of(bytes, 68), &header, &payload), STINT_DROP_NONE);
    assert_int_equal(payload.length, 8);
    bytes[0] = 0x44;
    assert_int_equal(stint_ipv4_quote_parse(stint_view_of(bytes, 68), &header, &payload),
        STINT_DROP_IPV4_HEADER);
    bytes[0] = 0x65;
    assert_int_equal(stint_ipv4_quote_parse(stint_view_of(bytes, 68), &header, &payload),
        STINT_DROP_IPV4_VERSION);
}

static enum stint_drop said_to_fragment(size_t offset, size_t payload_length)
{
    static uint8_t bytes[20 + 65515];
    packet_of(bytes, 5);
    stint_store16(bytes + 2, (uint16_t)(20 + payload_length));
    stint_store16(bytes + 6, (uint16_t)(offset / 8));
    seal(bytes);
    return parse(stint_view_of(bytes, 20 + payload_length));
}

static void F1_a_fragment_that_ends_past_the_longest_datagram_is_refused(void **state)
{
    (void)state;
    assert_int_equal(said_to_fragment(0, 65515), STINT_DROP_NONE);
    assert_int_equal(said_to_fragment(65504, 11), STINT_DROP_NONE);
    assert_int_equal(said_to_fragment(65504, 12), STINT_DROP_IPV4_FRAGMENT);
    assert_int_equal(said_to_fragment(65528, 1), STINT_DROP_IPV4_FRAGMENT);
    assert_int_equal(said_to_fragment(8, 65515), STINT_DROP_IPV4_FRAGMENT);
}

static void a_header_is_only_written_where_it_fits(void **state)
{
    (void)state;
    struct noise noise = {2};
    struct stint_ipv4_header header = random_header(&noise);
    test_assert_emit_keeps_to_its_room(emit, &header, STINT_IPV4_HEADER_LENGTH);
}

static void a_datagram_longer_than_its_length_field_is_not_written(void **state)
{
    (void)state;
    uint8_t buffer[20];
    struct stint_ipv4_header header = {.payload_length = 65516};
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_false(stint_ipv4_header_emit(&header, &writer));
    assert_int_equal(writer.used, 0);
    header.payload_length = 65515;
    assert_true(stint_ipv4_header_emit(&header, &writer));
    assert_int_equal(stint_load16(buffer + 2), 65535);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_emitted_parses_to_the_same),
        cmocka_unit_test(a_real_packet_is_read_and_its_header_written),
        cmocka_unit_test(L1_every_truncation_is_refused),
        cmocka_unit_test(L1_padding_of_the_link_is_never_payload),
        cmocka_unit_test(L1_a_header_or_total_length_below_the_header_is_refused),
        cmocka_unit_test(L1_a_header_that_ends_past_the_frame_is_refused),
        cmocka_unit_test(other_versions_are_refused),
        cmocka_unit_test(a_flipped_bit_breaks_the_checksum),
        cmocka_unit_test(L2_an_option_of_length_zero_or_one_or_past_the_header_is_refused),
        cmocka_unit_test(options_within_the_header_are_skipped),
        cmocka_unit_test(L5_source_routes_are_refused),
        cmocka_unit_test(L5_a_quote_with_forty_bytes_of_options_is_read_within_its_bytes),
        cmocka_unit_test(a_quote_ends_where_its_total_length_says),
        cmocka_unit_test(F1_a_fragment_that_ends_past_the_longest_datagram_is_refused),
        cmocka_unit_test(a_header_is_only_written_where_it_fits),
        cmocka_unit_test(a_datagram_longer_than_its_length_field_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
