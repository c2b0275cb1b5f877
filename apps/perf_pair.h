/* Two stacks on a cable, polled in turn, with one TCP connection between them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_PERF_PAIR_H
#define STINT_APPS_PERF_PAIR_H

#include "stint/device/cable.h"
#include "stint/stack/stack.h"

enum {
    PERF_PAIR_CHUNK = 8 * 1024, /* bytes that the application reads or writes at once */
    PERF_PAIR_MEMORY = 4 << 20,
    PERF_PAIR_CABLE = 256 * 1024,
};

struct perf_pair_options {
    uint32_t buffer; /* bytes of each ring, a power of two */
    uint16_t budget; /* frames that one poll takes */
    bool in_place;   /* rings are used where they lie */
};

struct perf_pair;

/* What one end does in a round; how many bytes of the application it moved. Called through these
 * pointers, so that a profiler finds the costs of each end under a name, and a program can put its
 * own counting around them. */
typedef uint64_t perf_pair_send_turn(struct perf_pair *pair, unsigned from, uint64_t bytes);
typedef uint64_t perf_pair_receive_turn(struct perf_pair *pair, unsigned at);

/* Writes what fits of `bytes`, then polls. */
perf_pair_send_turn perf_pair_sending_turn;

/* Polls, then reads all there is. */
perf_pair_receive_turn perf_pair_receiving_turn;

struct perf_pair {
    struct stint_stack stacks[2];
    struct stint_cable cable;
    struct stint_handle ends[2]; /* of the connection */
    struct stint_instant now;    /* virtual */
    bool in_place;
    perf_pair_send_turn *sending_turn;
    perf_pair_receive_turn *receiving_turn;
    uint8_t chunk[PERF_PAIR_CHUNK];
    _Alignas(64) uint8_t memory[2][PERF_PAIR_MEMORY];
    _Alignas(64) uint8_t frames[2][PERF_PAIR_CABLE];
};

/* Two connected stacks; NULL when the options cannot work. */
struct perf_pair *perf_pair_open(const struct perf_pair_options *options);

/* Sends `bytes` from one end to the other and returns when the last was read; false when they stop
 * moving. */
bool perf_pair_send(struct perf_pair *pair, unsigned from, uint64_t bytes);

void perf_pair_close(struct perf_pair *pair);

#endif
