/* ICMP for IPv6, and what its errors quote.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address_text.h"
#include "stint/wire/icmp_quote.h"
#include "stint/wire/icmpv6.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

/* From fe80::5054:ff:fe12:3456 to ff02::2, as a Linux kernel sent it. */
static const char real_solicitation[] = "8500 71b5 00000000 0101525400123456";

static const struct stint_address source = {
    {0xfe, 0x80, [8] = 0x50, 0x54, 0, 0xff, 0xfe, 0x12, 0x34, 0x56}};
static const struct stint_address destination = {{0xff, 0x02, [15] = 2}};

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_icmpv6_message_emit(value, &source, &destination, writer);
}

static enum stint_drop parse(struct stint_view bytes)
{
    struct stint_icmpv6_message message;
    return stint_icmpv6_message_parse(bytes, &source, &destination, &message);
}

static void assert_messages_equal(
    const struct stint_icmpv6_message *a, const struct stint_icmpv6_message *b)
{
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->code, b->code);
    assert_int_equal(a->parameter, b->parameter);
    test_assert_view_equal(a->data, b->data);
}

static void what_is_emitted_parses_to_the_same(void **state)
{
    (void)state;
    struct noise noise = {1};
    uint8_t data[200];
    uint8_t buffer[208];
    for (int round = 0; round < 5000; round++) {
        noise_fill(&noise, data, sizeof data);
        const struct stint_icmpv6_message message = {
            .type = (uint8_t)noise_next(&noise),
            .code = (uint8_t)noise_next(&noise),
            .parameter = noise_next(&noise),
            .data = stint_view_of(data, noise_below(&noise, sizeof data + 1)),
        };
        const struct stint_view bytes =
            test_emitted(emit, &message, stint_span_of(buffer, sizeof buffer));
        assert_int_equal(bytes.length, stint_icmpv6_message_length(&message));
        struct stint_icmpv6_message parsed;
        assert_int_equal(
            stint_icmpv6_message_parse(bytes, &source, &destination, &parsed), STINT_DROP_NONE);
        assert_messages_equal(&parsed, &message);
    }
}

static void a_real_message_is_read_and_written(void **state)
{
    (void)state;
    uint8_t bytes[16];
    const struct stint_view real = test_hex(real_solicitation, stint_span_of(bytes, sizeof bytes));
    const struct stint_icmpv6_message expected = {
        .type = STINT_ICMPV6_ROUTER_SOLICITATION, .data = stint_view_without_first(real, 8)};
    struct stint_icmpv6_message message;
    assert_int_equal(
        stint_icmpv6_message_parse(real, &source, &destination, &message), STINT_DROP_NONE);
    assert_messages_equal(&message, &expected);
    uint8_t buffer[16];
    test_assert_view_equal(
        test_emitted(emit, &expected, stint_span_of(buffer, sizeof buffer)), real);
}

static void an_echo_has_an_identifier_and_a_sequence(void **state)
{
    (void)state;
    const struct stint_icmpv6_message echo = {.type = STINT_ICMPV6_ECHO_REQUEST,
        .parameter = stint_icmpv6_echo_parameter(0xabcd, 0x1234)};
    uint8_t buffer[8];
    const struct stint_view bytes = test_emitted(emit, &echo, stint_span_of(buffer, sizeof buffer));
    assert_int_equal(stint_load32(bytes.bytes + 4), UINT32_C(0xabcd1234));
    assert_int_equal(stint_icmpv6_identifier(&echo), 0xabcd);
    assert_int_equal(stint_icmpv6_sequence(&echo), 0x1234);
    assert_false(stint_icmpv6_is_error(&echo));
    const struct stint_icmpv6_message error = {.type = STINT_ICMPV6_PARAMETER_PROBLEM};
    assert_true(stint_icmpv6_is_error(&error));
}

