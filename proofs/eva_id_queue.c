/* Interpretation of storage/id_queue: two queues over the links of three numbers, through every
 * sequence of pushes, pops and removals, however long: the states are followed until no new one
 * comes. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: storage/id_queue.c storage/carve.c
 */
#include "stint/storage/id_queue.h"
#include "unknown.h"

enum { NUMBERS = 3 };

/* What a queue should hold, oldest first. */
struct model {
    uint16_t ids[NUMBERS];
    unsigned length;
};

static uint16_t unknown_number(void)
{
    const uint16_t id = (uint16_t)unknown_up_to(NUMBERS - 1);
    /*@ split id; */
    return id;
}

static unsigned place_of(const struct model *model, uint16_t id)
{
    unsigned place = 0;
    while (place < model->length && model->ids[place] != id) {
        place++;
    }
    return place;
}

static void take_out_of_model(struct model *model, unsigned place)
{
    for (unsigned i = place; i + 1 < model->length; i++) {
        model->ids[i] = model->ids[i + 1];
    }
    model->length--;
    model->ids[model->length] = STINT_ID_NONE;
}

static void push(struct stint_id_queue *queue, struct model *model)
{
    const uint16_t id = unknown_number();
    if (!stint_id_queue_contains(queue, id)) {
        model->ids[model->length] = id;
        model->length++;
    }
    if (unknown_bool()) {
        stint_id_queue_push(queue, id);
    } else {
        stint_id_queue_fill(queue, id, 1);
    }
}

static void pop(struct stint_id_queue *queue, struct model *model)
{
    const uint16_t id = stint_id_queue_pop(queue);
    /*@ assert id == (model->length == 0 ? STINT_ID_NONE : model->ids[0]); */
    if (model->length > 0) {
        take_out_of_model(model, 0);
    }
}

static void remove_one(struct stint_id_queue *queue, struct model *model)
{
    const uint16_t id = unknown_number();
    const unsigned place = place_of(model, id);
    stint_id_queue_remove(queue, id);
    if (place < model->length) {
        take_out_of_model(model, place);
    }
}

/* One operation on one of the queues; what it counts is as good as unknown. */
static void step(struct stint_id_queue *queue, struct model *model)
{
    const unsigned operation = (unsigned)unknown_up_to(2);
    /*@ split operation; */
    if (operation == 0) {
        push(queue, model);
    } else if (operation == 1) {
        pop(queue, model);
    } else {
        remove_one(queue, model);
    }
    queue->fewest = unknown16();
    queue->vain = unknown16();
    /*@ assert queue->length == model->length; */
}

static void explore(void)
{
    uint16_t links[NUMBERS];
    struct stint_id_queue queue[2];
    struct model model[2] = {{{STINT_ID_NONE, STINT_ID_NONE, STINT_ID_NONE}, 0},
        {{STINT_ID_NONE, STINT_ID_NONE, STINT_ID_NONE}, 0}};
    stint_id_links_init(links, NUMBERS);
    stint_id_queue_init(&queue[0], links);
    stint_id_queue_init(&queue[1], links);
    while (unknown_bool()) {
        if (unknown_bool()) {
            step(&queue[0], &model[0]);
        } else {
            step(&queue[1], &model[1]);
        }
    }
}

int main(void)
{
    explore();
    Frama_C_show_each_end();
    return 0;
}
