/* The wait port over POSIX threads. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A thread waits for one thing at a time: its condition variable is made once and kept for its
 * life.
 */
#define _POSIX_C_SOURCE 200809L

#include "stint_sockets/wait_posix.h"

#include <time.h>

enum { NANOSECONDS_PER_MICROSECOND = 1000, MICROSECONDS_PER_SECOND = 1000000 };

struct thread_condition {
    pthread_cond_t condition;
    bool made;
};

static _Thread_local struct thread_condition of_this_thread;

static void make_condition(struct thread_condition *own)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&own->condition, &attributes);
    pthread_condattr_destroy(&attributes);
    own->made = true;
}

struct stint_instant stint_wait_posix_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return stint_instant_at(
        (int64_t)now.tv_sec * MICROSECONDS_PER_SECOND + now.tv_nsec / NANOSECONDS_PER_MICROSECOND);
}

static struct timespec timespec_of(struct stint_instant instant)
{
    return (struct timespec){
        .tv_sec = (time_t)(instant.microseconds / MICROSECONDS_PER_SECOND),
        .tv_nsec =
            (long)(instant.microseconds % MICROSECONDS_PER_SECOND) * NANOSECONDS_PER_MICROSECOND,
    };
}

static void lock(void *context)
{
    struct stint_wait_posix *wait = (struct stint_wait_posix *)context;
    pthread_mutex_lock(&wait->mutex);
}

static void unlock(void *context)
{
    struct stint_wait_posix *wait = (struct stint_wait_posix *)context;
    pthread_mutex_unlock(&wait->mutex);
}

static struct stint_instant now(void *context)
{
    (void)context;
    return stint_wait_posix_now();
}

static void prepare(void *context, struct stint_waiter *waiter)
{
    (void)context;
    if (!of_this_thread.made) {
        make_condition(&of_this_thread);
    }
    waiter->native = &of_this_thread.condition;
}

static void release(void *context, struct stint_waiter *waiter)
{
    (void)context;
    waiter->native = NULL;
}

static void sleep_until(void *context, struct stint_waiter *waiter, struct stint_instant until)
{
    struct stint_wait_posix *wait = (struct stint_wait_posix *)context;
    pthread_cond_t *condition = (pthread_cond_t *)waiter->native;
    if (waiter->signalled) {
        return;
    }
    if (stint_instant_is_never(until)) {
        pthread_cond_wait(condition, &wait->mutex);
    } else {
        const struct timespec deadline = timespec_of(until);
        pthread_cond_timedwait(condition, &wait->mutex, &deadline);
    }
}

static void signal_waiter(void *context, struct stint_waiter *waiter)
{
    (void)context;
    pthread_cond_signal((pthread_cond_t *)waiter->native);
}

static void wake_poll(void *context)
{
    const struct stint_wait_posix *wait = (const struct stint_wait_posix *)context;
    if (wait->wake != NULL) {
        wait->wake(wait->wake_context);
    }
}

const struct stint_wait_operations stint_wait_posix_operations = {
    .lock = lock,
    .unlock = unlock,
    .now = now,
    .prepare = prepare,
    .release = release,
    .sleep = sleep_until,
    .signal = signal_waiter,
    .wake_poll = wake_poll,
};

bool stint_wait_posix_init(
    struct stint_wait_posix *wait, void (*wake)(void *context), void *wake_context)
{
    wait->wake = wake;
    wait->wake_context = wake_context;
    return pthread_mutex_init(&wait->mutex, NULL) == 0;
}

void stint_wait_posix_destroy(struct stint_wait_posix *wait)
{
    pthread_mutex_destroy(&wait->mutex);
}
