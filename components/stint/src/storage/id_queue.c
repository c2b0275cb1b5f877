/* A queue of small numbers, linked by number.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/id_queue.h"

void stint_id_links_init(uint16_t *links, unsigned count)
{
    for (unsigned id = 0; id < count; id++) {
        links[id] = STINT_ID_NONE;
    }
}

uint16_t *stint_id_links_carve(struct stint_carve *carve, unsigned count)
{
    uint16_t *links = stint_carve_array(carve, count, sizeof *links);
    if (links != NULL) {
        stint_id_links_init(links, count);
    }
    return links;
}

void stint_id_queue_init(struct stint_id_queue *queue, uint16_t *links)
{
    queue->links = links;
    queue->first = STINT_ID_NONE;
    queue->last = STINT_ID_NONE;
    queue->length = 0;
    queue->fewest = STINT_ID_NONE;
    queue->vain = 0;
}

bool stint_id_queue_contains(const struct stint_id_queue *queue, uint16_t id)
{
    return queue->links[id] != STINT_ID_NONE;
}

void stint_id_queue_push(struct stint_id_queue *queue, uint16_t id)
{
    if (stint_id_queue_contains(queue, id)) {
        return;
    }
    if (queue->length == 0) {
        queue->first = id;
    } else {
        queue->links[queue->last] = id;
    }
    queue->links[id] = STINT_ID_END;
    queue->last = id;
    queue->length++;
}

void stint_id_queue_fill(struct stint_id_queue *queue, unsigned first, unsigned count)
{
    for (unsigned i = 0; queue->links != NULL && i < count; i++) {
        stint_id_queue_push(queue, (uint16_t)(first + i));
    }
}

/* Takes out `id`, which follows `previous` or, when that is STINT_ID_NONE, is the first. */
static void take_out(struct stint_id_queue *queue, uint16_t previous, uint16_t id)
{
    const uint16_t next = queue->links[id];
    const bool is_last = next == STINT_ID_END;
    if (previous != STINT_ID_NONE) {
        queue->links[previous] = next;
    } else {
        queue->first = is_last ? (uint16_t)STINT_ID_NONE : next;
    }
    if (is_last) {
        queue->last = previous;
    }
    queue->links[id] = STINT_ID_NONE;
    queue->length--;
}

uint16_t stint_id_queue_pop(struct stint_id_queue *queue)
{
    const uint16_t id = queue->first;
    if (id != STINT_ID_NONE) {
        take_out(queue, STINT_ID_NONE, id);
        queue->fewest = queue->length < queue->fewest ? queue->length : queue->fewest;
    } else if (queue->vain < UINT16_MAX) {
        queue->vain++;
    }
    return id;
}

void stint_id_queue_remove(struct stint_id_queue *queue, uint16_t id)
{
    if (queue->length == 0 || !stint_id_queue_contains(queue, id)) {
        return;
    }
    uint16_t previous = STINT_ID_NONE;
    uint16_t current = queue->first;
    while (current != id && current != STINT_ID_END) {
        previous = current;
        current = queue->links[current];
    }
    if (current == id) {
        take_out(queue, previous, id);
    }
}
