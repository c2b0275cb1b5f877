/* The buddy system: a block of 2^order units lies at a multiple of its size, and merges with its
 * buddy, the block whose number differs in that one bit.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/arena.h"

enum unit_state {
    UNIT_INSIDE, /* of a block that begins before it */
    UNIT_FREE,
    UNIT_TAKEN,
};

static void link_free(struct stint_arena *arena, uint16_t unit, unsigned order)
{
    const uint16_t next = arena->first_free[order];
    arena->units[unit].next = next;
    arena->units[unit].previous = STINT_ARENA_NONE;
    arena->units[unit].order = (uint8_t)order;
    arena->units[unit].state = UNIT_FREE;
    if (next != STINT_ARENA_NONE) {
        arena->units[next].previous = unit;
    }
    arena->first_free[order] = unit;
}

static void unlink_free(struct stint_arena *arena, uint16_t unit)
{
    const struct stint_arena_unit *const block = &arena->units[unit];
    if (block->previous == STINT_ARENA_NONE) {
        arena->first_free[block->order] = block->next;
    } else {
        arena->units[block->previous].next = block->next;
    }
    if (block->next != STINT_ARENA_NONE) {
        arena->units[block->next].previous = block->previous;
    }
}

/* The largest order of a block of at most `units` units; units is not 0. */
static unsigned largest_order_within(uint32_t units)
{
    unsigned order = 0;
    while (order + 1 < STINT_ARENA_ORDERS && (2u << order) <= units) {
        order++;
    }
    return order;
}

void stint_arena_init(struct stint_arena *arena, struct stint_span memory, uint32_t unit_size,
    struct stint_arena_unit *units, uint16_t unit_count)
{
    arena->bytes = memory.bytes;
    arena->units = units;
    arena->unit_size = unit_size;
    arena->unit_count = unit_count;
    arena->in_use = 0;
    arena->high_water = 0;
    arena->refused = 0;
    for (unsigned order = 0; order < STINT_ARENA_ORDERS; order++) {
        arena->first_free[order] = STINT_ARENA_NONE;
    }
    for (uint32_t unit = 0; unit < unit_count; unit++) {
        units[unit].state = UNIT_INSIDE;
    }
    uint32_t begin = 0; /* every block is smaller than the one before: aligned to its size */
    while (begin < unit_count) {
        const unsigned order = largest_order_within(unit_count - begin);
        link_free(arena, (uint16_t)begin, order);
        begin += 1u << order;
    }
}

/* The smallest order whose blocks hold `length` bytes; STINT_ARENA_ORDERS when none does. */
static unsigned order_for(const struct stint_arena *arena, uint32_t length)
{
    const uint32_t units = length / arena->unit_size + (length % arena->unit_size != 0 ? 1 : 0);
    unsigned order = 0;
    while (order < STINT_ARENA_ORDERS && (1u << order) < units) {
        order++;
    }
    return order;
}

/* The smallest order, from `order` up, that has a free block; STINT_ARENA_ORDERS when none has. */
static unsigned order_with_block(const struct stint_arena *arena, unsigned order)
{
    while (order < STINT_ARENA_ORDERS && arena->first_free[order] == STINT_ARENA_NONE) {
        order++;
    }
    return order;
}

struct stint_span stint_arena_take(struct stint_arena *arena, uint32_t length)
{
    const unsigned order = order_for(arena, length);
    unsigned found = order_with_block(arena, order);
    if (found == STINT_ARENA_ORDERS) {
        arena->refused++;
        return stint_span_of(NULL, 0);
    }
    const uint16_t unit = arena->first_free[found];
    unlink_free(arena, unit);
    while (found > order) {
        found--;
        link_free(arena, (uint16_t)(unit + (1u << found)), found);
    }
    arena->units[unit].order = (uint8_t)order;
    arena->units[unit].state = UNIT_TAKEN;

    const uint32_t size = arena->unit_size << order;
    arena->in_use += size;
    if (arena->in_use > arena->high_water) {
        arena->high_water = arena->in_use;
    }
    return stint_span_of(arena->bytes + (size_t)unit * arena->unit_size, size);
}

static bool is_free_block(const struct stint_arena *arena, uint32_t unit, unsigned order)
{
    return unit < arena->unit_count && arena->units[unit].state == UNIT_FREE &&
           arena->units[unit].order == order;
}

void stint_arena_give(struct stint_arena *arena, struct stint_span block)
{
    if (block.length == 0) {
        return;
    }
    uint32_t unit = (uint32_t)((size_t)(block.bytes - arena->bytes) / arena->unit_size);
    unsigned order = arena->units[unit].order;
    arena->in_use -= arena->unit_size << order;
    arena->units[unit].state = UNIT_INSIDE;

    uint32_t buddy = unit ^ (1u << order);
    while (order + 1 < STINT_ARENA_ORDERS && is_free_block(arena, buddy, order)) {
        unlink_free(arena, (uint16_t)buddy);
        arena->units[buddy].state = UNIT_INSIDE;
        unit = unit < buddy ? unit : buddy;
        order++;
        buddy = unit ^ (1u << order);
    }
    link_free(arena, (uint16_t)unit, order);
}

uint32_t stint_arena_free(const struct stint_arena *arena)
{
    return arena->unit_count * arena->unit_size - arena->in_use;
}
