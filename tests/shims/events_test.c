/* epoll, select and poll of the kernel, over wrapped sockets and the kernel's own descriptors
 * mixed. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <unistd.h>

#include "shims/bench.h"

enum { PATIENCE = 5000, QUIET = 50, MANY = 100, TRAFFIC = 2000000 };

static int epoll_with(int fd, uint32_t events)
{
    const int set = epoll_create1(0);
    struct epoll_event event = {.events = events, .data.fd = fd};
    assert_true(set >= 0);
    assert_int_equal(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
    return set;
}

/* The events of the only descriptor that becomes ready, 0 when none does. */
static uint32_t next_event(int set, int milliseconds)
{
    struct epoll_event events[4];
    const int count = epoll_wait(set, events, 4, milliseconds);
    assert_true(count <= 1);
    return count == 1 ? events[0].events : 0;
}

static void drain(int fd)
{
    char bytes[4096];
    while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
    }
}

static void a_socket_and_a_pipe_wake_the_same_epoll(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 200);
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    const int set = epoll_with(connection.fd, EPOLLIN);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = pipes[0]};
    assert_int_equal(epoll_ctl(set, EPOLL_CTL_ADD, pipes[0], &event), 0);
    assert_int_equal(epoll_wait(set, &event, 1, QUIET), 0);

    bench_peer_send(bench, connection.peer, "x");
    assert_int_equal(epoll_wait(set, &event, 1, PATIENCE), 1);
    assert_int_equal(event.data.fd, connection.fd);
    drain(connection.fd);
    assert_int_equal(epoll_wait(set, &event, 1, QUIET), 0);

    assert_int_equal(write(pipes[1], "y", 1), 1);
    assert_int_equal(epoll_wait(set, &event, 1, PATIENCE), 1);
    assert_int_equal(event.data.fd, pipes[0]);
    close(pipes[0]);
    close(pipes[1]);
    close(set);
    bench_disconnect(bench, connection);
}

static void select_mixes_sockets_and_eventfds(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 201);
    const int wake = eventfd(0, 0);
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(connection.fd, &readable);
    FD_SET(wake, &readable);
    bench_peer_send(bench, connection.peer, "x");
    struct timeval patience = {.tv_sec = 5};
    assert_int_equal(select(1024, &readable, NULL, NULL, &patience), 1);
    assert_true(FD_ISSET(connection.fd, &readable) && !FD_ISSET(wake, &readable));
    drain(connection.fd);

    FD_SET(connection.fd, &readable);
    FD_SET(wake, &readable);
    FD_SET(connection.fd, &writable);
    const uint64_t one = 1;
    assert_int_equal(write(wake, &one, sizeof(one)), sizeof(one));
    assert_int_equal(select(1024, &readable, &writable, NULL, &patience), 2);
    assert_true(!FD_ISSET(connection.fd, &readable) && FD_ISSET(wake, &readable));
    assert_true(FD_ISSET(connection.fd, &writable));
    close(wake);
    bench_disconnect(bench, connection);
}

static void an_edge_comes_with_every_arrival(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 202);
    const int set = epoll_with(connection.fd, EPOLLIN | EPOLLET);
    assert_int_equal(next_event(set, QUIET), 0);
    for (int i = 0; i < 5; i++) {
        bench_peer_send(bench, connection.peer, "x");
        assert_int_equal(next_event(set, PATIENCE), EPOLLIN);
        assert_int_equal(next_event(set, QUIET), 0); /* nothing was read: still no second edge */
    }
    drain(connection.fd);
    assert_int_equal(next_event(set, QUIET), 0);
    bench_peer_send(bench, connection.peer, "x");
    assert_int_equal(next_event(set, PATIENCE), EPOLLIN);
    close(set);
    bench_disconnect(bench, connection);
}

static void an_edge_tells_that_a_full_connection_has_room_again(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 203);
    const int set = epoll_with(connection.fd, EPOLLOUT | EPOLLET);
    assert_int_equal(next_event(set, PATIENCE), EPOLLOUT);
    const size_t filled = bench_fill(bench, connection.fd);
    (void)next_event(set, 0);
    assert_int_equal(next_event(set, QUIET), 0);
    uint8_t *bytes = malloc(filled);
    for (size_t got = 0; got < filled;) {
        const long more =
            stint_receive(bench->peer, connection.peer, stint_span_of(bytes, filled), 0);
        assert_true(more > 0);
        got += (size_t)more;
    }
    free(bytes);
    assert_int_equal(next_event(set, PATIENCE), EPOLLOUT);
    close(set);
    bench_disconnect(bench, connection);
}

static void one_shot_events_come_once(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 204);
    const int set = epoll_with(connection.fd, EPOLLIN | EPOLLONESHOT);
    bench_peer_send(bench, connection.peer, "x");
    assert_int_equal(next_event(set, PATIENCE), EPOLLIN);
    bench_peer_send(bench, connection.peer, "x");
    assert_int_equal(next_event(set, QUIET), 0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT};
    assert_int_equal(epoll_ctl(set, EPOLL_CTL_MOD, connection.fd, &event), 0);
    assert_int_equal(next_event(set, PATIENCE), EPOLLIN);
    close(set);
    bench_disconnect(bench, connection);
}

