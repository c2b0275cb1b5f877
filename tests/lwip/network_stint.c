/* Our host is stint, attached under lwIP's calls.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_stint_lwip_compat.h"
#include "network.h"

enum { TCP_BUFFER = 32768, UDP_BUFFER = 16384 };

static struct stint_linux_host own;

void network_add_own_host(struct network *network)
{
    char message[200] = "";
    struct stint_linux_host_options options = {
        .stack = stint_linux_host_stack_config(),
        .memory = 16 * 1024 * 1024,
        .descriptors = NETWORK_DESCRIPTORS,
        .device = stint_cable_device(&network->cable, 0),
        .device_descriptor = -1,
        .hardware_address = {{2, 0, 0, 0, 0, 1}},
        .address = {.address = network_endpoint(1, 0).address, .prefix_length = 120},
    };
    options.stack.tcp.receive_buffer = TCP_BUFFER;
    options.stack.tcp.send_buffer = TCP_BUFFER;
    options.stack.udp.receive_buffer = UDP_BUFFER;
    options.stack.udp.send_buffer = UDP_BUFFER;
    if (!stint_linux_host_init(&own, &network->runner, &options, message, sizeof(message))) {
        network_fail(message);
    }
    network_add_ipv6(&own, 1);
}

struct stint_sockets *network_own(void)
{
    return &own.sockets;
}

void network_started(struct network *network)
{
    (void)network;
    if (!stint_lwip_attach(&own.sockets)) {
        network_fail("lwIP's numbers do not reach so many descriptors");
    }
}
