/* Multicast groups as lwIP's options name them: struct ip_mreq, struct ipv6_mreq, and interfaces by
 * their addresses. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "lwip_groups.h"

#include "calls.h"

#include <string.h>

static struct stint_address address_of(const struct in_addr *address)
{
    uint8_t octets[4];
    memcpy(octets, address, sizeof(octets));
    return stint_address_from_ipv4(octets);
}

int64_t lwip_interface_of_address(const struct in_addr *address)
{
    const struct stint_address wanted = address_of(address);
    if (stint_address_is_unspecified(&wanted)) {
        return 0;
    }
    const unsigned found = stint_interface_of_address(lwip_sockets(), &wanted);
    return found != 0 ? (int64_t)found : INT64_MAX;
}

void lwip_write_interface(unsigned interface, struct in_addr *address)
{
    const struct stint_address found =
        stint_address_of_interface(lwip_sockets(), interface, STINT_IPV4);
    memcpy(address, stint_address_ipv4_octets(&found), sizeof(*address));
}

long lwip_change_membership(
    int descriptor, enum lwip_option_kind kind, const union lwip_membership *membership)
{
    struct stint_address group = address_of(&membership->ipv4.imr_multiaddr);
    int64_t interface = 0;
#if LWIP_IPV6
    if (kind == LWIP_OPTION_JOIN_IPV6 || kind == LWIP_OPTION_LEAVE_IPV6) {
        uint8_t octets[16];
        memcpy(octets, &membership->ipv6.ipv6mr_multiaddr, sizeof(octets));
        group = stint_address_from_ipv6(octets);
        interface = membership->ipv6.ipv6mr_interface;
    }
#endif
    if (kind == LWIP_OPTION_JOIN || kind == LWIP_OPTION_LEAVE) {
        interface = lwip_interface_of_address(&membership->ipv4.imr_interface);
    }
    if (interface > UINT8_MAX) {
        return -EADDRNOTAVAIL;
    }
    const bool joins = kind == LWIP_OPTION_JOIN || kind == LWIP_OPTION_JOIN_IPV6;
    const int result =
        joins ? stint_join_group(lwip_sockets(), descriptor, (unsigned)interface, &group)
              : stint_leave_group(lwip_sockets(), descriptor, (unsigned)interface, &group);
    return stint_platform_result(result);
}
