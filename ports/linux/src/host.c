/* A host in this process: memory, secret, stack, interface, sockets, and a place in the runner.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_linux/host.h"

#include "stint/base/random.h"
#include "stint/stack/groups.h"
#include "stint/stack/ipv6.h"
#include "stint_linux/platform.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_MEMORY = 64 * 1024 * 1024,
    DEFAULT_DESCRIPTORS = 1024,
    LOOPBACK_LENGTH = 1024 * 1024, /* bytes of frames that the host sends to itself */
};

struct stint_stack_config stint_linux_host_stack_config(void)
{
    struct stint_stack_config config = stint_stack_config_default();
    /* Connections take the memory of their rings when they carry data: these are limits. */
    config.tcp = (struct stint_tcp_limits){
        .connections = 1024,
        .half_open = 256,
        .time_wait = 1024,
        .listeners = 64,
        .receive_buffer = 256 * 1024,
        .send_buffer = 256 * 1024,
    };
    config.udp = (struct stint_udp_limits){
        .sockets = 256,
        .receive_buffer = 64 * 1024,
        .send_buffer = 64 * 1024,
    };
    config.icmp = (struct stint_icmp_limits){.sockets = 8, .buffer = 16 * 1024};
    config.ipv6 = &stint_ipv6;
    config.igmp = &stint_igmp;
    config.mld = &stint_mld;
    config.groups = 64;
    config.memberships = 256;
    config.routes = 8;
    config.addresses = 8;
    config.neighbors = 256;
    config.held_frames = 256;
    return config;
}

static bool fail(char *message, size_t capacity, const char *what, enum stint_result result)
{
    snprintf(message, capacity, "%s: %s", what, stint_result_name(result));
    return false;
}

static bool start_stack(struct stint_linux_host *host,
    const struct stint_linux_host_options *options, char *message, size_t capacity)
{
    uint8_t secret[STINT_SECRET_LENGTH];
    if (!stint_linux_entropy(stint_span_of(secret, sizeof(secret)))) {
        snprintf(message, capacity, "the kernel gives no random numbers: getrandom() failed");
        return false;
    }
    const size_t memory = options->memory != 0 ? options->memory : (size_t)DEFAULT_MEMORY;
    host->memory = malloc(memory);
    if (host->memory == NULL) {
        snprintf(message, capacity, "no memory: a host needs %zu bytes", memory);
        return false;
    }
    struct stint_stack_config config = options->stack;
    config.interfaces++; /* the loopback */
    config.memory = stint_span_of(host->memory, memory);
    config.secret = stint_view_of(secret, sizeof(secret));
    const enum stint_result result = stint_stack_init(&host->stack, &config);
    explicit_bzero(secret, sizeof(secret));
    /* The stack has keyed its randomness: the view would only dangle. */
    host->stack.config.secret = stint_view_of(NULL, 0);
    return result == STINT_OK || fail(message, capacity, "the stack does not start", result);
}

static void start_services(
    struct stint_linux_host *host, const struct stint_linux_host_options *options)
{
    host->configuration_changed = options->configuration_changed;
    host->configuration_context = options->configuration_context;
    host->dhcp_wanted = options->dhcp;
    host->slaac_wanted = options->slaac;
    if (options->slaac) {
        (void)stint_slaac_service_start(
            &host->slaac, &host->stack, stint_linux_now(), host->interface);
    }
    if (options->dhcp) { /* last: its name servers come first (RFC 8106 5.3.1) */
        const char *name = options->host_name != NULL ? options->host_name : "";
        (void)stint_dhcpv4_service_start(&host->dhcp, &host->stack, stint_linux_now(),
            host->interface, stint_view_of(name, strlen(name)));
    }
}

bool stint_linux_host_is_configured(struct stint_linux_host *host)
{
    stint_sockets_lock(&host->sockets);
    const bool configured =
        (!host->dhcp_wanted || host->dhcp.client.configured) &&
        (!host->slaac_wanted || stint_slaac_service_is_configured(&host->slaac));
    stint_sockets_unlock(&host->sockets);
    return configured;
}

static bool attach_loopback(struct stint_linux_host *host, char *message, size_t capacity)
{
    host->loopback_memory = malloc(LOOPBACK_LENGTH);
    if (host->loopback_memory == NULL) {
        snprintf(message, capacity, "no memory: a loopback needs %d bytes", LOOPBACK_LENGTH);
        return false;
    }
    stint_loopback_init(&host->loopback, stint_span_of(host->loopback_memory, LOOPBACK_LENGTH));
    const enum stint_result result = stint_stack_attach_loopback(&host->stack, &host->loopback);
    return result == STINT_OK || fail(message, capacity, "the loopback is not attached", result);
}

static bool attach_interface(struct stint_linux_host *host,
    const struct stint_linux_host_options *options, char *message, size_t capacity)
{
    const struct stint_interface_config interface = {
        .device = options->device,
        .hardware_address = options->hardware_address,
        .mtu = options->mtu,
    };
    enum stint_result result = stint_stack_attach(&host->stack, &interface, &host->interface);
    if (result != STINT_OK) {
        return fail(message, capacity, "the device cannot be attached", result);
    }
    if (!stint_address_is_unspecified(&options->address.address)) {
        result = stint_stack_add_address(&host->stack, host->interface, &options->address);
    }
    if (result != STINT_OK) {
        return fail(message, capacity, "no host may have this address", result);
    }
    start_services(host, options);
    if (stint_address_is_unspecified(&options->gateway)) {
        return true;
    }
    result = stint_stack_set_gateway(&host->stack, &options->gateway);
    return result == STINT_OK ||
           fail(message, capacity, "the gateway is not in the subnet of the address", result);
}