static void the_end_of_the_stream_is_an_event(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 205);
    const int set = epoll_with(connection.fd, EPOLLIN | EPOLLRDHUP | EPOLLET);
    assert_int_equal(stint_close(bench->peer, connection.peer), 0);
    assert_int_equal(next_event(set, PATIENCE), EPOLLIN | EPOLLRDHUP);
    close(set);
    assert_int_equal(close(connection.fd), 0);
}

static void a_closed_descriptor_leaves_the_epoll(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 206);
    const int set = epoll_with(connection.fd, EPOLLIN | EPOLLOUT);
    assert_int_equal(next_event(set, PATIENCE), EPOLLOUT);
    bench_disconnect(bench, connection);
    assert_int_equal(next_event(set, QUIET), 0);
    close(set);
}

static void a_hundred_sockets_each_wake_for_their_own(void **state)
{
    struct bench *bench = *state;
    static struct bench_connection connections[MANY];
    const int set = epoll_create1(0);
    for (uint32_t i = 0; i < MANY; i++) {
        connections[i] = bench_connect(bench, (uint16_t)(300 + i));
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        assert_int_equal(epoll_ctl(set, EPOLL_CTL_ADD, connections[i].fd, &event), 0);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        const uint32_t chosen = i * 37 % MANY;
        struct epoll_event event;
        bench_peer_send(bench, connections[chosen].peer, "x");
        assert_int_equal(epoll_wait(set, &event, 1, PATIENCE), 1);
        assert_int_equal(event.data.u32, chosen);
        drain(connections[chosen].fd);
        assert_int_equal(epoll_wait(set, &event, 1, 0), 0);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        bench_disconnect(bench, connections[i]);
    }
    close(set);
}

/* --- no edge is lost, however arrivals and calls interleave --- */

struct stream {
    struct stint_sockets *sockets;
    int peer;
};

static void *send_in_bursts(void *context)
{
    const struct stream *stream = context;
    static const uint8_t bytes[100];
    for (unsigned sent = 0; sent < TRAFFIC; sent += sizeof(bytes)) {
        (void)stint_send(stream->sockets, stream->peer, stint_view_of(bytes, sizeof(bytes)), 0);
        if (sent % 7000 == 0) {
            usleep(200);
        }
    }
    return NULL;
}

static void a_reader_that_waits_for_edges_after_short_reads_never_hangs(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 207);
    const int set = epoll_with(connection.fd, EPOLLIN | EPOLLET);
    struct stream stream = {bench->peer, connection.peer};
    const int no_delay = 1;
    stint_set_option(bench->peer, connection.peer, STINT_OPTION_NO_DELAY, no_delay);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, send_in_bursts, &stream), 0);
    for (unsigned got = 0; got < TRAFFIC;) {
        static char bytes[65536];
        assert_int_equal(next_event(set, PATIENCE), EPOLLIN);
        const ssize_t more = recv(connection.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        got += more > 0 ? (unsigned)more : 0;
    }
    pthread_join(thread, NULL);
    close(set);
    bench_disconnect(bench, connection);
}

static void *receive_all(void *context)
{
    const struct stream *stream = context;
    uint8_t bytes[3000];
    long got = 0;
    do {
        got = stint_receive(stream->sockets, stream->peer, stint_span_of(bytes, sizeof(bytes)), 0);
    } while (got > 0);
    return NULL;
}

static void a_writer_that_waits_for_edges_after_short_writes_never_hangs(void **state)
{
    struct bench *bench = *state;
    const struct bench_connection connection = bench_connect(bench, 208);
    const int set = epoll_with(connection.fd, EPOLLOUT | EPOLLET);
    struct stream stream = {bench->peer, connection.peer};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, receive_all, &stream), 0);
    for (unsigned sent = 0; sent < 30 * TRAFFIC;) {
        static const char bytes[2 * BENCH_BUFFER];
        assert_int_equal(next_event(set, PATIENCE), EPOLLOUT);
        ssize_t more = 0;
        do {
            more = send(connection.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
            sent += more > 0 ? (unsigned)more : 0;
        } while (more == sizeof(bytes));
    }
    assert_int_equal(shutdown(connection.fd, SHUT_WR), 0);
    pthread_join(thread, NULL);
    close(set);
    bench_disconnect(bench, connection);
}

#define ON_A_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_begin, bench_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_BENCH(a_socket_and_a_pipe_wake_the_same_epoll),
        ON_A_BENCH(select_mixes_sockets_and_eventfds),
        ON_A_BENCH(an_edge_comes_with_every_arrival),
        ON_A_BENCH(an_edge_tells_that_a_full_connection_has_room_again),
        ON_A_BENCH(one_shot_events_come_once),
        ON_A_BENCH(the_end_of_the_stream_is_an_event),
        ON_A_BENCH(a_closed_descriptor_leaves_the_epoll),
        ON_A_BENCH(a_hundred_sockets_each_wake_for_their_own),
        ON_A_BENCH(a_reader_that_waits_for_edges_after_short_reads_never_hangs),
        ON_A_BENCH(a_writer_that_waits_for_edges_after_short_writes_never_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
