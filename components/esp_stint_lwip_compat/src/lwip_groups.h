/* Multicast groups as lwIP's options name them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_GROUPS_H
#define STINT_LWIP_GROUPS_H

#include "lwip_headers.h"
#include "lwip_options.h"

#if LWIP_IPV6
enum { LWIP_MEMBERSHIP_IPV6_LENGTH = sizeof(struct ipv6_mreq) };
#else
enum { LWIP_MEMBERSHIP_IPV6_LENGTH = 0 };
#endif

union lwip_membership {
    struct ip_mreq ipv4;
#if LWIP_IPV6
    struct ipv6_mreq ipv6;
#endif
};

/* Joins or leaves, as `kind` says: 0 or a negated errno. */
long lwip_change_membership(
    int descriptor, enum lwip_option_kind kind, const union lwip_membership *membership);

/* The number of the interface with an address, 0 for none: any; one that stint does not know for an
 * address that is not ours. And back: 0.0.0.0 for any. */
int64_t lwip_interface_of_address(const struct in_addr *address);
void lwip_write_interface(unsigned interface, struct in_addr *address);

#endif
