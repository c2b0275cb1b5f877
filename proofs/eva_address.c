/* Interpretation of wire/address over unknown addresses and every prefix length.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/address.c base/bytes.c
 */
#include "stint/wire/address.h"
#include "unknown.h"

static void make(const struct stint_address *from)
{
    const uint8_t *octets = unknown_bytes(16);
    struct stint_address address = stint_address_from_ipv6(octets);
    stint_address_copy(&address, from);
    stint_address_set_ipv4(&address, stint_address_ipv4_octets(from));
    address = stint_address_link_group(unknown32());
    address = stint_address_solicited_node(from);
    address = stint_address_any_ipv6();
    forget(octets);
}

int main(void)
{
    struct stint_address a;
    struct stint_prefix prefix;
    struct stint_endpoint endpoint;
    struct stint_hardware_address hardware_address;
    MAKE_UNKNOWN(a);
    MAKE_UNKNOWN(prefix);
    MAKE_UNKNOWN(endpoint);
    MAKE_UNKNOWN(hardware_address);
    stint_address_equal(&a, &prefix.address);
    stint_address_covers(&prefix.address, &a);
    stint_address_overlaps(&prefix.address, &a);
    stint_address_is_ipv4(&a);
    stint_address_is_unspecified(&a);
    stint_address_is_multicast(&a);
    stint_address_is_limited_broadcast(&a);
    stint_address_is_loopback(&a);
    stint_address_is_link_local(&a);
    stint_address_is_reserved(&a);
    stint_endpoint_equal(&endpoint, &endpoint);
    stint_hardware_address_is_group(&hardware_address);
    stint_hardware_address_is_zero(&hardware_address);
    stint_hardware_address_equal(&hardware_address, &stint_hardware_address_broadcast);
    stint_hardware_address_of_group(&a);
    make(&a);
    stint_prefix_ipv4(unknown8(), unknown8(), unknown8(), unknown8(), (uint8_t)(unknown8() % 33));
    const size_t length = unknown_up_to(255);
    /*@ split length; */
    prefix.length = (uint8_t)length;
    stint_prefix_contains(&prefix, &a);
    Frama_C_show_each_end();
    return 0;
}
