/* The sockets layer without an operating system: whoever waits runs the poll.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * There is one task and no lock. A blocking call polls the stack until what it waits for has come,
 * and sleeps in between. A program that makes no blocking call polls by itself
 * (stint_sockets_poll()); one whose stint_poll() or stint_select() always finds something ready
 * must do so too, once a round.
 */
#ifndef STINT_STINT_BAREMETAL_WAIT_POLL_H
#define STINT_STINT_BAREMETAL_WAIT_POLL_H

#include "stint_sockets/sockets.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_wait_poll {
    struct stint_sockets *sockets;
    struct stint_instant (*now)(void);
    void (*sleep)(struct stint_instant until); /* may end early */
    bool poll_is_due; /* a call of the application made something due since the last poll */
};

/* The context is a struct stint_wait_poll. */
extern const struct stint_wait_operations stint_wait_poll_operations;

#ifdef __cplusplus
}
#endif

#endif
