/* A device without an operating system: IPv4, TCP, UDP and sockets with select, four connections,
 * a status page. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * It is the configuration `small` of tools/sizes: what is static here is all the RAM it takes.
 */
#include "http.h"
#include "server.h"
#include "stint_baremetal/machine.h"
#include "stint_baremetal/wait_poll.h"
#include "text.h"

enum {
    STACK_MEMORY = 16 * 1024,
    SOCKETS_MEMORY = 1536,
    SUBNET_BITS = 24,
};

static _Alignas(8) uint8_t stack_memory[STACK_MEMORY];
static _Alignas(8) uint8_t sockets_memory[SOCKETS_MEMORY];
static struct stint_stack stack;
static struct stint_sockets sockets;
static struct stint_wait_poll wait;
static struct server server;

static struct stint_stack_config small_config(void)
{
    return (struct stint_stack_config){
        .memory = stint_span_of(stack_memory, sizeof stack_memory),
        .tcp = {.connections = SERVER_CONNECTIONS,
            .half_open = 4,
            .time_wait = 4,
            .listeners = 2,
            .receive_buffer = 4096,
            .send_buffer = 4096,
            .first_buffer = 4096},
        .udp = {.sockets = 2, .receive_buffer = 1024, .send_buffer = 1024},
        .icmp = {.sockets = 1, .buffer = 512},
        .interfaces = 1,
        .addresses = 2,
        .routes = 2,
        .neighbors = 4,
        .held_frames = 1,
    };
}

static bool start_stack(void)
{
    uint8_t secret[STINT_SECRET_LENGTH];
    struct stint_interface_config ethernet = {0};
    const struct stint_local_address address = {.address = stint_address_ipv4(10, 77, 0, 2),
        .prefix_length = STINT_IPV4_MAPPED_BITS + SUBNET_BITS};
    const struct stint_address gateway = stint_address_ipv4(10, 77, 0, 1);
    struct stint_stack_config config = small_config();
    config.secret = stint_view_of(secret, sizeof secret);
    uint8_t interface = 0;
    return stint_machine_entropy(stint_span_of(secret, sizeof secret)) &&
           stint_machine_network(&ethernet.device, &ethernet.hardware_address) &&
           stint_stack_init(&stack, &config) == STINT_OK &&
           stint_stack_attach(&stack, &ethernet, &interface) == STINT_OK &&
           stint_stack_add_address(&stack, interface, &address) == STINT_OK &&
           stint_stack_set_gateway(&stack, &gateway) == STINT_OK;
}

static bool start_sockets(void)
{
    wait = (struct stint_wait_poll){
        .sockets = &sockets, .now = stint_machine_now, .sleep = stint_machine_sleep};
    const struct stint_sockets_config config = {
        .stack = &stack,
        .wait = &stint_wait_poll_operations,
        .wait_context = &wait,
        .descriptors = SERVER_DESCRIPTORS,
        .memory = stint_span_of(sockets_memory, sizeof sockets_memory),
    };
    return stint_sockets_init(&sockets, &config) == STINT_OK;
}

int main(void)
{
    http_prepare();
    if (!start_stack() || !start_sockets() || !server_open(&server, &sockets)) {
        stint_machine_print("failed: entropy, network or memory is missing\n");
        return 1;
    }
    stint_machine_print("ready\n");
    for (;;) {
        server_turn(&server);
        (void)stint_sockets_poll(&sockets, stint_machine_now());
    }
}
