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

/*@ predicate stint_timers_are_valid(struct stint_timers *timers) =
        \valid(timers) && timers->armed <= timers->count &&
        \valid(timers->deadlines + (0 .. timers->count - 1)) &&
        \valid(timers->heap + (0 .. timers->count - 1)) &&
        \valid(timers->positions + (0 .. timers->count - 1)) &&
        \separated(timers, timers->deadlines + (0 .. timers->count - 1),
            timers->heap + (0 .. timers->count - 1),
            timers->positions + (0 .. timers->count - 1));

    // The heap and the positions say the same.
    predicate stint_timers_agree(struct stint_timers *timers) =
        (\forall integer p; 0 <= p < timers->armed ==>
            timers->heap[p] < timers->count && timers->positions[timers->heap[p]] == p) &&
        (\forall integer t; 0 <= t < timers->count && timers->positions[t] != STINT_TIMER_NONE ==>
            timers->positions[t] < timers->armed && timers->heap[timers->positions[t]] == t);

    predicate stint_timers_are_sound(struct stint_timers *timers) =
        stint_timers_are_valid(timers) && stint_timers_agree(timers); */

/* All timers off. Each array has `count` entries (at most 65,535) and is borrowed for the timers'
 * life. */
/*@ requires \valid(timers) && \valid(deadlines + (0 .. count - 1));
    requires \valid(heap + (0 .. count - 1)) && \valid(positions + (0 .. count - 1));
    requires \separated(timers, deadlines + (0 .. count - 1), heap + (0 .. count - 1),
        positions + (0 .. count - 1));
    assigns *timers, deadlines[0 .. count - 1], positions[0 .. count - 1];
    ensures stint_timers_are_sound(timers) && timers->count == count && timers->armed == 0; */
void stint_timers_init(struct stint_timers *timers, struct stint_instant *deadlines, uint16_t *heap,
    uint16_t *positions, uint16_t count);

/* Arms the timer for `deadline`, or moves it there; never disarms it. */
/*@ requires stint_timers_are_sound(timers) && timer < timers->count;
    assigns timers->armed, timers->deadlines[timer], timers->heap[0 .. timers->count - 1],
        timers->positions[0 .. timers->count - 1];
    ensures stint_timers_are_sound(timers);
    ensures timers->deadlines[timer].microseconds == deadline.microseconds; */
void stint_timers_set(struct stint_timers *timers, uint16_t timer, struct stint_instant deadline);

/* The deadline of a timer, never when it is off. */
/*@ requires stint_timers_are_sound(timers) && timer < timers->count;
    assigns \nothing;
    ensures \result.microseconds == timers->deadlines[timer].microseconds; */
struct stint_instant stint_timers_deadline(const struct stint_timers *timers, uint16_t timer);

/* The earliest deadline of all, never when all are off. */
/*@ requires stint_timers_are_sound(timers);
    assigns \nothing;
    ensures \result.microseconds == (timers->armed == 0
        ? INT64_MAX : timers->deadlines[timers->heap[0]].microseconds); */
struct stint_instant stint_timers_earliest(const struct stint_timers *timers);

/* A timer whose deadline has come, the earliest first, now off; STINT_TIMER_NONE when there is
 * none. */
/*@ requires stint_timers_are_sound(timers);
    assigns timers->armed, timers->deadlines[0 .. timers->count - 1],
        timers->heap[0 .. timers->count - 1], timers->positions[0 .. timers->count - 1];
    ensures stint_timers_are_sound(timers);
    ensures \result != STINT_TIMER_NONE ==> \result < timers->count &&
        \old(timers->armed) > 0 && \result == \old(timers->heap[0]) &&
        \at(timers->deadlines[\at(\result, Post)].microseconds, Pre) <= now.microseconds; */
uint16_t stint_timers_pop(struct stint_timers *timers, struct stint_instant now);

#ifdef __cplusplus
}
#endif

#endif
