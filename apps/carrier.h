/* One connection carried between a kernel socket and a stint connection, both ways: half-closes,
 * resets and back-pressure included. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Nothing is kept between the two: bytes leave one side's buffer when the other side's has taken
 * them.
 */
#ifndef STINT_APPS_CARRIER_H
#define STINT_APPS_CARRIER_H

#include "stint/stack/stack.h"

struct carrier {
    int kernel;                 /* a non-blocking socket; -1: the carrier is free */
    struct stint_handle device; /* the stint connection */
    bool kernel_readable;       /* until a call says otherwise: epoll tells edges */
    bool kernel_writable;
    bool kernel_failed; /* the client reset its connection */
    bool kernel_ended;  /* the client closed its side, and the device was told */
    bool device_ended;  /* the device closed its side, and the client was told */
    struct carrier *next_free;
};

/* Begins to carry `kernel`, which it owns from now on, to `target`. False when the stack cannot
 * connect; the client's connection was reset then. */
bool carrier_begin(struct carrier *carrier, struct stint_stack *stack, struct stint_instant now,
    int kernel, const struct stint_endpoint *target);

/* What epoll said about the kernel socket. */
void carrier_take_kernel_events(struct carrier *carrier, uint32_t events);

/* Moves what can be moved. Afterwards the carrier may be free. */
void carrier_move(struct carrier *carrier, struct stint_tcp *tcp, struct stint_instant now);

/* Resets both sides. */
void carrier_abort(struct carrier *carrier, struct stint_tcp *tcp, struct stint_instant now);

static inline bool carrier_is_free(const struct carrier *carrier)
{
    return carrier->kernel < 0;
}

#endif
