/* Socket calls in the background, one thread each.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "support/pair_task.h"

#include <stdlib.h>

static void *run_task(void *context)
{
    struct pair_task *task = (struct pair_task *)context;
    const struct stint_instant start = stint_wait_posix_now();
    task->result = task->call(task);
    task->took = pair_elapsed(start);
    return NULL;
}

void pair_task_start(struct pair_task *task)
{
    if (pthread_create(&task->thread, NULL, run_task, task) != 0) {
        abort();
    }
}

long pair_task_join(struct pair_task *task)
{
    pthread_join(task->thread, NULL);
    return task->result;
}

long pair_task_accept(struct pair_task *task)
{
    return stint_accept(&task->host->sockets, task->descriptor, &task->remote);
}

long pair_task_connect(struct pair_task *task)
{
    return stint_connect(&task->host->sockets, task->descriptor, &task->remote);
}

long pair_task_send(struct pair_task *task)
{
    return stint_send(
        &task->host->sockets, task->descriptor, stint_span_as_view(task->bytes), task->flags);
}

long pair_task_receive(struct pair_task *task)
{
    return stint_receive(&task->host->sockets, task->descriptor, task->bytes, task->flags);
}

long pair_task_close(struct pair_task *task)
{
    return stint_close(&task->host->sockets, task->descriptor);
}

long pair_task_poll(struct pair_task *task)
{
    struct stint_poll_entry entry = {task->descriptor, task->flags, 0};
    const int ready = stint_poll(&task->host->sockets, &entry, 1, task->timeout);
    return ready <= 0 ? ready : (long)entry.ready;
}
