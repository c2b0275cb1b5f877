/* Ethernet II frames.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/ethernet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_ethernet_header_emit(value, writer);
}

static enum stint_drop parse(struct stint_view frame)
{
    struct stint_ethernet_header header;
    struct stint_view payload;
    return stint_ethernet_header_parse(frame, &header, &payload);
}

static uint16_t random_ethertype(struct noise *noise)
{
    const uint16_t ethertype = (uint16_t)(0x0600 + noise_below(noise, 0x10000 - 0x0600));
    const bool is_tag = ethertype == 0x8100 || ethertype == 0x88a8;
    return is_tag ? (uint16_t)STINT_ETHERTYPE_IPV4 : ethertype;
}

static void what_is_emitted_parses_to_the_same(void **state)
{
    (void)state;
    struct noise noise = {1};
    for (int round = 0; round < 2000; round++) {
        struct stint_ethernet_header header;
        noise_fill(&noise, header.destination.octets, 6);
        noise_fill(&noise, header.source.octets, 6);
        header.ethertype = random_ethertype(&noise);
        uint8_t buffer[60];
        noise_fill(&noise, buffer, sizeof buffer);
        const size_t length = 14 + noise_below(&noise, 47);
        test_emitted(emit, &header, stint_span_of(buffer, sizeof buffer));

        struct stint_ethernet_header parsed;
        struct stint_view payload;
        assert_int_equal(
            stint_ethernet_header_parse(stint_view_of(buffer, length), &parsed, &payload),
            STINT_DROP_NONE);
        assert_true(stint_hardware_address_equal(&parsed.destination, &header.destination));
        assert_true(stint_hardware_address_equal(&parsed.source, &header.source));
        assert_int_equal(parsed.ethertype, header.ethertype);
        test_assert_view_equal(payload, stint_view_of(buffer + 14, length - 14));
    }
}

static void a_real_frame_is_read(void **state)
{
    (void)state;
    uint8_t bytes[64];
    const struct stint_view frame =
        test_hex("ffffffffffff 525400123456 0806 0001", stint_span_of(bytes, sizeof bytes));
    const struct stint_hardware_address source = {{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}};
    const struct stint_hardware_address broadcast = stint_hardware_address_broadcast;
    struct stint_ethernet_header header;
    struct stint_view payload;
    assert_int_equal(stint_ethernet_header_parse(frame, &header, &payload), STINT_DROP_NONE);
    assert_true(stint_hardware_address_equal(&header.destination, &broadcast));
    assert_true(stint_hardware_address_equal(&header.source, &source));
    assert_int_equal(header.ethertype, STINT_ETHERTYPE_ARP);
    assert_int_equal(payload.length, 2);
}

static void L13_a_runt_is_refused(void **state)
{
    (void)state;
    const uint8_t header[14] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
    test_assert_every_truncation_is_refused(parse, stint_view_of(header, sizeof header));
    test_assert_parse_says(parse, stint_view_of(header, 13), STINT_DROP_ETHERNET_SHORT);
    test_assert_parse_says(parse, stint_view_of(header, 14), STINT_DROP_NONE);
}

static void L13_an_802_3_length_or_a_vlan_tag_is_refused(void **state)
{
    (void)state;
    static const uint16_t refused[] = {0, 46, 1500, 0x05ff, 0x8100, 0x88a8};
    static const uint16_t accepted[] = {0x0600, 0x0800, 0x0806, 0x86dd, 0xffff};
    uint8_t frame[60] = {0};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        stint_store16(frame + 12, refused[i]);
        test_assert_parse_says(parse, stint_view_of(frame, sizeof frame), STINT_DROP_ETHERNET_TYPE);
    }
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        stint_store16(frame + 12, accepted[i]);
        test_assert_parse_says(parse, stint_view_of(frame, sizeof frame), STINT_DROP_NONE);
    }
}

static void a_header_is_only_written_where_it_fits(void **state)
{
    (void)state;
    const struct stint_ethernet_header header = {.ethertype = STINT_ETHERTYPE_IPV4};
    test_assert_emit_keeps_to_its_room(emit, &header, STINT_ETHERNET_HEADER_LENGTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_emitted_parses_to_the_same),
        cmocka_unit_test(a_real_frame_is_read),
        cmocka_unit_test(L13_a_runt_is_refused),
        cmocka_unit_test(L13_an_802_3_length_or_a_vlan_tag_is_refused),
        cmocka_unit_test(a_header_is_only_written_where_it_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
