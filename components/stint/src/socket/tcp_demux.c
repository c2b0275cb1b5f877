/* Which record a segment belongs to: chained buckets under a keyed hash.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The hash is HalfSipHash-1-3 (Aumasson, Bernstein): additions, rotations and exclusive ors of 32
 * bits only, and unlike multiplicative hashes without collisions that hold for every key.
 */
#include "stint/socket/tcp_demux.h"
#include "stint/storage/id_queue.h"

#include <string.h>

enum { BUCKETS_MINIMUM = 8, BUCKETS_MAXIMUM = 32768 };

bool stint_tcp_flow_equal(const struct stint_tcp_flow *a, const struct stint_tcp_flow *b)
{
    return a->remote.port == b->remote.port && a->local.port == b->local.port &&
           stint_address_equal(&a->remote.address, &b->remote.address) &&
           stint_address_equal(&a->local.address, &b->local.address);
}

struct hash_state {
    uint32_t v0;
    uint32_t v1;
    uint32_t v2;
    uint32_t v3;
};

/* 0 < count < 32 */
static uint32_t rotate_left(uint32_t value, unsigned count)
{
    return (value << count) | (value >> (32u - count));
}

static void hash_round(struct hash_state *state)
{
    state->v0 += state->v1;
    state->v1 = rotate_left(state->v1, 5) ^ state->v0;
    state->v0 = rotate_left(state->v0, 16);
    state->v2 += state->v3;
    state->v3 = rotate_left(state->v3, 8) ^ state->v2;
    state->v0 += state->v3;
    state->v3 = rotate_left(state->v3, 7) ^ state->v0;
    state->v2 += state->v1;
    state->v1 = rotate_left(state->v1, 13) ^ state->v2;
    state->v2 = rotate_left(state->v2, 16);
}

static void hash_take(struct hash_state *state, uint32_t word)
{
    state->v3 ^= word;
    hash_round(state);
    state->v0 ^= word;
}

static void hash_take_address(struct hash_state *state, const struct stint_address *address)
{
    uint32_t words[4];
    memcpy(words, address->octets, sizeof words);
    for (unsigned i = stint_address_is_ipv4(address) ? 3 : 0; i < 4; i++) {
        hash_take(state, words[i]);
    }
}

static uint32_t hash_of(uint32_t seed, const struct stint_tcp_flow *flow)
{
    struct hash_state state = {
        seed,
        ~seed,
        UINT32_C(0x6c796765) ^ seed,
        UINT32_C(0x74656462) ^ ~seed,
    };
    hash_take(&state, (uint32_t)flow->remote.port * 65536u + flow->local.port);
    hash_take_address(&state, &flow->remote.address);
    hash_take_address(&state, &flow->local.address);

    state.v2 ^= 0xff;
    for (int round = 0; round < 3; round++) {
        hash_round(&state);
    }
    return state.v1 ^ state.v3;
}

static const struct stint_tcp_flow *flow_of(const struct stint_tcp_demux *demux, uint16_t record)
{
    const struct stint_tcp_demux_table *table = demux->tables;
    uint16_t index = record;
    while (index >= table->count) {
        index = (uint16_t)(index - table->count);
        table++;
    }
    const uint8_t *records = table->records;
    return (const void *)(records + (size_t)index * table->size);
}

static uint16_t *bucket_of(const struct stint_tcp_demux *demux, const struct stint_tcp_flow *flow)
{
    return &demux->buckets[hash_of(demux->seed, flow) % demux->bucket_count];
}

void stint_tcp_demux_init(struct stint_tcp_demux *demux,
    const struct stint_tcp_demux_table tables[STINT_TCP_DEMUX_TABLES], uint32_t seed,
    struct stint_carve *carve)
{
    uint16_t record_count = 0;
    for (unsigned i = 0; i < STINT_TCP_DEMUX_TABLES; i++) {
        demux->tables[i] = tables[i];
        record_count = (uint16_t)(record_count + tables[i].count);
    }
    uint16_t bucket_count = BUCKETS_MINIMUM;
    while (bucket_count < record_count && bucket_count < BUCKETS_MAXIMUM) {
        bucket_count = (uint16_t)(bucket_count * 2);
    }
    demux->seed = seed;
    demux->bucket_count = bucket_count;
    demux->last_found = STINT_ID_NONE;
    demux->links = stint_carve_array(carve, record_count, sizeof *demux->links);
    demux->buckets = stint_carve_array(carve, bucket_count, sizeof *demux->buckets);
    for (uint16_t i = 0; demux->links != NULL && i < record_count; i++) {
        demux->links[i] = STINT_ID_NONE;
    }
    for (uint16_t i = 0; demux->buckets != NULL && i < bucket_count; i++) {
        demux->buckets[i] = STINT_ID_END;
    }
}

void stint_tcp_demux_add(struct stint_tcp_demux *demux, uint16_t record)
{
    uint16_t *const bucket = bucket_of(demux, flow_of(demux, record));
    demux->links[record] = *bucket;
    *bucket = record;
}

void stint_tcp_demux_remove(struct stint_tcp_demux *demux, uint16_t record)
{
    if (demux->links[record] == STINT_ID_NONE) {
        return;
    }
    uint16_t *link = bucket_of(demux, flow_of(demux, record));
    while (*link != record) {
        link = &demux->links[*link];
    }
    *link = demux->links[record];
    demux->links[record] = STINT_ID_NONE;
    if (demux->last_found == record) {
        demux->last_found = STINT_ID_NONE;
    }
}

uint16_t stint_tcp_demux_find(struct stint_tcp_demux *demux, const struct stint_tcp_flow *flow)
{
    if (demux->last_found != STINT_ID_NONE &&
        stint_tcp_flow_equal(flow_of(demux, demux->last_found), flow)) {
        return demux->last_found;
    }
    uint16_t record = *bucket_of(demux, flow);
    while (record != STINT_ID_END && !stint_tcp_flow_equal(flow_of(demux, record), flow)) {
        record = demux->links[record];
    }
    if (record == STINT_ID_END) {
        return STINT_ID_NONE;
    }
    demux->last_found = record;
    return record;
}
