/* The wait port over FreeRTOS: a mutex, and one binary semaphore for each task that waits.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STINT_SOCKETS_WAIT_FREERTOS_H
#define STINT_STINT_SOCKETS_WAIT_FREERTOS_H

#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "stint_sockets/wait.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_wait_freertos {
    SemaphoreHandle_t mutex;
    struct stint_instant (*now)(void);
    void (*wake)(void *context); /* wakes the poll task; from tasks, with or without the lock */
    void *wake_context;
};

extern const struct stint_wait_operations stint_wait_freertos_operations;

/* `now` is the clock that the poll task uses, finer than a tick where the platform has it; `wake`
 * may be NULL when the same task polls. The context of the operations is `wait`. False when there
 * is no memory. */
bool stint_wait_freertos_init(struct stint_wait_freertos *wait, struct stint_instant (*now)(void),
    void (*wake)(void *context), void *wake_context);
void stint_wait_freertos_destroy(struct stint_wait_freertos *wait);

/* What a task sleeps on in every call of the sockets layer. Others may give the semaphore at any
 * time, also from an interrupt: the sleep then looks again at what it waits for. */
struct stint_wait_task {
    SemaphoreHandle_t semaphore;
    volatile bool stop; /* for stint_select_until_stopped(): nobody else sets or clears it */
};

/* The calling task's own: made when first asked for, deleted when the task ends; NULL when there is
 * no memory, and then the task sleeps by ticks. */
struct stint_wait_task *stint_wait_freertos_task(void);

#ifdef __cplusplus
}
#endif

#endif
