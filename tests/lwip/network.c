/* Two hosts on a cable: what both programs have in common.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void network_fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(2);
}

void network_add_ipv6(struct stint_linux_host *host, uint8_t number)
{
    const struct stint_local_address local = {
        .address = network_endpoint_ipv6(number, 0).address, .prefix_length = 64};
    if (stint_stack_add_address(&host->stack, host->interface, &local) != STINT_OK) {
        network_fail("no IPv6 address");
    }
}

static void start_peer(struct network *network)
{
    char message[200] = "";
    const struct stint_linux_host_options options = {
        .stack = stint_linux_host_stack_config(),
        .memory = 16 * 1024 * 1024,
        .descriptors = 64,
        .device = stint_cable_device(&network->cable, 1),
        .device_descriptor = -1,
        .hardware_address = {{2, 0, 0, 0, 0, 2}},
        .address = {.address = network_endpoint(2, 0).address, .prefix_length = 120},
    };
    if (!stint_linux_host_init(
            &network->peer_host, &network->runner, &options, message, sizeof(message))) {
        network_fail(message);
    }
    network_add_ipv6(&network->peer_host, 2);
    network->peer = &network->peer_host.sockets;
}

void network_start(struct network *network)
{
    stint_cable_init(&network->cable, stint_span_of(network->wires[0], NETWORK_WIRE),
        stint_span_of(network->wires[1], NETWORK_WIRE));
    if (!stint_linux_runner_init(&network->runner)) {
        network_fail("no runner");
    }
    network_add_own_host(network);
    start_peer(network);
    if (!stint_linux_runner_start(&network->runner)) {
        network_fail("no thread");
    }
    network_started(network);
}

struct stint_endpoint network_endpoint(uint8_t host, uint16_t port)
{
    return (struct stint_endpoint){stint_address_ipv4(10, 0, 0, host), port};
}

struct stint_endpoint network_endpoint_ipv6(uint8_t host, uint16_t port)
{
    return (struct stint_endpoint){{{0xfd, [15] = host}}, port};
}

static int checked(long result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "the peer cannot %s: %s\n", what,
            stint_error_describe((enum stint_error)(-result)));
        exit(2);
    }
    return (int)result;
}

static int open_for(
    struct network *network, enum stint_socket_type type, const struct stint_endpoint *endpoint)
{
    const bool is_ipv4 = stint_address_is_ipv4(&endpoint->address);
    return checked(stint_socket(network->peer, is_ipv4 ? STINT_IPV4 : STINT_IPV6, type), "open");
}

int network_peer_socket_at(
    struct network *network, enum stint_socket_type type, struct stint_endpoint local)
{
    const int descriptor = open_for(network, type, &local);
    checked(stint_set_option(network->peer, descriptor, STINT_OPTION_REUSE_ADDRESS, 1), "reuse");
    checked(stint_bind(network->peer, descriptor, &local), "bind");
    return descriptor;
}

int network_peer_socket(struct network *network, enum stint_socket_type type, uint16_t port)
{
    return network_peer_socket_at(network, type, network_endpoint(2, port));
}

int network_peer_listen(struct network *network, uint16_t port)
{
    const int listener = network_peer_socket(network, STINT_STREAM, port);
    checked(stint_listen(network->peer, listener, 8), "listen");
    return listener;
}

int network_peer_connect_to(struct network *network, struct stint_endpoint remote)
{
    const int descriptor = open_for(network, STINT_STREAM, &remote);
    checked(stint_connect(network->peer, descriptor, &remote), "connect");
    return descriptor;
}

int network_peer_connect(struct network *network, uint16_t port)
{
    return network_peer_connect_to(network, network_endpoint(1, port));
}

void network_peer_send(struct network *network, int descriptor, const char *text)
{
    checked(stint_send(network->peer, descriptor, stint_view_of(text, strlen(text)), 0), "send");
}

void network_peer_close(struct network *network, int descriptor)
{
    checked(stint_close(network->peer, descriptor), "close");
}

void network_peer_reset(struct network *network, int descriptor)
{
    checked(stint_set_option(network->peer, descriptor, STINT_OPTION_LINGER, 0), "linger");
    network_peer_close(network, descriptor);
}
