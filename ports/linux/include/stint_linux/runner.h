/* The poll thread: calls what must be polled when a descriptor is ready, a deadline has come, or
 * somebody woke it. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Several stacks may share one runner, and then cables between them need no locks.
 */
#ifndef STINT_STINT_LINUX_RUNNER_H
#define STINT_STINT_LINUX_RUNNER_H

#include "stint/base/time.h"
#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_LINUX_RUNNER_TASKS = 8 };

struct stint_linux_task {
    /* Does what is due and says when to be called again. Every task is called after every wake-up:
     * make it cheap. */
    struct stint_instant (*poll)(void *context, struct stint_instant now);
    void *context;
    int descriptor; /* readable: poll; -1: none. May be an epoll descriptor that stands for many */
};

struct stint_linux_runner {
    struct stint_linux_task tasks[STINT_LINUX_RUNNER_TASKS];
    unsigned task_count;
    int wake_descriptor; /* an eventfd */
    pthread_t thread;
    bool running;
    bool stopping;
};

bool stint_linux_runner_init(struct stint_linux_runner *runner);
/* Before start only; false when there are STINT_LINUX_RUNNER_TASKS already. */
bool stint_linux_runner_add(struct stint_linux_runner *runner, struct stint_linux_task task);
bool stint_linux_runner_start(struct stint_linux_runner *runner);
/* Wakes the runner, which is the context; from any thread and from signal handlers. Fits
 * stint_wait_posix_init(). */
void stint_linux_runner_wake(void *context);
/* Ends and joins the thread, and releases everything. */
void stint_linux_runner_stop(struct stint_linux_runner *runner);

#ifdef __cplusplus
}
#endif

#endif
