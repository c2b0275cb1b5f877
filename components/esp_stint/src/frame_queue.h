/* Frames from drivers to the poll task: many producers, one consumer, no locks.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A bounded ring in which each cell carries a sequence number that tells whose turn it is: equal to
 * the position, a producer may fill it; one more, the consumer may empty it. Producers may be tasks
 * and interrupts. The consumer is whoever holds the lock of the sockets layer.
 */
#ifndef ESP_STINT_FRAME_QUEUE_H
#define ESP_STINT_FRAME_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct frame {
    void *bytes;
    void *token; /* what the driver takes back */
    uint16_t length;
};

struct frame_cell {
    _Atomic uint32_t turn;
    struct frame frame;
};

struct frame_queue {
    struct frame_cell *cells;
    uint32_t mask;
    _Atomic uint32_t tail; /* the next position to fill */
    uint32_t head;         /* the next position to empty; the consumer's */
};

/* `count`, a power of two, cells are borrowed for the queue's life. */
void frame_queue_init(struct frame_queue *queue, struct frame_cell *cells, uint32_t count);

/* False when the queue is full. */
bool frame_queue_push(struct frame_queue *queue, struct frame frame);

/* The oldest frame, or NULL; valid until the pop. */
const struct frame *frame_queue_front(const struct frame_queue *queue);
void frame_queue_pop(struct frame_queue *queue);

/* Frames that wait, as far as producers have finished. */
uint32_t frame_queue_length(const struct frame_queue *queue);

#endif
