/* Wrapped sockets from many threads, and what happens to what was sent when the program ends.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shims/bench.h"
#include "stint_wrap/wrap.h"

enum { THREADS = 8, ROUNDS = 40, VOLUME = 300000 };

/* --- many at once --- */

/* Checks belong to the test's own thread: a thread only says whether all went well. */
static void *echo_each(void *context)
{
    const int listener = *(int *)context;
    for (;;) {
        const int fd = accept(listener, NULL, NULL);
        if (fd < 0) {
            return NULL;
        }
        char bytes[1024];
        ssize_t got = 0;
        while ((got = read(fd, bytes, sizeof(bytes))) > 0) {
            if (write(fd, bytes, (size_t)got) != got) {
                break;
            }
        }
        close(fd);
    }
}

static void *connect_and_echo(void *context)
{
    const struct sockaddr_in address = *(const struct sockaddr_in *)context;
    static const char failed[] = "failed";
    for (int round = 0; round < ROUNDS; round++) {
        char bytes[3000];
        char answer[3000];
        memset(bytes, round, sizeof(bytes));
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        const bool good = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
                          send(fd, bytes, sizeof(bytes), 0) == sizeof(bytes) &&
                          recv(fd, answer, sizeof(answer), MSG_WAITALL) == sizeof(answer) &&
                          memcmp(bytes, answer, sizeof(bytes)) == 0;
        close(fd);
        if (!good) {
            return (void *)(uintptr_t)failed;
        }
    }
    return NULL;
}

/* The peer's side of the echo, on stint's own calls. */
struct echo_server {
    struct stint_sockets *sockets;
    int listener;
};

static void *serve_echo(void *context)
{
    const struct echo_server *server = context;
    for (;;) {
        const int connection = stint_accept(server->sockets, server->listener, NULL);
        if (connection < 0) {
            return NULL;
        }
        uint8_t bytes[1024];
        long got = 0;
        while ((got = stint_receive(
                    server->sockets, connection, stint_span_of(bytes, sizeof(bytes)), 0)) > 0) {
            (void)stint_send(server->sockets, connection, stint_view_of(bytes, (size_t)got), 0);
        }
        (void)stint_close(server->sockets, connection);
    }
}

static void threads_connect_at_the_same_time(void **state)
{
    struct bench *bench = *state;
    struct echo_server server = {bench->peer, bench_peer_listen(bench, 600)};
    struct sockaddr_in address = bench_address(2, 600);
    pthread_t servers[THREADS];
    pthread_t clients[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&servers[i], NULL, serve_echo, &server), 0);
        assert_int_equal(pthread_create(&clients[i], NULL, connect_and_echo, &address), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *failed = NULL;
        pthread_join(clients[i], &failed);
        assert_null(failed);
    }
    stint_close(bench->peer, server.listener);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(servers[i], NULL);
    }
}

static void threads_accept_from_one_listener(void **state)
{
    struct bench *bench = *state;
    int listener = bench_listen(601);
    pthread_t servers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&servers[i], NULL, echo_each, &listener), 0);
    }
    for (int i = 0; i < 50; i++) {
        const int peer = bench_peer_connect(bench, 601);
        uint8_t bytes[8];
        bench_peer_send(bench, peer, "echo me!");
        assert_int_equal(stint_receive(bench->peer, peer, stint_span_of(bytes, sizeof(bytes)),
                             STINT_MSG_WAITALL),
            8);
        assert_memory_equal(bytes, "echo me!", 8);
        stint_close(bench->peer, peer);
    }
    /* The acceptors end as on Linux: by a shutdown of the listener. */
    assert_int_equal(shutdown(listener, SHUT_RDWR), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(servers[i], NULL);
    }
    close(listener);
}

/* --- one reads, another closes --- */

struct reader {
    int fd;
    ssize_t result;
    int error;
};

