/* Timers in a binary heap that knows where each timer is.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/timers.h"

/* Everywhere: positions[heap[p]] == p for every p < armed, no timer is due before the one at
 * (p - 1) / 2, and the deadline of a timer that is off is never. */

/*@ // As agree, while `timer` is held outside the heap, in which its place `hole` is free.
    predicate agree_but(struct stint_timers *timers, integer hole, integer timer) =
        (\forall integer p; 0 <= p < timers->armed && p != hole ==>
            timers->heap[p] < timers->count && timers->heap[p] != timer &&
            timers->positions[timers->heap[p]] == p) &&
        (\forall integer t; 0 <= t < timers->count && t != timer &&
            timers->positions[t] != STINT_TIMER_NONE ==>
            timers->positions[t] < timers->armed && timers->positions[t] != hole &&
            timers->heap[timers->positions[t]] == t); */

/*@ requires stint_timers_are_valid(timers) && a < timers->count && b < timers->count;
    assigns \nothing;
    ensures \result <==>
        timers->deadlines[a].microseconds < timers->deadlines[b].microseconds; */
static bool is_before(const struct stint_timers *timers, uint16_t a, uint16_t b)
{
    return stint_instant_is_before(timers->deadlines[a], timers->deadlines[b]);
}

/*@ requires stint_timers_are_valid(timers);
    requires position < timers->armed && timer < timers->count;
    assigns timers->heap[position], timers->positions[timer];
    ensures stint_timers_are_valid(timers);
    ensures \old(agree_but(timers, position, timer)) ==> stint_timers_agree(timers);
    ensures \forall integer from, held; 0 <= from < timers->armed && from != position &&
        \old(timers->heap[from]) == timer && \old(agree_but(timers, position, held)) ==>
        agree_but(timers, from, held); */
static void place(struct stint_timers *timers, uint32_t position, uint16_t timer)
{
    timers->heap[position] = timer;
    timers->positions[timer] = (uint16_t)position;
}

/* Puts the timer at `position` or, while it is earlier than those above, in their place. */
/*@ requires stint_timers_are_valid(timers) && agree_but(timers, position, timer);
    requires position < timers->armed && timer < timers->count;
    assigns timers->heap[0 .. timers->count - 1], timers->positions[0 .. timers->count - 1];
    ensures stint_timers_are_sound(timers); */
static void rise(struct stint_timers *timers, uint32_t position, uint16_t timer)
{
    /*@ loop invariant stint_timers_are_valid(timers) && agree_but(timers, position, timer);
        loop invariant position < timers->armed && timers->count == \at(timers->count, Pre);
        loop assigns position, timers->heap[0 .. \at(timers->count, Pre) - 1],
            timers->positions[0 .. \at(timers->count, Pre) - 1];
        loop variant position; */
    while (position > 0) {
        const uint32_t parent = (position - 1) / 2;
        if (!is_before(timers, timer, timers->heap[parent])) {
            break;
        }
        place(timers, position, timers->heap[parent]);
        position = parent;
    }
    place(timers, position, timer);
}

/* The earlier of the two places below; armed or more when there is none. */
/*@ requires stint_timers_are_valid(timers) && position < timers->armed;
    requires \forall integer p; position < p < timers->armed ==> timers->heap[p] < timers->count;
    assigns \nothing;
    ensures \result == 2 * position + 1 || \result == 2 * position + 2; */
static uint32_t earlier_child(const struct stint_timers *timers, uint32_t position)
{
    const uint32_t left = 2 * position + 1;
    const uint32_t right = left + 1;
    const bool right_is_earlier =
        right < timers->armed && is_before(timers, timers->heap[right], timers->heap[left]);
    return right_is_earlier ? right : left;
}

/* Puts the timer at `position` or, while those below are earlier, in their place. */
/*@ requires stint_timers_are_valid(timers) && agree_but(timers, position, timer);
    requires position < timers->armed && timer < timers->count;
    assigns timers->heap[0 .. timers->count - 1], timers->positions[0 .. timers->count - 1];
    ensures stint_timers_are_sound(timers); */
