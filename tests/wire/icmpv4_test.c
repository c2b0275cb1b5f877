/* ICMP for IPv4.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/checksum.h"
#include "stint/wire/icmpv4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

/* What a Linux kernel sent for ping -s 16. */
static const char real_echo[] = "0800 72f0 3ffe 0001 0399036b00000000350c090000000000";

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_icmpv4_message_emit(value, writer);
}

static enum stint_drop parse(struct stint_view bytes)
{
    struct stint_icmpv4_message message;
    return stint_icmpv4_message_parse(bytes, &message);
}

static void assert_messages_equal(
    const struct stint_icmpv4_message *a, const struct stint_icmpv4_message *b)
{
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->code, b->code);
    assert_int_equal(a->identifier, b->identifier);
    assert_int_equal(a->sequence, b->sequence);
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
        const struct stint_icmpv4_message message = {
            .type = (uint8_t)noise_next(&noise),
            .code = (uint8_t)noise_next(&noise),
            .identifier = (uint16_t)noise_next(&noise),
            .sequence = (uint16_t)noise_next(&noise),
            .data = stint_view_of(data, noise_below(&noise, sizeof data + 1)),
        };
        const struct stint_view bytes =
            test_emitted(emit, &message, stint_span_of(buffer, sizeof buffer));
        assert_int_equal(bytes.length, stint_icmpv4_message_length(&message));
        struct stint_icmpv4_message parsed;
        assert_int_equal(stint_icmpv4_message_parse(bytes, &parsed), STINT_DROP_NONE);
        assert_messages_equal(&parsed, &message);
    }
}

static void a_real_echo_request_is_read_and_written(void **state)
{
    (void)state;
    uint8_t bytes[32];
    const struct stint_view echo = test_hex(real_echo, stint_span_of(bytes, sizeof bytes));
    const struct stint_icmpv4_message expected = {
        .type = STINT_ICMPV4_ECHO_REQUEST,
        .identifier = 0x3ffe,
        .sequence = 1,
        .data = stint_view_without_first(echo, 8),
    };
    struct stint_icmpv4_message message;
    assert_int_equal(stint_icmpv4_message_parse(echo, &message), STINT_DROP_NONE);
    assert_messages_equal(&message, &expected);
    uint8_t buffer[32];
    test_assert_view_equal(
        test_emitted(emit, &expected, stint_span_of(buffer, sizeof buffer)), echo);
}

static void the_next_hop_mtu_lies_where_rfc_1191_says(void **state)
{
    (void)state;
    uint8_t bytes[16];
    const struct stint_view sent =
        test_hex("0304 0000 0000 05a0", stint_span_of(bytes, sizeof bytes));
    stint_store16(bytes + 2, stint_checksum_of(sent));
    struct stint_icmpv4_message message;
    assert_int_equal(stint_icmpv4_message_parse(sent, &message), STINT_DROP_NONE);
    assert_int_equal(message.type, STINT_ICMPV4_UNREACHABLE);
    assert_int_equal(message.code, STINT_ICMPV4_FRAGMENTATION_NEEDED);
    assert_int_equal(message.sequence, 1440);
}

static void L1_a_message_below_eight_bytes_is_refused(void **state)
{
    (void)state;
    const uint8_t zeros[7] = {0};
    for (size_t length = 0; length < 8; length++) {
        uint8_t bytes[7] = {0};
        if (length > 3) {
            stint_store16(bytes + 2, 0xffff);
        }
        test_assert_parse_says(parse, stint_view_of(bytes, length), STINT_DROP_ICMP_SHORT);
        test_assert_parse_says(parse, stint_view_of(zeros, length), STINT_DROP_ICMP_SHORT);
    }
}

/* The echo's data holds no zero octet here, so that every cut changes the sum. */
static void L1_every_truncation_is_refused(void **state)
{
    (void)state;
    uint8_t data[24];
    memset(data, 0x5a, sizeof data);
    const struct stint_icmpv4_message message = {
        .type = STINT_ICMPV4_ECHO_REQUEST, .data = stint_view_of(data, sizeof data)};
    uint8_t buffer[32];
    test_assert_every_truncation_is_refused(
        parse, test_emitted(emit, &message, stint_span_of(buffer, sizeof buffer)));
}

static void a_flipped_bit_breaks_the_checksum(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 24 * 8; bit++) {
        uint8_t bytes[24];
        const struct stint_view echo = test_hex(real_echo, stint_span_of(bytes, sizeof bytes));
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
        test_assert_parse_says(parse, echo, STINT_DROP_ICMP_CHECKSUM);
    }
}

static void a_message_is_only_written_where_it_fits(void **state)
{
    (void)state;
    const uint8_t data[13] = {1};
    struct stint_icmpv4_message message = {.data = stint_view_of(data, sizeof data)};
    test_assert_emit_keeps_to_its_room(emit, &message, 21);
    message.data = stint_view_of(NULL, 0);
    test_assert_emit_keeps_to_its_room(emit, &message, 8);
    message.data.length = SIZE_MAX; /* never looked at: it cannot fit */
    uint8_t buffer[8];
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_false(stint_icmpv4_message_emit(&message, &writer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_emitted_parses_to_the_same),
        cmocka_unit_test(a_real_echo_request_is_read_and_written),
        cmocka_unit_test(the_next_hop_mtu_lies_where_rfc_1191_says),
        cmocka_unit_test(L1_a_message_below_eight_bytes_is_refused),
        cmocka_unit_test(L1_every_truncation_is_refused),
        cmocka_unit_test(a_flipped_bit_breaks_the_checksum),
        cmocka_unit_test(a_message_is_only_written_where_it_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
