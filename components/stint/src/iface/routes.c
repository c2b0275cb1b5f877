/* A small table of routes, searched from its beginning.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/iface/routes.h"

#include "stint/iface/addresses.h"

void stint_routes_init(struct stint_routes *routes, struct stint_route *entries, uint8_t count)
{
    routes->entries = entries;
    routes->count = count;
    routes->used = 0;
    routes->most = 0;
}

static bool is_same_prefix(const struct stint_prefix *a, const struct stint_prefix *b)
{
    return a->length == b->length && stint_prefix_contains(a, &b->address);
}

/* The number of the route of the same prefix, gateway and interface; `used` when there is none. */
static unsigned find_same(const struct stint_routes *routes, const struct stint_route *route)
{
    unsigned i = 0;
    while (i < routes->used &&
           !(is_same_prefix(&routes->entries[i].prefix, &route->prefix) &&
               routes->entries[i].interface == route->interface &&
               stint_address_equal(&routes->entries[i].gateway, &route->gateway))) {
        i++;
    }
    return i;
}

static bool is_valid(const struct stint_route *route)
{
    const bool prefix_is_ipv4 = stint_address_is_ipv4(&route->prefix.address);
    const uint8_t shortest = prefix_is_ipv4 ? STINT_IPV4_MAPPED_BITS : 0;
    return route->prefix.length >= shortest && route->prefix.length <= 128 &&
           prefix_is_ipv4 == stint_address_is_ipv4(&route->gateway) &&
           stint_addresses_host_may_have(&route->gateway);
}

enum stint_result stint_routes_add(struct stint_routes *routes, const struct stint_route *route)
{
    if (!is_valid(route)) {
        return STINT_INVALID;
    }
    const unsigned i = find_same(routes, route);
    if (i == routes->used) {
        if (routes->used == routes->count) {
            return STINT_EXHAUSTED;
        }
        routes->used++;
        if (routes->used > routes->most) {
            routes->most = routes->used;
        }
    }
    routes->entries[i] = *route;
    return STINT_OK;
}

bool stint_routes_remove(struct stint_routes *routes, const struct stint_route *route)
{
    const unsigned found = find_same(routes, route);
    if (found == routes->used) {
        return false;
    }
    routes->used--;
    for (unsigned i = found; i < routes->used; i++) {
        routes->entries[i] = routes->entries[i + 1];
    }
    return true;
}

/* The prefix ::/0 holds every address by its bits, but no IPv4 address may leave by its route. */
static bool leads_to(const struct stint_route *route, const struct stint_address *destination)
{
    return stint_address_is_ipv4(&route->gateway) == stint_address_is_ipv4(destination) &&
           stint_prefix_contains(&route->prefix, destination);
}

static bool is_better(const struct stint_route *a, const struct stint_route *b)
{
    return a->prefix.length != b->prefix.length ? a->prefix.length > b->prefix.length
                                                : a->metric < b->metric;
}

const struct stint_route *stint_routes_find(
    const struct stint_routes *routes, const struct stint_address *destination)
{
    const struct stint_route *best = NULL;
    for (unsigned i = 0; i < routes->used; i++) {
        const struct stint_route *const route = &routes->entries[i];
        if (leads_to(route, destination) && (best == NULL || is_better(route, best))) {
            best = route;
        }
    }
    return best;
}

struct stint_prefix stint_routes_default_ipv4(void)
{
    return stint_prefix_ipv4(0, 0, 0, 0, 0);
}