static void L1_every_truncation_is_refused(void **state)
{
    (void)state;
    uint8_t data[24];
    memset(data, 0x5a, sizeof data);
    const struct stint_icmpv6_message message = {
        .type = STINT_ICMPV6_ECHO_REQUEST, .data = stint_view_of(data, sizeof data)};
    uint8_t buffer[32];
    const struct stint_view whole =
        test_emitted(emit, &message, stint_span_of(buffer, sizeof buffer));
    test_assert_every_truncation_is_refused(parse, whole);
    for (size_t length = 0; length < 8; length++) {
        test_assert_parse_says(parse, stint_view_first(whole, length), STINT_DROP_ICMP_SHORT);
    }
}

static void a_flipped_bit_or_another_address_breaks_the_checksum(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 16 * 8; bit++) {
        uint8_t bytes[16];
        const struct stint_view real =
            test_hex(real_solicitation, stint_span_of(bytes, sizeof bytes));
        struct stint_address other = source;
        other.octets[bit / 8] = (uint8_t)(other.octets[bit / 8] ^ 1u << bit % 8);
        struct stint_icmpv6_message message;
        assert_int_equal(stint_icmpv6_message_parse(real, &other, &destination, &message),
            STINT_DROP_ICMP_CHECKSUM);
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
        test_assert_parse_says(parse, real, STINT_DROP_ICMP_CHECKSUM);
    }
}

static void a_message_is_only_written_where_it_fits(void **state)
{
    (void)state;
    const uint8_t data[13] = {1};
    struct stint_icmpv6_message message = {.data = stint_view_of(data, sizeof data)};
    test_assert_emit_keeps_to_its_room(emit, &message, 21);
    message.data = stint_view_of(NULL, 0);
    test_assert_emit_keeps_to_its_room(emit, &message, 8);
    message.data.length = SIZE_MAX; /* never looked at: it cannot fit */
    uint8_t buffer[8];
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_false(emit(&message, &writer));
}

/* A packet that an error quotes: IPv6, a destination options header, and 8 bytes of a segment. */
static const char quoted[] = "6000000000403c3f 20010db8000000000000000000000001"
                             "20010db8000000000000000000000002"
                             "0600010400000000 cd760050 b1e9bf0e";

static void a_quoted_segment_tells_its_endpoints_past_extension_headers(void **state)
{
    (void)state;
    uint8_t bytes[56];
    const struct stint_view view = test_hex(quoted, stint_span_of(bytes, sizeof bytes));
    struct stint_icmp_quote quote;
    for (size_t length = 0; length <= view.length; length++) {
        const struct stint_span copy = test_exact_copy(stint_view_first(view, length));
        assert_int_equal(
            stint_icmp_quote_parse_ipv6(stint_span_as_view(copy), &quote), length == view.length);
        test_release(copy);
    }
    char text[STINT_ADDRESS_TEXT_LENGTH];
    stint_address_format(&quote.source.address, text, sizeof text);
    assert_string_equal(text, "2001:db8::1");
    assert_int_equal(quote.source.port, 0xcd76);
    assert_int_equal(quote.destination.port, 80);
    assert_int_equal(quote.protocol, 6);
    assert_int_equal(quote.sequence.number, UINT32_C(0xb1e9bf0e));
}

static void a_quoted_later_fragment_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[56];
    const struct stint_view view = test_hex(quoted, stint_span_of(bytes, sizeof bytes));
    struct stint_icmp_quote quote;
    bytes[6] = 44;
    stint_store32(bytes + 40, UINT32_C(0x11000001)); /* the first of several, of UDP */
    assert_true(stint_icmp_quote_parse_ipv6(view, &quote));
    assert_int_equal(quote.sequence.number, 0);
    stint_store32(bytes + 40, UINT32_C(0x11000009));
    assert_false(stint_icmp_quote_parse_ipv6(view, &quote));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_emitted_parses_to_the_same),
        cmocka_unit_test(a_real_message_is_read_and_written),
        cmocka_unit_test(an_echo_has_an_identifier_and_a_sequence),
        cmocka_unit_test(L1_every_truncation_is_refused),
        cmocka_unit_test(a_flipped_bit_or_another_address_breaks_the_checksum),
        cmocka_unit_test(a_message_is_only_written_where_it_fits),
        cmocka_unit_test(a_quoted_segment_tells_its_endpoints_past_extension_headers),
        cmocka_unit_test(a_quoted_later_fragment_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
