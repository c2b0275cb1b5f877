/* Which record a segment belongs to: a hash table over the four numbers that name a connection.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Records of every kind (connections, half-open, TIME_WAIT) share one numbering; the table borrows
 * their flows.
 */
#ifndef STINT_SOCKET_TCP_DEMUX_H
#define STINT_SOCKET_TCP_DEMUX_H

#include "stint/storage/carve.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The two ends, seen from here. */
struct stint_tcp_flow {
    struct stint_endpoint local;
    struct stint_endpoint remote;
};

bool stint_tcp_flow_equal(const struct stint_tcp_flow *a, const struct stint_tcp_flow *b);

struct stint_tcp_demux {
    const struct stint_tcp_flow **flows; /* by record number; NULL when not in the table */
    uint16_t *links;                     /* by record number: the next of the same bucket */
    uint16_t *buckets;                   /* first record of each */
    uint16_t bucket_count;               /* a power of two */
    uint16_t last_found;                 /* most segments belong where the last one did */
    uint32_t seed;
};

/* A table for records 0 to record_count - 1 (at most 65,000), carved; it works when the carve did
 * not fail. `seed` is random and keeps peers from aiming at one bucket. */
void stint_tcp_demux_init(
    struct stint_tcp_demux *demux, uint16_t record_count, uint32_t seed, struct stint_carve *carve);

/* Enters a record that is not in the table; `flow` must stay in place and unchanged until it is
 * removed. */
void stint_tcp_demux_add(
    struct stint_tcp_demux *demux, uint16_t record, const struct stint_tcp_flow *flow);

/* Removes a record; does nothing when it is not in the table. */
void stint_tcp_demux_remove(struct stint_tcp_demux *demux, uint16_t record);

/* The record of a flow, or STINT_ID_NONE. */
uint16_t stint_tcp_demux_find(struct stint_tcp_demux *demux, const struct stint_tcp_flow *flow);

#ifdef __cplusplus
}
#endif

#endif
