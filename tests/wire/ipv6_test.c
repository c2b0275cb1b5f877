/* IPv6 headers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address_text.h"
#include "stint/wire/ipv6.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

/* A router solicitation that a Linux kernel sent: 56 bytes. */
static const char real_solicitation[] = "6000000000103aff fe80000000000000505400fffe123456"
                                        "ff020000000000000000000000000002"
                                        "8500 71b500000000 0101525400123456";

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_ipv6_header_emit(value, writer);
}

static enum stint_drop parse(struct stint_view packet)
{
    struct stint_ipv6_header header;
    struct stint_view payload;
    return stint_ipv6_header_parse(packet, &header, &payload);
}

static struct stint_address address_of(const char *text)
{
    struct stint_address address;
    assert_true(stint_address_parse(text, &address));
    return address;
}

static struct stint_ipv6_header random_header(struct noise *noise)
{
    struct stint_ipv6_header header = {
        .flow_label = noise_below(noise, STINT_IPV6_FLOW_LABELS),
        .payload_length = (uint16_t)noise_below(noise, 1461),
        .traffic_class = (uint8_t)noise_next(noise),
        .next_header = (uint8_t)noise_next(noise),
        .hop_limit = (uint8_t)noise_next(noise),
    };
    noise_fill(noise, header.source.octets, 16);
    noise_fill(noise, header.destination.octets, 16);
    header.source.octets[0] = 0x20; /* no group */
    return header;
}

static void assert_headers_equal(
    const struct stint_ipv6_header *a, const struct stint_ipv6_header *b)
{
    assert_true(stint_address_equal(&a->source, &b->source));
    assert_true(stint_address_equal(&a->destination, &b->destination));
    assert_int_equal(a->flow_label, b->flow_label);
    assert_int_equal(a->payload_length, b->payload_length);
    assert_int_equal(a->traffic_class, b->traffic_class);
    assert_int_equal(a->next_header, b->next_header);
    assert_int_equal(a->hop_limit, b->hop_limit);
}

static void what_is_emitted_parses_to_the_same(void **state)
{
    (void)state;
    struct noise noise = {1};
    static uint8_t buffer[1500];
    for (int round = 0; round < 5000; round++) {
        const struct stint_ipv6_header header = random_header(&noise);
        test_emitted(emit, &header, stint_span_of(buffer, sizeof buffer));
        struct stint_ipv6_header parsed;
        struct stint_view payload;
        assert_int_equal(
            stint_ipv6_header_parse(stint_view_of(buffer, sizeof buffer), &parsed, &payload),
            STINT_DROP_NONE);
        assert_headers_equal(&parsed, &header);
        assert_ptr_equal(payload.bytes, buffer + 40);
        assert_int_equal(payload.length, header.payload_length);
    }
}

static void a_real_packet_is_read_and_its_header_written(void **state)
{
    (void)state;
    uint8_t bytes[56];
    const struct stint_view packet =
        test_hex(real_solicitation, stint_span_of(bytes, sizeof bytes));
    const struct stint_ipv6_header expected = {
        .source = address_of("fe80::5054:ff:fe12:3456"),
        .destination = stint_address_link_group(STINT_GROUP_ALL_ROUTERS),
        .payload_length = 16,
        .next_header = 58,
        .hop_limit = 255,
    };
    struct stint_ipv6_header header;
    struct stint_view payload;
    assert_int_equal(stint_ipv6_header_parse(packet, &header, &payload), STINT_DROP_NONE);
    assert_headers_equal(&header, &expected);
    uint8_t buffer[40];
    test_assert_view_equal(test_emitted(emit, &expected, stint_span_of(buffer, sizeof buffer)),
        stint_view_first(packet, 40));
}

static void L1_every_truncation_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[56];
    const struct stint_view packet =
        test_hex(real_solicitation, stint_span_of(bytes, sizeof bytes));
    for (size_t length = 0; length < packet.length; length++) {
        test_assert_parse_says(parse, stint_view_first(packet, length), STINT_DROP_IPV6_SHORT);
    }
}

static void L1_padding_of_the_link_is_never_payload(void **state)
{
    (void)state;
    uint8_t bytes[60] = {0};
    test_hex(real_solicitation, stint_span_of(bytes, sizeof bytes));
    struct stint_ipv6_header header;
    struct stint_view payload;
    assert_int_equal(stint_ipv6_header_parse(stint_view_of(bytes, sizeof bytes), &header, &payload),
        STINT_DROP_NONE);
    assert_int_equal(payload.length, 16);
}

