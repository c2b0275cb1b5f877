/* Neighbor discovery for IPv6.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address_text.h"
#include "stint/wire/ndp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"

enum { RS = 133, RA = 134, NS = 135, NA = 136, REDIRECT = 137 };

#define TARGET      "fe80000000000000 0000000000000001 "
#define GROUP       "ff02000000000000 0000000000000001 "
#define NOBODY      "0000000000000000 0000000000000000 "
#define MAPPED      "00000000000000000000ffff0a000001 "
#define GLOBAL      "20010db8000000000000000000000005 "
#define SOURCE_LINK "0101525400123456 "
#define TARGET_LINK "0201525400123456 "
#define TIMES       "0000000100000002 "

/* Messages by type, code, hop limit and addresses, and what is said of them. */
static const struct {
    uint8_t type;
    uint8_t code;
    uint8_t hop_limit;
    const char *source;
    const char *destination;
    uint32_t parameter;
    const char *data;
    enum stint_drop said;
} messages[] = {
    {RS, 0, 255, "fe80::9", "ff02::2", 0, "", STINT_DROP_NONE},
    {RS, 0, 255, "fe80::9", "ff02::2", 0, SOURCE_LINK, STINT_DROP_NONE},
    {RS, 0, 255, "::", "ff02::2", 0, "", STINT_DROP_NONE},
    {RS, 0, 255, "::", "ff02::2", 0, SOURCE_LINK, STINT_DROP_NDP_ADDRESS},
    {RS, 0, 254, "fe80::9", "ff02::2", 0, "", STINT_DROP_NDP_HOP_LIMIT},
    {RS, 1, 255, "fe80::9", "ff02::2", 0, "", STINT_DROP_NDP_HOP_LIMIT},
    {RS, 0, 255, "fe80::9", "ff02::2", 0, "0100525400123456", STINT_DROP_NDP_MALFORMED},
    {RS, 0, 255, "fe80::9", "ff02::2", 0, "0102525400123456", STINT_DROP_NDP_MALFORMED},
    {RA, 0, 255, "fe80::1", "ff02::1", 0, TIMES, STINT_DROP_NONE},
    {RA, 0, 255, "fe80::1", "ff02::1", 0, TIMES "fe02000000000000", STINT_DROP_NDP_MALFORMED},
    {RA, 0, 255, "2001:db8::1", "ff02::1", 0, TIMES, STINT_DROP_NDP_ADDRESS},
    {RA, 0, 64, "fe80::1", "ff02::1", 0, TIMES, STINT_DROP_NDP_HOP_LIMIT},
    {NS, 0, 255, "fe80::9", "ff02::1:ff00:1", 0, TARGET SOURCE_LINK, STINT_DROP_NONE},
    {NS, 0, 255, "::", "ff02::1:ff00:1", 0, TARGET, STINT_DROP_NONE},
    {NS, 0, 255, "::", "ff02::1:ff00:1", 0, TARGET SOURCE_LINK, STINT_DROP_NDP_ADDRESS},
    {NS, 0, 255, "::", "fe80::1", 0, TARGET, STINT_DROP_NDP_ADDRESS},
    {NS, 0, 255, "fe80::9", "fe80::1", 0, GROUP, STINT_DROP_NDP_ADDRESS},
    {NS, 0, 255, "fe80::9", "fe80::1", 0, NOBODY, STINT_DROP_NDP_ADDRESS},
    {NS, 0, 255, "fe80::9", "fe80::1", 0, MAPPED, STINT_DROP_NDP_ADDRESS},
    {NS, 0, 255, "fe80::9", "fe80::1", 0, TARGET "00000000", STINT_DROP_NDP_MALFORMED},
    {NS, 3, 255, "fe80::9", "fe80::1", 0, TARGET, STINT_DROP_NDP_HOP_LIMIT},
    {NA, 0, 255, "fe80::1", "fe80::9", UINT32_C(0x40000000), TARGET, STINT_DROP_NONE},
    {NA, 0, 255, "fe80::1", "ff02::1", UINT32_C(0x20000000), TARGET TARGET_LINK, STINT_DROP_NONE},
    {NA, 0, 255, "fe80::1", "ff02::1", UINT32_C(0x60000000), TARGET, STINT_DROP_NDP_ADDRESS},
    {NA, 0, 255, "fe80::1", "fe80::9", 0, GROUP, STINT_DROP_NDP_ADDRESS},
    {NA, 0, 1, "fe80::1", "fe80::9", 0, TARGET, STINT_DROP_NDP_HOP_LIMIT},
    {REDIRECT, 0, 255, "fe80::1", "fe80::9", 0, TARGET GLOBAL, STINT_DROP_NONE},
    {REDIRECT, 0, 255, "fe80::1", "fe80::9", 0, GLOBAL GLOBAL, STINT_DROP_NONE},
    {REDIRECT, 0, 255, "fe80::1", "fe80::9", 0, GLOBAL TARGET, STINT_DROP_NDP_ADDRESS},
    {REDIRECT, 0, 255, "fe80::1", "fe80::9", 0, TARGET GROUP, STINT_DROP_NDP_ADDRESS},
    {REDIRECT, 0, 255, "2001:db8::1", "fe80::9", 0, TARGET GLOBAL, STINT_DROP_NDP_ADDRESS},
    {REDIRECT, 1, 255, "fe80::1", "fe80::9", 0, TARGET GLOBAL, STINT_DROP_NDP_HOP_LIMIT},
};

