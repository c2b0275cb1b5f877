/* The queue from drivers to the poll task: bounded, in order, from many threads at once.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frame_queue.h"
#include <pthread.h>
#include <sched.h>

enum { CELLS = 8, PRODUCERS = 4, EACH = 50000 };

static struct frame_cell cells[CELLS];
static struct frame_queue queue;

static int begin(void **state)
{
    (void)state;
    frame_queue_init(&queue, cells, CELLS);
    return 0;
}

static struct frame frame_of(uintptr_t value)
{
    return (struct frame){.token = (void *)value, .length = 60};
}

static void a_full_queue_refuses_and_keeps_the_order(void **state)
{
    (void)state;
    assert_null(frame_queue_front(&queue));
    for (unsigned round = 0; round < 3; round++) {
        for (uintptr_t i = 1; i <= CELLS; i++) {
            assert_true(frame_queue_push(&queue, frame_of(i)));
        }
        assert_false(frame_queue_push(&queue, frame_of(99)));
        assert_int_equal(frame_queue_length(&queue), CELLS);
        for (uintptr_t i = 1; i <= CELLS; i++) {
            assert_int_equal((uintptr_t)frame_queue_front(&queue)->token, i);
            frame_queue_pop(&queue);
        }
        assert_null(frame_queue_front(&queue));
    }
}

static void *produce(void *context)
{
    const uintptr_t producer = (uintptr_t)context;
    for (uintptr_t i = 1; i <= EACH; i++) {
        while (!frame_queue_push(&queue, frame_of(producer * 1000000 + i))) {
            sched_yield();
        }
    }
    return NULL;
}

static void frames_of_many_producers_all_come_each_in_order(void **state)
{
    (void)state;
    pthread_t threads[PRODUCERS];
    uintptr_t last[PRODUCERS] = {0};
    for (uintptr_t i = 0; i < PRODUCERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, produce, (void *)i), 0);
    }
    for (unsigned taken = 0; taken < PRODUCERS * EACH;) {
        const struct frame *const frame = frame_queue_front(&queue);
        if (frame == NULL) {
            sched_yield();
            continue;
        }
        const uintptr_t value = (uintptr_t)frame->token;
        assert_int_equal(value % 1000000, last[value / 1000000] + 1);
        last[value / 1000000]++;
        frame_queue_pop(&queue);
        taken++;
    }
    for (unsigned i = 0; i < PRODUCERS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_null(frame_queue_front(&queue));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_full_queue_refuses_and_keeps_the_order, begin),
        cmocka_unit_test_setup(frames_of_many_producers_all_come_each_in_order, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
