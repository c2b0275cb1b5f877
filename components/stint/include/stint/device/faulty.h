/* A device that mistreats what is sent through it: loss, duplication, reordering, corruption,
 * delay, rate, a queue that overflows. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Frames received pass untouched: to mistreat both directions, wrap both ends. Everything is
 * decided by a seed: the same seed and the same frames at the same times give the same fate. The
 * sender is never held back: what finds no room is lost.
 */
#ifndef STINT_DEVICE_FAULTY_H
#define STINT_DEVICE_FAULTY_H

#include "stint/base/random.h"
#include "stint/device/device.h"
#include "stint/storage/frame_pool.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Rates are in parts per million, 0 to 1,000,000. Zero means never. */
struct stint_faulty_profile {
    uint32_t loss;
    uint32_t duplication;
    uint32_t corruption; /* one bit of the frame is flipped */
    uint32_t reordering; /* the frame is held back by `reordering_delay` more */
    /* 0: unlimited. A frame counts 20 + 4 bytes more: preamble, gap, FCS. */
    uint32_t bits_per_second;
    /* Frames that may wait for the rate before more are lost; 0: as many as the pool holds. */
    uint32_t queue_limit;
    /* For every frame. */
    struct stint_duration delay;
    /* Up to this much more (at most an hour), evenly; frames may overtake one another. */
    struct stint_duration jitter;
    struct stint_duration reordering_delay;
};

struct stint_faulty_counters {
    uint32_t sent; /* frames handed to this device */
    uint32_t delivered;
    uint32_t lost;       /* by chance */
    uint32_t duplicated; /* copies made */
    uint32_t corrupted;
    uint32_t reordered;
    uint32_t overflowed; /* frames and copies lost because the queue or the pool was full */
};

struct stint_faulty_frame {
    struct stint_instant begins; /* to be sent on the line */
    struct stint_instant due;
    uint32_t order; /* breaks ties: first sent first delivered */
    uint16_t frame; /* in the pool */
    uint16_t length;
};

struct stint_faulty_config {
    struct stint_device inner;
    struct stint_faulty_profile profile;
    uint64_t seed;
    struct stint_span storage; /* frames: waiting_count * STINT_DEVICE_FRAME_LENGTH bytes */
    uint16_t *links;           /* waiting_count */
    struct stint_faulty_frame *waiting; /* waiting_count */
    uint16_t waiting_count;             /* at least 2: one frame is always kept to be lent */
};

struct stint_faulty {
    struct stint_device inner;
    struct stint_faulty_profile profile;
    struct stint_faulty_counters counters;
    struct stint_random random;
    struct stint_frame_pool pool;
    struct stint_faulty_frame *waiting; /* a heap by due and order */
    uint16_t waiting_count;
    uint16_t reserved; /* the frame lent to the sender, or STINT_FRAME_NONE */
    uint32_t next_order;
    struct stint_instant line_free_at; /* when the rate lets the next frame begin */
    uint32_t line_remainder;           /* after it, in microseconds / bits_per_second */
};

/* What the config points to is borrowed for the device's life. */
void stint_faulty_init(struct stint_faulty *faulty, const struct stint_faulty_config *config);

struct stint_device stint_faulty_device(struct stint_faulty *faulty);

#ifdef __cplusplus
}
#endif

#endif
