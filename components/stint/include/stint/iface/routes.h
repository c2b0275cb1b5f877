/* Routes through gateways: the longest prefix wins, then the lowest metric.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * What lies on an interface's own subnets needs no route here.
 */
#ifndef STINT_IFACE_ROUTES_H
#define STINT_IFACE_ROUTES_H

#include "stint/base/result.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_route {
    struct stint_prefix prefix;
    struct stint_address gateway;
    uint8_t interface;
    uint8_t metric;
};

struct stint_routes {
    struct stint_route *entries; /* the first `used` are in use */
    uint8_t count;
    uint8_t used;
    uint8_t most; /* ever used */
};

void stint_routes_init(struct stint_routes *routes, struct stint_route *entries, uint8_t count);

/* Adds a route, or replaces that of the same prefix, gateway and interface. STINT_INVALID when
 * prefix and gateway are of different families or the gateway is no host's address; STINT_EXHAUSTED
 * when the table is full. */
enum stint_result stint_routes_add(struct stint_routes *routes, const struct stint_route *route);

/* Removes the route of the same prefix, gateway and interface; false when it was not there. */
bool stint_routes_remove(struct stint_routes *routes, const struct stint_route *route);

/* The route for a destination; NULL when there is none. Borrowed from the table. */
const struct stint_route *stint_routes_find(
    const struct stint_routes *routes, const struct stint_address *destination);

/* The default route of IPv4: 0.0.0.0/0. */
struct stint_prefix stint_routes_default_ipv4(void);

#ifdef __cplusplus
}
#endif

#endif
