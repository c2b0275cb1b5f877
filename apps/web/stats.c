/* Copying what a stack says about itself.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "web/stats.h"

#include <string.h>

static void take_connections(struct stats *stats, const struct stint_tcp *tcp)
{
    uint16_t cursor = 0;
    struct stint_tcp_status status;
    while (stint_tcp_visit(tcp, &cursor, &status)) {
        stats->by_state[status.state]++;
        if (status.state != STINT_TCP_TIME_WAIT && stats->connection_count < STATS_CONNECTIONS) {
            stats->connections[stats->connection_count++] = status;
        }
    }
    stats->tcp = tcp->counters;
}

static void take_listeners(struct stats *stats, const struct stint_tcp *tcp)
{
    uint16_t cursor = 0;
    struct stats_listener listener;
    while (stats->listener_count < STATS_LISTENERS &&
           stint_tcp_visit_listeners(
               tcp, &cursor, &listener.local, &listener.waiting, &listener.backlog)) {
        stats->listeners[stats->listener_count++] = listener;
    }
}

static void take_datagram_sockets(struct stats *stats, const struct stint_udp *udp)
{
    for (uint16_t i = 0; i < udp->limits.sockets; i++) {
        const struct stint_udp_socket *socket = &udp->sockets[i];
        if (socket->in_use && stats->datagram_socket_count < STATS_DATAGRAM_SOCKETS) {
            struct stats_datagram_socket *entry =
                &stats->datagram_sockets[stats->datagram_socket_count++];
            entry->local = socket->local;
            entry->remote = socket->remote;
            entry->received = socket->datagrams.received.count;
            entry->to_send = socket->datagrams.to_send.count;
        }
    }
    stats->datagrams_received = udp->datagrams_received;
    stats->datagrams_sent = udp->datagrams_sent;
}

static void take_interface(
    struct stats *stats, const struct stint_stack *stack, const struct stint_interface *interface)
{
    stats->hardware_address = interface->config.hardware_address;
    stats->mtu = interface->config.mtu;
    stats->interface = interface->counters;
    if (interface->addresses.used > 0) {
        stats->address = interface->addresses.entries[0];
    }
    const struct stint_address anywhere = stint_address_ipv4(198, 51, 100, 1);
    const struct stint_route *route = stint_routes_find(&stack->routes, &anywhere);
    if (route != NULL) {
        stats->gateway = route->gateway;
    }
    const struct stint_neighbors_config *neighbors = &interface->neighbors.config;
    for (uint16_t i = 0; i < neighbors->record_count; i++) {
        if (neighbors->records[i].state != STINT_NEIGHBOR_FREE &&
            stats->neighbor_count < STATS_NEIGHBORS) {
            stats->neighbors[stats->neighbor_count++] = neighbors->records[i];
        }
    }
}

static void take_memory(struct stats *stats, const struct stint_linux_host *host)
{
    const struct stint_stack *stack = &host->stack;
    stats->memory = stack->config.memory.length;
    for (unsigned i = 0; i < STINT_BOUND_COUNT; i++) {
        stats->bounds[i] = stint_stack_bound(stack, (enum stint_bound_kind)i);
    }
    stats->descriptors = (struct stint_bound){
        .limit = host->sockets.config.descriptors,
        .in_use = host->sockets.open,
        .high_water = host->sockets.open_high_water,
    };
}

void stats_take(struct stats *stats, struct stint_linux_host *host)
{
    memset(stats, 0, sizeof *stats);
    stint_sockets_lock(&host->sockets);
    take_connections(stats, &host->stack.tcp);
    take_listeners(stats, &host->stack.tcp);
    take_datagram_sockets(stats, &host->stack.udp);
    take_interface(stats, &host->stack, &host->stack.interfaces[host->interface]);
    take_memory(stats, host);
    memcpy(stats->drops, host->stack.drops, sizeof stats->drops);
    stint_sockets_unlock(&host->sockets);
}

uint64_t stats_drop_total(const struct stats *stats)
{
    uint64_t total = 0;
    for (size_t i = 0; i < STINT_DROP_COUNT; i++) {
        total += stats->drops[i];
    }
    return total;
}
