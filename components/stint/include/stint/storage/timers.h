/* Timers: one deadline for each number below a bound, the earliest always at hand (a binary heap).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Arming, moving and cancelling cost O(log armed), asking for the earliest O(1).
 */
#ifndef STINT_STORAGE_TIMERS_H
#define STINT_STORAGE_TIMERS_H

#include "stint/base/time.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_TIMER_NONE = 0xffff };

struct stint_timers {
    struct stint_instant *deadlines; /* by timer */
    uint16_t *heap;                  /* timers, earliest first */
    uint16_t *positions;             /* by timer: its place in the heap, or STINT_TIMER_NONE */
    uint16_t count;                  /* timers there are: 0 to count - 1 */
    uint16_t armed;
};

/* All timers off. Each array has `count` entries (at most 65,535) and is borrowed for the timers'
 * life. */
void stint_timers_init(struct stint_timers *timers, struct stint_instant *deadlines, uint16_t *heap,
    uint16_t *positions, uint16_t count);

/* Arms the timer for `deadline`, or moves it there; never disarms it. */
void stint_timers_set(struct stint_timers *timers, uint16_t timer, struct stint_instant deadline);

/* The deadline of a timer, never when it is off. */
struct stint_instant stint_timers_deadline(const struct stint_timers *timers, uint16_t timer);

/* The earliest deadline of all, never when all are off. */
struct stint_instant stint_timers_earliest(const struct stint_timers *timers);

/* A timer whose deadline has come, the earliest first, now off; STINT_TIMER_NONE when there is
 * none. */
uint16_t stint_timers_pop(struct stint_timers *timers, struct stint_instant now);

#ifdef __cplusplus
}
#endif

#endif
