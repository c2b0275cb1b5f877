/* Goodput of one TCP connection over a simulated 100 Mbit/s Ethernet, between two hosts with 64 KB
 * of memory each, in virtual time. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Everything a host needs counts: the stack, its records and buffers, and the frames of its driver.
 * The line takes a frame's time for it with preamble, gap and FCS, as device/faulty has it.
 */
#include "stint/device/cable.h"
#include "stint/device/faulty.h"
#include "stint/stack/stack.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    HOST_MEMORY = 64 * 1024,
    FRAMES_OUT = 4, /* of the driver; one more is kept by the line */
    FRAMES_IN = 4,
    INCOMING = FRAMES_IN * 1528, /* a frame of 1514 bytes as the cable keeps it */
    BUFFER = 16384,
    PORT = 5001,
    SECONDS = 10,
    BITS_PER_SECOND = 100000000,
};

enum {
    DRIVER_MEMORY = (FRAMES_OUT + 1) * STINT_DEVICE_FRAME_LENGTH + INCOMING,
    STACK_MEMORY = (HOST_MEMORY - DRIVER_MEMORY - (int)sizeof(struct stint_stack)) / 8 * 8,
};

struct host {
    struct stint_stack stack;
    struct stint_faulty line; /* what this host sends */
    struct stint_device sending;
    struct stint_instant poll_at;
    _Alignas(8) uint8_t memory[STACK_MEMORY];
    uint8_t frames[(FRAMES_OUT + 1) * STINT_DEVICE_FRAME_LENGTH];
    uint16_t links[FRAMES_OUT + 1];
    struct stint_faulty_frame waiting[FRAMES_OUT + 1];
    _Alignas(8) uint8_t incoming[INCOMING];
};

static struct host hosts[2];
static struct stint_cable cable;
static uint8_t chunk[4096];
static const struct stint_instant begun = {1000000};

/* --- a driver with few frames: unlike the line itself, it holds the stack back --- */

static struct stint_view receive(void *context, struct stint_instant now)
{
    const struct host *host = context;
    return stint_device_receive(&host->sending, now);
}

static void receive_done(void *context)
{
    const struct host *host = context;
    stint_device_receive_done(&host->sending);
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    const struct host *host = context;
    return host->line.waiting_count < FRAMES_OUT
               ? stint_device_transmit(&host->sending, now, length)
               : stint_span_of(NULL, 0);
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    const struct host *host = context;
    stint_device_transmit_commit(&host->sending, now, length);
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    const struct host *host = context;
    return stint_device_service(&host->sending, now);
}

static const struct stint_device_operations driver = {
    receive, receive_done, transmit, transmit_commit, service};

/* --- two hosts --- */

static bool start(unsigned index)
{
    struct host *host = &hosts[index];
    const struct stint_faulty_config line = {
        .inner = stint_cable_device(&cable, index),
        .profile = {.bits_per_second = BITS_PER_SECOND},
        .storage = stint_span_of(host->frames, sizeof host->frames),
        .links = host->links,
        .waiting = host->waiting,
        .waiting_count = FRAMES_OUT + 1,
    };
    stint_faulty_init(&host->line, &line);
    host->sending = stint_faulty_device(&host->line);
    uint8_t secret[STINT_SECRET_LENGTH];
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)(i * 7 + index);
    }
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(host->memory, sizeof host->memory);
    config.secret = stint_view_of(secret, sizeof secret);
    config.tcp.receive_buffer = BUFFER;
    config.tcp.send_buffer = BUFFER;
    const struct stint_interface_config interface = {
        .device = {&driver, host},
        .hardware_address = {{2, 0, 0, 0, 0, (uint8_t)(index + 1)}},
    };
    const struct stint_local_address address = {
        .address = stint_address_ipv4(10, 0, 0, (uint8_t)(index + 1)),
        .prefix_length = STINT_IPV4_MAPPED_BITS + 24,
    };
    uint8_t number = 0;
    return stint_stack_init(&host->stack, &config) == STINT_OK &&
           stint_stack_attach(&host->stack, &interface, &number) == STINT_OK &&
           stint_stack_add_address(&host->stack, number, &address) == STINT_OK;
}

struct transfer {
    struct stint_handle listener;
    struct stint_handle ends[2];
    uint64_t received;
};

