/* MLD.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address_text.h"
#include "stint/wire/ipv6_extensions.h"
#include "stint/wire/mld.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"

/* What a Linux kernel sent to tell that it listens to its solicited-node group. */
static const char real_report[] = "6000000000200001 fe80000000000000505400fffe123456"
                                  "ff0200000000000000000001ff123456 3a00050200000100"
                                  "8300959500000000 ff0200000000000000000001ff123456";

#define GROUP  "ff0200000000000000000001ff123456 "
#define NOBODY "00000000000000000000000000000000 "

static const struct stint_address source = {
    {0xfe, 0x80, [8] = 0x50, 0x54, 0, 0xff, 0xfe, 0x12, 0x34, 0x56}};

static struct stint_address address_of(const char *text)
{
    struct stint_address address;
    assert_true(stint_address_parse(text, &address));
    return address;
}

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_mld_packet_emit(value, &source, writer);
}

/* What `packet` says, through all that lies before it. */
static enum stint_drop said_by(struct stint_view packet, struct stint_mld_message *message)
{
    struct stint_ipv6_header header;
    struct stint_ipv6_chain chain;
    struct stint_view payload;
    struct stint_icmpv6_message icmp;
    assert_int_equal(stint_ipv6_header_parse(packet, &header, &payload), STINT_DROP_NONE);
    assert_int_equal(stint_ipv6_chain_parse(payload, header.next_header, &chain), STINT_DROP_NONE);
    assert_true(chain.router_alert);
    assert_int_equal(
        stint_icmpv6_message_parse(chain.payload, &header.source, &header.destination, &icmp),
        STINT_DROP_NONE);
    return stint_mld_message_parse(&header, &icmp, message);
}

static void a_real_report_is_written_and_read(void **state)
{
    (void)state;
    uint8_t bytes[72];
    uint8_t buffer[72];
    const struct stint_view real = test_hex(real_report, stint_span_of(bytes, sizeof bytes));
    const struct stint_mld_message expected = {
        .type = STINT_ICMPV6_MLD_REPORT, .group = address_of("ff02::1:ff12:3456")};
    test_assert_view_equal(
        test_emitted(emit, &expected, stint_span_of(buffer, sizeof buffer)), real);
    struct stint_mld_message message;
    assert_int_equal(said_by(real, &message), STINT_DROP_NONE);
    assert_int_equal(message.type, STINT_ICMPV6_MLD_REPORT);
    assert_true(stint_address_equal(&message.group, &expected.group));
}

