/* UDP datagrams.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/checksum.h"
#include "stint/wire/udp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

/* What a Linux kernel sent from 10.0.2.15 to 10.0.2.2: "stint". */
static const char real_datagram[] = "e52b 0007 000d b1ad 7374696e74";

static struct stint_address source;
static struct stint_address destination;

static int use_ipv4(void **state)
{
    (void)state;
    source = stint_address_ipv4(10, 0, 2, 15);
    destination = stint_address_ipv4(10, 0, 2, 2);
    return 0;
}

static void use_ipv6(void)
{
    const struct stint_address a = {{0xfe, 0x80, [15] = 1}};
    const struct stint_address b = {{0xfe, 0x80, [15] = 2}};
    source = a;
    destination = b;
}

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_udp_datagram_emit(value, &source, &destination, writer);
}

static enum stint_drop parse(struct stint_view bytes)
{
    struct stint_udp_datagram datagram;
    return stint_udp_datagram_parse(bytes, &source, &destination, &datagram);
}

static void assert_roundtrip(struct noise *noise)
{
    uint8_t payload[300];
    uint8_t buffer[308];
    noise_fill(noise, payload, sizeof payload);
    const struct stint_udp_datagram datagram = {
        .source_port = (uint16_t)noise_next(noise),
        .destination_port = (uint16_t)noise_next(noise),
        .payload = stint_view_of(payload, noise_below(noise, sizeof payload + 1)),
    };
    const struct stint_view bytes =
        test_emitted(emit, &datagram, stint_span_of(buffer, sizeof buffer));
    assert_int_equal(bytes.length, 8 + datagram.payload.length);
    struct stint_udp_datagram parsed;
    assert_int_equal(
        stint_udp_datagram_parse(bytes, &source, &destination, &parsed), STINT_DROP_NONE);
    assert_int_equal(parsed.source_port, datagram.source_port);
    assert_int_equal(parsed.destination_port, datagram.destination_port);
    test_assert_view_equal(parsed.payload, datagram.payload);
}

static void what_is_emitted_parses_to_the_same(void **state)
{
    (void)state;
    struct noise noise = {1};
    for (int round = 0; round < 3000; round++) {
        assert_roundtrip(&noise);
    }
    use_ipv6();
    for (int round = 0; round < 3000; round++) {
        assert_roundtrip(&noise);
    }
}

static void a_real_datagram_is_read_and_written(void **state)
{
    (void)state;
    uint8_t bytes[16];
    const struct stint_view real = test_hex(real_datagram, stint_span_of(bytes, sizeof bytes));
    struct stint_udp_datagram datagram;
    assert_int_equal(
        stint_udp_datagram_parse(real, &source, &destination, &datagram), STINT_DROP_NONE);
    assert_int_equal(datagram.source_port, 58667);
    assert_int_equal(datagram.destination_port, 7);
    test_assert_view_equal(datagram.payload, stint_view_of("stint", 5));
    uint8_t buffer[16];
    test_assert_view_equal(
        test_emitted(emit, &datagram, stint_span_of(buffer, sizeof buffer)), real);
}

static void L1_every_truncation_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[16];
    const struct stint_view real = test_hex(real_datagram, stint_span_of(bytes, sizeof bytes));
    test_assert_every_truncation_is_refused(parse, real);
    test_assert_parse_says(parse, stint_view_first(real, 7), STINT_DROP_UDP_SHORT);
    test_assert_parse_says(parse, stint_view_first(real, 8), STINT_DROP_UDP_SHORT);
}

static void L1_a_length_below_eight_or_past_the_packet_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[16];
    const struct stint_view real = test_hex(real_datagram, stint_span_of(bytes, sizeof bytes));
    stint_store16(bytes + 6, 0);
    for (uint16_t length = 0; length < 8; length++) {
        stint_store16(bytes + 4, length);
        test_assert_parse_says(parse, real, STINT_DROP_UDP_LENGTH);
    }
    static const uint16_t too_long[] = {14, 15, 0x7fff, 0x8000, 0xffff};
    for (size_t i = 0; i < sizeof too_long / sizeof too_long[0]; i++) {
        stint_store16(bytes + 4, too_long[i]);
        test_assert_parse_says(parse, real, STINT_DROP_UDP_SHORT);
    }
}

