/* The addresses of an interface: which are ours, which are broadcast here, and from which to speak.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_IFACE_ADDRESSES_H
#define STINT_IFACE_ADDRESSES_H

#include "stint/base/result.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_local_address {
    struct stint_address address;
    uint8_t prefix_length; /* 0 to 128; an IPv4 /24 has 120 */
    bool deprecated;       /* for conversations under way; new ones only when nothing else serves */
};

struct stint_addresses {
    struct stint_local_address *entries; /* the first `used` are in use */
    uint8_t count;
    uint8_t used;
    uint8_t most; /* ever used */
};

/* True for an address that a single host may have: not unspecified, multicast, broadcast or
 * reserved. */
bool stint_addresses_host_may_have(const struct stint_address *address);

/* No address yet; `entries` is borrowed for the table's life. */
void stint_addresses_init(
    struct stint_addresses *addresses, struct stint_local_address *entries, uint8_t count);

/* STINT_INVALID for an address that no host may have, its own subnet's broadcast addresses
 * included, or a prefix length that does not fit its family; STINT_EXHAUSTED when the table is
 * full. An address that is already there gets what is new about it. */
enum stint_result stint_addresses_add(
    struct stint_addresses *addresses, const struct stint_local_address *address);

/* False when it was not there. */
bool stint_addresses_remove(struct stint_addresses *addresses, const struct stint_address *address);

/* True when the address is one of ours. */
bool stint_addresses_contain(
    const struct stint_addresses *addresses, const struct stint_address *address);

/* True for 255.255.255.255 and for the all-ones and all-zeros address of one of our IPv4 subnets
 * (RFC 1122 3.2.1.3; /31 and /32 have none, RFC 3021). */
bool stint_addresses_is_broadcast(
    const struct stint_addresses *addresses, const struct stint_address *address);

/* True when the address lies in the subnet of one of ours. */
bool stint_addresses_is_on_link(
    const struct stint_addresses *addresses, const struct stint_address *address);

/* The address of ours to speak from to `destination`: of its family, with the longest common
 * prefix, the first of equals. NULL when there is none; borrowed from the table. */
const struct stint_address *stint_addresses_select_source(
    const struct stint_addresses *addresses, const struct stint_address *destination);

#ifdef __cplusplus
}
#endif

#endif
