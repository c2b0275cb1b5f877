/* The neighbor that the last packet went to, for the next one.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Nearly every packet goes where the one before it went, and nothing has to be found out. That is
 * kept apart from neighbors.c, so that it pays for no more registers than it needs.
 */
#include "neighbors_internal.h"

enum stint_neighbor_answer stint_neighbors_resolve(struct stint_neighbors *neighbors,
    struct stint_instant now, const struct stint_address *address,
    struct stint_hardware_address *hardware)
{
    struct stint_neighbor *const last = neighbors->config.record_count > 0
                                            ? &neighbors->config.records[neighbors->last_found]
                                            : NULL;
    if (last == NULL || last->state != STINT_NEIGHBOR_REACHABLE ||
        stint_instant_has_come(last->deadline, now) ||
        !stint_address_equal(&last->address, address)) {
        return stint_neighbors_find_out(neighbors, now, address, hardware);
    }
    last->used_at = now;
    stint_copy_hardware_address(hardware->octets, last->hardware.octets);
    return STINT_NEIGHBOR_KNOWN;
}
