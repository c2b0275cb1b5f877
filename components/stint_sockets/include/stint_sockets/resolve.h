/* Addresses of names: a DNS resolver for an instance, and a call that sleeps until it knows.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Names are asked for only from stint_resolver_start() on; a program that never calls it links no
 * resolver. It asks the servers that it is given and, after them, those that the stack's services
 * learn (DHCP, router advertisements), for as long as these hold.
 */
#ifndef STINT_STINT_SOCKETS_RESOLVE_H
#define STINT_STINT_SOCKETS_RESOLVE_H

#include "stint/client/dns.h"
#include "stint_sockets/sockets.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_resolving; /* private; on the stack of a task inside stint_resolve() */

/* Servers to ask, best first. */
struct stint_resolver_servers {
    struct stint_endpoint endpoints[STINT_DNS_CLIENT_SERVERS];
    size_t count;
};

/* The application's memory, private to the calls below. */
struct stint_resolver {
    struct stint_dns_client client;
    struct stint_resolver_servers given;
    struct stint_resolving *first_resolving;
    uint32_t configurations; /* of the stack, when its services were last asked for servers */
};

/* Bytes of memory, aligned to 8; 0 for limits that cannot work. */
size_t stint_resolver_memory_needed(const struct stint_dns_client_limits *limits);

/* Lets the instance ask; once, after stint_sockets_init(). `resolver` and `memory` must stay as
 * long as the instance; the queries' sockets come out of the stack's. STINT_WRONG_STATE: it asks
 * already; STINT_INVALID, STINT_EXHAUSTED as stint_dns_client_init(). */
enum stint_result stint_resolver_start(struct stint_resolver *resolver,
    struct stint_sockets *sockets, const struct stint_dns_client_limits *limits,
    struct stint_span memory);

/* The servers to ask before all that are learnt, best first; port 0: 53. In place of those given
 * before; whoever waits for an answer waits for one of the new servers'. STINT_INVALID, and nothing
 * changed: more than STINT_DNS_CLIENT_SERVERS, or no host's address. STINT_WRONG_STATE before
 * stint_resolver_start(). */
enum stint_result stint_resolver_set_servers(
    struct stint_sockets *sockets, const struct stint_endpoint *servers, size_t count);

/* True when there is a server to ask. */
bool stint_resolver_has_servers(struct stint_sockets *sockets);

/* The families (enum stint_dns_families) of which an interface other than the loopback has an
 * address. */
unsigned stint_resolver_own_families(struct stint_sockets *sockets);

/* Which addresses a name has: sleeps until that is known, at most 7 s for each server. Those that
 * this host has a way to come first, IPv6 before IPv4 among equals. `*count` is at most `capacity`,
 * and 0 unless the outcome is STINT_DNS_FOUND. STINT_DNS_NO_SERVER before stint_resolver_start().
 */
enum stint_dns_outcome stint_resolve(struct stint_sockets *sockets, const char *name,
    enum stint_dns_families families, struct stint_address *addresses, size_t capacity,
    size_t *count);

#ifdef __cplusplus
}
#endif

#endif
