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

/* A pool with every frame free. `storage` holds at least frame_count * frame_size bytes, `links`
 * frame_count entries. */
void stint_frame_pool_init(struct stint_frame_pool *pool, struct stint_span storage,
    uint32_t frame_size, uint16_t *links, uint16_t frame_count);

/* A frame for the caller, or STINT_FRAME_NONE. */
uint16_t stint_frame_pool_take(struct stint_frame_pool *pool);

/* Gives a taken frame back. */
void stint_frame_pool_give(struct stint_frame_pool *pool, uint16_t frame);

/* The bytes of a taken frame. */
struct stint_span stint_frame_pool_span(const struct stint_frame_pool *pool, uint16_t frame);

#ifdef __cplusplus
}
#endif

#endif
