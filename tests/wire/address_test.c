/* Addresses, prefixes, endpoints and hardware addresses.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"

typedef bool address_claim(const struct stint_address *address);

static bool holds(address_claim *claim, uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    const struct stint_address address = stint_address_ipv4(a, b, c, d);
    return claim(&address);
}

static const struct stint_address none = {{0}};
static const struct stint_address ipv6_loopback = {{[15] = 1}};
static const struct stint_address ipv6_all_nodes = {{0xff, 0x02, [15] = 1}};
static const struct stint_address ipv6_global = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}};

static void an_ipv4_address_is_mapped(void **state)
{
    (void)state;
    const struct stint_address address = stint_address_ipv4(192, 0, 2, 1);
    const uint8_t mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
    assert_memory_equal(address.octets, mapped, sizeof mapped);
    assert_memory_equal(stint_address_ipv4_octets(&address), mapped + 12, 4);
    const struct stint_address same = stint_address_from_ipv4(mapped + 12);
    assert_true(stint_address_equal(&address, &same));
    assert_false(stint_address_equal(&address, &none));
    assert_true(stint_address_is_ipv4(&address));
    assert_false(stint_address_is_ipv4(&none));
    assert_false(stint_address_is_ipv4(&ipv6_global));
}

static void unspecified_is_zero_in_both_families(void **state)
{
    (void)state;
    assert_true(stint_address_is_unspecified(&none));
    assert_true(holds(stint_address_is_unspecified, 0, 0, 0, 0));
    assert_false(holds(stint_address_is_unspecified, 0, 0, 0, 1));
    assert_false(stint_address_is_unspecified(&ipv6_loopback));
    const struct stint_address any_ipv6 = stint_address_any_ipv6();
    assert_true(stint_address_is_unspecified(&any_ipv6));
    assert_false(stint_address_is_ipv4(&any_ipv6));
}

static void multicast_is_told_in_both_families(void **state)
{
    (void)state;
    assert_false(holds(stint_address_is_multicast, 223, 255, 255, 255));
    assert_true(holds(stint_address_is_multicast, 224, 0, 0, 1));
    assert_true(holds(stint_address_is_multicast, 239, 255, 255, 255));
    assert_false(holds(stint_address_is_multicast, 240, 0, 0, 0));
    assert_false(holds(stint_address_is_multicast, 255, 255, 255, 255));
    assert_true(stint_address_is_multicast(&ipv6_all_nodes));
    assert_false(stint_address_is_multicast(&ipv6_global));
}

static void broadcast_reserved_and_loopback_are_told_apart(void **state)
{
    (void)state;
    assert_true(holds(stint_address_is_limited_broadcast, 255, 255, 255, 255));
    assert_false(holds(stint_address_is_limited_broadcast, 255, 255, 255, 254));
    assert_true(holds(stint_address_is_reserved, 240, 0, 0, 0));
    assert_true(holds(stint_address_is_reserved, 255, 255, 255, 254));
    assert_false(holds(stint_address_is_reserved, 255, 255, 255, 255));
    assert_false(holds(stint_address_is_reserved, 239, 255, 255, 255));
    assert_false(stint_address_is_reserved(&ipv6_all_nodes));
    assert_true(holds(stint_address_is_loopback, 127, 0, 0, 1));
    assert_true(holds(stint_address_is_loopback, 127, 255, 255, 254));
    assert_false(holds(stint_address_is_loopback, 128, 0, 0, 1));
    assert_true(stint_address_is_loopback(&ipv6_loopback));
    assert_false(stint_address_is_loopback(&none));
}

static void an_ipv4_prefix_holds_its_network(void **state)
{
    (void)state;
    const struct stint_prefix prefix = stint_prefix_ipv4(192, 168, 4, 77, 22);
    assert_int_equal(prefix.length, 118);
    const struct stint_address inside = stint_address_ipv4(192, 168, 7, 255);
    const struct stint_address above = stint_address_ipv4(192, 168, 8, 0);
    const struct stint_address below = stint_address_ipv4(192, 168, 3, 255);
    assert_true(stint_prefix_contains(&prefix, &inside));
    assert_false(stint_prefix_contains(&prefix, &above));
    assert_false(stint_prefix_contains(&prefix, &below));
    const struct stint_prefix default_route = stint_prefix_ipv4(0, 0, 0, 0, 0);
    assert_true(stint_prefix_contains(&default_route, &above));
    assert_false(stint_prefix_contains(&default_route, &ipv6_global));
}

static bool bit_of(const struct stint_address *address, size_t bit)
{
    return address->octets[bit / 8] >> (7 - bit % 8) & 1;
}

static bool first_bits_equal(
    const struct stint_address *a, const struct stint_address *b, size_t bits)
{
    for (size_t i = 0; i < bits; i++) {
        if (bit_of(a, i) != bit_of(b, i)) {
            return false;
        }
    }
    return true;
}

static void a_prefix_of_any_length_compares_bit_by_bit(void **state)
{
    (void)state;
    struct noise noise = {1};
    for (int round = 0; round < 20000; round++) {
        struct stint_prefix prefix;
        noise_fill(&noise, prefix.address.octets, 16);
        prefix.length = (uint8_t)noise_below(&noise, 129);
        struct stint_address address = prefix.address;
        const size_t bit = noise_below(&noise, 128);
        address.octets[bit / 8] = (uint8_t)(address.octets[bit / 8] ^ 0x80u >> bit % 8);
        assert_int_equal(stint_prefix_contains(&prefix, &address),
            first_bits_equal(&prefix.address, &address, prefix.length));
    }
}

static void endpoints_are_equal_by_address_and_port(void **state)
{
    (void)state;
    const struct stint_endpoint a = {ipv6_global, 80};
    const struct stint_endpoint other_port = {ipv6_global, 81};
    const struct stint_endpoint other_address = {ipv6_loopback, 80};
    assert_true(stint_endpoint_equal(&a, &a));
    assert_false(stint_endpoint_equal(&a, &other_port));
    assert_false(stint_endpoint_equal(&a, &other_address));
}

static void hardware_addresses_know_groups_and_zero(void **state)
{
    (void)state;
    const struct stint_hardware_address broadcast = stint_hardware_address_broadcast;
    const struct stint_hardware_address station = {{0x52, 0x54, 0, 0x12, 0x34, 0x56}};
    const struct stint_hardware_address other = {{0x52, 0x54, 0, 0x12, 0x34, 0x57}};
    const struct stint_hardware_address zero = {{0}};
    assert_true(stint_hardware_address_is_group(&broadcast));
    assert_false(stint_hardware_address_is_group(&station));
    assert_true(stint_hardware_address_is_zero(&zero));
    assert_false(stint_hardware_address_is_zero(&station));
    assert_true(stint_hardware_address_equal(&station, &station));
    assert_false(stint_hardware_address_equal(&station, &other));
}

static void a_multicast_group_keeps_its_low_23_bits(void **state)
{
    (void)state;
    const struct stint_address group = stint_address_ipv4(224, 0x81, 2, 3);
    const struct stint_hardware_address expected = {{0x01, 0x00, 0x5e, 0x01, 2, 3}};
    const struct stint_hardware_address address = stint_hardware_address_of_group(&group);
    assert_true(stint_hardware_address_equal(&address, &expected));
    assert_true(stint_hardware_address_is_group(&address));
}

static void an_ipv6_group_keeps_its_low_32_bits(void **state)
{
    (void)state;
    const struct stint_address group = stint_address_link_group(0x01020304);
    const struct stint_hardware_address expected = {{0x33, 0x33, 1, 2, 3, 4}};
    const struct stint_hardware_address address = stint_hardware_address_of_group(&group);
    assert_true(stint_hardware_address_equal(&address, &expected));
}

static void groups_of_a_link_are_made_from_what_they_are_for(void **state)
{
    (void)state;
    const struct stint_address nodes = stint_address_link_group(STINT_GROUP_ALL_NODES);
    assert_true(stint_address_equal(&nodes, &ipv6_all_nodes));
    /* RFC 4291 2.7.1: the example. */
    const uint8_t octets[16] = {0x40, 0x37, [9] = 1, 0x08, 0, 0x20, 0x0e, 0x8c, 0x6c};
    const struct stint_address node = stint_address_from_ipv6(octets);
    assert_memory_equal(node.octets, octets, sizeof octets);
    const struct stint_address group = stint_address_solicited_node(&node);
    const struct stint_address expected = {{0xff, 0x02, [11] = 1, 0xff, 0x0e, 0x8c, 0x6c}};
    assert_true(stint_address_equal(&group, &expected));
}

