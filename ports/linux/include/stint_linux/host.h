/* A host in this process: a stack with its memory, a sockets instance over it, and its place in a
 * runner. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * This is the assembly that programs, shims and tests share.
 */
#ifndef STINT_STINT_LINUX_HOST_H
#define STINT_STINT_LINUX_HOST_H

#include "stint/device/recording.h"
#include "stint/stack/dhcpv4_service.h"
#include "stint/stack/loopback.h"
#include "stint/stack/slaac_service.h"
#include "stint_linux/pcap_file.h"
#include "stint_linux/runner.h"
#include "stint_linux/tap.h"
#include "stint_sockets/resolve.h"
#include "stint_sockets/wait_posix.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_linux_host_options {
    struct stint_stack_config stack; /* memory and secret are filled in here */
    size_t memory;                   /* bytes for the stack; 0: 64 MB */
    uint16_t descriptors;            /* 0: 1024 */
    struct stint_device device;
    int device_descriptor; /* readable when frames wait, -1 when the device is polled otherwise */
    struct stint_hardware_address hardware_address;
    uint16_t mtu;                       /* 0: 1500 */
    struct stint_local_address address; /* unspecified: none but what is found out */
    struct stint_address gateway;       /* unspecified: none */
    bool dhcp;                          /* an IPv4 address from a server */
    bool slaac;                         /* IPv6 addresses as routers advertise */
    const char *host_name;              /* told to the server; NULL: none */
    /* Called by the runner's thread when addresses or routes changed; may be NULL. */
    void (*configuration_changed)(void *context);
    void *configuration_context;
    struct stint_address dns_server; /* asked for names before those that are learnt;
                                        unspecified: none is given */
    void (*readiness_changed)(void *context, int descriptor, unsigned readiness);
    void *readiness_context;
};

struct stint_linux_host {
    struct stint_stack stack;
    struct stint_sockets sockets;
    struct stint_wait_posix wait;
    void *memory;
    void *sockets_memory;
    void *loopback_memory;
    struct stint_loopback loopback;
    void *resolver_memory;
    struct stint_resolver resolver;
    const struct stint_linux_runner *runner; /* borrowed */
    uint8_t interface;
    bool dhcp_wanted;
    bool slaac_wanted;
    struct stint_dhcpv4_service dhcp;
    struct stint_slaac_service slaac;
    uint32_t configurations; /* seen by the last poll */
    void (*configuration_changed)(void *context);
    void *configuration_context;
};

/* A configuration for programs on a PC: many connections, large buffers. */
struct stint_stack_config stint_linux_host_stack_config(void);

/* Sets the host up and adds it to the runner (not yet started). On failure false and one line in
 * `message`. The host must not move. */
bool stint_linux_host_init(struct stint_linux_host *host, struct stint_linux_runner *runner,
    const struct stint_linux_host_options *options, char *message, size_t capacity);

/* True when every family that was asked for has its address. Any thread may ask. */
bool stint_linux_host_is_configured(struct stint_linux_host *host);

/* After the runner was stopped. */
void stint_linux_host_destroy(struct stint_linux_host *host);

#ifdef __cplusplus
}
#endif

#endif
