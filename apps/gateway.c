/* The gateway's poll.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "gateway.h"

#include "stint_linux/host.h"
#include "stint_linux/platform.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CARRIERS = 1024,
    EVENTS = 64,
    MEMORY = 64 * 1024 * 1024,
    /* What waits in the kernel for a client that reads slowly: little, so that the device sees how
     * fast its client is. */
    CLIENT_BUFFER = 256 * 1024,
};

static void give_back_if_free(struct gateway *gateway, struct carrier *carrier)
{
    if (carrier_is_free(carrier)) {
        carrier->next_free = gateway->first_free;
        gateway->first_free = carrier;
    }
}

static void move(struct gateway *gateway, struct carrier *carrier, struct stint_instant now)
{
    carrier_move(carrier, &gateway->stack.tcp, now);
    give_back_if_free(gateway, carrier);
    gateway->touched = true;
}

static void carry(struct gateway *gateway, int kernel, struct stint_instant now)
{
    const int yes = 1;
    const int buffer = CLIENT_BUFFER;
    setsockopt(kernel, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(kernel, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    struct carrier *carrier = gateway->first_free;
    struct epoll_event event = {
        .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = carrier};
    gateway->first_free = carrier->next_free;
    gateway->touched = true;
    if (!carrier_begin(carrier, &gateway->stack, now, kernel, &gateway->options.target)) {
        gateway->refused++;
    } else if (epoll_ctl(gateway->epoll, EPOLL_CTL_ADD, kernel, &event) != 0) {
        carrier_abort(carrier, &gateway->stack.tcp, now);
        gateway->refused++;
    } else {
        gateway->carried++;
    }
    give_back_if_free(gateway, carrier);
}

/* While no carrier is free, clients wait in the kernel's queue. */
static void accept_waiting(struct gateway *gateway, struct stint_instant now)
{
    while (gateway->accepting && gateway->first_free != NULL) {
        const int kernel =
            accept4(gateway->options.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (kernel >= 0) {
            carry(gateway, kernel, now);
        } else if (errno == EAGAIN) {
            gateway->accepting = false;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return; /* no descriptor is free: tried again at the next poll */
        }
    }
}

/* An event without a carrier is the listener's. */
static void take_kernel_events(struct gateway *gateway, struct stint_instant now)
{
    struct epoll_event events[EVENTS];
    const int count = epoll_wait(gateway->epoll, events, EVENTS, 0);
    for (int i = 0; i < count; i++) {
        struct carrier *carrier = (struct carrier *)events[i].data.ptr;
        if (carrier == NULL) {
            gateway->accepting = true;
        } else {
            carrier_take_kernel_events(carrier, events[i].events);
            move(gateway, carrier, now);
        }
    }
}

static void take_stack_events(struct gateway *gateway, struct stint_instant now)
{
    struct stint_socket_event event;
    while (stint_stack_next_event(&gateway->stack, &event)) {
        struct carrier *carrier = (struct carrier *)event.owner;
        if (carrier != NULL && !carrier_is_free(carrier) &&
            stint_handle_equal(carrier->device, event.handle)) {
            move(gateway, carrier, now);
        }
    }
}

static struct stint_instant poll_gateway(void *context, struct stint_instant now)
{
    struct gateway *gateway = (struct gateway *)context;
    take_kernel_events(gateway, now);
    accept_waiting(gateway, now);
    gateway->touched = false;
    const struct stint_instant next = stint_stack_poll(&gateway->stack, now);
    take_stack_events(gateway, now);
    const struct stint_cable *cable = gateway->options.cable;
    const bool device_has_frames =
        !stint_packet_queue_is_empty(&cable->ends[1 - gateway->options.end].incoming);
    return gateway->touched || device_has_frames ? now : next;
}

/* --- setting up --- */

static bool start_stack(struct gateway *gateway)
{
    uint8_t secret[STINT_SECRET_LENGTH];
    if (!stint_linux_entropy(stint_span_of(secret, sizeof secret))) {
        return false;
    }
    struct stint_stack_config config = stint_linux_host_stack_config();
    config.memory = stint_span_of(gateway->memory, MEMORY);
    config.secret = stint_view_of(secret, sizeof secret);
    const struct stint_interface_config interface_config = {
        .device = stint_cable_device(gateway->options.cable, gateway->options.end),
        .hardware_address = gateway->options.hardware_address,
    };
    uint8_t interface = 0;
    return stint_stack_init(&gateway->stack, &config) == STINT_OK &&
           stint_stack_attach(&gateway->stack, &interface_config, &interface) == STINT_OK &&
           stint_stack_add_address(&gateway->stack, interface, &gateway->options.address) ==
               STINT_OK;
}

static bool start_epoll(struct gateway *gateway)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    gateway->epoll = epoll_create1(EPOLL_CLOEXEC);
    return gateway->epoll >= 0 &&
           epoll_ctl(gateway->epoll, EPOLL_CTL_ADD, gateway->options.listener, &event) == 0;
}

static void free_carriers(struct gateway *gateway)
{
    for (unsigned i = 0; i < CARRIERS; i++) {
        gateway->carriers[i].kernel = -1;
        give_back_if_free(gateway, &gateway->carriers[i]);
    }
}

bool gateway_init(struct gateway *gateway, struct stint_linux_runner *runner,
    const struct gateway_options *options, char *message, size_t capacity)
{
    memset(gateway, 0, sizeof *gateway);
    gateway->options = *options;
    gateway->epoll = -1;
    gateway->memory = malloc(MEMORY);
    gateway->carriers = (struct carrier *)calloc(CARRIERS, sizeof *gateway->carriers);
    if (gateway->memory == NULL || gateway->carriers == NULL) {
        snprintf(message, capacity, "out of memory: the gateway needs %d MB", MEMORY >> 20);
        gateway_destroy(gateway);
        return false;
    }
    free_carriers(gateway);
    if (!start_epoll(gateway)) {
        snprintf(message, capacity, "cannot watch the listener: %s", strerror(errno));
    } else if (!start_stack(gateway)) {
        snprintf(message, capacity, "the gateway's stack cannot start");
    } else {
        const struct stint_linux_task task = {
            .poll = poll_gateway, .context = gateway, .descriptor = gateway->epoll};
        if (stint_linux_runner_add(runner, task)) {
            return true;
        }
        snprintf(message, capacity, "the poll thread has no place for the gateway");
    }
    gateway_destroy(gateway);
    return false;
}

void gateway_destroy(struct gateway *gateway)
{
    for (unsigned i = 0; gateway->carriers != NULL && i < CARRIERS; i++) {
        if (!carrier_is_free(&gateway->carriers[i])) {
            close(gateway->carriers[i].kernel);
        }
    }
    if (gateway->epoll >= 0) {
        close(gateway->epoll);
    }
    free(gateway->carriers);
    free(gateway->memory);
}
