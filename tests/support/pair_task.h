/* Socket calls in the background, one thread each.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef SUPPORT_PAIR_TASK_H
#define SUPPORT_PAIR_TASK_H

#include "support/pair.h"

/* A call in the background, on one descriptor of one host. */
struct pair_task {
    struct pair_host *host;
    int descriptor;
    struct stint_endpoint remote;
    struct stint_span bytes;
    unsigned flags;
    struct stint_duration timeout;
    long (*call)(struct pair_task *task);
    long result;
    int64_t took; /* microseconds */
    pthread_t thread;
};

void pair_task_start(struct pair_task *task);
long pair_task_join(struct pair_task *task);

/* What a task may do: the socket calls. pair_task_poll() asks for `flags`. */
long pair_task_accept(struct pair_task *task);
long pair_task_connect(struct pair_task *task);
long pair_task_send(struct pair_task *task);
long pair_task_receive(struct pair_task *task);
long pair_task_close(struct pair_task *task);
long pair_task_poll(struct pair_task *task);

#endif