/* Messages by type, first word and data, and what is said of them. */
static const struct {
    uint8_t type;
    uint8_t hop_limit;
    const char *source;
    uint32_t parameter;
    const char *data;
    enum stint_drop said;
    uint8_t version;
    uint32_t response_ms;
} messages[] = {
    {130, 1, "fe80::1", UINT32_C(0x27100000), NOBODY, STINT_DROP_NONE, 1, 10000},
    {130, 1, "fe80::1", UINT32_C(0xffff0000), GROUP, STINT_DROP_NONE, 1, 65535},
    {130, 1, "fe80::1", UINT32_C(0x27100000), NOBODY "027d0000", STINT_DROP_NONE, 2, 10000},
    {130, 1, "fe80::1", UINT32_C(0x80000000), NOBODY "027d0000", STINT_DROP_NONE, 2, 32768},
    {130, 1, "fe80::1", UINT32_C(0xffff0000), NOBODY "027d0000", STINT_DROP_NONE, 2, 8387584},
    {130, 1, "fe80::1", 0, NOBODY "027d00", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {130, 1, "fe80::1", 0, "fe800000000000000000000000000001", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {130, 1, "fe80::1", 0, "00000000000000000000ffffe0000001", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {130, 1, "fe80::1", 0, "00000000000000000000ffff00000000", STINT_DROP_GROUP_MALFORMED, 0, 0},
    {130, 1, "2001:db8::1", 0, NOBODY, STINT_DROP_GROUP_SOURCE, 0, 0},
    {130, 1, "::", 0, NOBODY, STINT_DROP_GROUP_SOURCE, 0, 0},
    {130, 2, "fe80::1", 0, NOBODY, STINT_DROP_GROUP_SOURCE, 0, 0},
    {131, 1, "::", 0, GROUP, STINT_DROP_NONE, 0, 0},
    {131, 1, "fe80::1", 0, NOBODY, STINT_DROP_GROUP_MALFORMED, 0, 0},
    {131, 255, "fe80::1", 0, GROUP, STINT_DROP_GROUP_SOURCE, 0, 0},
    {132, 1, "fe80::1", 0, GROUP, STINT_DROP_NONE, 0, 0},
    {129, 1, "fe80::1", 0, GROUP, STINT_DROP_GROUP_TYPE, 0, 0},
    {143, 1, "fe80::1", 0, GROUP, STINT_DROP_GROUP_TYPE, 0, 0},
};

static enum stint_drop said_to(size_t i, struct stint_view data, struct stint_mld_message *message)
{
    const struct stint_ipv6_header header = {
        .source = address_of(messages[i].source), .hop_limit = messages[i].hop_limit};
    const struct stint_span copy = test_exact_copy(data);
    const struct stint_icmpv6_message icmp = {.type = messages[i].type,
        .parameter = messages[i].parameter,
        .data = stint_span_as_view(copy)};
    const enum stint_drop said = stint_mld_message_parse(&header, &icmp, message);
    test_release(copy);
    return said;
}

static void messages_are_told_by_type_and_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        uint8_t bytes[32];
        struct stint_mld_message message;
        const struct stint_view data =
            test_hex(messages[i].data, stint_span_of(bytes, sizeof bytes));
        const enum stint_drop said = said_to(i, data, &message);
        if (said != messages[i].said) {
            fail_msg("message %zu: %s", i, stint_drop_name(said));
        }
        if (said == STINT_DROP_NONE) {
            assert_int_equal(message.version, messages[i].version);
            assert_int_equal(message.maximum_response_ms, messages[i].response_ms);
        }
        for (size_t length = 0; said == STINT_DROP_NONE && length < 16; length++) {
            assert_int_equal(
                said_to(i, stint_view_first(data, length), &message), STINT_DROP_GROUP_MALFORMED);
        }
    }
}

static void messages_are_read_as_they_were_written(void **state)
{
    (void)state;
    static const struct {
        enum stint_icmpv6_type type;
        const char *group;
        const char *destination;
    } sent[] = {
        {STINT_ICMPV6_MLD_QUERY, "::", "ff02::1"},
        {STINT_ICMPV6_MLD_QUERY, "ff05::7", "ff05::7"},
        {STINT_ICMPV6_MLD_REPORT, "ff05::7", "ff05::7"},
        {STINT_ICMPV6_MLD_DONE, "ff05::7", "ff02::2"},
    };
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
        struct stint_mld_message message = {
            .type = sent[i].type, .group = address_of(sent[i].group)};
        if (message.type == STINT_ICMPV6_MLD_QUERY) {
            message.version = 1;
            message.maximum_response_ms = 1234;
        }
        uint8_t buffer[72];
        const struct stint_view packet =
            test_emitted(emit, &message, stint_span_of(buffer, sizeof buffer));
        const struct stint_address destination = address_of(sent[i].destination);
        assert_memory_equal(buffer + 24, destination.octets, 16);
        struct stint_mld_message parsed;
        assert_int_equal(said_by(packet, &parsed), STINT_DROP_NONE);
        assert_int_equal(parsed.type, message.type);
        assert_int_equal(parsed.version, message.version);
        assert_int_equal(parsed.maximum_response_ms, message.maximum_response_ms);
        assert_true(stint_address_equal(&parsed.group, &message.group));
        for (size_t room = 0; room < STINT_MLD_PACKET_LENGTH; room++) {
            struct stint_writer writer = stint_writer_into(stint_span_of(buffer, room));
            assert_false(emit(&message, &writer));
        }
    }
}

static void queries_that_version_one_cannot_say_are_not_written(void **state)
{
    (void)state;
    uint8_t buffer[72];
    struct stint_mld_message query = {.type = STINT_ICMPV6_MLD_QUERY, .version = 2};
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_false(emit(&query, &writer));
    query.version = 1;
    query.maximum_response_ms = 65536;
    assert_false(emit(&query, &writer));
    assert_int_equal(writer.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_report_is_written_and_read),
        cmocka_unit_test(messages_are_told_by_type_and_length),
        cmocka_unit_test(messages_are_read_as_they_were_written),
        cmocka_unit_test(queries_that_version_one_cannot_say_are_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
