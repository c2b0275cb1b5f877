/* Every bound of a stack's memory: how much of it there is, is in use, was at most, and was missed.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STACK_BOUNDS_H
#define STINT_STACK_BOUNDS_H

#include "stint/stack/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

enum stint_bound_kind {
    STINT_BOUND_BUFFER_BYTES, /* of TCP, UDP and ICMP sockets */
    STINT_BOUND_CONNECTIONS,
    STINT_BOUND_HALF_OPEN,
    STINT_BOUND_TIME_WAIT, /* refused: records whose place a younger one took */
    STINT_BOUND_LISTENERS,
    STINT_BOUND_UDP_SOCKETS,
    STINT_BOUND_ICMP_SOCKETS,
    STINT_BOUND_NEIGHBORS, /* of all interfaces together, like addresses */
    STINT_BOUND_HELD_FRAMES,
    STINT_BOUND_ADDRESSES,
    STINT_BOUND_GROUPS,      /* of all interfaces together; none without IGMP and MLD */
    STINT_BOUND_MEMBERSHIPS, /* of sockets */
    STINT_BOUND_ROUTES,
    STINT_BOUND_INTERFACES,
    STINT_BOUND_COUNT,
};

struct stint_bound {
    uint32_t limit; /* bytes or records, set at the start */
    uint32_t in_use;
    uint32_t high_water; /* most in use ever */
    uint32_t refused;    /* times that the limit was in the way; not where the owner asked and was
                            told STINT_EXHAUSTED */
};

/* A short stable name, as in /api/stats: "buffer_bytes". */
const char *stint_bound_name(enum stint_bound_kind kind);

struct stint_bound stint_stack_bound(const struct stint_stack *stack, enum stint_bound_kind kind);

#ifdef __cplusplus
}
#endif

#endif
