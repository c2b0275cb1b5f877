/* A small device: a stack, sockets and services in static memory.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "device.h"

#include "http.h"
#include "server.h"
#include "stint_baremetal/machine.h"
#include "stint_baremetal/wait_poll.h"

enum {
    STACK_MEMORY = 10816, /* 6 KB of them are buffers */
    SOCKETS_MEMORY = 1024,
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
            .send_buffer = 2048,
            .first_buffer = 2048},
        .udp = {.sockets = 2, .receive_buffer = 1024, .send_buffer = 1024},
        .icmp = {.sockets = 1, .buffer = 512},
        .interfaces = 1,
        .addresses = 3,
        .routes = 2,
        .neighbors = 4,
        .held_frames = 1,
    };
}

static bool start_stack(const struct stint_ipv6_support *ipv6)
{
    uint8_t secret[STINT_SECRET_LENGTH];
    struct stint_interface_config ethernet = {0};
    struct stint_stack_config config = small_config();
    config.ipv6 = ipv6;
    config.secret = stint_view_of(secret, sizeof secret);
    uint8_t interface = 0;
    return stint_machine_entropy(stint_span_of(secret, sizeof secret)) &&
           stint_machine_network(&ethernet.device, &ethernet.hardware_address) &&
           stint_stack_init(&stack, &config) == STINT_OK &&
           stint_stack_attach(&stack, &ethernet, &interface) == STINT_OK;
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

struct stint_stack *device_start(const struct stint_ipv6_support *ipv6)
{
    http_prepare();
    const bool started = start_stack(ipv6) && start_sockets() && server_open(&server, &sockets);
    return started ? &stack : NULL;
}

struct stint_instant device_poll(void)
{
    return stint_sockets_poll(&sockets, stint_machine_now());
}

void device_serve(void)
{
    for (;;) {
        server_turn(&server);
        (void)device_poll();
    }
}
