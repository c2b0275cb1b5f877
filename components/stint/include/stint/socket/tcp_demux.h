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

/* Records of one kind: an array of structs that each begin with their flow. */
struct stint_tcp_demux_table {
    const void *records;
    uint16_t count;
    uint16_t size; /* bytes of a record */
};

enum { STINT_TCP_DEMUX_TABLES = 3 };

struct stint_tcp_demux {
    struct stint_tcp_demux_table tables[STINT_TCP_DEMUX_TABLES]; /* numbered through, in order */
    uint16_t *links;       /* by record number: the next of the same bucket, STINT_ID_END, or
                              STINT_ID_NONE when it is not in the table */
    uint16_t *buckets;     /* first record of each, or STINT_ID_END */
    uint16_t bucket_count; /* a power of two */
    uint16_t last_found;   /* most segments belong where the last one did */
    uint32_t seed;
};

/* A table for the records of `tables` (borrowed); `seed` keeps peers from aiming at one bucket. */
void stint_tcp_demux_init(struct stint_tcp_demux *demux,
    const struct stint_tcp_demux_table tables[STINT_TCP_DEMUX_TABLES], uint32_t seed,
    struct stint_carve *carve);

/* Enters a record that is not in the table; its flow must stay unchanged until it is removed. */
void stint_tcp_demux_add(struct stint_tcp_demux *demux, uint16_t record);

/* Removes a record; does nothing when it is not in the table. */
void stint_tcp_demux_remove(struct stint_tcp_demux *demux, uint16_t record);

/* The record of a flow, or STINT_ID_NONE. */
uint16_t stint_tcp_demux_find(struct stint_tcp_demux *demux, const struct stint_tcp_flow *flow);

#ifdef __cplusplus
}
#endif

#endif
