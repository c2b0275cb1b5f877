/* What polls cost a stack that holds many idle connections; the script idle counts them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *     idle CONNECTIONS ROUNDS work|nothing
 *
 * After the connections are made, counted_poll() polls the first stack ROUNDS times, each time with
 * a segment of one of the connections to receive and one to send, or with nothing to do.
 */
#include "stint/device/cable.h"
#include "stint/stack/stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PORT = 7,
    FRAMES = 256 * 1024,
    BYTES_FOR_EACH = 1024,
    BYTES_BESIDE = 8 << 20,
    BUFFER = 4096
};

struct pair {
    struct stint_cable cable;
    struct stint_stack stacks[2];
    struct stint_instant now;
    struct stint_handle listener;
    struct stint_handle ends[2]; /* of the connection that is not idle */
    _Alignas(8) uint8_t frames[2][FRAMES];
};

static struct pair pair;

static bool start(unsigned index, uint16_t connections)
{
    uint8_t secret[STINT_SECRET_LENGTH];
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)(i * 7 + index);
    }
    const size_t bytes = (size_t)connections * BYTES_FOR_EACH + BYTES_BESIDE;
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(malloc(bytes), bytes);
    config.secret = stint_view_of(secret, sizeof secret);
    config.tcp.connections = connections;
    config.tcp.receive_buffer = BUFFER;
    config.tcp.send_buffer = BUFFER;
    const struct stint_interface_config interface = {
        .device = stint_cable_device(&pair.cable, index),
        .hardware_address = {{2, 0, 0, 0, 0, (uint8_t)(index + 1)}},
    };
    const struct stint_local_address address = {
        .address = stint_address_ipv4(10, 0, 0, (uint8_t)(index + 1)),
        .prefix_length = STINT_IPV4_MAPPED_BITS + 24,
    };
    uint8_t number = 0;
    return stint_stack_init(&pair.stacks[index], &config) == STINT_OK &&
           stint_stack_attach(&pair.stacks[index], &interface, &number) == STINT_OK &&
           stint_stack_add_address(&pair.stacks[index], number, &address) == STINT_OK;
}

static void poll(unsigned index)
{
    stint_stack_poll(&pair.stacks[index], pair.now);
}

static void pass(struct stint_duration duration)
{
    pair.now = stint_instant_after(pair.now, duration);
    for (unsigned i = 0; i < 4; i++) {
        poll(i % 2);
    }
}

static bool connect_one(void)
{
    const struct stint_endpoint second = {stint_address_ipv4(10, 0, 0, 2), PORT};
    if (stint_stack_connect(&pair.stacks[0], pair.now, NULL, &second, 0, &pair.ends[0]) !=
        STINT_OK) {
        return false;
    }
    for (unsigned i = 0; i < 100; i++) {
        pass(stint_microseconds(10));
        if (stint_tcp_accept(&pair.stacks[1].tcp, pair.listener, 0, &pair.ends[1]) == STINT_OK) {
            return true;
        }
    }
    return false;
}

static bool make_connections(uint16_t count)
{
    const struct stint_endpoint any = {.port = PORT};
    stint_cable_init(
        &pair.cable, stint_span_of(pair.frames[0], FRAMES), stint_span_of(pair.frames[1], FRAMES));
    if (!start(0, count) || !start(1, count) ||
        stint_tcp_listen(&pair.stacks[1].tcp, &any, 4, 0, &pair.listener) != STINT_OK) {
        return false;
    }
    for (uint16_t i = 0; i < count; i++) {
        if (!connect_one()) {
            return false;
        }
    }
    for (unsigned second = 0; second < 5; second++) {
        pass(stint_seconds(1));
    }
    return true;
}

/* Writes a message at one end. */
static void write_at(unsigned index)
{
    static const uint8_t message[100];
    size_t written = 0;
    (void)stint_tcp_write(&pair.stacks[index].tcp, pair.ends[index],
        stint_view_of(message, sizeof message), &written);
}

static void read_at(unsigned index)
{
    uint8_t bytes[256];
    size_t read = 0;
    (void)stint_tcp_read(
        &pair.stacks[index].tcp, pair.ends[index], stint_span_of(bytes, sizeof bytes), &read);
}

/* The only poll that is counted. */
__attribute__((noinline)) static void counted_poll(void)
{
    poll(0);
}

static void round_of(bool work)
{
    pair.now = stint_instant_after(pair.now, stint_microseconds(10));
    if (work) {
        write_at(1);
        poll(1);
        write_at(0);
    }
    counted_poll();
    if (work) {
        read_at(0);
        poll(1);
        read_at(1);
    }
}

int main(int argc, char **argv)
{
    const int connections = argc == 4 ? atoi(argv[1]) : 0;
    const int rounds = argc == 4 ? atoi(argv[2]) : 0;
    if (connections < 1 || connections > 20000 || rounds < 1) {
        return fprintf(stderr, "usage: idle CONNECTIONS ROUNDS work|nothing\n"), 2;
    }
    pair.now = stint_instant_at(1000000);
    if (!make_connections((uint16_t)connections)) {
        return fprintf(stderr, "idle: the connections cannot be made\n"), 1;
    }
    for (int i = 0; i < rounds; i++) {
        round_of(strcmp(argv[3], "work") == 0);
    }
    return 0;
}
