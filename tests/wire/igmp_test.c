/* IGMP.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/checksum.h"
#include "stint/wire/igmp.h"
#include "stint/wire/ipv4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"

/* What a Linux kernel at 10.0.0.2 sent when a program joined and left 239.1.2.3. */
static const char real_report[] = "46c00020 00004000 0102e911 0a000002 ef010203 94040000"
                                  "1600f8fa ef010203";
static const char real_leave[] = "46c00020 00004000 0102fa13 0a000002 e0000002 94040000"
                                 "1700f7fa ef010203";

static bool emit(const void *value, struct stint_writer *writer)
{
    const struct stint_address source = stint_address_ipv4(10, 0, 0, 2);
    return stint_igmp_packet_emit(value, &source, writer);
}

static enum stint_drop parse(struct stint_view bytes)
{
    struct stint_igmp_message message;
    return stint_igmp_message_parse(bytes, &message);
}

static void real_packets_are_written_and_read(void **state)
{
    (void)state;
    for (int leaves = 0; leaves < 2; leaves++) {
        uint8_t bytes[32];
        uint8_t buffer[32];
        const struct stint_view real =
            test_hex(leaves ? real_leave : real_report, stint_span_of(bytes, sizeof bytes));
        const struct stint_igmp_message expected = {
            .type = leaves ? STINT_IGMP_LEAVE : STINT_IGMP_V2_REPORT,
            .group = stint_address_ipv4(239, 1, 2, 3)};
        test_assert_view_equal(
            test_emitted(emit, &expected, stint_span_of(buffer, sizeof buffer)), real);
        struct stint_ipv4_header header;
        struct stint_view payload;
        struct stint_igmp_message message;
        assert_int_equal(stint_ipv4_header_parse(real, &header, &payload), STINT_DROP_NONE);
        assert_int_equal(header.protocol, STINT_PROTOCOL_IGMP);
        assert_int_equal(stint_igmp_message_parse(payload, &message), STINT_DROP_NONE);
        assert_int_equal(message.type, expected.type);
        assert_true(stint_address_equal(&message.group, &expected.group));
    }
}

/* Messages whose checksum is made right, and what is said of them. */
static const struct {
    const char *hex;
    enum stint_drop said;
    uint8_t version;
    uint16_t response_ds;
} messages[] = {
    {"11000000 00000000", STINT_DROP_NONE, 1, 100},
    {"11640000 00000000", STINT_DROP_NONE, 2, 100},
    {"110a0000 ef010203", STINT_DROP_NONE, 2, 10},
    {"11ff0000 00000000", STINT_DROP_NONE, 2, 255},
    {"11640000 00000000 027d0000", STINT_DROP_NONE, 3, 100},
    {"11000000 00000000 027d0000", STINT_DROP_NONE, 3, 0},
    {"11800000 00000000 027d0000", STINT_DROP_NONE, 3, 128},
    {"11ff0000 ef010203 027d0001 0a000001", STINT_DROP_NONE, 3, 31744},
    {"11640000 00000000 02", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {"11640000 00000000 027d00", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {"11640000 0a000001", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {"12000000 ef010203", STINT_DROP_NONE, 0, 0},
    {"16000000 ef010203", STINT_DROP_NONE, 0, 0},
    {"16000000 ef010203 01020304", STINT_DROP_NONE, 0, 0},
    {"16000000 00000000", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {"16000000 0a000001", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {"17000000 ef010203", STINT_DROP_NONE, 0, 0},
    {"17000000 f0000001", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {"22000000 00000001", STINT_DROP_GROUP_TYPE, 0, 0}, /* a report of version 3 */
    {"00000000 ef010203", STINT_DROP_GROUP_TYPE, 0, 0},
};

static void messages_are_told_by_type_length_and_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        uint8_t bytes[32];
        const struct stint_view view =
            test_hex(messages[i].hex, stint_span_of(bytes, sizeof bytes));
        stint_store16(bytes + 2, stint_checksum_of(view));
        const struct stint_span copy = test_exact_copy(view);
        struct stint_igmp_message message;
        const enum stint_drop said = stint_igmp_message_parse(stint_span_as_view(copy), &message);
        if (said != messages[i].said) {
            fail_msg("%s: %s", messages[i].hex, stint_drop_name(said));
        }
        if (said == STINT_DROP_NONE) {
            assert_int_equal(message.version, messages[i].version);
            assert_int_equal(message.maximum_response_ds, messages[i].response_ds);
        }
        test_release(copy);
    }
}

static void L1_every_truncation_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[32];
    const struct stint_view report =
        stint_view_without_first(test_hex(real_report, stint_span_of(bytes, sizeof bytes)), 24);
    test_assert_parse_says(parse, report, STINT_DROP_NONE);
    for (size_t length = 0; length < report.length; length++) {
        test_assert_parse_says(parse, stint_view_first(report, length), STINT_DROP_GROUP_MALFORMED);
    }
}

static void a_flipped_bit_breaks_the_checksum(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 64; bit++) {
        uint8_t bytes[32];
        const struct stint_view report =
            stint_view_without_first(test_hex(real_report, stint_span_of(bytes, sizeof bytes)), 24);
        bytes[24 + bit / 8] = (uint8_t)(bytes[24 + bit / 8] ^ 1u << bit % 8);
        test_assert_parse_says(parse, report, STINT_DROP_GROUP_CHECKSUM);
    }
}

static void queries_are_read_as_they_were_written(void **state)
{
    (void)state;
    for (unsigned version = 1; version <= 3; version++) {
        for (unsigned specific = 0; specific < 2; specific++) {
            struct stint_igmp_message query = {
                .type = STINT_IGMP_QUERY, .version = (uint8_t)version, .maximum_response_ds = 100};
            if (specific == 1) {
                query.group = stint_address_ipv4(239, 1, 2, 3);
            }
            uint8_t buffer[32];
            struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
            assert_int_equal(emit(&query, &writer), version < 3);
            struct stint_igmp_message parsed;
            if (version < 3) {
                assert_int_equal(stint_igmp_message_parse(stint_view_of(buffer + 24, 8), &parsed),
                    STINT_DROP_NONE);
                assert_int_equal(parsed.version, version);
                assert_int_equal(parsed.maximum_response_ds, 100);
                assert_true(stint_address_equal(&parsed.group, &query.group));
                assert_int_equal(buffer[16], specific == 1 ? 239 : 224);
            }
        }
    }
}

static void a_packet_is_only_written_where_it_fits(void **state)
{
    (void)state;
    struct stint_igmp_message message = {
        .type = STINT_IGMP_V2_REPORT, .group = stint_address_ipv4(239, 1, 2, 3)};
    test_assert_emit_keeps_to_its_room(emit, &message, STINT_IGMP_PACKET_LENGTH);
    message.type = STINT_IGMP_QUERY;
    message.version = 2;
    message.maximum_response_ds = 256;
    uint8_t buffer[32];
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_false(emit(&message, &writer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_packets_are_written_and_read),
        cmocka_unit_test(messages_are_told_by_type_length_and_code),
        cmocka_unit_test(L1_every_truncation_is_refused),
        cmocka_unit_test(a_flipped_bit_breaks_the_checksum),
        cmocka_unit_test(queries_are_read_as_they_were_written),
        cmocka_unit_test(a_packet_is_only_written_where_it_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
