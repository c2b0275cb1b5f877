/* The poll thread wakes for deadlines, descriptors and wakes, and for nothing else.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stint_linux/platform.h"
#include "stint_linux/runner.h"

/* A task that says for each poll when it wants the next, and tells the test of each by a byte. */
struct probe {
    struct stint_instant (*next)(struct stint_instant now, unsigned polls);
    unsigned polls;
    int watched; /* read empty by each poll; -1: none */
    int told[2];
};

static struct stint_instant poll_probe(void *context, struct stint_instant now)
{
    struct probe *probe = context;
    uint8_t byte = 0;
    if (probe->watched >= 0) {
        (void)recv(probe->watched, &byte, 1, MSG_DONTWAIT);
    }
    probe->polls++;
    (void)send(probe->told[1], &byte, 1, MSG_DONTWAIT);
    return probe->next(now, probe->polls);
}

static struct stint_instant never(struct stint_instant now, unsigned polls)
{
    (void)now;
    (void)polls;
    return stint_instant_never();
}

static struct stint_instant soon_once(struct stint_instant now, unsigned polls)
{
    return polls == 1 ? stint_instant_after(now, stint_milliseconds(30)) : stint_instant_never();
}

static struct stint_instant at_once_ten_times(struct stint_instant now, unsigned polls)
{
    return polls < 10 ? now : stint_instant_never();
}

/* Waits until the probe was polled `count` times more. */
static bool polled(const struct probe *probe, unsigned count, int milliseconds)
{
    for (unsigned i = 0; i < count; i++) {
        struct pollfd waited = {.fd = probe->told[0], .events = POLLIN};
        uint8_t byte = 0;
        if (poll(&waited, 1, milliseconds) != 1 || recv(probe->told[0], &byte, 1, 0) != 1) {
            return false;
        }
    }
    return true;
}

static void begin(struct stint_linux_runner *runner, struct probe *probe)
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, probe->told), 0);
    assert_true(stint_linux_runner_init(runner));
    assert_true(stint_linux_runner_add(
        runner, (struct stint_linux_task){
                    .poll = poll_probe, .context = probe, .descriptor = probe->watched}));
    assert_true(stint_linux_runner_start(runner));
}

static void end(struct stint_linux_runner *runner, const struct probe *probe)
{
    stint_linux_runner_stop(runner);
    close(probe->told[0]);
    close(probe->told[1]);
}

static void an_idle_task_is_polled_once(void **state)
{
    (void)state;
    struct probe probe = {.next = never, .watched = -1};
    struct stint_linux_runner runner;
    begin(&runner, &probe);
    assert_true(polled(&probe, 1, 5000));
    assert_false(polled(&probe, 1, 50));
    end(&runner, &probe);
}

static void a_deadline_is_kept(void **state)
{
    (void)state;
    struct probe probe = {.next = soon_once, .watched = -1};
    struct stint_linux_runner runner;
    const struct stint_instant start = stint_linux_now();
    begin(&runner, &probe);
    assert_true(polled(&probe, 2, 5000));
    assert_true(stint_instant_since(stint_linux_now(), start).microseconds >= 30000);
    assert_false(polled(&probe, 1, 50));
    end(&runner, &probe);
}

static void a_task_that_says_now_is_polled_again_at_once(void **state)
{
    (void)state;
    struct probe probe = {.next = at_once_ten_times, .watched = -1};
    struct stint_linux_runner runner;
    begin(&runner, &probe);
    assert_true(polled(&probe, 10, 5000));
    assert_false(polled(&probe, 1, 50));
    end(&runner, &probe);
}

static void a_wake_polls(void **state)
{
    (void)state;
    struct probe probe = {.next = never, .watched = -1};
    struct stint_linux_runner runner;
    begin(&runner, &probe);
    assert_true(polled(&probe, 1, 5000));
    stint_linux_runner_wake(&runner);
    assert_true(polled(&probe, 1, 5000));
    assert_false(polled(&probe, 1, 50));
    end(&runner, &probe);
}

static void a_readable_descriptor_polls(void **state)
{
    (void)state;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    struct probe probe = {.next = never, .watched = pair[0]};
    struct stint_linux_runner runner;
    begin(&runner, &probe);
    assert_true(polled(&probe, 1, 5000));
    assert_int_equal(send(pair[1], "x", 1, 0), 1);
    assert_true(polled(&probe, 1, 5000));
    assert_false(polled(&probe, 1, 50));
    end(&runner, &probe);
    close(pair[0]);
    close(pair[1]);
}

static void a_descriptor_that_died_does_not_spin(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct probe probe = {.next = never, .watched = ends[0]};
    struct stint_linux_runner runner;
    begin(&runner, &probe);
    assert_true(polled(&probe, 1, 5000));
    close(ends[1]); /* POLLHUP, and nothing to read, for ever */
    assert_true(polled(&probe, 1, 5000));
    assert_false(polled(&probe, 1, 50));
    end(&runner, &probe);
    close(ends[0]);
}

static void tasks_are_bounded(void **state)
{
    (void)state;
    struct stint_linux_runner runner;
    assert_true(stint_linux_runner_init(&runner));
    const struct stint_linux_task task = {.poll = poll_probe, .descriptor = -1};
    for (int i = 0; i < STINT_LINUX_RUNNER_TASKS; i++) {
        assert_true(stint_linux_runner_add(&runner, task));
    }
    assert_false(stint_linux_runner_add(&runner, task));
    stint_linux_runner_stop(&runner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_task_is_polled_once),
        cmocka_unit_test(a_deadline_is_kept),
        cmocka_unit_test(a_task_that_says_now_is_polled_again_at_once),
        cmocka_unit_test(a_wake_polls),
        cmocka_unit_test(a_readable_descriptor_polls),
        cmocka_unit_test(a_descriptor_that_died_does_not_spin),
        cmocka_unit_test(tasks_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
