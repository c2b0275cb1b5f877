/* Two stacks on a cable.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "perf_pair.h"

#include <stdlib.h>

enum {
    PORT = 5001,
    PATIENCE = 10000, /* polls without a byte before it counts as stopped */
};

static bool start(struct perf_pair *pair, unsigned index, const struct perf_pair_options *options)
{
    struct stint_stack *stack = &pair->stacks[index];
    uint8_t secret[STINT_SECRET_LENGTH];
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)(i * 7 + index); /* the same every time: runs can be compared */
    }
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(pair->memory[index], PERF_PAIR_MEMORY);
    config.secret = stint_view_of(secret, sizeof secret);
    config.tcp.receive_buffer = options->buffer;
    config.tcp.send_buffer = options->buffer;
    config.poll_budget = options->budget;
    const struct stint_interface_config interface = {
        .device = stint_cable_device(&pair->cable, index),
        .hardware_address = {{2, 0, 0, 0, 0, (uint8_t)(index + 1)}},
    };
    const struct stint_local_address address = {
        .address = stint_address_ipv4(10, 0, 0, (uint8_t)(index + 1)),
        .prefix_length = STINT_IPV4_MAPPED_BITS + 24,
    };
    uint8_t number = 0;
    return stint_stack_init(stack, &config) == STINT_OK &&
           stint_stack_attach(stack, &interface, &number) == STINT_OK &&
           stint_stack_add_address(stack, number, &address) == STINT_OK;
}

static void pass_time(struct perf_pair *pair)
{
    pair->now = stint_instant_after(pair->now, stint_microseconds(10));
}

static bool join(struct perf_pair *pair)
{
    const struct stint_endpoint any = {.port = PORT};
    const struct stint_endpoint second = {stint_address_ipv4(10, 0, 0, 2), PORT};
    struct stint_handle listener;
    if (stint_tcp_listen(&pair->stacks[1].tcp, &any, 1, 0, &listener) != STINT_OK ||
        stint_stack_connect(&pair->stacks[0], pair->now, NULL, &second, 0, &pair->ends[0]) !=
            STINT_OK) {
        return false;
    }
    for (unsigned i = 0; i < PATIENCE; i++) {
        pass_time(pair);
        stint_stack_poll(&pair->stacks[0], pair->now);
        stint_stack_poll(&pair->stacks[1], pair->now);
        if (stint_tcp_accept(&pair->stacks[1].tcp, listener, 0, &pair->ends[1]) == STINT_OK) {
            return true;
        }
    }
    return false;
}

struct perf_pair *perf_pair_open(const struct perf_pair_options *options)
{
    struct perf_pair *pair = aligned_alloc(64, sizeof *pair);
    if (pair == NULL) {
        return NULL;
    }
    pair->now = stint_instant_at(1000000);
    pair->in_place = options->in_place;
    pair->sending_turn = perf_pair_sending_turn;
    pair->receiving_turn = perf_pair_receiving_turn;
    stint_cable_init(&pair->cable, stint_span_of(pair->frames[0], PERF_PAIR_CABLE),
        stint_span_of(pair->frames[1], PERF_PAIR_CABLE));
    if (!start(pair, 0, options) || !start(pair, 1, options) || !join(pair)) {
        perf_pair_close(pair);
        return NULL;
    }
    return pair;
}

void perf_pair_close(struct perf_pair *pair)
{
    free(pair);
}

/* Writes what fits of `bytes`; how much that was. */
static uint64_t write_some(struct perf_pair *pair, unsigned from, uint64_t bytes)
{
    struct stint_tcp *tcp = &pair->stacks[from].tcp;
    uint64_t total = 0;
    for (size_t written = 1; written > 0 && total < bytes; total += written) {
        const uint64_t rest = bytes - total;
        written = rest < PERF_PAIR_CHUNK ? (size_t)rest : PERF_PAIR_CHUNK;
        if (pair->in_place) {
            struct stint_ring_span room;
            const bool fits = stint_tcp_room(tcp, pair->ends[from], &room) == STINT_OK;
            const size_t length = room.piece[0].length + room.piece[1].length;
            written = length < written ? length : written;
            if (!fits || stint_tcp_put(tcp, pair->ends[from], written) != STINT_OK) {
                break;
            }
        } else if (stint_tcp_write(tcp, pair->ends[from], stint_view_of(pair->chunk, written),
                       &written) != STINT_OK) {
            break;
        }
    }
    return total;
}

static uint64_t read_some(struct perf_pair *pair, unsigned at)
{
    struct stint_tcp *tcp = &pair->stacks[at].tcp;
    uint64_t total = 0;
    for (size_t length = 0;; total += length) {
        if (pair->in_place) {
            struct stint_ring_view view;
            if (stint_tcp_readable(tcp, pair->ends[at], &view) != STINT_OK) {
                return total;
            }
            length = view.piece[0].length + view.piece[1].length;
            (void)stint_tcp_take(tcp, pair->ends[at], length);
        } else if (stint_tcp_read(tcp, pair->ends[at], stint_span_of(pair->chunk, PERF_PAIR_CHUNK),
                       &length) != STINT_OK) {
            return total;
        }
    }
}

uint64_t perf_pair_sending_turn(struct perf_pair *pair, unsigned from, uint64_t bytes)
{
    const uint64_t written = write_some(pair, from, bytes);
    stint_stack_poll(&pair->stacks[from], pair->now);
    return written;
}

uint64_t perf_pair_receiving_turn(struct perf_pair *pair, unsigned at)
{
    stint_stack_poll(&pair->stacks[at], pair->now);
    return read_some(pair, at);
}

bool perf_pair_send(struct perf_pair *pair, unsigned from, uint64_t bytes)
{
    uint64_t sent = 0;
    uint64_t received = 0;
    unsigned idle = 0;
    while (received < bytes && idle < PATIENCE) {
        pass_time(pair);
        sent += pair->sending_turn(pair, from, bytes - sent);
        const uint64_t arrived = pair->receiving_turn(pair, 1 - from);
        received += arrived;
        idle = arrived > 0 ? 0 : idle + 1;
    }
    return received == bytes;
}
