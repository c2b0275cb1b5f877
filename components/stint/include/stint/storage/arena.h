/* An arena of power-of-two blocks (buddy system): what one gives back serves any other, and time
 * cannot fragment it. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The memory is divided into units; a block is 2^order units, aligned to its own size within the
 * arena. Book-keeping lies beside the memory, never in it.
 */
#ifndef STINT_STORAGE_ARENA_H
#define STINT_STORAGE_ARENA_H

#include "stint/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_ARENA_NONE = 0xffff };

struct stint_arena_unit {
    uint16_t next; /* free list: unit numbers */
    uint16_t previous;
    uint8_t order; /* of the block that begins here */
    uint8_t state; /* of the block that begins here; inside a block: 0 */
};

enum { STINT_ARENA_ORDERS = 16 };

struct stint_arena {
    uint8_t *bytes;
    struct stint_arena_unit *units;
    uint32_t unit_size; /* bytes, a power of two */
    uint16_t unit_count;
    uint16_t first_free[STINT_ARENA_ORDERS]; /* by order */
    uint32_t in_use;                         /* bytes */
    uint32_t high_water;                     /* bytes, most in use ever */
    uint32_t refused;                        /* takes that found no block */
};

/* An arena with everything free. `memory` holds unit_count units (at most 65,534) of unit_size
 * bytes, a power of two; `units` has unit_count entries. Both are borrowed for the arena's life. */
void stint_arena_init(struct stint_arena *arena, struct stint_span memory, uint32_t unit_size,
    struct stint_arena_unit *units, uint16_t unit_count);

/* A block of at least `length` bytes (1 or more): its span is the whole block, a power of two times
 * the unit. Empty when there is none. */
struct stint_span stint_arena_take(struct stint_arena *arena, uint32_t length);

/* Gives back a block as it was taken; an empty span is given back by doing nothing. */
void stint_arena_give(struct stint_arena *arena, struct stint_span block);

/* Bytes that could be had if all free blocks were one. */
uint32_t stint_arena_free(const struct stint_arena *arena);

#ifdef __cplusplus
}
#endif

#endif
