/* This program's socket calls on a host of its own, 10.0.0.1, with a peer at the other end of a
 * cable, 10.0.0.2. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The test uses the C library's calls for its own end, and stint_* calls on `peer` for the other.
 */
#ifndef SHIMS_BENCH_H
#define SHIMS_BENCH_H

#include "stint/device/cable.h"
#include "stint_linux/host.h"
#include <netinet/in.h>

enum { BENCH_BUFFER = 32768, BENCH_WIRE = 256 * 1024 };

struct bench {
    struct stint_linux_runner runner;
    struct stint_cable cable;
    struct stint_linux_host own;
    struct stint_linux_host peer_host;
    struct stint_sockets *peer;
    uint8_t wires[2][BENCH_WIRE];
};

/* For cmocka: each test gets a bench in *state. */
int bench_begin(void **state);
int bench_end(void **state);

/* 10.0.0.`host`:`port` for the C library's calls, and for stint's. */
struct sockaddr_in bench_address(uint8_t host, uint16_t port);
struct stint_endpoint bench_endpoint(uint8_t host, uint16_t port);

/* A connection of the test to the peer's `port`. */
struct bench_connection {
    int fd;
    int peer; /* the peer's descriptor */
};
struct bench_connection bench_connect(struct bench *bench, uint16_t port);
void bench_disconnect(struct bench *bench, struct bench_connection connection);

/* A listener of the test, and connections of the peer to it. */
int bench_listen(uint16_t port);
int bench_peer_connect(struct bench *bench, uint16_t port);

/* The peer's listener or bound datagram socket. */
int bench_peer_listen(struct bench *bench, uint16_t port);
int bench_peer_datagrams(struct bench *bench, uint16_t port);

void bench_peer_send(struct bench *bench, int peer, const char *text);

/* What poll() says now about POLLIN, POLLOUT, POLLRDHUP, POLLHUP and POLLERR. */
int bench_readiness(int fd);

/* Waits until poll() says exactly `expected`; what it said last. */
int bench_await(int fd, int expected);

/* Fills the connection's buffers on both sides; how many bytes that took. */
size_t bench_fill(struct bench *bench, int fd);

#endif
