/* The wait port over FreeRTOS.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Each task has one semaphore, which it keeps: a token that comes late is found, and ignored, by
 * its next sleep.
 */
#include "stint_sockets/wait_freertos.h"

#include "freertos/task.h"
#include <pthread.h>
#include <stdlib.h>

enum { MICROSECONDS_PER_TICK = 1000000 / configTICK_RATE_HZ };

/* --- what a task sleeps on --- */

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t task_key;
static bool key_is_made;

static void delete_task(void *context)
{
    struct stint_wait_task *task = (struct stint_wait_task *)context;
    vSemaphoreDelete(task->semaphore);
    free(task);
}

static void make_key(void)
{
    key_is_made = pthread_key_create(&task_key, delete_task) == 0;
}

static struct stint_wait_task *make_task(void)
{
    struct stint_wait_task *task = (struct stint_wait_task *)malloc(sizeof(*task));
    if (task == NULL) {
        return NULL;
    }
    *task = (struct stint_wait_task){.semaphore = xSemaphoreCreateBinary()};
    if (task->semaphore == NULL) {
        free(task);
        return NULL;
    }
    if (pthread_setspecific(task_key, task) != 0) {
        delete_task(task);
        return NULL;
    }
    return task;
}

struct stint_wait_task *stint_wait_freertos_task(void)
{
    pthread_once(&key_once, make_key);
    if (!key_is_made) {
        return NULL;
    }
    struct stint_wait_task *task = (struct stint_wait_task *)pthread_getspecific(task_key);
    return task != NULL ? task : make_task();
}

/* --- the operations --- */

static void lock(void *context)
{
    const struct stint_wait_freertos *wait = (const struct stint_wait_freertos *)context;
    xSemaphoreTake(wait->mutex, portMAX_DELAY);
}

static void unlock(void *context)
{
    const struct stint_wait_freertos *wait = (const struct stint_wait_freertos *)context;
    xSemaphoreGive(wait->mutex);
}

static struct stint_instant now_of(void *context)
{
    const struct stint_wait_freertos *wait = (const struct stint_wait_freertos *)context;
    return wait->now();
}

static void prepare(void *context, struct stint_waiter *waiter)
{
    (void)context;
    waiter->native = stint_wait_freertos_task();
}

static void release(void *context, struct stint_waiter *waiter)
{
    (void)context;
    waiter->native = NULL;
}

/* Ticks until `until`, rounded up; one more, because the present tick has begun already. */
static TickType_t ticks_until(const struct stint_wait_freertos *wait, struct stint_instant until)
{
    if (stint_instant_is_never(until)) {
        return portMAX_DELAY;
    }
    const int64_t left = stint_instant_since(until, wait->now()).microseconds;
    const int64_t ticks = left <= 0 ? 0 : (left - 1) / MICROSECONDS_PER_TICK + 2;
    return (uint64_t)ticks < portMAX_DELAY ? (TickType_t)ticks : (TickType_t)(portMAX_DELAY - 1);
}

static void sleep_until(void *context, struct stint_waiter *waiter, struct stint_instant until)
{
    const struct stint_wait_freertos *wait = (const struct stint_wait_freertos *)context;
    const struct stint_wait_task *task = (const struct stint_wait_task *)waiter->native;
    if (waiter->signalled) {
        return;
    }
    const TickType_t ticks = ticks_until(wait, until);
    xSemaphoreGive(wait->mutex);
    if (task != NULL) {
        xSemaphoreTake(task->semaphore, ticks);
    } else {
        vTaskDelay(1); /* no memory for a semaphore: looks again at every tick */
    }
    xSemaphoreTake(wait->mutex, portMAX_DELAY);
}

static void signal_waiter(void *context, struct stint_waiter *waiter)
{
    (void)context;
    if (waiter->native != NULL) {
        xSemaphoreGive(((const struct stint_wait_task *)waiter->native)->semaphore);
    }
}

static void wake_poll(void *context)
{
    const struct stint_wait_freertos *wait = (const struct stint_wait_freertos *)context;
    if (wait->wake != NULL) {
        wait->wake(wait->wake_context);
    }
}

const struct stint_wait_operations stint_wait_freertos_operations = {
    .lock = lock,
    .unlock = unlock,
    .now = now_of,
    .prepare = prepare,
    .release = release,
    .sleep = sleep_until,
    .signal = signal_waiter,
    .wake_poll = wake_poll,
};

bool stint_wait_freertos_init(struct stint_wait_freertos *wait, struct stint_instant (*now)(void),
    void (*wake)(void *context), void *wake_context)
{
    wait->now = now;
    wait->wake = wake;
    wait->wake_context = wake_context;
    wait->mutex = xSemaphoreCreateMutex();
    return wait->mutex != NULL;
}

void stint_wait_freertos_destroy(struct stint_wait_freertos *wait)
{
    vSemaphoreDelete(wait->mutex);
    wait->mutex = NULL;
}
