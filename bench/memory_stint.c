/* Our host is stint with windows as large as those of Debian's lwIP; and how much memory it has in
 * use. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Counted is all that the stack and its sockets are given: the structs, the records that are carved
 * at the start, used or not, and of the buffers what is taken.
 */
#include "memory.h"

#include "esp_stint_lwip_compat.h"
#include "network.h"
#include "stint/stack/bounds.h"

enum {
    DEFAULT_MEMORY = 1024 * 1024, /* enough for every ring at its largest */
    BUFFER = 65536,               /* Debian's lwIP: TCP_WND and TCP_SND_BUF are 65,535 */
};

static struct stint_linux_host own;
static size_t memory_given = DEFAULT_MEMORY;

void memory_prepare(size_t bytes)
{
    if (bytes > 0) {
        memory_given = bytes;
    }
}

static struct stint_stack_config own_config(void)
{
    struct stint_stack_config config = stint_linux_host_stack_config();
    config.tcp = (struct stint_tcp_limits){.connections = NETWORK_DESCRIPTORS,
        .half_open = 4,
        .time_wait = 4,
        .listeners = 1,
        .receive_buffer = BUFFER,
        .send_buffer = BUFFER};
    config.udp = (struct stint_udp_limits){
        .sockets = NETWORK_DESCRIPTORS, .receive_buffer = 4096, .send_buffer = 4096};
    config.icmp = (struct stint_icmp_limits){.sockets = 1, .buffer = 2048};
    config.groups = 16;
    config.memberships = 4;
    config.addresses = 7;
    config.neighbors = 10;
    config.held_frames = 10;
    return config;
}

void network_add_own_host(struct network *network)
{
    char message[200] = "";
    const struct stint_linux_host_options options = {
        .stack = own_config(),
        .memory = memory_given,
        .descriptors = NETWORK_DESCRIPTORS,
        .device = stint_cable_device(&network->cable, 0),
        .device_descriptor = -1,
        .hardware_address = {{2, 0, 0, 0, 0, 1}},
        .address = {.address = network_endpoint(1, 0).address, .prefix_length = 120},
    };
    if (!stint_linux_host_init(&own, &network->runner, &options, message, sizeof(message))) {
        network_fail(message);
    }
}

void network_started(struct network *network)
{
    (void)network;
    if (!stint_lwip_attach(&own.sockets)) {
        network_fail("lwIP's numbers do not reach so many descriptors");
    }
}

struct memory_use memory_use(void)
{
    stint_sockets_lock(&own.sockets);
    const struct stint_bound buffers = stint_stack_bound(&own.stack, STINT_BOUND_BUFFER_BYTES);
    stint_sockets_unlock(&own.sockets);
    const size_t given = sizeof own.stack + sizeof own.sockets +
                         stint_sockets_memory_needed(NETWORK_DESCRIPTORS) + memory_given;
    const size_t always = given - buffers.limit;
    return (struct memory_use){always + buffers.in_use, always + buffers.high_water, given};
}
