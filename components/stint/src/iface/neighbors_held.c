/* Frames that wait for a neighbor's answer.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "neighbors_internal.h"

#include <string.h>

static uint16_t take_first_held(struct stint_neighbors *neighbors, struct stint_neighbor *record)
{
    const uint16_t frame = record->held_first;
    record->held_first = neighbors->config.pool->links[frame];
    record->held_count--;
    return frame;
}

uint32_t stint_neighbors_drop_held(struct stint_neighbors *neighbors, struct stint_neighbor *record)
{
    const uint32_t dropped = record->held_count;
    while (record->held_count > 0) {
        stint_frame_pool_give(neighbors->config.pool, take_first_held(neighbors, record));
    }
    return dropped;
}

static void append_held(
    struct stint_neighbors *neighbors, struct stint_neighbor *record, uint16_t frame)
{
    neighbors->config.pool->links[frame] = STINT_FRAME_NONE;
    if (record->held_count == 0) {
        record->held_first = frame;
    } else {
        neighbors->config.pool->links[record->held_last] = frame;
    }
    record->held_last = frame;
    record->held_count++;
    if (stint_neighbor_is_known(record)) {
        neighbors->ready++;
    }
}

enum stint_drop stint_neighbors_hold(
    struct stint_neighbors *neighbors, const struct stint_address *address, struct stint_view frame)
{
    struct stint_neighbor *const record = stint_neighbors_find(neighbors, address);
    if (record == NULL) {
        return STINT_DROP_NEIGHBOR_TABLE;
    }
    if (record->state == STINT_NEIGHBOR_SILENT) {
        return STINT_DROP_NEIGHBOR_SILENT;
    }
    if (record->held_count >= neighbors->config.hold_limit ||
        frame.length > neighbors->config.pool->frame_size) {
        return STINT_DROP_NEIGHBOR_QUEUE;
    }
    const uint16_t held = stint_frame_pool_take(neighbors->config.pool);
    if (held == STINT_FRAME_NONE) {
        return STINT_DROP_NEIGHBOR_QUEUE;
    }
    memcpy(stint_frame_pool_span(neighbors->config.pool, held).bytes, frame.bytes, frame.length);
    neighbors->config.held_lengths[held] = (uint16_t)frame.length;
    append_held(neighbors, record, held);
    return STINT_DROP_NONE;
}

static bool has_frame_to_send(const struct stint_neighbor *record)
{
    return record->held_count > 0 && stint_neighbor_is_known(record);
}

struct stint_view stint_neighbors_next_to_send(struct stint_neighbors *neighbors)
{
    if (neighbors->ready == 0) {
        return stint_view_of(NULL, 0);
    }
    uint16_t i = 0;
    while (!has_frame_to_send(&neighbors->config.records[i])) {
        i++;
    }
    neighbors->sending = i;
    const struct stint_neighbor *const record = &neighbors->config.records[i];
    const struct stint_span frame =
        stint_frame_pool_span(neighbors->config.pool, record->held_first);
    memcpy(frame.bytes, record->hardware.octets, sizeof record->hardware.octets);
    return stint_view_of(frame.bytes, neighbors->config.held_lengths[record->held_first]);
}

void stint_neighbors_sent(struct stint_neighbors *neighbors)
{
    struct stint_neighbor *const record = &neighbors->config.records[neighbors->sending];
    stint_frame_pool_give(neighbors->config.pool, take_first_held(neighbors, record));
    neighbors->ready--;
}