static void L1_what_follows_the_datagram_is_never_payload(void **state)
{
    (void)state;
    uint8_t bytes[32];
    memset(bytes, 0xff, sizeof bytes);
    test_hex(real_datagram, stint_span_of(bytes, sizeof bytes));
    struct stint_udp_datagram datagram;
    assert_int_equal(stint_udp_datagram_parse(
                         stint_view_of(bytes, sizeof bytes), &source, &destination, &datagram),
        STINT_DROP_NONE);
    assert_int_equal(datagram.payload.length, 5);
}

static void a_flipped_bit_or_another_address_breaks_the_checksum(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 13 * 8; bit++) {
        uint8_t bytes[13];
        const struct stint_view real = test_hex(real_datagram, stint_span_of(bytes, sizeof bytes));
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
        assert_int_not_equal(parse(real), STINT_DROP_NONE);
    }
    uint8_t bytes[13];
    const struct stint_view real = test_hex(real_datagram, stint_span_of(bytes, sizeof bytes));
    source = stint_address_ipv4(10, 0, 2, 16);
    test_assert_parse_says(parse, real, STINT_DROP_UDP_CHECKSUM);
}

static void no_checksum_is_accepted_over_ipv4_only(void **state)
{
    (void)state;
    uint8_t bytes[16];
    const struct stint_view real = test_hex(real_datagram, stint_span_of(bytes, sizeof bytes));
    stint_store16(bytes + 6, 0);
    test_assert_parse_says(parse, real, STINT_DROP_NONE);
    use_ipv6();
    test_assert_parse_says(parse, real, STINT_DROP_UDP_CHECKSUM);
}

static void a_checksum_of_zero_is_sent_as_all_ones(void **state)
{
    (void)state;
    uint8_t payload[2];
    uint8_t buffer[10];
    const struct stint_udp_datagram datagram = {1, 2, stint_view_of(payload, 2)};
    stint_store16(payload, 0);
    test_emitted(emit, &datagram, stint_span_of(buffer, sizeof buffer));
    /* A payload equal to the checksum of the rest makes the sum all ones. */
    memcpy(payload, buffer + 6, 2);
    const struct stint_view bytes =
        test_emitted(emit, &datagram, stint_span_of(buffer, sizeof buffer));
    assert_int_equal(stint_load16(buffer + 6), 0xffff);
    test_assert_parse_says(parse, bytes, STINT_DROP_NONE);
}

static void a_datagram_is_only_written_where_it_fits(void **state)
{
    (void)state;
    const uint8_t payload[11] = {1};
    struct stint_udp_datagram datagram = {1, 2, stint_view_of(payload, sizeof payload)};
    test_assert_emit_keeps_to_its_room(emit, &datagram, 19);
    datagram.payload = stint_view_of(NULL, 0);
    test_assert_emit_keeps_to_its_room(emit, &datagram, 8);
}

static void a_datagram_longer_than_its_length_field_is_not_written(void **state)
{
    (void)state;
    static const uint8_t payload[65528] = {0};
    static uint8_t buffer[65536];
    struct stint_udp_datagram datagram = {1, 2, stint_view_of(payload, 65528)};
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_false(emit(&datagram, &writer));
    assert_int_equal(writer.used, 0);
    datagram.payload.length = 65527;
    assert_true(emit(&datagram, &writer));
    assert_int_equal(writer.used, 65535);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_emitted_parses_to_the_same, use_ipv4),
        cmocka_unit_test_setup(a_real_datagram_is_read_and_written, use_ipv4),
        cmocka_unit_test_setup(L1_every_truncation_is_refused, use_ipv4),
        cmocka_unit_test_setup(L1_a_length_below_eight_or_past_the_packet_is_refused, use_ipv4),
        cmocka_unit_test_setup(L1_what_follows_the_datagram_is_never_payload, use_ipv4),
        cmocka_unit_test_setup(a_flipped_bit_or_another_address_breaks_the_checksum, use_ipv4),
        cmocka_unit_test_setup(no_checksum_is_accepted_over_ipv4_only, use_ipv4),
        cmocka_unit_test_setup(a_checksum_of_zero_is_sent_as_all_ones, use_ipv4),
        cmocka_unit_test_setup(a_datagram_is_only_written_where_it_fits, use_ipv4),
        cmocka_unit_test_setup(a_datagram_longer_than_its_length_field_is_not_written, use_ipv4),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
