/* Queues of numbers against plain lists.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/id_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"

enum { IDS = 12, QUEUES = 2 };

struct model {
    uint16_t ids[IDS];
    unsigned length;
};

/* The place of `id`, or the length when it is not there. */
static unsigned place_of(const struct model *model, uint16_t id)
{
    unsigned place = 0;
    while (place < model->length && model->ids[place] != id) {
        place++;
    }
    return place;
}

static void model_remove(struct model *model, unsigned place)
{
    if (place < model->length) {
        model->length--;
        memmove(&model->ids[place], &model->ids[place + 1],
            (model->length - place) * sizeof model->ids[0]);
    }
}

static void assert_same(const struct stint_id_queue *queue, const struct model *model)
{
    assert_int_equal(queue->length, model->length);
    assert_int_equal(queue->first, model->length == 0 ? STINT_ID_NONE : model->ids[0]);
    assert_int_equal(
        queue->last, model->length == 0 ? STINT_ID_NONE : model->ids[model->length - 1]);
    for (unsigned i = 0; i < model->length; i++) {
        const uint16_t next = i + 1 < model->length ? model->ids[i + 1] : (uint16_t)STINT_ID_END;
        assert_int_equal(queue->links[model->ids[i]], next);
    }
}

static void two_queues_over_the_same_links_behave_like_lists(void **state)
{
    (void)state;
    uint16_t links[IDS];
    struct stint_id_queue queues[QUEUES];
    struct model models[QUEUES] = {{.length = 0}};
    struct noise noise = {5};
    stint_id_links_init(links, IDS);
    for (unsigned i = 0; i < QUEUES; i++) {
        stint_id_queue_init(&queues[i], links);
    }
    for (unsigned step = 0; step < 200000; step++) {
        const unsigned which = noise_below(&noise, QUEUES);
        struct stint_id_queue *const queue = &queues[which];
        struct model *const model = &models[which];
        const uint16_t id = (uint16_t)noise_below(&noise, IDS);
        const bool queued = place_of(&models[0], id) < models[0].length ||
                            place_of(&models[1], id) < models[1].length;
        assert_int_equal(stint_id_queue_contains(queue, id), queued);
        switch (noise_below(&noise, 3)) {
        case 0:
            stint_id_queue_push(queue, id);
            if (!queued) {
                model->ids[model->length] = id;
                model->length++;
            }
            break;
        case 1: {
            const uint16_t oldest = model->length == 0 ? (uint16_t)STINT_ID_NONE : model->ids[0];
            assert_int_equal(stint_id_queue_pop(queue), oldest);
            model_remove(model, 0);
            break;
        }
        default:
            stint_id_queue_remove(queue, id);
            model_remove(model, place_of(model, id));
            break;
        }
        assert_same(&queues[0], &models[0]);
        assert_same(&queues[1], &models[1]);
    }
}

static void a_number_that_came_out_may_go_in_again(void **state)
{
    (void)state;
    uint16_t links[1];
    struct stint_id_queue queue;
    stint_id_links_init(links, 1);
    stint_id_queue_init(&queue, links);
    for (unsigned i = 0; i < 3; i++) {
        stint_id_queue_push(&queue, 0);
        stint_id_queue_push(&queue, 0);
        assert_int_equal(queue.length, 1);
        assert_int_equal(stint_id_queue_pop(&queue), 0);
        assert_false(stint_id_queue_contains(&queue, 0));
        assert_int_equal(stint_id_queue_pop(&queue), STINT_ID_NONE);
    }
}

static void the_largest_number_is_not_mistaken_for_an_end(void **state)
{
    (void)state;
    enum { COUNT = 65000 };
    static uint16_t links[COUNT];
    struct stint_id_queue queue;
    stint_id_links_init(links, COUNT);
    stint_id_queue_init(&queue, links);
    for (unsigned id = 0; id < COUNT; id++) {
        stint_id_queue_push(&queue, (uint16_t)id);
    }
    assert_int_equal(queue.length, COUNT);
    for (unsigned id = 0; id < COUNT; id++) {
        assert_int_equal(stint_id_queue_pop(&queue), id);
    }
    assert_int_equal(stint_id_queue_pop(&queue), STINT_ID_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_queues_over_the_same_links_behave_like_lists),
        cmocka_unit_test(a_number_that_came_out_may_go_in_again),
        cmocka_unit_test(the_largest_number_is_not_mistaken_for_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