enum { MESSAGES = sizeof messages / sizeof messages[0] };

static struct stint_address address_of(const char *text)
{
    struct stint_address address;
    assert_true(stint_address_parse(text, &address));
    return address;
}

static enum stint_drop said_to(
    const struct stint_ipv6_header *header, const struct stint_icmpv6_message *message)
{
    struct stint_ndp_neighbor neighbor;
    struct stint_ndp_router_solicitation solicitation;
    struct stint_ndp_router_advertisement advertisement;
    struct stint_ndp_redirect redirect;
    switch (message->type) {
    case RS:
        return stint_ndp_router_solicitation_parse(header, message, &solicitation);
    case RA:
        return stint_ndp_router_advertisement_parse(header, message, &advertisement);
    case REDIRECT:
        return stint_ndp_redirect_parse(header, message, &redirect);
    default:
        return stint_ndp_neighbor_parse(header, message, &neighbor);
    }
}

static struct stint_ipv6_header header_of(size_t i)
{
    struct stint_ipv6_header header = {
        .source = address_of(messages[i].source),
        .destination = address_of(messages[i].destination),
        .hop_limit = messages[i].hop_limit,
    };
    return header;
}

static void messages_are_validated_as_rfc_4861_asks(void **state)
{
    (void)state;
    for (size_t i = 0; i < MESSAGES; i++) {
        uint8_t bytes[64];
        const struct stint_span copy =
            test_exact_copy(test_hex(messages[i].data, stint_span_of(bytes, sizeof bytes)));
        const struct stint_ipv6_header header = header_of(i);
        const struct stint_icmpv6_message message = {.type = messages[i].type,
            .code = messages[i].code,
            .parameter = messages[i].parameter,
            .data = stint_span_as_view(copy)};
        const enum stint_drop said = said_to(&header, &message);
        if (said != messages[i].said) {
            fail_msg("message %zu: %s", i, stint_drop_name(said));
        }
        test_release(copy);
    }
}

static size_t length_without_options(uint8_t type)
{
    if (type == RS || type == RA) {
        return type == RS ? 0 : 8;
    }
    return type == REDIRECT ? 32 : 16;
}

/* A cut that ends between options is a shorter message; all others are refused. */
static void L2_every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < MESSAGES; i++) {
        uint8_t bytes[64];
        const struct stint_view data =
            test_hex(messages[i].data, stint_span_of(bytes, sizeof bytes));
        const struct stint_ipv6_header header = header_of(i);
        for (size_t length = 0; messages[i].said == 0 && length < data.length; length++) {
            const struct stint_span copy = test_exact_copy(stint_view_first(data, length));
            const struct stint_icmpv6_message message = {.type = messages[i].type,
                .parameter = messages[i].parameter,
                .data = stint_span_as_view(copy)};
            const bool whole = length == length_without_options(messages[i].type);
            assert_int_equal(
                said_to(&header, &message), whole ? STINT_DROP_NONE : STINT_DROP_NDP_MALFORMED);
            test_release(copy);
        }
    }
}

static void a_router_advertisement_tells_its_fields(void **state)
{
    (void)state;
    uint8_t bytes[8];
    const struct stint_ipv6_header header = {
        .source = address_of("fe80::1"), .hop_limit = STINT_NDP_HOP_LIMIT};
    const struct stint_icmpv6_message message = {.type = RA,
        .parameter = UINT32_C(0x40c80708),
        .data = test_hex(TIMES, stint_span_of(bytes, sizeof bytes))};
    struct stint_ndp_router_advertisement said;
    assert_int_equal(
        stint_ndp_router_advertisement_parse(&header, &message, &said), STINT_DROP_NONE);
    assert_int_equal(said.hop_limit, 64);
    assert_true(said.is_managed);
    assert_true(said.has_other);
    assert_int_equal(said.preference, STINT_NDP_PREFERENCE_HIGH);
    assert_int_equal(said.router_lifetime_s, 0x0708);
    assert_int_equal(said.reachable_ms, 1);
    assert_int_equal(said.retransmit_ms, 2);
    assert_int_equal(said.options.length, 0);
}

