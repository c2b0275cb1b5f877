/* A fixed number of frames of one size, handed out and given back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Frames are named by index. Storage and links are borrowed for the pool's life.
 */
#ifndef STINT_STORAGE_FRAME_POOL_H
#define STINT_STORAGE_FRAME_POOL_H

#include "stint/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_FRAME_NONE = 0xffff };

struct stint_frame_pool {
    uint8_t *bytes;  /* frame_count * frame_size */
    uint16_t *links; /* frame_count: next free frame, or for the holder's use while it is taken */
    uint32_t frame_size; /* bytes */
    uint16_t frame_count;
    uint16_t first_free;
    uint16_t in_use;
    uint16_t high_water; /* most in use ever */
    uint32_t refused;    /* takes that found no frame */
};

/*@ // A holder writes into the link of its frame nothing but a frame or STINT_FRAME_NONE.
    predicate stint_frame_pool_is_sound(struct stint_frame_pool *pool) =
        \valid(pool) && \valid(pool->links + (0 .. pool->frame_count - 1)) &&
        \valid(pool->bytes + (0 .. pool->frame_count * pool->frame_size - 1)) &&
        \separated(pool, pool->links + (0 .. pool->frame_count - 1)) &&
        (\forall integer frame; 0 <= frame < pool->frame_count ==>
            pool->links[frame] < pool->frame_count || pool->links[frame] == STINT_FRAME_NONE) &&
        (pool->first_free < pool->frame_count || pool->first_free == STINT_FRAME_NONE); */

/* A pool with every frame free. `storage` holds at least frame_count * frame_size bytes, `links`
 * frame_count entries. */
/*@ requires \valid(pool) && \valid(links + (0 .. frame_count - 1));
    requires frame_count * frame_size <= storage.length && stint_is_writable(storage);
    requires \separated(pool, links + (0 .. frame_count - 1));
    assigns *pool, links[0 .. frame_count - 1];
    ensures stint_frame_pool_is_sound(pool);
    ensures pool->in_use == 0 && pool->frame_count == frame_count;
    ensures \forall integer frame; 0 <= frame < frame_count - 1 ==> links[frame] == frame + 1; */
void stint_frame_pool_init(struct stint_frame_pool *pool, struct stint_span storage,
    uint32_t frame_size, uint16_t *links, uint16_t frame_count);

/* A frame for the caller, or STINT_FRAME_NONE. */
/*@ requires stint_frame_pool_is_sound(pool);
    assigns pool->first_free, pool->in_use, pool->high_water, pool->refused,
        pool->links[pool->first_free];
    ensures stint_frame_pool_is_sound(pool) && \result == \old(pool->first_free);
    ensures \result != STINT_FRAME_NONE ==> \result < pool->frame_count &&
        pool->first_free == \old(pool->links[pool->first_free]); */
uint16_t stint_frame_pool_take(struct stint_frame_pool *pool);

/* Gives a taken frame back. */
/*@ requires stint_frame_pool_is_sound(pool) && frame < pool->frame_count;
    assigns pool->first_free, pool->in_use, pool->links[frame];
    ensures stint_frame_pool_is_sound(pool);
    ensures pool->first_free == frame && pool->links[frame] == \old(pool->first_free); */
void stint_frame_pool_give(struct stint_frame_pool *pool, uint16_t frame);

/* The bytes of a taken frame. */
/*@ requires stint_frame_pool_is_sound(pool) && frame < pool->frame_count;
    assigns \nothing;
    ensures stint_is_writable(\result) && \result.length == pool->frame_size;
    ensures \result.bytes == pool->bytes + frame * pool->frame_size; */
struct stint_span stint_frame_pool_span(const struct stint_frame_pool *pool, uint16_t frame);

#ifdef __cplusplus
}
#endif

#endif
