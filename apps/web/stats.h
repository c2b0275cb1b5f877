/* What a stack says about itself at one moment, copied out under the sockets layer's lock so that
 * formatting it holds nobody up. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_WEB_STATS_H
#define STINT_APPS_WEB_STATS_H

#include "stint/stack/bounds.h"
#include "stint_linux/host.h"

enum {
    STATS_CONNECTIONS = 256, /* more are counted, not listed */
    STATS_LISTENERS = 32,
    STATS_DATAGRAM_SOCKETS = 32,
    STATS_NEIGHBORS = 32,
    STATS_STATES = STINT_TCP_TIME_WAIT + 1,
};

struct stats_listener {
    struct stint_endpoint local;
    uint16_t waiting;
    uint16_t backlog;
};

struct stats_datagram_socket {
    struct stint_endpoint local;
    struct stint_endpoint remote;
    uint32_t received; /* datagrams that wait to be read */
    uint32_t to_send;
};

struct stats {
    struct stint_tcp_status connections[STATS_CONNECTIONS];
    unsigned connection_count; /* listed: TIME-WAIT ones are only counted */
    uint32_t by_state[STATS_STATES];
    struct stats_listener listeners[STATS_LISTENERS];
    unsigned listener_count;
    struct stats_datagram_socket datagram_sockets[STATS_DATAGRAM_SOCKETS];
    unsigned datagram_socket_count;
    struct stint_neighbor neighbors[STATS_NEIGHBORS];
    unsigned neighbor_count;
    struct stint_hardware_address hardware_address;
    struct stint_local_address address;
    struct stint_address gateway; /* unspecified: none */
    uint16_t mtu;
    struct stint_interface_counters interface;
    struct stint_tcp_counters tcp;
    uint32_t datagrams_received;
    uint32_t datagrams_sent;
    uint32_t drops[STINT_DROP_COUNT];
    size_t memory; /* bytes the stack was given: all that it will ever use */
    struct stint_bound bounds[STINT_BOUND_COUNT];
    struct stint_bound descriptors;
};

/* Of the host's interface and of the whole stack. */
void stats_take(struct stats *stats, struct stint_linux_host *host);

/* Frames dropped, for all reasons. */
uint64_t stats_drop_total(const struct stats *stats);

#endif