static const struct stint_address source = {{0xfe, 0x80, [15] = 9}};
static const struct stint_address destination = {{0xfe, 0x80, [15] = 8}};

static void neighbors_are_read_as_they_were_written(void **state)
{
    (void)state;
    const struct stint_ipv6_header header = {
        .source = source, .destination = destination, .hop_limit = STINT_NDP_HOP_LIMIT};
    for (unsigned flags = 0; flags < 32; flags++) {
        const bool advertises = flags >= 16;
        const struct stint_ndp_neighbor neighbor = {
            .target = source,
            .link_address = {{2, 0, 0, 0, 0, 1}},
            .has_link_address = flags % 2 == 1,
            .is_router = advertises && flags / 2 % 2 == 1,
            .is_solicited = advertises && flags / 4 % 2 == 1,
            .overrides = advertises && flags / 8 % 2 == 1,
        };
        uint8_t buffer[32];
        const size_t length = neighbor.has_link_address ? 32 : 24;
        for (size_t room = 0; room <= length; room++) {
            struct stint_writer writer = stint_writer_into(stint_span_of(buffer, room));
            assert_int_equal(
                stint_ndp_neighbor_emit(&neighbor, (enum stint_icmpv6_type)(advertises ? NA : NS),
                    &source, &destination, &writer),
                room == length);
        }
        struct stint_icmpv6_message message;
        struct stint_ndp_neighbor parsed;
        assert_int_equal(stint_icmpv6_message_parse(
                             stint_view_of(buffer, length), &source, &destination, &message),
            STINT_DROP_NONE);
        assert_int_equal(message.type, advertises ? NA : NS);
        assert_int_equal(stint_ndp_neighbor_parse(&header, &message, &parsed), STINT_DROP_NONE);
        assert_true(stint_address_equal(&parsed.target, &neighbor.target));
        assert_int_equal(parsed.has_link_address, neighbor.has_link_address);
        assert_int_equal(parsed.is_router, neighbor.is_router);
        assert_int_equal(parsed.is_solicited, neighbor.is_solicited);
        assert_int_equal(parsed.overrides, neighbor.overrides);
        assert_true(!parsed.has_link_address || parsed.link_address.octets[5] == 1);
    }
}

static void a_router_solicitation_is_written_as_linux_does(void **state)
{
    (void)state;
    const struct stint_address linux_host = address_of("fe80::5054:ff:fe12:3456");
    const struct stint_address routers = stint_address_link_group(STINT_GROUP_ALL_ROUTERS);
    const struct stint_ndp_router_solicitation solicitation = {
        .link_address = {{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}}, .has_link_address = true};
    uint8_t buffer[16];
    uint8_t bytes[16];
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_true(stint_ndp_router_solicitation_emit(&solicitation, &linux_host, &routers, &writer));
    test_assert_view_equal(stint_writer_written(&writer),
        test_hex("850071b500000000" SOURCE_LINK, stint_span_of(bytes, sizeof bytes)));
}

/* What a Linux kernel sent to look for a duplicate of its address, with a nonce. */
static void a_real_neighbor_solicitation_is_read(void **state)
{
    (void)state;
    uint8_t bytes[72];
    const struct stint_view packet = test_hex("6000000000203aff 00000000000000000000000000000000"
                                              "ff0200000000000000000001ff123456 8700f71100000000"
                                              "fe80000000000000505400fffe123456 0e0182a41b39210a",
        stint_span_of(bytes, sizeof bytes));
    struct stint_ipv6_header header;
    struct stint_view payload;
    struct stint_icmpv6_message message;
    struct stint_ndp_neighbor neighbor;
    assert_int_equal(stint_ipv6_header_parse(packet, &header, &payload), STINT_DROP_NONE);
    assert_int_equal(
        stint_icmpv6_message_parse(payload, &header.source, &header.destination, &message),
        STINT_DROP_NONE);
    assert_int_equal(stint_ndp_neighbor_parse(&header, &message, &neighbor), STINT_DROP_NONE);
    const struct stint_address target = address_of("fe80::5054:ff:fe12:3456");
    const struct stint_address group = stint_address_solicited_node(&target);
    assert_true(stint_address_equal(&neighbor.target, &target));
    assert_true(stint_address_equal(&header.destination, &group));
    assert_false(neighbor.has_link_address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_validated_as_rfc_4861_asks),
        cmocka_unit_test(L2_every_truncation_is_refused),
        cmocka_unit_test(a_router_advertisement_tells_its_fields),
        cmocka_unit_test(neighbors_are_read_as_they_were_written),
        cmocka_unit_test(a_router_solicitation_is_written_as_linux_does),
        cmocka_unit_test(a_real_neighbor_solicitation_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
