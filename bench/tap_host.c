/* The stack's end of bench/tap: one thread, one poll, and the simplest of applications.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *     tap_host TAP      answers as 10.98.0.2 until it is ended
 *
 * Who connects to port 19 is sent zeros without end, port 9 reads all that comes, and port 13
 * closes at once.
 */
#include "stint/stack/stack.h"
#include "stint_linux/platform.h"
#include "stint_linux/tap.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SENDS,
    READS,
    CLOSES,
    SERVICES,
    MEMORY = 8 << 20,
    BUFFER = 256 * 1024,
    CHUNK = 64 * 1024,
};

static const uint16_t ports[SERVICES] = {19, 9, 13};
static struct stint_linux_tap tap;
static struct stint_stack stack;
static struct stint_handle listeners[SERVICES];
static uint8_t chunk[CHUNK];
static _Alignas(8) uint8_t memory[MEMORY];

static bool start(const char *name)
{
    char message[160];
    uint8_t secret[STINT_SECRET_LENGTH];
    if (!stint_linux_tap_open(&tap, name, message, sizeof message) ||
        !stint_linux_entropy(stint_span_of(secret, sizeof secret))) {
        fprintf(stderr, "tap_host: %s\n", message);
        return false;
    }
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(memory, sizeof memory);
    config.secret = stint_view_of(secret, sizeof secret);
    config.tcp.receive_buffer = BUFFER;
    config.tcp.send_buffer = BUFFER;
    config.tcp.connections = 64;
    config.tcp.half_open = 64;
    config.tcp.time_wait = 1024;
    const struct stint_interface_config interface = {
        .device = stint_linux_tap_device(&tap), .hardware_address = {{2, 0, 0, 0, 0, 2}}};
    const struct stint_local_address address = {
        .address = stint_address_ipv4(10, 98, 0, 2), .prefix_length = STINT_IPV4_MAPPED_BITS + 24};
    uint8_t number = 0;
    bool done = stint_stack_init(&stack, &config) == STINT_OK &&
                stint_stack_attach(&stack, &interface, &number) == STINT_OK &&
                stint_stack_add_address(&stack, number, &address) == STINT_OK;
    for (unsigned i = 0; i < SERVICES; i++) {
        const struct stint_endpoint any = {.port = ports[i]};
        done = done && stint_tcp_listen(&stack.tcp, &any, 32, i, &listeners[i]) == STINT_OK;
    }
    return done;
}

/* Owners are numbers of services, for listeners and connections alike. */
static void serve(const struct stint_socket_event *event, struct stint_instant now)
{
    struct stint_handle accepted;
    size_t length = 0;
    enum stint_result result = STINT_OK;
    if (event->kind == STINT_SOCKET_TCP_LISTENER) {
        while (stint_tcp_accept(&stack.tcp, event->handle, event->owner, &accepted) == STINT_OK) {
            const struct stint_socket_event begun = {STINT_SOCKET_TCP, accepted, event->owner};
            serve(&begun, now);
        }
        return;
    }
    while (result == STINT_OK && event->owner == SENDS) {
        result =
            stint_tcp_write(&stack.tcp, event->handle, stint_view_of(chunk, sizeof chunk), &length);
    }
    while (result == STINT_OK && event->owner == READS) {
        result =
            stint_tcp_read(&stack.tcp, event->handle, stint_span_of(chunk, sizeof chunk), &length);
    }
    if (result != STINT_WOULD_BLOCK) {
        stint_tcp_close(&stack.tcp, now, event->handle);
    }
}

static int milliseconds_until(struct stint_instant next, struct stint_instant now)
{
    const struct stint_instant latest = stint_instant_after(now, stint_seconds(1));
    const struct stint_instant until = stint_instant_earlier(next, latest);
    const int64_t rest = until.microseconds - now.microseconds;
    return rest <= 0 ? 0 : (int)((rest + 999) / 1000);
}

int main(int argc, char **argv)
{
    if (argc != 2 || !start(argv[1])) {
        return fprintf(stderr, "usage: tap_host TAP\n"), 2;
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        const struct stint_instant now = stint_linux_now();
        struct stint_instant next = stint_stack_poll(&stack, now);
        struct stint_socket_event event;
        while (stint_stack_next_event(&stack, &event)) {
            serve(&event, now);
            next = now;
        }
        struct pollfd watched = {.fd = tap.descriptor, .events = POLLIN};
        const int timeout = milliseconds_until(next, now);
        if (timeout > 0) {
            (void)poll(&watched, 1, timeout);
        }
    }
}
