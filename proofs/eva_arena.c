/* Interpretation of storage/arena: arenas of up to four units of 16 bytes, through every sequence
 * of takes and gives, however long: the states are followed until no new one comes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "unknown.h"

#include "storage/arena.c"

enum { UNIT_SIZE = 16, UNITS_MAX = 4 };

/* By unit: how many units the block has that was handed out there; 0 when none was. */
struct model {
    uint8_t taken[UNITS_MAX];
    uint32_t units;
};

static uint32_t unknown_split(uint32_t largest)
{
    const uint32_t number = (uint32_t)unknown_up_to(largest);
    /*@ split number; */
    return number;
}

/* Every unit of a block that is handed out was free, and the block lies within the arena. */
static void take(struct stint_arena *arena, struct model *model)
{
    const uint32_t units = 1 + unknown_split(UNITS_MAX - 1);
    const uint32_t length = units * UNIT_SIZE - (unknown_bool() ? UNIT_SIZE - 1 : 0);
    const struct stint_span block = stint_arena_take(arena, length);
    if (block.length == 0) {
        return;
    }
    /*@ assert block.length >= length; */
    const uint32_t first = (uint32_t)((size_t)(block.bytes - arena->bytes) / UNIT_SIZE);
    const uint32_t count = (uint32_t)block.length / UNIT_SIZE;
    /*@ assert first + count <= model->units && first % count == 0; */
    for (uint32_t unit = 0; unit < model->units; unit++) {
        const uint32_t end = unit + model->taken[unit];
        /*@ assert model->taken[unit] == 0 || end <= first || first + count <= unit; */
    }
    model->taken[first] = (uint8_t)count;
}

static void give(struct stint_arena *arena, struct model *model)
{
    const uint32_t unit = unknown_split(model->units - 1);
    const uint32_t length = model->taken[unit] * (uint32_t)UNIT_SIZE;
    model->taken[unit] = 0;
    stint_arena_give(arena, stint_span_of(arena->bytes + unit * UNIT_SIZE, length));
}

/* What was not handed out is free; what an empty arena has is one block. */
static void check(struct stint_arena *arena, const struct model *model)
{
    uint32_t taken = 0;
    for (uint32_t unit = 0; unit < model->units; unit++) {
        taken += model->taken[unit];
    }
    const uint32_t left = stint_arena_free(arena);
    /*@ assert left == (model->units - taken) * UNIT_SIZE; */
    /*@ assert taken == 0 ==> arena->units[0].state == UNIT_FREE; */
}

/* What the arena does not rest on is as good as unknown: so there are fewer states. */
static void forget_remains(struct stint_arena *arena)
{
    arena->high_water = unknown32();
    arena->refused = unknown32();
    for (uint32_t unit = 0; unit < arena->unit_count; unit++) {
        struct stint_arena_unit *const block = &arena->units[unit];
        if (block->state != UNIT_FREE) {
            block->next = unknown16();
            block->previous = unknown16();
        }
        if (block->state == UNIT_INSIDE) {
            block->order = unknown8();
        }
    }
}

static void explore(uint16_t units)
{
    uint8_t *const memory = unknown_bytes((size_t)units * UNIT_SIZE);
    struct stint_arena_unit book[UNITS_MAX];
    struct model model = {{0}, units};
    struct stint_arena arena;
    MAKE_UNKNOWN(book);
    stint_arena_init(
        &arena, stint_span_of(memory, (size_t)units * UNIT_SIZE), UNIT_SIZE, book, units);
    while (unknown_bool()) {
        if (unknown_bool()) {
            take(&arena, &model);
        } else {
            give(&arena, &model);
        }
        check(&arena, &model);
        forget_remains(&arena);
    }
}

int main(void)
{
    const uint16_t units = (uint16_t)(1 + unknown_up_to(UNITS_MAX - 1));
    /*@ split units; */
    explore(units);
    Frama_C_show_each_end();
    return 0;
}