static void *read_one(void *context)
{
    struct reader *reader = context;
    char byte = 0;
    reader->result = read(reader->fd, &byte, 1);
    reader->error = errno;
    return NULL;
}

static void a_close_wakes_who_reads(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 602);
    struct reader reader = {.fd = connection.fd};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_one, &reader), 0);
    usleep(50000);
    assert_int_equal(close(connection.fd), 0);
    pthread_join(thread, NULL);
    assert_int_equal(reader.result, -1);
    assert_int_equal(reader.error, EBADF);
    uint8_t byte = 0;
    assert_int_equal(stint_receive(bench->peer, connection.peer, stint_span_of(&byte, 1), 0), 0);
    stint_close(bench->peer, connection.peer);
}

static void a_shutdown_wakes_who_reads(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 603);
    struct reader reader = {.fd = connection.fd};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_one, &reader), 0);
    usleep(50000);
    assert_int_equal(shutdown(connection.fd, SHUT_RD), 0);
    pthread_join(thread, NULL);
    assert_int_equal(reader.result, 0);
    bench_disconnect(bench, connection);
}

/* --- a blocking writer, and the end of the program --- */

struct drain {
    struct stint_sockets *sockets;
    int peer;
    size_t got;
    bool exact;
};

static uint8_t pattern_at(size_t position)
{
    return (uint8_t)(position * 7 + position / 251);
}

static void *drain_slowly(void *context)
{
    struct drain *drain = context;
    uint8_t bytes[8192];
    long got = 0;
    drain->exact = true;
    while ((got = stint_receive(
                drain->sockets, drain->peer, stint_span_of(bytes, sizeof(bytes)), 0)) > 0) {
        for (long i = 0; i < got; i++) {
            drain->exact = drain->exact && bytes[i] == pattern_at(drain->got + (size_t)i);
        }
        drain->got += (size_t)got;
        usleep(1000);
    }
    return NULL;
}

static uint8_t *make_pattern(void)
{
    uint8_t *bytes = malloc(VOLUME);
    assert_non_null(bytes);
    for (size_t i = 0; i < VOLUME; i++) {
        bytes[i] = pattern_at(i);
    }
    return bytes;
}

static void a_blocking_write_takes_all_bytes(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 604);
    struct drain drain = {.sockets = bench->peer, .peer = connection.peer};
    uint8_t *bytes = make_pattern();
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, drain_slowly, &drain), 0);
    assert_int_equal(write(connection.fd, bytes, VOLUME), VOLUME);
    assert_int_equal(shutdown(connection.fd, SHUT_WR), 0);
    pthread_join(thread, NULL);
    assert_int_equal(drain.got, VOLUME);
    assert_true(drain.exact);
    free(bytes);
    bench_disconnect(bench, connection);
}

static void what_was_sent_arrives_though_the_program_ends(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 605);
    struct drain drain = {.sockets = bench->peer, .peer = connection.peer};
    uint8_t *bytes = make_pattern();
    const ssize_t sent = send(connection.fd, bytes, VOLUME, MSG_DONTWAIT);
    assert_true(sent >= BENCH_BUFFER);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, drain_slowly, &drain), 0);
    /* No close(): the program just ends, and with it the runner. */
    stint_wrap_detach();
    stint_linux_runner_stop(&bench->runner);
    /* The peer's thread has all it needs without another poll. */
    pthread_join(thread, NULL);
    assert_int_equal(drain.got, sent);
    assert_true(drain.exact);
    close(connection.fd);
    free(bytes);
}

#define ON_A_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_begin, bench_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_BENCH(threads_connect_at_the_same_time),
        ON_A_BENCH(threads_accept_from_one_listener),
        ON_A_BENCH(a_close_wakes_who_reads),
        ON_A_BENCH(a_shutdown_wakes_who_reads),
        ON_A_BENCH(a_blocking_write_takes_all_bytes),
        ON_A_BENCH(what_was_sent_arrives_though_the_program_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
