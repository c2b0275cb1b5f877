/* Interpretation of storage/frame_pool: four frames through every sequence of takes and gives,
 * however long, while their holders write into the links as they like: the states are followed
 * until no new one comes. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: storage/frame_pool.c
 */
#include "stint/storage/frame_pool.h"
#include "unknown.h"

enum { FRAMES = 4, FRAME_SIZE = 24 };

/* The number of frames that are taken. */
static uint16_t how_many(const bool *taken)
{
    uint16_t number = 0;
    for (uint16_t frame = 0; frame < FRAMES; frame++) {
        number = (uint16_t)(number + (taken[frame] ? 1 : 0));
    }
    return number;
}

/* No frame is handed out twice, and one is refused only when all are taken. */
static void take(struct stint_frame_pool *pool, bool *taken)
{
    const uint16_t frame = stint_frame_pool_take(pool);
    if (frame == STINT_FRAME_NONE) {
        const uint16_t number = how_many(taken);
        /*@ assert number == FRAMES; */
        return;
    }
    /*@ assert frame < FRAMES && !taken[frame]; */
    taken[frame] = true;
    const struct stint_span bytes = stint_frame_pool_span(pool, frame);
    /*@ assert bytes.length == FRAME_SIZE; */
    bytes.bytes[0] = unknown8();
    bytes.bytes[bytes.length - 1] = unknown8();
}

static void give(struct stint_frame_pool *pool, bool *taken)
{
    const uint16_t frame = (uint16_t)unknown_up_to(FRAMES - 1);
    /*@ split frame; */
    if (taken[frame]) {
        stint_frame_pool_give(pool, frame);
        taken[frame] = false;
    }
}

/* What the pool does not rest on is as good as unknown. */
static void forget_remains(struct stint_frame_pool *pool, const bool *taken)
{
    pool->high_water = unknown16();
    pool->refused = unknown32();
    Frama_C_make_unknown((char *)pool->bytes, (size_t)FRAMES * FRAME_SIZE);
    for (uint16_t frame = 0; frame < FRAMES; frame++) {
        if (taken[frame]) {
            pool->links[frame] = unknown16();
        }
    }
}

static void explore(void)
{
    const size_t size = (size_t)FRAMES * FRAME_SIZE;
    const struct stint_span storage = stint_span_of(unknown_bytes(size), size);
    uint16_t *const links = (uint16_t *)unknown_bytes(FRAMES * sizeof *links);
    bool taken[FRAMES] = {false, false, false, false};
    struct stint_frame_pool pool;
    stint_frame_pool_init(&pool, storage, FRAME_SIZE, links, FRAMES);
    while (unknown_bool()) {
        if (unknown_bool()) {
            take(&pool, taken);
        } else {
            give(&pool, taken);
        }
        const uint16_t number = how_many(taken);
        /*@ assert pool.in_use == number; */
        forget_remains(&pool, taken);
    }
}

int main(void)
{
    explore();
    Frama_C_show_each_end();
    return 0;
}
