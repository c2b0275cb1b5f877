/* Whoever answers frames at the other end of a driver's wire without having a stack: a thread.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_RESPONDER_H
#define STINT_TESTS_RESPONDER_H

#include "harness_wire.h"

struct responder {
    struct harness_wire *wire;
    void (*take)(struct responder *responder, struct stint_view frame);
    pthread_t thread;
    bool stopping;
};

/* Gives every frame of the driver to `take`, in a thread, and an empty one with each tick that
 * brings none. */
void responder_start(struct responder *responder, struct harness_wire *wire,
    void (*take)(struct responder *responder, struct stint_view frame));
void responder_stop(struct responder *responder);

/* Sends a frame to the driver; from `take`. */
void responder_send(const struct responder *responder, struct stint_view frame);

/* For responder_start(): a router fe80::9 that answers solicitations; it advertises the prefix
 * 2001:db8:1::/64 and the name server 2001:db8:1::53. */
void router_take(struct responder *responder, struct stint_view frame);

#endif
