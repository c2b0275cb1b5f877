/* ARP for IPv4 over Ethernet.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/arp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

/* A request that a Linux kernel sent. */
static const char real_request[] =
    "0001 0800 06 04 0001 525400123456 0a00020f 000000000000 0a000203";

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_arp_packet_emit(value, writer);
}

static enum stint_drop parse(struct stint_view bytes)
{
    struct stint_arp_packet packet;
    return stint_arp_packet_parse(bytes, &packet);
}

static void assert_packets_equal(const struct stint_arp_packet *a, const struct stint_arp_packet *b)
{
    assert_int_equal(a->operation, b->operation);
    assert_true(stint_hardware_address_equal(&a->sender_hardware, &b->sender_hardware));
    assert_true(stint_hardware_address_equal(&a->target_hardware, &b->target_hardware));
    assert_true(stint_address_equal(&a->sender, &b->sender));
    assert_true(stint_address_equal(&a->target, &b->target));
}

static struct stint_arp_packet random_packet(struct noise *noise)
{
    uint8_t octets[20];
    noise_fill(noise, octets, sizeof octets);
    struct stint_arp_packet packet;
    packet.operation = noise_below(noise, 2) == 0 ? STINT_ARP_REQUEST : STINT_ARP_REPLY;
    memcpy(packet.sender_hardware.octets, octets, 6);
    memcpy(packet.target_hardware.octets, octets + 6, 6);
    packet.sender = stint_address_from_ipv4(octets + 12);
    packet.target = stint_address_from_ipv4(octets + 16);
    return packet;
}

static void what_is_emitted_parses_to_the_same(void **state)
{
    (void)state;
    struct noise noise = {1};
    for (int round = 0; round < 2000; round++) {
        const struct stint_arp_packet packet = random_packet(&noise);
        uint8_t buffer[28];
        const struct stint_view bytes =
            test_emitted(emit, &packet, stint_span_of(buffer, sizeof buffer));
        assert_int_equal(bytes.length, STINT_ARP_PACKET_LENGTH);
        struct stint_arp_packet parsed;
        assert_int_equal(stint_arp_packet_parse(bytes, &parsed), STINT_DROP_NONE);
        assert_packets_equal(&parsed, &packet);
    }
}

static void a_real_request_is_read_and_written(void **state)
{
    (void)state;
    uint8_t bytes[28];
    const struct stint_view request = test_hex(real_request, stint_span_of(bytes, sizeof bytes));
    const struct stint_arp_packet expected = {
        .operation = STINT_ARP_REQUEST,
        .sender_hardware = {{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}},
        .sender = stint_address_ipv4(10, 0, 2, 15),
        .target = stint_address_ipv4(10, 0, 2, 3),
    };
    struct stint_arp_packet packet;
    assert_int_equal(stint_arp_packet_parse(request, &packet), STINT_DROP_NONE);
    assert_packets_equal(&packet, &expected);
    uint8_t buffer[28];
    test_assert_view_equal(
        test_emitted(emit, &expected, stint_span_of(buffer, sizeof buffer)), request);
}

static void L12_a_short_packet_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[28];
    const struct stint_view request = test_hex(real_request, stint_span_of(bytes, sizeof bytes));
    test_assert_every_truncation_is_refused(parse, request);
    test_assert_parse_says(parse, stint_view_first(request, 27), STINT_DROP_ARP_MALFORMED);
}

static void L12_padding_of_any_length_is_ignored(void **state)
{
    (void)state;
    uint8_t bytes[46];
    memset(bytes, 0xff, sizeof bytes);
    test_hex(real_request, stint_span_of(bytes, sizeof bytes));
    for (size_t length = 28; length <= sizeof bytes; length++) {
        test_assert_parse_says(parse, stint_view_of(bytes, length), STINT_DROP_NONE);
    }
}

static void L12_other_lengths_types_and_operations_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t octet;
    } wrong[] = {{0, 1}, {1, 6}, {2, 0x86}, {3, 6}, {4, 0}, {4, 7}, {4, 255}, {5, 0}, {5, 16},
        {5, 255}, {6, 1}, {7, 0}, {7, 3}, {7, 255}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t bytes[28];
        const struct stint_view packet = test_hex(real_request, stint_span_of(bytes, sizeof bytes));
        bytes[wrong[i].at] = wrong[i].octet;
        test_assert_parse_says(parse, packet, STINT_DROP_ARP_MALFORMED);
    }
}

static void a_packet_is_only_written_where_it_fits(void **state)
{
    (void)state;
    struct noise noise = {2};
    const struct stint_arp_packet packet = random_packet(&noise);
    test_assert_emit_keeps_to_its_room(emit, &packet, STINT_ARP_PACKET_LENGTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_emitted_parses_to_the_same),
        cmocka_unit_test(a_real_request_is_read_and_written),
        cmocka_unit_test(L12_a_short_packet_is_refused),
        cmocka_unit_test(L12_padding_of_any_length_is_ignored),
        cmocka_unit_test(L12_other_lengths_types_and_operations_are_refused),
        cmocka_unit_test(a_packet_is_only_written_where_it_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
