/* Names of sockets: which addresses and ports a descriptor may have, has, and talks to.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

enum { PORT_FIRST = 49152, PORT_COUNT = 65536 - PORT_FIRST }; /* RFC 6335 6: dynamic ports */

enum stint_error stint_endpoint_fit(
    const struct stint_sockets_entry *entry, struct stint_endpoint *endpoint)
{
    const bool any = stint_address_is_unspecified(&endpoint->address);
    const bool is_ipv4 = stint_address_is_ipv4(&endpoint->address);
    if (entry->family == STINT_IPV6) {
        if (any && !is_ipv4) {
            endpoint->address = (struct stint_address){{0}};
        }
        return entry->ipv6_only && is_ipv4 ? STINT_ENETUNREACH : STINT_EOK;
    }
    if (any) {
        endpoint->address = stint_address_ipv4(0, 0, 0, 0);
    }
    return any || is_ipv4 ? STINT_EOK : STINT_EAFNOSUPPORT;
}

struct stint_address stint_entry_any(const struct stint_sockets_entry *entry)
{
    return entry->family == STINT_IPV4 ? stint_address_ipv4(0, 0, 0, 0)
           : entry->ipv6_only          ? stint_address_any_ipv6()
                                       : (struct stint_address){{0}};
}

bool stint_sockets_is_broadcast(
    const struct stint_sockets *sockets, const struct stint_address *address)
{
    const struct stint_stack *stack = sockets->config.stack;
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        if (stint_addresses_is_broadcast(&stack->interfaces[i].addresses, address)) {
            return true;
        }
    }
    return stint_address_is_limited_broadcast(address);
}

/* --- ports of streams --- */

static bool overlap(const struct stint_endpoint *a, const struct stint_endpoint *b)
{
    return a->port == b->port && stint_address_overlaps(&a->address, &b->address);
}

static bool a_listener_has(const struct stint_tcp *tcp, const struct stint_endpoint *local)
{
    struct stint_endpoint listening;
    uint16_t cursor = 0;
    uint16_t waiting;
    uint16_t backlog;
    while (stint_tcp_visit_listeners(tcp, &cursor, &listening, &waiting, &backlog)) {
        if (overlap(&listening, local)) {
            return true;
        }
    }
    return false;
}

/* Connections of every state, TIME_WAIT included. */
static bool a_connection_has(const struct stint_tcp *tcp, const struct stint_endpoint *local)
{
    struct stint_tcp_status status;
    uint16_t cursor = 0;
    while (stint_tcp_visit(tcp, &cursor, &status)) {
        if (overlap(&status.local, local)) {
            return true;
        }
    }
    return false;
}

/* Streams that are bound and neither listen nor connect yet: the stack does not know of them. */
static bool a_bound_stream_has(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *except, const struct stint_endpoint *local, bool may_share)
{
    for (uint16_t i = 0; i < sockets->config.descriptors; i++) {
        const struct stint_sockets_entry *entry = &sockets->entries[i];
        if (entry->kind == STINT_ENTRY_STREAM && entry != except && entry->local.port != 0 &&
            overlap(&entry->local, local) && !(may_share && entry->reuse_address)) {
            return true;
        }
    }
    return false;
}

bool stint_stream_conflicts(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_endpoint *local)
{
    const struct stint_tcp *tcp = &sockets->config.stack->tcp;
    return a_listener_has(tcp, local) ||
           a_bound_stream_has(sockets, entry, local, entry->reuse_address) ||
           (!entry->reuse_address && a_connection_has(tcp, local));
}

uint16_t stint_stream_choose_port(
    const struct stint_sockets *sockets, const struct stint_address *local)
{
    struct stint_stack *stack = sockets->config.stack;
    const uint32_t start = stint_random_below(&stack->random, PORT_COUNT);
    for (uint32_t i = 0; i < PORT_COUNT; i++) {
        const struct stint_endpoint candidate = {
            *local, (uint16_t)(PORT_FIRST + (start + i) % PORT_COUNT)};
        if (!a_listener_has(&stack->tcp, &candidate) &&
            !a_connection_has(&stack->tcp, &candidate) &&
            !a_bound_stream_has(sockets, NULL, &candidate, false)) {
            return candidate.port;
        }
    }
    return 0;
}

/* --- what a descriptor is called --- */

/* A datagram socket that is connected has the address from which its peer is spoken to. */
static struct stint_endpoint datagram_local(const struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, const struct stint_udp_socket *udp)
{
    struct stint_endpoint local = udp->local;
    struct stint_address source;
    if (!stint_address_is_unspecified(&entry->remote.address) &&
        stint_address_is_unspecified(&local.address) &&
        stint_stack_select_source(sockets->config.stack, &entry->remote.address, &source) ==
            STINT_OK) {
        local.address = source;
    }
    return local;
}

static struct stint_endpoint local_of(
    const struct stint_sockets *sockets, const struct stint_sockets_entry *entry)
{
    struct stint_stack *stack = sockets->config.stack;
    struct stint_endpoint local = entry->local;
    if (entry->kind == STINT_ENTRY_CONNECTION) {
        local = stint_entry_status(sockets, entry).local;
    } else if (entry->kind == STINT_ENTRY_DATAGRAM) {
        const struct stint_udp_socket *udp = stint_udp_get(&stack->udp, entry->handle);
        local = udp == NULL ? local : datagram_local(sockets, entry, udp);
    } else if (entry->kind == STINT_ENTRY_ECHO) {
        const struct stint_udp_socket *echo = stint_icmp_get(&stack->icmp, entry->handle);
        local.port = echo == NULL ? 0 : echo->local.port;
    }
    (void)stint_endpoint_fit(entry, &local);
    return local;
}

int stint_local_endpoint(
    struct stint_sockets *sockets, int descriptor, struct stint_endpoint *local)
{
    const struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    int result = -STINT_EBADF;
    if (entry != NULL) {
        *local = local_of(sockets, entry);
        result = 0;
    }
    stint_sockets_unlock(sockets);
    return result;
}

static int remote_of(const struct stint_sockets *sockets, const struct stint_sockets_entry *entry,
    struct stint_endpoint *remote)
{
    struct stint_endpoint found = {0};
    if (entry->kind == STINT_ENTRY_CONNECTION) {
        const struct stint_tcp_status status = stint_entry_status(sockets, entry);
        if (!stint_state_is_connecting(status.state) && !stint_state_is_over(status.state)) {
            found = status.remote;
        }
    } else if (entry->kind == STINT_ENTRY_ECHO || entry->remote.port != 0) {
        found = entry->remote;
    }
    if (stint_address_is_unspecified(&found.address)) {
        return -STINT_ENOTCONN;
    }
    *remote = found;
    return 0;
}

int stint_remote_endpoint(
    struct stint_sockets *sockets, int descriptor, struct stint_endpoint *remote)
{
    const struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const int result = entry == NULL ? -STINT_EBADF : remote_of(sockets, entry, remote);
    stint_sockets_unlock(sockets);
    return result;
}
