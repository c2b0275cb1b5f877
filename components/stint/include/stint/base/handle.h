/* Handles: an index with a generation, so that a stale handle is an error and never somebody else's
 * record. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Generations start at 1 and skip 0 when they wrap, so that the zero handle never names anything.
 */
#ifndef STINT_BASE_HANDLE_H
#define STINT_BASE_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct stint_handle {
    uint16_t index;
    uint16_t generation;
};

static inline struct stint_handle stint_handle_of(uint16_t index, uint16_t generation)
{
    struct stint_handle handle = {index, generation};
    return handle;
}

static inline bool stint_handle_is_none(struct stint_handle handle)
{
    return handle.generation == 0;
}

static inline bool stint_handle_equal(struct stint_handle a, struct stint_handle b)
{
    return a.index == b.index && a.generation == b.generation;
}

/* The generation that follows `generation`: never 0. */
static inline uint16_t stint_generation_next(uint16_t generation)
{
    return generation == UINT16_MAX ? (uint16_t)1 : (uint16_t)(generation + 1);
}

#ifdef __cplusplus
}
#endif

#endif
