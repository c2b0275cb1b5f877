/* The addresses of an interface, in the order in which they were added.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/iface/addresses.h"

enum { ADDRESS_BITS = 128 };

static bool is_same_family(const struct stint_address *a, const struct stint_address *b)
{
    return stint_address_is_ipv4(a) == stint_address_is_ipv4(b);
}

bool stint_addresses_host_may_have(const struct stint_address *address)
{
    return !stint_address_is_unspecified(address) && !stint_address_is_multicast(address) &&
           !stint_address_is_limited_broadcast(address) && !stint_address_is_reserved(address);
}

static bool is_in_subnet(
    const struct stint_local_address *local, const struct stint_address *address)
{
    const struct stint_prefix subnet = {local->address, local->prefix_length};
    return is_same_family(&local->address, address) && stint_prefix_contains(&subnet, address);
}

/* RFC 1122 3.2.1.3, and 4.2BSD's zeros; RFC 3021: a /31 has no broadcast address. */
static bool is_broadcast_of_subnet(
    const struct stint_local_address *local, const struct stint_address *address)
{
    if (local->prefix_length >= ADDRESS_BITS - 1 || !stint_address_is_ipv4(address) ||
        !is_in_subnet(local, address)) {
        return false;
    }
    const uint32_t host_mask = UINT32_MAX >> (local->prefix_length - STINT_IPV4_MAPPED_BITS);
    const uint32_t host = stint_load32(stint_address_ipv4_octets(address)) & host_mask;
    return host == 0 || host == host_mask;
}

void stint_addresses_init(
    struct stint_addresses *addresses, struct stint_local_address *entries, uint8_t count)
{
    addresses->entries = entries;
    addresses->count = count;
    addresses->used = 0;
    addresses->most = 0;
}

static bool is_valid(const struct stint_local_address *local)
{
    const uint8_t shortest = stint_address_is_ipv4(&local->address) ? STINT_IPV4_MAPPED_BITS : 0;
    return local->prefix_length >= shortest && local->prefix_length <= ADDRESS_BITS &&
           stint_addresses_host_may_have(&local->address) &&
           !is_broadcast_of_subnet(local, &local->address);
}

/* The number of the entry with this address; `used` when there is none. */
static unsigned find(const struct stint_addresses *addresses, const struct stint_address *address)
{
    unsigned i = 0;
    while (i < addresses->used && !stint_address_equal(&addresses->entries[i].address, address)) {
        i++;
    }
    return i;
}

enum stint_result stint_addresses_add(
    struct stint_addresses *addresses, const struct stint_local_address *address)
{
    if (!is_valid(address)) {
        return STINT_INVALID;
    }
    const unsigned i = find(addresses, &address->address);
    if (i == addresses->used) {
        if (addresses->used == addresses->count) {
            return STINT_EXHAUSTED;
        }
        addresses->used++;
        if (addresses->used > addresses->most) {
            addresses->most = addresses->used;
        }
    }
    addresses->entries[i] = *address;
    return STINT_OK;
}

bool stint_addresses_remove(struct stint_addresses *addresses, const struct stint_address *address)
{
    const unsigned found = find(addresses, address);
    if (found == addresses->used) {
        return false;
    }
    addresses->used--;
    for (unsigned i = found; i < addresses->used; i++) {
        addresses->entries[i] = addresses->entries[i + 1];
    }
    return true;
}

bool stint_addresses_contain(
    const struct stint_addresses *addresses, const struct stint_address *address)
{
    return find(addresses, address) < addresses->used;
}

bool stint_addresses_is_broadcast(
    const struct stint_addresses *addresses, const struct stint_address *address)
{
    if (stint_address_is_limited_broadcast(address)) {
        return true;
    }
    for (unsigned i = 0; i < addresses->used; i++) {
        if (is_broadcast_of_subnet(&addresses->entries[i], address)) {
            return true;
        }
    }
    return false;
}

bool stint_addresses_is_on_link(
    const struct stint_addresses *addresses, const struct stint_address *address)
{
    for (unsigned i = 0; i < addresses->used; i++) {
        if (is_in_subnet(&addresses->entries[i], address)) {
            return true;
        }
    }
    return false;
}

/* How many leading bits are equal. */
static unsigned common_prefix_length(const struct stint_address *a, const struct stint_address *b)
{
    unsigned octet = 0;
    while (octet < sizeof a->octets && a->octets[octet] == b->octets[octet]) {
        octet++;
    }
    unsigned bits = octet * 8;
    if (octet < sizeof a->octets) {
        const unsigned difference = a->octets[octet] ^ (unsigned)b->octets[octet];
        for (unsigned bit = 0x80; (difference & bit) == 0; bit >>= 1) {
            bits++;
        }
    }
    return bits;
}

/* RFC 6724 5, rule 2: a link-local address speaks to its link alone. */
static bool reaches(const struct stint_address *source, const struct stint_address *destination)
{
    return is_same_family(source, destination) &&
           (!stint_address_is_link_local(source) || stint_address_is_ipv4(source) ||
               stint_address_is_link_local(destination) || stint_address_is_multicast(destination));
}

/* RFC 6724 5, rules 3 and 8. */
static unsigned fitness(
    const struct stint_local_address *source, const struct stint_address *destination)
{
    enum { PREFERRED = ADDRESS_BITS + 1 };
    return (source->deprecated ? 0 : PREFERRED) +
           common_prefix_length(&source->address, destination);
}

const struct stint_address *stint_addresses_select_source(
    const struct stint_addresses *addresses, const struct stint_address *destination)
{
    const struct stint_address *best = NULL;
    unsigned most = 0;
    for (unsigned i = 0; i < addresses->used; i++) {
        const struct stint_local_address *const candidate = &addresses->entries[i];
        const unsigned fit = fitness(candidate, destination);
        if (reaches(&candidate->address, destination) && (best == NULL || fit > most)) {
            best = &candidate->address;
            most = fit;
        }
    }
    return best;
}
