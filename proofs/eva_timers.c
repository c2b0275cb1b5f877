/* Interpretation of storage/timers: four timers and two instants, through every sequence of sets
 * and pops, however long: the states are followed until no new one comes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: storage/timers.c
 */
#include "stint/storage/timers.h"
#include "unknown.h"

enum { TIMERS = 4, INSTANTS = 2 };

/* The timers and what their deadlines should be. */
struct instance {
    struct stint_timers timers;
    struct stint_instant model[TIMERS];
};

static uint32_t unknown_below(uint32_t end)
{
    const uint32_t number = (uint32_t)unknown_up_to(end - 1);
    /*@ split number; */
    return number;
}

static struct stint_instant earliest_of(const struct stint_instant *deadlines, uint16_t count)
{
    struct stint_instant earliest = stint_instant_never();
    for (uint16_t timer = 0; timer < count; timer++) {
        earliest = stint_instant_earlier(earliest, deadlines[timer]);
    }
    return earliest;
}

static void set(struct instance *instance)
{
    const uint16_t timer = (uint16_t)unknown_below(instance->timers.count);
    const uint32_t number = unknown_below(INSTANTS + 1);
    const struct stint_instant deadline =
        number == 0 ? stint_instant_never() : stint_instant_at((int64_t)number);
    instance->model[timer] = deadline;
    stint_timers_set(&instance->timers, timer, deadline);
}

static void pop(struct instance *instance)
{
    const struct stint_instant now = stint_instant_at(1 + (int64_t)unknown_below(INSTANTS));
    const struct stint_instant earliest = earliest_of(instance->model, instance->timers.count);
    const uint16_t timer = stint_timers_pop(&instance->timers, now);
    if (timer == STINT_TIMER_NONE) {
        /*@ assert earliest.microseconds > now.microseconds; */
        return;
    }
    /*@ assert instance->model[timer].microseconds == earliest.microseconds; */
    /*@ assert earliest.microseconds <= now.microseconds; */
    instance->model[timer] = stint_instant_never();
}

static void check(const struct instance *instance)
{
    const struct stint_instant earliest = stint_timers_earliest(&instance->timers);
    const struct stint_instant expected = earliest_of(instance->model, instance->timers.count);
    /*@ assert earliest.microseconds == expected.microseconds; */
    for (uint16_t timer = 0; timer < instance->timers.count; timer++) {
        const struct stint_instant deadline = stint_timers_deadline(&instance->timers, timer);
        /*@ assert deadline.microseconds == instance->model[timer].microseconds; */
    }
}

/* Places of the heap beyond those armed are as good as unknown. */
static void forget_remains(struct stint_timers *timers)
{
    for (uint16_t place = timers->armed; place < timers->count; place++) {
        timers->heap[place] = unknown16();
    }
}

static void explore(void)
{
    struct stint_instant *const deadlines =
        (struct stint_instant *)unknown_bytes(TIMERS * sizeof *deadlines);
    uint16_t *const heap = (uint16_t *)unknown_bytes(TIMERS * sizeof *heap);
    uint16_t *const positions = (uint16_t *)unknown_bytes(TIMERS * sizeof *positions);
    struct instance instance;
    for (uint16_t timer = 0; timer < TIMERS; timer++) {
        instance.model[timer] = stint_instant_never();
    }
    stint_timers_init(&instance.timers, deadlines, heap, positions, TIMERS);
    while (unknown_bool()) {
        if (unknown_bool()) {
            set(&instance);
        } else {
            pop(&instance);
        }
        check(&instance);
        forget_remains(&instance.timers);
    }
}

int main(void)
{
    explore();
    Frama_C_show_each_end();
    return 0;
}
