/* The poll thread: sleeps in ppoll() until a descriptor is ready, a deadline has come, or somebody
 * woke it. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_linux/runner.h"

#include "stint_linux/platform.h"
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

bool stint_linux_runner_init(struct stint_linux_runner *runner)
{
    memset(runner, 0, sizeof(*runner));
    runner->wake_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return runner->wake_descriptor >= 0;
}

bool stint_linux_runner_add(struct stint_linux_runner *runner, struct stint_linux_task task)
{
    if (runner->running || runner->task_count == STINT_LINUX_RUNNER_TASKS) {
        return false;
    }
    runner->tasks[runner->task_count++] = task;
    return true;
}

void stint_linux_runner_wake(void *context)
{
    const struct stint_linux_runner *runner = context;
    const uint64_t one = 1;
    /* It fails only when the counter is full, and then the runner wakes anyway. */
    const ssize_t ignored = write(runner->wake_descriptor, &one, sizeof(one));
    (void)ignored;
}

static struct stint_instant poll_tasks(struct stint_linux_runner *runner)
{
    struct stint_instant next = stint_instant_never();
    for (unsigned i = 0; i < runner->task_count; i++) {
        const struct stint_linux_task *task = &runner->tasks[i];
        next = stint_instant_earlier(next, task->poll(task->context, stint_linux_now()));
    }
    return next;
}

/* Sleeps until the deadline or an event; forgets descriptors that are beyond use. */
static void sleep_until(
    struct stint_linux_runner *runner, struct pollfd *watched, struct stint_instant deadline)
{
    const struct stint_instant now = stint_linux_now();
    if (stint_instant_has_come(deadline, now)) {
        return;
    }
    const int64_t microseconds = stint_instant_since(deadline, now).microseconds;
    const struct timespec timeout = {
        .tv_sec = (time_t)(microseconds / 1000000),
        .tv_nsec = (long)(microseconds % 1000000) * 1000,
    };
    const bool forever = stint_instant_is_never(deadline);
    if (ppoll(watched, runner->task_count + 1, forever ? NULL : &timeout, NULL) <= 0) {
        return;
    }
    if (watched[0].revents != 0) {
        uint64_t wakes = 0;
        const ssize_t ignored = read(runner->wake_descriptor, &wakes, sizeof(wakes));
        (void)ignored;
    }
    for (unsigned i = 1; i <= runner->task_count; i++) {
        /* A device that was deleted under us would keep us awake for ever. */
        if (watched[i].revents != 0 && (watched[i].revents & POLLIN) == 0) {
            watched[i].fd = -1;
        }
    }
}

static void *run(void *context)
{
    struct stint_linux_runner *runner = context;
    struct pollfd watched[STINT_LINUX_RUNNER_TASKS + 1];
    watched[0] = (struct pollfd){.fd = runner->wake_descriptor, .events = POLLIN};
    for (unsigned i = 0; i < runner->task_count; i++) {
        watched[i + 1] = (struct pollfd){.fd = runner->tasks[i].descriptor, .events = POLLIN};
    }
    while (!__atomic_load_n(&runner->stopping, __ATOMIC_ACQUIRE)) {
        sleep_until(runner, watched, poll_tasks(runner));
    }
    return NULL;
}

bool stint_linux_runner_start(struct stint_linux_runner *runner)
{
    /* The signals of the process belong to the program's own threads. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    runner->running = pthread_create(&runner->thread, NULL, run, runner) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return runner->running;
}

void stint_linux_runner_stop(struct stint_linux_runner *runner)
{
    if (runner->running) {
        __atomic_store_n(&runner->stopping, true, __ATOMIC_RELEASE);
        stint_linux_runner_wake(runner);
        pthread_join(runner->thread, NULL);
        runner->running = false;
    }
    if (runner->wake_descriptor >= 0) {
        close(runner->wake_descriptor);
        runner->wake_descriptor = -1;
    }
}
