/* The gateway of the demo: a second stack at the other end of the device's cable, which carries
 * connections that the kernel accepted to the device. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * It lives in the poll thread alone and uses the stack's own interface, without the sockets layer.
 */
#ifndef STINT_APPS_GATEWAY_H
#define STINT_APPS_GATEWAY_H

#include "carrier.h"

#include "stint/device/cable.h"
#include "stint_linux/runner.h"

struct gateway_options {
    int listener; /* a listening kernel socket, non-blocking */
    struct stint_cable *cable;
    unsigned end; /* of the cable: the gateway's */
    struct stint_local_address address;
    struct stint_hardware_address hardware_address;
    struct stint_endpoint target; /* where connections are carried to */
};

struct gateway {
    struct gateway_options options;
    struct stint_stack stack;
    void *memory;
    struct carrier *carriers;
    struct carrier *first_free;
    int epoll;
    bool accepting; /* connections may wait at the listener */
    bool touched;   /* the stack has something new to send */
    uint64_t carried;
    uint64_t refused;
};

/* Sets it up and adds it to the runner. On failure false, and one line in `message`. The gateway
 * must not move. */
bool gateway_init(struct gateway *gateway, struct stint_linux_runner *runner,
    const struct gateway_options *options, char *message, size_t capacity);

/* After the runner was stopped. The listener stays the caller's. */
void gateway_destroy(struct gateway *gateway);

#endif