static bool begin(struct transfer *transfer)
{
    const struct stint_endpoint any = {.port = PORT};
    const struct stint_endpoint second = {stint_address_ipv4(10, 0, 0, 2), PORT};
    stint_cable_init(&cable, stint_span_of(hosts[0].incoming, INCOMING),
        stint_span_of(hosts[1].incoming, INCOMING));
    return start(0) && start(1) &&
           stint_tcp_listen(&hosts[1].stack.tcp, &any, 1, 0, &transfer->listener) == STINT_OK &&
           stint_stack_connect(&hosts[0].stack, begun, NULL, &second, 0, &transfer->ends[0]) ==
               STINT_OK;
}

/* The applications: one writes all it can, the other reads all there is. True when either did. */
static bool move_bytes(struct transfer *transfer)
{
    bool moved = false;
    size_t length = 0;
    (void)stint_tcp_accept(&hosts[1].stack.tcp, transfer->listener, 0, &transfer->ends[1]);
    while (stint_tcp_write(&hosts[0].stack.tcp, transfer->ends[0],
               stint_view_of(chunk, sizeof chunk), &length) == STINT_OK) {
        moved = true;
    }
    while (stint_tcp_read(&hosts[1].stack.tcp, transfer->ends[1],
               stint_span_of(chunk, sizeof chunk), &length) == STINT_OK) {
        transfer->received += length;
        moved = true;
    }
    return moved;
}

/* Polls both hosts and runs their applications until nothing is left to do at this instant. */
static struct stint_instant settle(struct transfer *transfer, struct stint_instant now)
{
    struct stint_instant next = now;
    bool arrived = false;
    do {
        next = stint_stack_poll(&hosts[0].stack, now);
        next = stint_instant_earlier(next, stint_stack_poll(&hosts[1].stack, now));
        /* The second may have put a frame on the first one's doorstep. */
        arrived = !stint_packet_queue_is_empty(&cable.ends[0].incoming) ||
                  !stint_packet_queue_is_empty(&cable.ends[1].incoming);
    } while (move_bytes(transfer) || arrived || stint_instant_has_come(next, now));
    return next;
}

static uint32_t drops(const struct stint_stack *stack)
{
    uint32_t total = 0;
    for (unsigned reason = 0; reason < STINT_DROP_COUNT; reason++) {
        total += stack->drops[reason];
    }
    return total;
}

/* Bytes of a host that were ever in use. */
static uint32_t high_water(const struct host *host)
{
    const size_t records = stint_stack_memory_needed(&host->stack.config);
    return (uint32_t)(sizeof host->stack + records + host->stack.arena.high_water + DRIVER_MEMORY);
}

static void report(uint64_t bytes)
{
    uint32_t dropped = 0;
    uint32_t memory = 0;
    for (unsigned i = 0; i < 2; i++) {
        dropped += drops(&hosts[i].stack) + hosts[i].line.counters.overflowed;
        memory = memory > high_water(&hosts[i]) ? memory : high_water(&hosts[i]);
    }
    printf("{\"mbit_per_second\": %.3f, \"drops\": %" PRIu32
           ", \"segments_retransmitted\": %" PRIu32
           ", \"memory\": %d, \"memory_high_water\": %" PRIu32 ", \"seconds\": %d}\n",
        (double)bytes * 8 / SECONDS / 1e6, dropped,
        hosts[0].stack.tcp.counters.segments_retransmitted, HOST_MEMORY, memory, SECONDS);
}

int main(void)
{
    struct transfer transfer = {.received = 0};
    if (!begin(&transfer)) {
        return fprintf(stderr, "link: the hosts do not start in their memory\n"), 1;
    }
    const struct stint_instant measured_from = stint_instant_after(begun, stint_seconds(1));
    const struct stint_instant end = stint_instant_after(measured_from, stint_seconds(SECONDS));
    uint64_t before = 0;
    struct stint_instant now = begun;
    while (stint_instant_is_before(now, end)) {
        if (stint_instant_is_before(now, measured_from)) {
            before = transfer.received;
        }
        const struct stint_instant next = settle(&transfer, now);
        now = stint_instant_earlier(end, next);
    }
    report(transfer.received - before);
    return 0;
}
