/* The frame pool: every frame to one holder at a time.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/frame_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/noise.h"

enum { COUNT = 10, SIZE = 24 };

struct frames {
    struct stint_frame_pool pool;
    uint8_t bytes[COUNT * SIZE];
    uint16_t links[COUNT];
};

static void set_up(struct frames *frames)
{
    stint_frame_pool_init(&frames->pool, stint_span_of(frames->bytes, sizeof frames->bytes), SIZE,
        frames->links, COUNT);
}

static void a_frame_has_one_holder_at_a_time(void **state)
{
    (void)state;
    struct noise noise = {19};
    struct frames frames;
    bool held[COUNT] = {false};
    unsigned in_use = 0;
    unsigned refused = 0;
    set_up(&frames);
    for (unsigned step = 0; step < 10000; step++) {
        const uint16_t some = (uint16_t)noise_below(&noise, COUNT);
        if (noise_below(&noise, 5) < 3) {
            const uint16_t frame = stint_frame_pool_take(&frames.pool);
            assert_int_equal(frame == STINT_FRAME_NONE, in_use == COUNT);
            if (frame == STINT_FRAME_NONE) {
                refused++;
                continue;
            }
            assert_false(held[frame]);
            held[frame] = true;
            in_use++;
        } else if (held[some]) {
            stint_frame_pool_give(&frames.pool, some);
            held[some] = false;
            in_use--;
        }
        assert_int_equal(frames.pool.in_use, in_use);
    }
    assert_int_equal(frames.pool.high_water, COUNT);
    assert_int_equal(frames.pool.refused, refused);
}

static void frames_lie_side_by_side(void **state)
{
    (void)state;
    struct frames frames;
    set_up(&frames);
    for (uint16_t frame = 0; frame < COUNT; frame++) {
        const struct stint_span span = stint_frame_pool_span(&frames.pool, frame);
        assert_ptr_equal(span.bytes, frames.bytes + frame * SIZE);
        assert_int_equal(span.length, SIZE);
    }
}

static void a_pool_without_frames_refuses(void **state)
{
    (void)state;
    struct stint_frame_pool pool;
    stint_frame_pool_init(&pool, stint_span_of(NULL, 0), SIZE, NULL, 0);
    assert_int_equal(stint_frame_pool_take(&pool), STINT_FRAME_NONE);
    assert_int_equal(pool.refused, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_has_one_holder_at_a_time),
        cmocka_unit_test(frames_lie_side_by_side),
        cmocka_unit_test(a_pool_without_frames_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
