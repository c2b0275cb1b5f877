/* Frames of one size, the free ones linked in a list.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/frame_pool.h"

void stint_frame_pool_init(struct stint_frame_pool *pool, struct stint_span storage,
    uint32_t frame_size, uint16_t *links, uint16_t frame_count)
{
    pool->bytes = storage.bytes;
    pool->links = links;
    pool->frame_size = frame_size;
    pool->frame_count = frame_count;
    pool->first_free = frame_count == 0 ? (uint16_t)STINT_FRAME_NONE : (uint16_t)0;
    pool->in_use = 0;
    pool->high_water = 0;
    pool->refused = 0;
    /*@ loop invariant 0 <= frame <= frame_count;
        loop invariant \forall integer f; 0 <= f < frame ==>
            links[f] == (f + 1 < frame_count ? f + 1 : STINT_FRAME_NONE);
        loop assigns frame, links[0 .. frame_count - 1];
        loop variant frame_count - frame; */
    for (uint32_t frame = 0; frame < frame_count; frame++) {
        links[frame] = (uint16_t)(frame + 1 < frame_count ? frame + 1 : STINT_FRAME_NONE);
    }
}

uint16_t stint_frame_pool_take(struct stint_frame_pool *pool)
{
    const uint16_t frame = pool->first_free;
    if (frame == STINT_FRAME_NONE) {
        pool->refused++;
        return STINT_FRAME_NONE;
    }
    pool->first_free = pool->links[frame];
    pool->links[frame] = STINT_FRAME_NONE;
    pool->in_use++;
    if (pool->in_use > pool->high_water) {
        pool->high_water = pool->in_use;
    }
    return frame;
}

void stint_frame_pool_give(struct stint_frame_pool *pool, uint16_t frame)
{
    pool->links[frame] = pool->first_free;
    pool->first_free = frame;
    pool->in_use--;
}

struct stint_span stint_frame_pool_span(const struct stint_frame_pool *pool, uint16_t frame)
{
    //@ assert 0 <= (pool->frame_count - 1 - frame) * pool->frame_size;
    //@ assert frame * pool->frame_size + pool->frame_size <= pool->frame_count * pool->frame_size;
    return stint_span_of(pool->bytes + (size_t)frame * pool->frame_size, pool->frame_size);
}
