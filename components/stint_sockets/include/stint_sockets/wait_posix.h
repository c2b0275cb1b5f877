/* The wait port over POSIX threads: a mutex, and one condition variable for each waiting thread.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STINT_SOCKETS_WAIT_POSIX_H
#define STINT_STINT_SOCKETS_WAIT_POSIX_H

#include "stint_sockets/wait.h"
#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

struct stint_wait_posix {
    pthread_mutex_t mutex;
    void (*wake)(void *context); /* wakes the poll thread */
    void *wake_context;
};

extern const struct stint_wait_operations stint_wait_posix_operations;

/* `wake` may be NULL when the same thread polls. The context of the operations is `wait`. False
 * when the platform refuses. */
bool stint_wait_posix_init(
    struct stint_wait_posix *wait, void (*wake)(void *context), void *wake_context);
void stint_wait_posix_destroy(struct stint_wait_posix *wait);

/* CLOCK_MONOTONIC as an instant. */
struct stint_instant stint_wait_posix_now(void);

#ifdef __cplusplus
}
#endif

#endif
