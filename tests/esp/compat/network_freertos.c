/* Our host is stint as on a chip: its calls sleep on FreeRTOS, and it is under lwIP's names and the
 * VFS. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "network_freertos.h"

#include "esp_stint_lwip_compat.h"
#include "network.h"
#include "stint_linux/platform.h"
#include "stint_sockets/wait_freertos.h"
#include <stdatomic.h>
#include <string.h>

enum { STACK_MEMORY = 2 * 1024 * 1024, SOCKETS = 16 };

static struct stint_stack stack;
static struct stint_sockets sockets;
static struct stint_wait_freertos wait;
static uint64_t stack_memory[STACK_MEMORY / 8];
static uint64_t sockets_memory[4096];
static struct stint_wait_operations counted;
static atomic_uint sleeps;

unsigned network_sleeps(void)
{
    return atomic_load(&sleeps);
}

static void sleep_and_count(void *context, struct stint_waiter *waiter, struct stint_instant until)
{
    atomic_fetch_add(&sleeps, 1);
    stint_wait_freertos_operations.sleep(context, waiter, until);
}

static struct stint_instant poll_own(void *context, struct stint_instant now)
{
    (void)context;
    const struct stint_interface *interface = &stack.interfaces[0];
    const uint32_t before = interface->counters.frames_sent;
    const struct stint_instant next = stint_sockets_poll(&sockets, now);
    return interface->counters.frames_sent != before ? now : next;
}

static void start_stack(struct network *network)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of((uint8_t *)stack_memory, sizeof(stack_memory));
    config.secret = stint_view_of(secret, sizeof(secret));
    config.tcp.connections = SOCKETS;
    config.udp.sockets = SOCKETS;
    const struct stint_interface_config interface = {
        .device = stint_cable_device(&network->cable, 0),
        .hardware_address = {{2, 0, 0, 0, 0, 1}},
    };
    const struct stint_local_address address = {
        .address = network_endpoint(1, 0).address, .prefix_length = 120};
    uint8_t number = 0;
    if (stint_stack_init(&stack, &config) != STINT_OK ||
        stint_stack_attach(&stack, &interface, &number) != STINT_OK ||
        stint_stack_add_address(&stack, number, &address) != STINT_OK) {
        network_fail("the stack does not start");
    }
}

void network_add_own_host(struct network *network)
{
    start_stack(network);
    counted = stint_wait_freertos_operations;
    counted.sleep = sleep_and_count;
    const struct stint_sockets_config config = {
        .stack = &stack,
        .wait = &counted,
        .wait_context = &wait,
        .descriptors = SOCKETS,
        .memory = stint_span_of((uint8_t *)sockets_memory, sizeof(sockets_memory)),
    };
    const struct stint_linux_task task = {.poll = poll_own, .descriptor = -1};
    if (!stint_wait_freertos_init(
            &wait, stint_linux_now, stint_linux_runner_wake, &network->runner) ||
        stint_sockets_init(&sockets, &config) != STINT_OK ||
        !stint_linux_runner_add(&network->runner, task)) {
        network_fail("the sockets do not start");
    }
}

void network_started(struct network *network)
{
    (void)network;
    if (!stint_lwip_attach(&sockets)) {
        network_fail("the VFS refuses the sockets");
    }
}