static void other_versions_are_refused(void **state)
{
    (void)state;
    for (unsigned version = 0; version < 16; version++) {
        uint8_t bytes[56];
        const struct stint_view packet =
            test_hex(real_solicitation, stint_span_of(bytes, sizeof bytes));
        bytes[0] = (uint8_t)(version * 16);
        test_assert_parse_says(
            parse, packet, version == 6 ? STINT_DROP_NONE : STINT_DROP_IPV6_VERSION);
    }
}

static void addresses_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const char *destination;
        enum stint_drop said;
    } pairs[] = {
        {"fe80::1", "fe80::2", STINT_DROP_NONE},
        {"::", "ff02::1", STINT_DROP_NONE},
        {"::1", "::1", STINT_DROP_NONE},
        {"ff02::1", "fe80::2", STINT_DROP_IPV6_SOURCE},
        {"::ffff:10.0.0.1", "fe80::2", STINT_DROP_IPV6_SOURCE},
        {"::ffff:0.0.0.0", "fe80::2", STINT_DROP_IPV6_SOURCE},
        {"fe80::1", "::", STINT_DROP_IPV6_DESTINATION},
        {"fe80::1", "::ffff:10.0.0.1", STINT_DROP_IPV6_DESTINATION},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        uint8_t bytes[56];
        const struct stint_view packet =
            test_hex(real_solicitation, stint_span_of(bytes, sizeof bytes));
        memcpy(bytes + 8, address_of(pairs[i].source).octets, 16);
        memcpy(bytes + 24, address_of(pairs[i].destination).octets, 16);
        test_assert_parse_says(parse, packet, pairs[i].said);
    }
}

static void a_quote_is_as_much_as_is_there(void **state)
{
    (void)state;
    uint8_t bytes[60] = {0};
    test_hex(real_solicitation, stint_span_of(bytes, sizeof bytes));
    for (size_t length = 0; length <= sizeof bytes; length++) {
        const struct stint_span copy = test_exact_copy(stint_view_of(bytes, length));
        struct stint_ipv6_header header;
        struct stint_view payload;
        const enum stint_drop said =
            stint_ipv6_quote_parse(stint_span_as_view(copy), &header, &payload);
        assert_int_equal(said, length < 40 ? STINT_DROP_IPV6_SHORT : STINT_DROP_NONE);
        if (said == STINT_DROP_NONE) {
            assert_int_equal(payload.length, length < 56 ? length - 40 : 16);
            assert_int_equal(header.payload_length, 16);
        }
        test_release(copy);
    }
}

static void a_header_is_only_written_where_it_fits(void **state)
{
    (void)state;
    struct noise noise = {2};
    const struct stint_ipv6_header header = random_header(&noise);
    test_assert_emit_keeps_to_its_room(emit, &header, STINT_IPV6_HEADER_LENGTH);
}

static void a_mapped_address_is_never_written(void **state)
{
    (void)state;
    uint8_t buffer[40];
    struct stint_ipv6_header header = {
        .source = address_of("fe80::1"), .destination = stint_address_ipv4(10, 0, 0, 1)};
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_false(stint_ipv6_header_emit(&header, &writer));
    header.destination = header.source;
    header.source = stint_address_ipv4(10, 0, 0, 1);
    assert_false(stint_ipv6_header_emit(&header, &writer));
    assert_int_equal(writer.used, 0);
}

static void a_flow_label_never_spills_into_the_traffic_class(void **state)
{
    (void)state;
    uint8_t buffer[40];
    const struct stint_ipv6_header header = {.traffic_class = 0xab, .flow_label = UINT32_MAX};
    test_emitted(emit, &header, stint_span_of(buffer, sizeof buffer));
    assert_int_equal(stint_load32(buffer), UINT32_C(0x6abfffff));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_emitted_parses_to_the_same),
        cmocka_unit_test(a_real_packet_is_read_and_its_header_written),
        cmocka_unit_test(L1_every_truncation_is_refused),
        cmocka_unit_test(L1_padding_of_the_link_is_never_payload),
        cmocka_unit_test(other_versions_are_refused),
        cmocka_unit_test(addresses_that_cannot_be_are_refused),
        cmocka_unit_test(a_quote_is_as_much_as_is_there),
        cmocka_unit_test(a_header_is_only_written_where_it_fits),
        cmocka_unit_test(a_mapped_address_is_never_written),
        cmocka_unit_test(a_flow_label_never_spills_into_the_traffic_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