static void sink(struct stint_timers *timers, uint32_t position, uint16_t timer)
{
    uint32_t child = earlier_child(timers, position);
    /*@ loop invariant stint_timers_are_valid(timers) && agree_but(timers, position, timer);
        loop invariant position < timers->armed && timers->count == \at(timers->count, Pre);
        loop invariant child == 2 * position + 1 || child == 2 * position + 2;
        loop assigns position, child, timers->heap[0 .. \at(timers->count, Pre) - 1],
            timers->positions[0 .. \at(timers->count, Pre) - 1];
        loop variant timers->armed - position; */
    while (child < timers->armed && is_before(timers, timers->heap[child], timer)) {
        place(timers, position, timers->heap[child]);
        position = child;
        child = earlier_child(timers, position);
    }
    place(timers, position, timer);
}

/* Puts the timer at `position` or wherever from there its deadline belongs. */
/*@ requires stint_timers_are_valid(timers) && agree_but(timers, position, timer);
    requires position < timers->armed && timer < timers->count;
    assigns timers->heap[0 .. timers->count - 1], timers->positions[0 .. timers->count - 1];
    ensures stint_timers_are_sound(timers); */
static void settle(struct stint_timers *timers, uint32_t position, uint16_t timer)
{
    if (position > 0 && is_before(timers, timer, timers->heap[(position - 1) / 2])) {
        rise(timers, position, timer);
    } else {
        sink(timers, position, timer);
    }
}

/* Takes the timer out; the last one of the heap fills its place. */
/*@ requires stint_timers_are_sound(timers) && timer < timers->count;
    requires timers->positions[timer] != STINT_TIMER_NONE;
    assigns timers->armed, timers->heap[0 .. timers->count - 1],
        timers->positions[0 .. timers->count - 1];
    ensures stint_timers_are_sound(timers); */
static void disarm(struct stint_timers *timers, uint16_t timer)
{
    const uint16_t position = timers->positions[timer];
    timers->positions[timer] = STINT_TIMER_NONE;
    timers->armed--;
    if (position < timers->armed) {
        settle(timers, position, timers->heap[timers->armed]);
    }
}

void stint_timers_init(struct stint_timers *timers, struct stint_instant *deadlines, uint16_t *heap,
    uint16_t *positions, uint16_t count)
{
    timers->deadlines = deadlines;
    timers->heap = heap;
    timers->positions = positions;
    timers->count = count;
    timers->armed = 0;
    /*@ loop invariant 0 <= timer <= count;
        loop invariant \forall integer t; 0 <= t < timer ==> positions[t] == STINT_TIMER_NONE;
        loop assigns timer, deadlines[0 .. count - 1], positions[0 .. count - 1];
        loop variant count - timer; */
    for (uint16_t timer = 0; timer < count; timer++) {
        deadlines[timer] = stint_instant_never();
        positions[timer] = STINT_TIMER_NONE;
    }
}

void stint_timers_set(struct stint_timers *timers, uint16_t timer, struct stint_instant deadline)
{
    const uint16_t position = timers->positions[timer];
    if (deadline.microseconds == timers->deadlines[timer].microseconds) {
        return;
    }
    timers->deadlines[timer] = deadline;
    if (stint_instant_is_never(deadline)) {
        if (position != STINT_TIMER_NONE) {
            disarm(timers, timer);
        }
    } else if (position != STINT_TIMER_NONE) {
        settle(timers, position, timer);
    } else {
        timers->armed++;
        rise(timers, timers->armed - 1u, timer);
    }
}

struct stint_instant stint_timers_deadline(const struct stint_timers *timers, uint16_t timer)
{
    return timers->deadlines[timer];
}

struct stint_instant stint_timers_earliest(const struct stint_timers *timers)
{
    return timers->armed == 0 ? stint_instant_never() : timers->deadlines[timers->heap[0]];
}

uint16_t stint_timers_pop(struct stint_timers *timers, struct stint_instant now)
{
    if (timers->armed == 0 || !stint_instant_has_come(stint_timers_earliest(timers), now)) {
        return STINT_TIMER_NONE;
    }
    const uint16_t timer = timers->heap[0];
    stint_timers_set(timers, timer, stint_instant_never());
    return timer;
}
