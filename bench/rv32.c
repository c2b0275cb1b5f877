/* What a segment costs each end on a 32-bit RISC-V device, for qemu-system-riscv32 with -icount:
 * instructions, with copies and checksums. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "perf_pair.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SEGMENT = 1448, SEGMENTS = 1000 };

struct count {
    uint64_t receive;
    uint64_t send;
};

static struct count count;

static uint32_t instructions(void)
{
    uint32_t number;
    __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, minstret\n.option pop"
                     : "=r"(number)::"memory");
    return number;
}

static uint64_t counted_sending_turn(struct perf_pair *pair, unsigned from, uint64_t bytes)
{
    const uint32_t begin = instructions();
    const uint64_t written = perf_pair_sending_turn(pair, from, bytes);
    count.send += instructions() - begin;
    return written;
}

static uint64_t counted_receiving_turn(struct perf_pair *pair, unsigned at)
{
    const uint32_t begin = instructions();
    const uint64_t read = perf_pair_receiving_turn(pair, at);
    count.receive += instructions() - begin;
    return read;
}

/* Instructions for each of `segments` at each end, both ways together, once things have settled. */
static bool measure(
    const struct perf_pair_options *options, uint32_t segments, struct count *result)
{
    struct perf_pair *pair = perf_pair_open(options);
    if (pair == NULL) {
        return false;
    }
    const uint64_t bytes = (uint64_t)segments * SEGMENT;
    bool done = perf_pair_send(pair, 0, bytes) && perf_pair_send(pair, 1, bytes);
    pair->sending_turn = counted_sending_turn;
    pair->receiving_turn = counted_receiving_turn;
    count = (struct count){0};
    done = done && perf_pair_send(pair, 0, bytes) && perf_pair_send(pair, 1, bytes);
    *result = (struct count){count.receive / (2 * segments), count.send / (2 * segments)};
    perf_pair_close(pair);
    return done;
}

static bool print_segments(
    const char *name, uint32_t segments, const struct perf_pair_options *options)
{
    struct count result;
    if (!measure(options, segments, &result)) {
        return false;
    }
    printf("\"%s\": {\"receive\": %" PRIu64 ", \"send\": %" PRIu64 "},\n", name, result.receive,
        result.send);
    return true;
}

/* Bytes that one record of some kind takes, with its share of tables, timers and lists: the
 * difference of two configurations whose tables fill to the same degree. */
static uint32_t record_bytes(const struct stint_tcp_limits *more)
{
    struct stint_stack_config config = stint_stack_config_default();
    config.tcp.connections = 512;
    config.tcp.half_open = 256;
    config.tcp.time_wait = 256;
    const size_t before = stint_stack_memory_needed(&config);
    config.tcp.connections = (uint16_t)(config.tcp.connections + more->connections);
    config.tcp.half_open = (uint16_t)(config.tcp.half_open + more->half_open);
    config.tcp.time_wait = (uint16_t)(config.tcp.time_wait + more->time_wait);
    return (uint32_t)((stint_stack_memory_needed(&config) - before) / 1024);
}

/* Bytes of buffers that a connection keeps after it carried data both ways and everything was read.
 */
static uint32_t idle_buffers(void)
{
    const struct perf_pair_options options = {.buffer = 16384, .budget = 64};
    struct perf_pair *pair = perf_pair_open(&options);
    if (pair == NULL || !perf_pair_send(pair, 0, 100000) || !perf_pair_send(pair, 1, 100000)) {
        return UINT32_MAX;
    }
    for (unsigned second = 0; second < 10; second++) {
        pair->now = stint_instant_after(pair->now, stint_seconds(1));
        stint_stack_poll(&pair->stacks[0], pair->now);
        stint_stack_poll(&pair->stacks[1], pair->now);
    }
    const uint32_t bytes = pair->stacks[0].arena.in_use;
    perf_pair_close(pair);
    return bytes;
}

static void print_state(void)
{
    const struct stint_tcp_limits connections = {.connections = 1024};
    const struct stint_tcp_limits half_open = {.half_open = 1024};
    const struct stint_tcp_limits time_wait = {.time_wait = 1024};
    printf("\"state_bytes\": {\"established\": %" PRIu32
           ", \"established_buffers_when_idle\": %" PRIu32 ", \"half_open\": %" PRIu32
           ", \"time_wait\": %" PRIu32 "},\n",
        record_bytes(&connections), idle_buffers(), record_bytes(&half_open),
        record_bytes(&time_wait));
}

/* With an argument: that many segments of the first kind only, for who traces the program. */
int main(int argc, char **argv)
{
    const struct perf_pair_options device = {.buffer = 16384, .budget = 64};
    const struct perf_pair_options in_place = {.buffer = 16384, .budget = 64, .in_place = true};
    const struct perf_pair_options large = {.buffer = 262144, .budget = 64};
    const struct perf_pair_options single = {.buffer = 16384, .budget = 1};
    printf("{\n");
    const int traced = argc > 1 ? atoi(argv[1]) : 0;
    bool done = print_segments("copied", traced > 0 ? (uint32_t)traced : SEGMENTS, &device);
    if (traced <= 0) {
        done = done && print_segments("in_place", SEGMENTS, &in_place) &&
               print_segments("copied_256k", SEGMENTS, &large) &&
               print_segments("copied_one_frame_per_poll", SEGMENTS, &single);
        print_state();
    }
    printf("\"payload\": %d, \"buffer\": %" PRIu32 "\n}\n", SEGMENT, device.buffer);
    return done ? 0 : 1;
}
