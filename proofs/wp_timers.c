/* Proof of storage/timers: the heap names every armed timer once, at its place, and nothing else.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * proves: src/storage/timers.c
 * options: -wp-no-split
 */
#include "stint/storage/timers.h"

/* There are no more places than timers, and where one is off, fewer: tools/prove has the principle
 * checked by facts.smt2. */
/*@ axiomatic Pigeonholes {
        axiom timers_in_different_places_leave_room{L}: \forall struct stint_timers *timers,
            integer timer; stint_timers_agree(timers) && 0 <= timer < timers->count &&
            timers->positions[timer] == STINT_TIMER_NONE ==> timers->armed < timers->count;
    } */

#include "storage/timers.c"
