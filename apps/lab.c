/* Assembling the lab.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "lab.h"

#include "stint_wrap/wrap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DEVICE_END, GATEWAY_END, CABLE_BYTES = 512 * 1024, DEVICE_DESCRIPTORS = 2048, HTTP = 80 };

static const struct stint_hardware_address device_hardware = {{0x02, 0, 0, 0, 0, 0x02}};
static const struct stint_hardware_address gateway_hardware = {{0x02, 0, 0, 0, 0, 0x01}};

/* Says why the kernel does not let us listen, and what to do. */
static void explain_listen(uint16_t port, char *message, size_t capacity)
{
    if (errno == EADDRINUSE) {
        snprintf(message, capacity,
            "port %u of 127.0.0.1 is in use; end the program that has it, or take another: "
            "--port %u",
            (unsigned)port, port < UINT16_MAX ? port + 1u : port - 1u);
    } else if (errno == EACCES) {
        snprintf(message, capacity,
            "port %u is for root; take one from 1024 on, for example: --port 8080", (unsigned)port);
    } else {
        snprintf(message, capacity, "cannot listen on 127.0.0.1 port %u: %s", (unsigned)port,
            strerror(errno));
    }
}

static bool listen_locally(struct lab *lab, uint16_t port, char *message, size_t capacity)
{
    const int yes = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    lab->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (lab->listener < 0) {
        explain_listen(port, message, capacity);
        return false;
    }
    setsockopt(lab->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(lab->listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(lab->listener, SOMAXCONN) != 0 ||
        getsockname(lab->listener, (struct sockaddr *)&address, &length) != 0) {
        explain_listen(port, message, capacity);
        close(lab->listener);
        return false;
    }
    lab->port = ntohs(address.sin_port);
    return true;
}

/* Another host of the device's network: the first one, or the second when the device is the first.
 */
static struct stint_local_address beside(const struct stint_local_address *device)
{
    struct stint_local_address other = *device;
    uint8_t *last = &other.address.octets[sizeof other.address.octets - 1];
    *last = (uint8_t)(*last == 1 ? 2 : 1);
    return other;
}

static bool start_device(
    struct lab *lab, const struct stint_local_address *address, char *message, size_t capacity)
{
    const struct stint_local_address gateway = beside(address);
    const struct stint_linux_host_options options = {
        .stack = stint_linux_host_stack_config(),
        .descriptors = DEVICE_DESCRIPTORS,
        .device = stint_cable_device(&lab->cable, DEVICE_END),
        .device_descriptor = -1,
        .hardware_address = device_hardware,
        .address = *address,
        .gateway = gateway.address,
        .readiness_changed = stint_wrap_readiness_changed,
    };
    return stint_linux_host_init(&lab->device, &lab->runner, &options, message, capacity);
}

static bool start_gateway(
    struct lab *lab, const struct stint_local_address *device, char *message, size_t capacity)
{
    const struct gateway_options options = {
        .listener = lab->listener,
        .cable = &lab->cable,
        .end = GATEWAY_END,
        .address = beside(device),
        .hardware_address = gateway_hardware,
        .target = {device->address, HTTP},
    };
    return gateway_init(&lab->gateway, &lab->runner, &options, message, capacity);
}

static bool start_both(
    struct lab *lab, const struct stint_local_address *device, char *message, size_t capacity)
{
    if (!start_device(lab, device, message, capacity)) {
        return false;
    }
    if (!start_gateway(lab, device, message, capacity)) {
        stint_linux_host_destroy(&lab->device);
        return false;
    }
    if (!stint_linux_runner_start(&lab->runner)) {
        snprintf(message, capacity, "cannot start a thread");
        gateway_destroy(&lab->gateway);
        stint_linux_host_destroy(&lab->device);
        return false;
    }
    return true;
}

bool lab_open(struct lab *lab, const struct stint_local_address *device, uint16_t port,
    char *message, size_t capacity)
{
    memset(lab, 0, sizeof *lab);
    if (!listen_locally(lab, port, message, capacity)) {
        return false;
    }
    lab->frames = calloc(2, CABLE_BYTES);
    if (lab->frames == NULL || !stint_linux_runner_init(&lab->runner)) {
        snprintf(message, capacity, "cannot make a cable: %s", strerror(errno));
    } else {
        uint8_t *frames = (uint8_t *)lab->frames;
        stint_cable_init(&lab->cable, stint_span_of(frames, CABLE_BYTES),
            stint_span_of(frames + CABLE_BYTES, CABLE_BYTES));
        if (start_both(lab, device, message, capacity)) {
            return true;
        }
        stint_linux_runner_stop(&lab->runner);
    }
    free(lab->frames);
    close(lab->listener);
    return false;
}

void lab_close(struct lab *lab)
{
    stint_linux_runner_stop(&lab->runner);
    gateway_destroy(&lab->gateway);
    stint_linux_host_destroy(&lab->device);
    close(lab->listener);
    free(lab->frames);
}
