/* This program's socket calls on a host of its own, with a peer at the other end of a cable.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "stint_linux/platform.h"
#include "stint_wrap/wrap.h"

enum { PATIENCE_MILLISECONDS = 5000 };

static void start_host(struct bench *bench, struct stint_linux_host *host, uint8_t number)
{
    char message[200] = "";
    struct stint_linux_host_options options = {
        .stack = stint_linux_host_stack_config(),
        .memory = 24 * 1024 * 1024,
        .descriptors = 512,
        .device = stint_cable_device(&bench->cable, number - 1u),
        .device_descriptor = -1,
        .hardware_address = {{2, 0, 0, 0, 0, number}},
        .address = {.address = bench_endpoint(number, 0).address, .prefix_length = 120},
        .readiness_changed = number == 1 ? stint_wrap_readiness_changed : NULL,
    };
    options.stack.tcp.receive_buffer = BENCH_BUFFER;
    options.stack.tcp.send_buffer = BENCH_BUFFER;
    options.stack.tcp.first_buffer = BENCH_BUFFER;
    if (!stint_linux_host_init(host, &bench->runner, &options, message, sizeof(message))) {
        fail_msg("%s", message);
    }
}

int bench_begin(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    stint_cable_init(&bench->cable, stint_span_of(bench->wires[0], BENCH_WIRE),
        stint_span_of(bench->wires[1], BENCH_WIRE));
    assert_true(stint_linux_runner_init(&bench->runner));
    start_host(bench, &bench->own, 1);
    start_host(bench, &bench->peer_host, 2);
    bench->peer = &bench->peer_host.sockets;
    assert_true(stint_wrap_attach(&bench->own));
    assert_true(stint_linux_runner_start(&bench->runner));
    *state = bench;
    return 0;
}

int bench_end(void **state)
{
    struct bench *bench = *state;
    stint_wrap_detach();
    stint_linux_runner_stop(&bench->runner);
    stint_linux_host_destroy(&bench->own);
    stint_linux_host_destroy(&bench->peer_host);
    free(bench);
    return 0;
}

struct sockaddr_in bench_address(uint8_t host, uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr = {htonl(0x0a000000u + host)},
    };
    return address;
}

struct stint_endpoint bench_endpoint(uint8_t host, uint16_t port)
{
    return (struct stint_endpoint){stint_address_ipv4(10, 0, 0, host), port};
}

int bench_peer_listen(struct bench *bench, uint16_t port)
{
    const int listener = stint_socket(bench->peer, STINT_IPV4, STINT_STREAM);
    const struct stint_endpoint local = bench_endpoint(2, port);
    assert_true(listener >= 0);
    assert_int_equal(stint_bind(bench->peer, listener, &local), 0);
    assert_int_equal(stint_listen(bench->peer, listener, 128), 0);
    return listener;
}

int bench_peer_datagrams(struct bench *bench, uint16_t port)
{
    const int peer = stint_socket(bench->peer, STINT_IPV4, STINT_DATAGRAM);
    const struct stint_endpoint local = bench_endpoint(2, port);
    assert_true(peer >= 0);
    assert_int_equal(stint_bind(bench->peer, peer, &local), 0);
    return peer;
}

struct bench_connection bench_connect(struct bench *bench, uint16_t port)
{
    struct bench_connection connection = {-1, -1};
    const int listener = bench_peer_listen(bench, port);
    const struct sockaddr_in address = bench_address(2, port);
    connection.fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(connection.fd >= 0);
    if (connect(connection.fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        fail_msg("connect: %s", strerror(errno));
    }
    connection.peer = stint_accept(bench->peer, listener, NULL);
    assert_true(connection.peer >= 0);
    assert_int_equal(stint_close(bench->peer, listener), 0);
    return connection;
}

void bench_disconnect(struct bench *bench, struct bench_connection connection)
{
    assert_int_equal(close(connection.fd), 0);
    assert_int_equal(stint_close(bench->peer, connection.peer), 0);
}

int bench_listen(uint16_t port)
{
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const struct sockaddr_in address = bench_address(1, port);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(listener, 128), 0);
    return listener;
}

int bench_peer_connect(struct bench *bench, uint16_t port)
{
    const int peer = stint_socket(bench->peer, STINT_IPV4, STINT_STREAM);
    const struct stint_endpoint remote = bench_endpoint(1, port);
    assert_true(peer >= 0);
    assert_int_equal(stint_connect(bench->peer, peer, &remote), 0);
    return peer;
}

void bench_peer_send(struct bench *bench, int peer, const char *text)
{
    const size_t length = strlen(text);
    assert_int_equal(stint_send(bench->peer, peer, stint_view_of(text, length), 0), length);
}

int bench_readiness(int fd)
{
    struct pollfd looked = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};
    return poll(&looked, 1, 0) >= 0 ? looked.revents : -1;
}

int bench_await(int fd, int expected)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    int readiness = bench_readiness(fd);
    for (int i = 0; i < PATIENCE_MILLISECONDS && readiness != expected; i++) {
        nanosleep(&pause, NULL);
        readiness = bench_readiness(fd);
    }
    return readiness;
}

/* True when a connection of ours has no room, and its peer has none and has said so. */
static bool something_is_full(struct bench *bench)
{
    bool full = false;
    uint16_t cursor = 0;
    struct stint_tcp_status status;
    stint_sockets_lock(&bench->own.sockets);
    while (stint_tcp_visit(&bench->own.stack.tcp, &cursor, &status)) {
        full = full || (status.established && status.writable == 0 && status.peer_window == 0);
    }
    stint_sockets_unlock(&bench->own.sockets);
    return full;
}

size_t bench_fill(struct bench *bench, int fd)
{
    static const char bytes[4096];
    size_t filled = 0;
    while (!something_is_full(bench)) {
        struct pollfd room = {.fd = fd, .events = POLLOUT};
        (void)poll(&room, 1, 10);
        const ssize_t sent = send(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        filled += sent > 0 ? (size_t)sent : 0;
    }
    return filled;
}
