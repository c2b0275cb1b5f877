/* Addresses of both families, hardware addresses, endpoints and prefixes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address.h"

#include "stint/base/words.h"

#include <string.h>

struct stint_address stint_address_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    const uint8_t octets[4] = {a, b, c, d};
    return stint_address_from_ipv4(octets);
}

void stint_address_set_ipv4(struct stint_address *address, const uint8_t *octets)
{
#pragma GCC unroll 5
    for (size_t i = 0; i < 5; i++) {
        stint_store_half(address->octets + 2 * i, 0);
    }
    stint_store_half(address->octets + 10, UINT16_MAX);
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
        address->octets[12 + i] = octets[i];
    }
}

struct stint_address stint_address_from_ipv4(const uint8_t *octets)
{
    struct stint_address address;
    stint_address_set_ipv4(&address, octets);
    return address;
}

void stint_address_copy(struct stint_address *to, const struct stint_address *from)
{
    if (STINT_WORDS_LIE_ANYWHERE) {
        *to = *from;
        return;
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < sizeof to->octets; i += 2) {
        stint_store_half(to->octets + i, stint_load_half(from->octets + i));
    }
}

struct stint_address stint_address_from_ipv6(const uint8_t *octets)
{
    struct stint_address address;
    memcpy(address.octets, octets, sizeof address.octets);
    return address;
}

const uint8_t *stint_address_ipv4_octets(const struct stint_address *address)
{
    return address->octets + STINT_IPV4_MAPPED_BITS / 8;
}

/* Octets 2 * index and the next, as the machine loads them: addresses are looked at for every
 * packet, by halves of words as their alignment allows, told to the compiler lest it load single
 * octets. */
/* Of the halves before the last two, as UINT16_MAX is of an IPv4 address: the same read either way
 * round. */
enum { ANY_IPV6 = 0xfefe };

static inline uint16_t half_at(const struct stint_address *address, size_t index)
{
    return stint_load_half(address->octets + 2 * index);
}

static inline uint64_t long_at(const struct stint_address *address, size_t index)
{
    uint64_t eight;
    memcpy(&eight, address->octets + 8 * index, sizeof eight);
    return eight;
}

bool stint_address_equal(const struct stint_address *a, const struct stint_address *b)
{
    if (STINT_WORDS_LIE_ANYWHERE) {
        return long_at(a, 0) == long_at(b, 0) && long_at(a, 1) == long_at(b, 1);
    }
    return half_at(a, 7) == half_at(b, 7) && half_at(a, 6) == half_at(b, 6) &&
           half_at(a, 5) == half_at(b, 5) && half_at(a, 4) == half_at(b, 4) &&
           half_at(a, 3) == half_at(b, 3) && half_at(a, 2) == half_at(b, 2) &&
           half_at(a, 1) == half_at(b, 1) && half_at(a, 0) == half_at(b, 0);
}

bool stint_address_is_ipv4(const struct stint_address *address)
{
    return half_at(address, 5) == UINT16_MAX && half_at(address, 4) == 0 &&
           half_at(address, 3) == 0 && half_at(address, 2) == 0 && half_at(address, 1) == 0 &&
           half_at(address, 0) == 0;
}

bool stint_address_is_unspecified(const struct stint_address *address)
{
    const uint16_t before_ipv4 = half_at(address, 5);
    return half_at(address, 7) == 0 && half_at(address, 6) == 0 &&
           (before_ipv4 == 0 || before_ipv4 == UINT16_MAX || before_ipv4 == ANY_IPV6) &&
           half_at(address, 4) == 0 && half_at(address, 3) == 0 && half_at(address, 2) == 0 &&
           half_at(address, 1) == 0 && half_at(address, 0) == 0;
}

struct stint_address stint_address_any_ipv6(void)
{
    return (struct stint_address){{[10] = ANY_IPV6 % 256, ANY_IPV6 % 256}};
}

bool stint_address_covers(const struct stint_address *local, const struct stint_address *address)
{
    if (!stint_address_is_unspecified(local)) {
        return stint_address_equal(local, address);
    }
    const uint16_t family = half_at(local, 5);
    return family == 0 || (family == UINT16_MAX) == stint_address_is_ipv4(address);
}

bool stint_address_overlaps(const struct stint_address *a, const struct stint_address *b)
{
    return stint_address_covers(a, b) || stint_address_covers(b, a);
}

