/* How a task waits: the lock and the sleep that a platform lends to the sockets layer.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * There is one lock for each sockets instance; it is held for short calculations only, never while
 * sleeping. A waiter lives on the stack of the task that waits.
 */
#ifndef STINT_STINT_SOCKETS_WAIT_H
#define STINT_STINT_SOCKETS_WAIT_H

#include <stdbool.h>

#include "stint/base/time.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One sleeping task. */
struct stint_waiter {
    void *native;   /* the port's: a condition variable or semaphore of the calling task */
    bool signalled; /* kept by the sockets layer; true before signal() is called */
};

struct stint_wait_operations {
    void (*lock)(void *context);
    void (*unlock)(void *context);

    struct stint_instant (*now)(void *context);

    /* Prepares a waiter for the calling task; release ends its use. Called with the lock held. */
    void (*prepare)(void *context, struct stint_waiter *waiter);
    void (*release)(void *context, struct stint_waiter *waiter);

    /* Gives up the lock, sleeps until signal() or until `until` comes (never: for ever), and takes
     * the lock again. May return early without reason; must not sleep when the waiter is signalled
     * already. */
    void (*sleep)(void *context, struct stint_waiter *waiter, struct stint_instant until);

    /* Wakes the waiter; called with the lock held, by any task. */
    void (*signal)(void *context, struct stint_waiter *waiter);

    /* There is something for the poll to do at once; may be called from any task, with or without
     * the lock. */
    void (*wake_poll)(void *context);
};

#ifdef __cplusplus
}
#endif

#endif
