/* Frames from drivers to the poll task.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "frame_queue.h"

#include "placement.h"

void frame_queue_init(struct frame_queue *queue, struct frame_cell *cells, uint32_t count)
{
    queue->cells = cells;
    queue->mask = count - 1;
    queue->head = 0;
    atomic_store(&queue->tail, 0);
    for (uint32_t i = 0; i < count; i++) {
        atomic_store(&cells[i].turn, i);
    }
}

/* Takes the next position for this producer alone; NULL when the queue is full. */
static HOT struct frame_cell *claim(struct frame_queue *queue, uint32_t *position)
{
    uint32_t tail = atomic_load_explicit(&queue->tail, memory_order_relaxed);
    for (;;) {
        struct frame_cell *const cell = &queue->cells[tail & queue->mask];
        const uint32_t turn = atomic_load_explicit(&cell->turn, memory_order_acquire);
        const int32_t ahead = (int32_t)(turn - tail);
        if (ahead < 0) {
            return NULL;
        }
        if (ahead > 0) {
            tail = atomic_load_explicit(&queue->tail, memory_order_relaxed);
        } else if (atomic_compare_exchange_weak_explicit(
                       &queue->tail, &tail, tail + 1, memory_order_relaxed, memory_order_relaxed)) {
            *position = tail;
            return cell;
        }
    }
}

HOT bool frame_queue_push(struct frame_queue *queue, struct frame frame)
{
    uint32_t position = 0;
    struct frame_cell *const cell = claim(queue, &position);
    if (cell == NULL) {
        return false;
    }
    cell->frame = frame;
    atomic_store_explicit(&cell->turn, position + 1, memory_order_release);
    return true;
}

HOT const struct frame *frame_queue_front(const struct frame_queue *queue)
{
    const struct frame_cell *const cell = &queue->cells[queue->head & queue->mask];
    const uint32_t turn = atomic_load_explicit(&cell->turn, memory_order_acquire);
    return turn == queue->head + 1 ? &cell->frame : NULL;
}

HOT void frame_queue_pop(struct frame_queue *queue)
{
    struct frame_cell *const cell = &queue->cells[queue->head & queue->mask];
    atomic_store_explicit(&cell->turn, queue->head + queue->mask + 1, memory_order_release);
    queue->head++;
}

uint32_t frame_queue_length(const struct frame_queue *queue)
{
    return atomic_load_explicit(&queue->tail, memory_order_relaxed) - queue->head;
}