static void link_local_is_told_in_both_families(void **state)
{
    (void)state;
    struct stint_address address = {{0xfe, 0x80, [15] = 1}};
    assert_true(stint_address_is_link_local(&address));
    address.octets[1] = 0xbf;
    assert_true(stint_address_is_link_local(&address));
    address.octets[1] = 0xc0;
    assert_false(stint_address_is_link_local(&address));
    address.octets[1] = 0x7f;
    assert_false(stint_address_is_link_local(&address));
    assert_false(stint_address_is_link_local(&ipv6_all_nodes));
    assert_true(holds(stint_address_is_link_local, 169, 254, 0, 1));
    assert_false(holds(stint_address_is_link_local, 169, 253, 0, 1));
    assert_false(holds(stint_address_is_link_local, 168, 254, 0, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ipv4_address_is_mapped),
        cmocka_unit_test(unspecified_is_zero_in_both_families),
        cmocka_unit_test(multicast_is_told_in_both_families),
        cmocka_unit_test(broadcast_reserved_and_loopback_are_told_apart),
        cmocka_unit_test(an_ipv4_prefix_holds_its_network),
        cmocka_unit_test(a_prefix_of_any_length_compares_bit_by_bit),
        cmocka_unit_test(endpoints_are_equal_by_address_and_port),
        cmocka_unit_test(hardware_addresses_know_groups_and_zero),
        cmocka_unit_test(a_multicast_group_keeps_its_low_23_bits),
        cmocka_unit_test(an_ipv6_group_keeps_its_low_32_bits),
        cmocka_unit_test(groups_of_a_link_are_made_from_what_they_are_for),
        cmocka_unit_test(link_local_is_told_in_both_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