bool stint_address_is_multicast(const struct stint_address *address)
{
    if (stint_address_is_ipv4(address)) {
        const uint8_t first = stint_address_ipv4_octets(address)[0];
        return first >= 224 && first <= 239;
    }
    return address->octets[0] == 0xff;
}

bool stint_address_is_limited_broadcast(const struct stint_address *address)
{
    static const uint8_t ones[4] = {0xff, 0xff, 0xff, 0xff};
    return stint_address_is_ipv4(address) &&
           memcmp(stint_address_ipv4_octets(address), ones, sizeof ones) == 0;
}

bool stint_address_is_loopback(const struct stint_address *address)
{
    static const uint8_t ipv6_loopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    if (stint_address_is_ipv4(address)) {
        return stint_address_ipv4_octets(address)[0] == 127;
    }
    return memcmp(address->octets, ipv6_loopback, sizeof ipv6_loopback) == 0;
}

bool stint_address_is_link_local(const struct stint_address *address)
{
    if (stint_address_is_ipv4(address)) {
        return stint_load16(stint_address_ipv4_octets(address)) == 0xa9fe;
    }
    return address->octets[0] == 0xfe && address->octets[1] / 64 == 2;
}

bool stint_address_is_reserved(const struct stint_address *address)
{
    return stint_address_is_ipv4(address) && stint_address_ipv4_octets(address)[0] >= 240 &&
           !stint_address_is_limited_broadcast(address);
}

struct stint_address stint_address_link_group(uint32_t group)
{
    struct stint_address address = {{0xff, 0x02}};
    stint_store32(address.octets + 12, group);
    return address;
}

struct stint_address stint_address_solicited_node(const struct stint_address *address)
{
    /* ff02::1:ff00:0/104 and the low 24 bits of the address. */
    struct stint_address group =
        stint_address_link_group(stint_load32(address->octets + 12) % 0x1000000u + 0xff000000u);
    group.octets[11] = 1;
    return group;
}

bool stint_prefix_contains(const struct stint_prefix *prefix, const struct stint_address *address)
{
    const size_t bits = prefix->length < 128 ? prefix->length : 128;
    const size_t whole_octets = bits / 8;
    if (memcmp(prefix->address.octets, address->octets, whole_octets) != 0) {
        return false;
    }
    if (bits % 8 == 0) {
        return true;
    }
    const unsigned ignored = (unsigned)(8 - bits % 8);
    return prefix->address.octets[whole_octets] >> ignored ==
           address->octets[whole_octets] >> ignored;
}

struct stint_prefix stint_prefix_ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint8_t length)
{
    struct stint_prefix prefix = {
        stint_address_ipv4(a, b, c, d), (uint8_t)(STINT_IPV4_MAPPED_BITS + length)};
    return prefix;
}

bool stint_endpoint_equal(const struct stint_endpoint *a, const struct stint_endpoint *b)
{
    return a->port == b->port && stint_address_equal(&a->address, &b->address);
}

bool stint_hardware_address_equal(
    const struct stint_hardware_address *a, const struct stint_hardware_address *b)
{
    return a->octets[5] == b->octets[5] && a->octets[4] == b->octets[4] &&
           a->octets[3] == b->octets[3] && a->octets[2] == b->octets[2] &&
           a->octets[1] == b->octets[1] && a->octets[0] == b->octets[0];
}

const struct stint_hardware_address stint_hardware_address_broadcast = {
    {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

bool stint_hardware_address_is_group(const struct stint_hardware_address *address)
{
    return address->octets[0] % 2 == 1;
}

bool stint_hardware_address_is_zero(const struct stint_hardware_address *address)
{
    return address->octets[5] == 0 && address->octets[4] == 0 && address->octets[3] == 0 &&
           address->octets[2] == 0 && address->octets[1] == 0 && address->octets[0] == 0;
}

struct stint_hardware_address stint_hardware_address_of_group(const struct stint_address *group)
{
    const uint8_t *octets = stint_address_ipv4_octets(group);
    if (!stint_address_is_ipv4(group)) {
        /* RFC 2464 7: 33:33 and the low 32 bits of the group. */
        struct stint_hardware_address address = {
            {0x33, 0x33, octets[0], octets[1], octets[2], octets[3]}};
        return address;
    }
    /* RFC 1112 6.4: 01:00:5e and the low 23 bits of the group. */
    struct stint_hardware_address address = {
        {0x01, 0x00, 0x5e, (uint8_t)(octets[1] % 128), octets[2], octets[3]}};
    return address;
}
