/* The network at the other end of a driver's wire.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>

static const uint8_t driver_address[6] = {2, 0, 0, 0, 0, 2};

static void require(bool condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "peer: %s\n", what);
        abort();
    }
}

void peer_start(struct peer *peer)
{
    harness_wire_open(&peer->wire, driver_address);
    const struct stint_linux_host_options options = {
        .stack = stint_linux_host_stack_config(),
        .memory = 8 * 1024 * 1024,
        .descriptors = 32,
        .device = harness_wire_device(&peer->wire),
        .device_descriptor = peer->wire.descriptor,
        .hardware_address = {{2, 0, 0, 0, 0, 1}},
        .address = {.address = stint_address_ipv4(192, 0, 2, 1), .prefix_length = 120},
    };
    char message[128] = "the runner does not start";
    require(
        stint_linux_runner_init(&peer->runner) &&
            stint_linux_host_init(&peer->host, &peer->runner, &options, message, sizeof(message)) &&
            stint_linux_runner_start(&peer->runner),
        message);
}

void peer_stop(struct peer *peer)
{
    stint_linux_runner_stop(&peer->runner);
    stint_linux_host_destroy(&peer->host);
    harness_wire_close(&peer->wire);
}

int peer_connect(struct peer *peer, uint8_t host, uint16_t port)
{
    const struct stint_endpoint remote = {stint_address_ipv4(192, 0, 2, host), port};
    const int descriptor = stint_socket(&peer->host.sockets, STINT_IPV4, STINT_STREAM);
    const int result = stint_connect(&peer->host.sockets, descriptor, &remote);
    if (result < 0) {
        stint_close(&peer->host.sockets, descriptor);
        return result;
    }
    return descriptor;
}

size_t peer_echo(struct peer *peer, int descriptor, size_t total)
{
    struct stint_sockets *const sockets = &peer->host.sockets;
    size_t sent = 0;
    size_t right = 0;
    uint8_t bytes[1000];
    while (right < total) {
        size_t chunk = 0;
        while (chunk < sizeof(bytes) && sent + chunk < total) {
            bytes[chunk] = (uint8_t)(sent + chunk);
            chunk++;
        }
        if (chunk > 0 && stint_send(sockets, descriptor, stint_view_of(bytes, chunk), 0) < 0) {
            break;
        }
        sent += chunk;
        const long got = stint_receive(sockets, descriptor, stint_span_of(bytes, sizeof(bytes)),
            sent < total ? STINT_MSG_DONTWAIT : 0);
        if (got == 0 || (got < 0 && got != -STINT_EAGAIN)) {
            break;
        }
        for (long i = 0; i < got && bytes[i] == (uint8_t)right; i++) {
            right++;
        }
    }
    return right;
}
