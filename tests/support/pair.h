/* Two hosts joined by a cable, polled by a thread of their own: where socket calls may block.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * hosts[0] is 10.0.0.1, hosts[1] is 10.0.0.2. Checks belong to the test's own thread: what runs in
 * the background only brings results.
 */
#ifndef SUPPORT_PAIR_H
#define SUPPORT_PAIR_H

#include "stint/device/cable.h"
#include "stint_sockets/sockets.h"
#include "stint_sockets/wait_posix.h"
#include <stdatomic.h>

enum { PAIR_MEMORY = 4 * 1024 * 1024, PAIR_CABLE = 256 * 1024, PAIR_DESCRIPTORS = 128 };

struct pair;

struct pair_host {
    struct stint_stack stack;
    struct stint_sockets sockets;
    struct stint_wait_posix wait;
    struct pair *pair;
    atomic_uint sleeping;               /* tasks asleep inside a call */
    atomic_uint sleeps;                 /* times that a task went to sleep */
    atomic_bool held;                   /* who wakes does not go on yet */
    atomic_uint wakes;                  /* times that a task was signalled */
    atomic_uint calls_polled;           /* times that a call asked for a poll */
    atomic_uint polled_under_lock;      /* of these, with the lock still held */
    atomic_uintptr_t owner;             /* the task that took the lock last, unless it gave it up */
    atomic_uint told[PAIR_DESCRIPTORS]; /* the readiness that was told last of each descriptor */
    uint8_t *memory;
    uint8_t *sockets_memory;
};

struct pair {
    struct pair_host hosts[2];
    struct stint_cable cable;
    uint8_t *wires[2];
    pthread_t poller;
    pthread_mutex_t mutex;
    pthread_cond_t news;
    bool woken;
    bool stopping;
    atomic_bool cut; /* frames are lost from now on */
    atomic_uint polls;
};

/* What a test may choose; zero: the default. */
struct pair_options {
    uint32_t tcp_buffer;
    uint32_t udp_buffer;
    uint16_t descriptors;
};

/* NULL when something refuses. */
struct pair *pair_start(struct pair_options options);
void pair_stop(struct pair *pair);

/* 10.0.0.`host` and a port; host 0: no address. */
struct stint_endpoint pair_at(uint8_t host, uint16_t port);

/* Waits until so many tasks sleep inside calls of the host; false when that takes too long. */
bool pair_wait_for_sleepers(struct pair_host *host, unsigned count);

/* Waits until tasks have gone to sleep so many times; false when that takes too long. */
bool pair_wait_for_sleeps(struct pair_host *host, unsigned count);

/* Waits until the descriptor is ready for all of `wanted`; false when that takes too long. */
bool pair_wait_for_readiness(struct pair_host *host, int descriptor, unsigned wanted);

/* Waits until the host has no connection record in use; false when that takes too long. */
bool pair_wait_for_no_connections(struct pair_host *host);

/* What a busy machine may be late, in microseconds. */
enum { PAIR_LATE_US = 5000000 };

/* The microseconds that have passed since `start`. */
int64_t pair_elapsed(struct stint_instant start);

#endif
