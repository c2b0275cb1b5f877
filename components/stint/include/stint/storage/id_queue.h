/* A queue of small numbers, each at most once: ready lists, event lists, accept queues.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Several queues over the same numbers need a link array each. All operations cost O(1) but remove,
 * which walks.
 */
#ifndef STINT_STORAGE_ID_QUEUE_H
#define STINT_STORAGE_ID_QUEUE_H

#include "stint/storage/carve.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_ID_NONE = 0xffff,
    STINT_ID_END = 0xfffe, /* internal: the link of the last one */
};

struct stint_id_queue {
    uint16_t *links; /* by number: the next one, STINT_ID_END, or STINT_ID_NONE when it is in no
                        queue over these links */
    uint16_t first;  /* STINT_ID_NONE when empty */
    uint16_t last;
    uint16_t length;
    uint16_t fewest; /* that were left by a pop; STINT_ID_NONE before the first */
    uint16_t vain;   /* pops that found nothing; stays at 65,535 */
};

/* Marks all `count` numbers (0 to count - 1, at most 65,000) as being in no queue. */
void stint_id_links_init(uint16_t *links, unsigned count);

/* Carves links for `count` numbers, in no queue; NULL as stint_carve_array(). */
uint16_t *stint_id_links_carve(struct stint_carve *carve, unsigned count);

/* An empty queue over initialised links, borrowed for the queue's life. Queues may share links when
 * no number is in two. */
void stint_id_queue_init(struct stint_id_queue *queue, uint16_t *links);

/* True when the number is in this queue or another one over the same links. */
bool stint_id_queue_contains(const struct stint_id_queue *queue, uint16_t id);

/* Appends the number; does nothing when it is queued already. */
void stint_id_queue_push(struct stint_id_queue *queue, uint16_t id);

/* Appends the numbers from `first` to `first` + `count` - 1; none when there are no links. */
void stint_id_queue_fill(struct stint_id_queue *queue, unsigned first, unsigned count);

/* The oldest number, taken off; STINT_ID_NONE when empty. */
uint16_t stint_id_queue_pop(struct stint_id_queue *queue);

/* Takes the number out wherever it stands; does nothing when it is not in this queue. */
void stint_id_queue_remove(struct stint_id_queue *queue, uint16_t id);

#ifdef __cplusplus
}
#endif

#endif
