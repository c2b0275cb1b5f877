/* Addresses of both families as one type, hardware addresses, endpoints and prefixes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * An IPv4 address is held as its IPv4-mapped form ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so that
 * comparing, hashing, prefix matching and dual-stack sockets know one shape. Octets are in network
 * order. The zero value is "no address". Mapped addresses never come from or go to an IPv6 packet.
 */
#ifndef STINT_WIRE_ADDRESS_H
#define STINT_WIRE_ADDRESS_H

#include "stint/base/bytes.h"
#include <stdalign.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_IPV4_MAPPED_BITS = 96 };

struct stint_address {
    alignas(uint16_t) uint8_t octets[16]; /* so that an endpoint has 18 octets */
};

struct stint_hardware_address {
    uint8_t octets[6];
};

struct stint_endpoint {
    struct stint_address address;
    uint16_t port;
};

/* The addresses whose first `length` bits (0 to 128) equal those of `address`; an IPv4 /24 has
 * length 120. */
struct stint_prefix {
    struct stint_address address;
    uint8_t length;
};

/* a.b.c.d */
struct stint_address stint_address_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d);

/* The IPv4 address whose four octets are at `octets`, and the four octets of an IPv4 address
 * (borrowed from `address`). */
struct stint_address stint_address_from_ipv4(const uint8_t *octets);
void stint_address_set_ipv4(struct stint_address *address, const uint8_t *octets);
const uint8_t *stint_address_ipv4_octets(const struct stint_address *address);

/* The IPv6 address whose sixteen octets are at `octets`. */
struct stint_address stint_address_from_ipv6(const uint8_t *octets);

/* Copies an address: where packets go by, faster than an assignment, of which compilers that save
 * space make a call of memcpy. */
void stint_address_copy(struct stint_address *to, const struct stint_address *from);

bool stint_address_equal(const struct stint_address *a, const struct stint_address *b);
bool stint_address_is_ipv4(const struct stint_address *address);

/* 0.0.0.0 or :: (no address at all is :: too), or any of IPv6 alone. */
bool stint_address_is_unspecified(const struct stint_address *address);

/* What a socket may be bound to that is no one address: :: stands for any of both families,
 * 0.0.0.0 for any of IPv4, and this for any of IPv6. It is ::fefe:0:0, which no host has (RFC 4291
 * 4: ::/8 is reserved) and which never leaves. */
struct stint_address stint_address_any_ipv6(void);

/* True when who is bound to `local` hears what is sent to `address`. */
bool stint_address_covers(const struct stint_address *local, const struct stint_address *address);

/* True when there is an address that both hear. */
bool stint_address_overlaps(const struct stint_address *a, const struct stint_address *b);

/* 224.0.0.0/4 or ff00::/8 */
bool stint_address_is_multicast(const struct stint_address *address);

/* 255.255.255.255; a subnet's own broadcast address is known by iface/addresses. */
bool stint_address_is_limited_broadcast(const struct stint_address *address);

/* 127.0.0.0/8 or ::1 */
bool stint_address_is_loopback(const struct stint_address *address);

/* 169.254.0.0/16 or fe80::/10 */
bool stint_address_is_link_local(const struct stint_address *address);

/* 240.0.0.0/4 without the limited broadcast address: never a valid source or destination. */
bool stint_address_is_reserved(const struct stint_address *address);

/* Well-known groups of a link (RFC 4291 2.7.1, RFC 3810 10, RFC 8415 7.1), by their low 32 bits. */
enum {
    STINT_GROUP_ALL_NODES = 1,
    STINT_GROUP_ALL_ROUTERS = 2,
    STINT_GROUP_MLDV2_ROUTERS = 0x16,
    STINT_GROUP_DHCP_SERVERS = 0x10002,
};

/* The link's IPv6 group ff02::`group`. */
struct stint_address stint_address_link_group(uint32_t group);

/* The solicited-node group of an IPv6 address (RFC 4291 2.7.1). */
struct stint_address stint_address_solicited_node(const struct stint_address *address);

bool stint_prefix_contains(const struct stint_prefix *prefix, const struct stint_address *address);

/* The prefix of an IPv4 network: `length` is 0 to 32. */
struct stint_prefix stint_prefix_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint8_t length);

bool stint_endpoint_equal(const struct stint_endpoint *a, const struct stint_endpoint *b);

/* Copies 6 octets; without a call of memcpy, even where compilers save space. */
static inline void stint_copy_hardware_address(uint8_t *to, const uint8_t *from)
{
#pragma GCC unroll 6
    for (size_t i = 0; i < 6; i++) {
        to[i] = from[i];
    }
}

bool stint_hardware_address_equal(
    const struct stint_hardware_address *a, const struct stint_hardware_address *b);
extern const struct stint_hardware_address stint_hardware_address_broadcast;

/* The group bit: broadcast or multicast. */
bool stint_hardware_address_is_group(const struct stint_hardware_address *address);
bool stint_hardware_address_is_zero(const struct stint_hardware_address *address);

/* The Ethernet address of a multicast group (RFC 1112 6.4, RFC 2464 7). */
struct stint_hardware_address stint_hardware_address_of_group(const struct stint_address *group);

#ifdef __cplusplus
}
#endif

#endif
