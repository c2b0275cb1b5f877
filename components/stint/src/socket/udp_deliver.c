/* Which UDP sockets a datagram or an ICMP error that arrived is for (RFC 1122 4.1.3).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/udp.h"

/* How closely a socket matches what came from `remote` to `local`; 0: not at all. */
static unsigned match(const struct stint_udp_socket *record, const struct stint_endpoint *local,
    const struct stint_endpoint *remote)
{
    const bool any_address = stint_address_is_unspecified(&record->local.address);
    if (!record->in_use || record->local.port != local->port ||
        !stint_address_covers(&record->local.address, &local->address) ||
        (stint_udp_is_connected(record) && !stint_endpoint_equal(&record->remote, remote))) {
        return 0;
    }
    return 1u + (any_address ? 0u : 1u) + (stint_udp_is_connected(record) ? 2u : 0u);
}

/* The socket that matches most closely, or STINT_ID_NONE. */
static uint16_t closest_match(const struct stint_udp *udp, const struct stint_datagram_info *info)
{
    uint16_t closest = STINT_ID_NONE;
    unsigned closeness = 0;
    for (uint16_t id = 0; id < udp->limits.sockets; id++) {
        const unsigned matched = match(&udp->sockets[id], &info->destination, &info->source);
        if (matched > closeness) {
            closeness = matched;
            closest = id;
        }
    }
    return closest;
}

static enum stint_drop deliver_to(struct stint_udp *udp, uint16_t id,
    const struct stint_datagram_info *info, struct stint_view payload)
{
    struct stint_packet_queue *const queue = &udp->sockets[id].datagrams.received;
    if (!stint_datagrams_push(queue, info, payload)) {
        return STINT_DROP_UDP_FULL;
    }
    udp->datagrams_received++;
    stint_id_queue_push(&udp->changed, id);
    return STINT_DROP_NONE;
}

/* A socket without room is told by the result even when others took the datagram. */
static enum stint_drop deliver_to_all(
    struct stint_udp *udp, const struct stint_datagram_info *info, struct stint_view payload)
{
    enum stint_drop drop = STINT_DROP_UDP_PORT;
    for (uint16_t id = 0; id < udp->limits.sockets; id++) {
        if (match(&udp->sockets[id], &info->destination, &info->source) == 0) {
            continue;
        }
        const enum stint_drop delivered = deliver_to(udp, id, info, payload);
        if (drop != STINT_DROP_UDP_FULL) {
            drop = delivered;
        }
    }
    return drop;
}

enum stint_drop stint_udp_deliver(struct stint_udp *udp, const struct stint_datagram_info *info,
    struct stint_view payload, bool to_group)
{
    if (info->destination.port == 0) {
        return STINT_DROP_UDP_PORT;
    }
    if (to_group) {
        return deliver_to_all(udp, info, payload);
    }
    const uint16_t id = closest_match(udp, info);
    return id == STINT_ID_NONE ? STINT_DROP_UDP_PORT : deliver_to(udp, id, info, payload);
}

bool stint_udp_take_error(struct stint_udp *udp, const struct stint_endpoint *local,
    const struct stint_endpoint *remote, enum stint_result error)
{
    bool told = false;
    for (uint16_t id = 0; id < udp->limits.sockets; id++) {
        struct stint_udp_socket *const record = &udp->sockets[id];
        if (stint_udp_is_connected(record) && match(record, local, remote) != 0) {
            record->failure = error;
            stint_id_queue_push(&udp->changed, id);
            told = true;
        }
    }
    return told;
}
