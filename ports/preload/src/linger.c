/* Waiting for what was sent to arrive, before a process ends.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "linger.h"

#include "stint_linux/platform.h"
#include <time.h>

enum {
    LOOK_MILLISECONDS = 2,
    PATIENCE_SECONDS = 2,
    LIMIT_SECONDS = 30,
};

/* Bytes and FINs of closed connections that their peers have not acknowledged, and sockets with
 * something that is not sent yet. */
static uint64_t outstanding(struct stint_sockets *sockets)
{
    struct stint_stack *stack = sockets->config.stack;
    uint16_t cursor = 0;
    struct stint_tcp_status status;
    stint_sockets_lock(sockets);
    uint64_t left = (uint64_t)stack->tcp.ready.length + stack->udp.ready.length;
    while (stint_tcp_visit(&stack->tcp, &cursor, &status)) {
        left += status.orphan ? status.unacknowledged : 0;
    }
    stint_sockets_unlock(sockets);
    return left;
}

void shim_linger(struct stint_sockets *sockets)
{
    const struct timespec pause = {.tv_nsec = LOOK_MILLISECONDS * 1000000L};
    const struct stint_instant limit =
        stint_instant_after(stint_linux_now(), stint_seconds(LIMIT_SECONDS));
    struct stint_instant patience = stint_instant_at(0);
    uint64_t least = UINT64_MAX;
    for (uint64_t left = outstanding(sockets); left > 0; left = outstanding(sockets)) {
        const struct stint_instant now = stint_linux_now();
        if (left < least) {
            least = left;
            patience = stint_instant_after(now, stint_seconds(PATIENCE_SECONDS));
        }
        if (stint_instant_has_come(stint_instant_earlier(patience, limit), now)) {
            return;
        }
        nanosleep(&pause, NULL);
    }
}
