/* Descriptors of wrapped sockets behave as the kernel's: flags, dup, close, fork, numbers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shims/bench.h"
#include "stint_wrap/wrap.h"

static void flags_are_what_was_asked_for(void **state)
{
    (void)state;
    const int plain = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(fcntl(plain, F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(fcntl(plain, F_GETFD) & FD_CLOEXEC, 0);
    const int flagged = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(fcntl(flagged, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    assert_int_equal(fcntl(flagged, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    struct stat status;
    assert_int_equal(fstat(plain, &status), 0);
    assert_true(S_ISSOCK(status.st_mode));
    close(plain);
    close(flagged);
}

static void accepted_flags_are_those_of_accept4(void **state)
{
    struct bench *bench = *state;
    const int listener = bench_listen(400);
    const int peer = bench_peer_connect(bench, 400);
    struct sockaddr_in from = {0};
    socklen_t length = sizeof(from);
    const int fd =
        accept4(listener, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(length, sizeof(from));
    assert_int_equal(from.sin_family, AF_INET);
    assert_int_equal(from.sin_addr.s_addr, bench_address(2, 0).sin_addr.s_addr);
    assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    close(fd);
    close(listener);
    stint_close(bench->peer, peer);
}

static void a_descriptor_made_nonblocking_does_not_wait(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 401);
    char byte = 0;
    const int on = 1;
    assert_int_equal(ioctl(connection.fd, FIONBIO, &on), 0);
    assert_int_equal(read(connection.fd, &byte, 1), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(fcntl(connection.fd, F_SETFL, 0), 0);
    assert_int_equal(recv(connection.fd, &byte, 1, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
    bench_disconnect(bench, connection);
}

static void a_socket_lives_until_its_last_name_is_closed(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 402);
    const int second = dup(connection.fd);
    const int third = fcntl(connection.fd, F_DUPFD_CLOEXEC, 50);
    assert_true(second >= 0 && third >= 50);
    assert_int_equal(fcntl(third, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    close(connection.fd);
    bench_peer_send(bench, connection.peer, "x");
    char byte = 0;
    assert_int_equal(read(second, &byte, 1), 1);
    close(second);
    assert_int_equal(write(third, "y", 1), 1);
    assert_int_equal(
        stint_receive(bench->peer, connection.peer, stint_span_of((uint8_t *)&byte, 1), 0), 1);
    close(third);
    /* Only now comes the end. */
    assert_int_equal(
        stint_receive(bench->peer, connection.peer, stint_span_of((uint8_t *)&byte, 1), 0), 0);
    stint_close(bench->peer, connection.peer);
}

static void dup2_over_a_socket_closes_it(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 403);
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(dup2(pipes[0], connection.fd), connection.fd);
    assert_int_equal(write(pipes[1], "p", 1), 1);
    uint8_t byte = 0;
    assert_int_equal(read(connection.fd, &byte, 1), 1);
    assert_int_equal(byte, 'p');
    assert_int_equal(stint_receive(bench->peer, connection.peer, stint_span_of(&byte, 1), 0), 0);
    close(connection.fd);
    close(pipes[0]);
    close(pipes[1]);
    stint_close(bench->peer, connection.peer);
}

static void dup2_puts_a_socket_on_another_number(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 404);
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(dup2(connection.fd, pipes[0]), pipes[0]);
    assert_int_equal(write(pipes[0], "s", 1), 1);
    uint8_t byte = 0;
    assert_int_equal(stint_receive(bench->peer, connection.peer, stint_span_of(&byte, 1), 0), 1);
    assert_int_equal(byte, 's');
    /* A source that is not open leaves the target alone. */
    assert_int_equal(dup2(-1, pipes[0]), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(write(pipes[0], "t", 1), 1);
    close(pipes[0]);
    close(pipes[1]);
    bench_disconnect(bench, connection);
}

static void a_closed_number_is_closed(void **state)
{
    (void)state;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(close(fd), 0);
    char byte = 0;
    assert_int_equal(read(fd, &byte, 1), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(close(fd), -1);
    assert_int_equal(errno, EBADF);
    /* ... and the next descriptor of the kernel may have it, with nothing of ours. */
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(pipes[0], fd);
    assert_int_equal(write(pipes[1], "x", 1), 1);
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    close(pipes[0]);
    close(pipes[1]);
}

static void other_families_stay_the_kernels(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    char byte = 0;
    assert_int_equal(send(ends[0], "u", 1, 0), 1);
    assert_int_equal(recv(ends[1], &byte, 1, 0), 1);
    assert_int_equal(byte, 'u');
    close(ends[0]);
    close(ends[1]);
    const int kernel = stint_wrap_kernel_socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in loopback = bench_address(0, 0);
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(kernel, (const struct sockaddr *)&loopback, sizeof(loopback)), 0);
    assert_int_equal(listen(kernel, 1), 0);
    close(kernel);
}

static void a_forked_child_cannot_hurt_the_parents_connections(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 405);
    const pid_t child = fork();
    if (child == 0) {
        const bool refused = socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == ENETDOWN;
        const bool closed = close(connection.fd) == 0;
        _exit(refused && closed ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    bench_peer_send(bench, connection.peer, "x");
    char byte = 0;
    assert_int_equal(read(connection.fd, &byte, 1), 1);
    assert_int_equal(bench_readiness(connection.fd), POLLOUT);
    bench_disconnect(bench, connection);
}

static void numbers_that_are_used_up_are_an_error_that_passes(void **state)
{
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const struct rlimit few = {.rlim_cur = 40, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    assert_int_equal(socket(AF_INET, SOCK_STREAM, 0), -1);
    assert_int_equal(errno, EMFILE);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    close(fd);
}

#define ON_A_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_begin, bench_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_BENCH(flags_are_what_was_asked_for),
        ON_A_BENCH(accepted_flags_are_those_of_accept4),
        ON_A_BENCH(a_descriptor_made_nonblocking_does_not_wait),
        ON_A_BENCH(a_socket_lives_until_its_last_name_is_closed),
        ON_A_BENCH(dup2_over_a_socket_closes_it),
        ON_A_BENCH(dup2_puts_a_socket_on_another_number),
        ON_A_BENCH(a_closed_number_is_closed),
        ON_A_BENCH(other_families_stay_the_kernels),
        ON_A_BENCH(a_forked_child_cannot_hurt_the_parents_connections),
        ON_A_BENCH(numbers_that_are_used_up_are_an_error_that_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
