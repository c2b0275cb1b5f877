/* What the parts of the neighbor table share.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_IFACE_NEIGHBORS_INTERNAL_H
#define STINT_IFACE_NEIGHBORS_INTERNAL_H

#include "stint/iface/neighbors.h"

/* The record of `address`, NULL when there is none. */
struct stint_neighbor *stint_neighbors_find(
    struct stint_neighbors *neighbors, const struct stint_address *address);

/* stint_neighbors_resolve() for whatever state the record is in, if there is one. */
enum stint_neighbor_answer stint_neighbors_find_out(struct stint_neighbors *neighbors,
    struct stint_instant now, const struct stint_address *address,
    struct stint_hardware_address *hardware);

/* Its hardware address can be used. */
static inline bool stint_neighbor_is_known(const struct stint_neighbor *record)
{
    return record->state == STINT_NEIGHBOR_REACHABLE || record->state == STINT_NEIGHBOR_STALE ||
           record->state == STINT_NEIGHBOR_PROBE;
}

/* Gives all held frames of a record back; how many. */
uint32_t stint_neighbors_drop_held(
    struct stint_neighbors *neighbors, struct stint_neighbor *record);

#endif
