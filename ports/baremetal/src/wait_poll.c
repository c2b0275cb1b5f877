/* The sockets layer without an operating system: whoever waits runs the poll.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_baremetal/wait_poll.h"

static void no_lock(void *context)
{
    (void)context;
}

static struct stint_instant now(void *context)
{
    const struct stint_wait_poll *wait = (const struct stint_wait_poll *)context;
    return wait->now();
}

static void no_preparation(void *context, struct stint_waiter *waiter)
{
    (void)context;
    (void)waiter;
}

static void poll_and_sleep(void *context, struct stint_waiter *waiter, struct stint_instant until)
{
    struct stint_wait_poll *wait = (struct stint_wait_poll *)context;
    wait->poll_is_due = false;
    const struct stint_instant next = stint_sockets_poll(wait->sockets, wait->now());
    if (!waiter->signalled && !wait->poll_is_due) {
        wait->sleep(stint_instant_earlier(next, until));
    }
}

static void wake_poll(void *context)
{
    struct stint_wait_poll *wait = (struct stint_wait_poll *)context;
    wait->poll_is_due = true;
}

const struct stint_wait_operations stint_wait_poll_operations = {
    .lock = no_lock,
    .unlock = no_lock,
    .now = now,
    .prepare = no_preparation,
    .release = no_preparation,
    .sleep = poll_and_sleep,
    .signal = no_preparation, /* the waiter looks at `signalled` */
    .wake_poll = wake_poll,
};
