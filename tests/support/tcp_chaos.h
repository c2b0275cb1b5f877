/* A TCP instance in a storm: every step does one thing to it, chosen by numbers from outside, and
 * then every law of its records is checked. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The random tests and the fuzz target drive the same storm.
 */
#ifndef SUPPORT_TCP_CHAOS_H
#define SUPPORT_TCP_CHAOS_H

#include "stint/socket/tcp.h"
#include "stint/socket/tcp_receive.h"
#include "stint/socket/tcp_send.h"
#include "stint/socket/tcp_timers.h"

#include <stdalign.h>

enum {
    CHAOS_CONNECTIONS = 4,
    CHAOS_FLOWS = 6,
    CHAOS_UNIT = 1024,
    CHAOS_UNITS = 24, /* too few for all: memory runs out */
    CHAOS_PAYLOAD = 2048,
};

/* A number from 0 to bound - 1. */
typedef uint32_t chaos_choose(void *chooser, uint32_t bound);

struct chaos {
    struct stint_tcp tcp;
    struct stint_arena arena;
    struct stint_random random;
    struct stint_instant now;
    struct stint_handle listener;
    struct stint_handle sockets[CHAOS_CONNECTIONS];
    struct stint_sequence edges[CHAOS_CONNECTIONS]; /* as last seen */
    uint16_t generations[CHAOS_CONNECTIONS];        /* of whose edges those are */
    chaos_choose *choose;
    void *chooser;
    const char *broken; /* the first law that did not hold */
    struct stint_arena_unit units[CHAOS_UNITS];
    uint8_t payload[CHAOS_PAYLOAD];
    alignas(16) uint8_t records[32 * 1024];
    alignas(16) uint8_t buffers[CHAOS_UNITS * CHAOS_UNIT];
};

/* Begins, with a listener and nobody connected. */
void chaos_begin(struct chaos *chaos, chaos_choose *choose, void *chooser);

/* One step; the law that it broke, NULL when all hold. */
const char *chaos_step(struct chaos *chaos);

/* The storm is over: all is let go, and nothing may be left. The law that it broke, or NULL. */
const char *chaos_end(struct chaos *chaos);

/* False when what follows a sent offer as being alike is not what is offered to who asks anew. */
bool chaos_follows_as_anew(struct chaos *chaos, struct stint_tcp_offer alike);

/* The laws of the records as they are now; NULL when all hold. */
const char *chaos_broken_law(struct chaos *chaos);

#endif
