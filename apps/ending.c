/* Waiting for the signals that end a program.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "ending.h"

#include <signal.h>
#include <time.h>

static sigset_t endings(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

void ending_prepare(void)
{
    sigset_t set = endings();
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void ending_wait(void)
{
    const sigset_t set = endings();
    int received = 0;
    while (sigwait(&set, &received) != 0) {
    }
}

bool ending_wait_for(struct stint_duration time)
{
    sigset_t set = endings();
    sigaddset(&set, SIGUSR1);
    const int64_t microseconds = time.microseconds > 0 ? time.microseconds : 0;
    const struct timespec timeout = {
        .tv_sec = (time_t)(microseconds / 1000000),
        .tv_nsec = (long)(microseconds % 1000000) * 1000,
    };
    const int received = sigtimedwait(&set, NULL, &timeout);
    return received > 0 && received != SIGUSR1;
}

void ending_nudge(pthread_t thread)
{
    pthread_kill(thread, SIGUSR1);
}