static bool start_sockets(struct stint_linux_host *host, struct stint_linux_runner *runner,
    const struct stint_linux_host_options *options, char *message, size_t capacity)
{
    const uint16_t descriptors =
        options->descriptors != 0 ? options->descriptors : (uint16_t)DEFAULT_DESCRIPTORS;
    const size_t needed = stint_sockets_memory_needed(descriptors);
    host->sockets_memory = malloc(needed);
    if (host->sockets_memory == NULL) {
        snprintf(message, capacity, "no memory: %u sockets need %zu bytes", descriptors, needed);
        return false;
    }
    if (!stint_wait_posix_init(&host->wait, stint_linux_runner_wake, runner)) {
        snprintf(message, capacity, "the C library gives no mutex");
        return false;
    }
    const struct stint_sockets_config config = {
        .stack = &host->stack,
        .wait = &stint_wait_posix_operations,
        .wait_context = &host->wait,
        .descriptors = descriptors,
        .memory = stint_span_of(host->sockets_memory, needed),
        .readiness_changed = options->readiness_changed,
        .readiness_context = options->readiness_context,
    };
    const enum stint_result result = stint_sockets_init(&host->sockets, &config);
    if (result != STINT_OK) {
        stint_wait_posix_destroy(&host->wait);
        return fail(message, capacity, "the sockets do not start", result);
    }
    return true;
}

/* Names are asked for as soon as there is a server: one that is given, or learnt. */
static bool start_resolver(struct stint_linux_host *host, const struct stint_address *server,
    char *message, size_t capacity)
{
    static const struct stint_dns_client_limits limits = {
        .names = 128, .queries = 32, .addresses = 8, .name_length = STINT_DNS_NAME_TEXT_LENGTH};
    const struct stint_endpoint endpoint = {*server, STINT_DNS_PORT};
    const size_t needed = stint_resolver_memory_needed(&limits);
    host->resolver_memory = malloc(needed);
    if (host->resolver_memory == NULL) {
        snprintf(message, capacity, "no memory: a resolver needs %zu bytes", needed);
        return false;
    }
    enum stint_result result = stint_resolver_start(
        &host->resolver, &host->sockets, &limits, stint_span_of(host->resolver_memory, needed));
    if (result == STINT_OK && !stint_address_is_unspecified(server)) {
        result = stint_resolver_set_servers(&host->sockets, &endpoint, 1);
    }
    return result == STINT_OK || fail(message, capacity, "the name server cannot be asked", result);
}

static void release_memory(struct stint_linux_host *host)
{
    free(host->memory);
    free(host->sockets_memory);
    free(host->loopback_memory);
    free(host->resolver_memory);
    host->memory = NULL;
    host->sockets_memory = NULL;
    host->loopback_memory = NULL;
    host->resolver_memory = NULL;
}

static struct stint_instant poll_host(void *context, struct stint_instant now)
{
    struct stint_linux_host *host = context;
    const struct stint_interface *interface = &host->stack.interfaces[host->interface];
    const uint32_t sent_before = interface->counters.frames_sent;
    const struct stint_instant next = stint_sockets_poll(&host->sockets, now);
    if (host->stack.configurations != host->configurations) {
        host->configurations = host->stack.configurations;
        if (host->configuration_changed != NULL) {
            host->configuration_changed(host->configuration_context);
        }
    }
    /* What this host sent, another task of the runner may have on its end of a cable by now. */
    const bool others_have_work =
        host->runner->task_count > 1 && interface->counters.frames_sent != sent_before;
    return others_have_work ? stint_instant_earlier(next, now) : next;
}

bool stint_linux_host_init(struct stint_linux_host *host, struct stint_linux_runner *runner,
    const struct stint_linux_host_options *options, char *message, size_t capacity)
{
    memset(host, 0, sizeof(*host));
    host->runner = runner;
    if (!start_stack(host, options, message, capacity) ||
        !attach_interface(host, options, message, capacity) ||
        !attach_loopback(host, message, capacity) ||
        !start_sockets(host, runner, options, message, capacity)) {
        release_memory(host);
        return false;
    }
    if (!start_resolver(host, &options->dns_server, message, capacity)) {
        stint_linux_host_destroy(host);
        return false;
    }
    const struct stint_linux_task task = {
        .poll = poll_host,
        .context = host,
        .descriptor = options->device_descriptor,
    };
    if (!stint_linux_runner_add(runner, task)) {
        snprintf(message, capacity, "a runner has room for %d tasks", STINT_LINUX_RUNNER_TASKS);
        stint_linux_host_destroy(host);
        return false;
    }
    return true;
}

void stint_linux_host_destroy(struct stint_linux_host *host)
{
    stint_wait_posix_destroy(&host->wait);
    release_memory(host);
}
