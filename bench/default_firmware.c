/* A program that uses all of the stack: IPv4 and IPv6, TCP, UDP, ping, DHCP, SLAAC, DNS, sockets
 * with select and poll, 16 of them. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * It is linked to learn what a device pays (tools/sizes): what is static here is all the RAM it
 * takes beside its driver. It starts, and has no driver to go on with.
 */
#include "stint/client/dns.h"
#include "stint/stack/dhcpv4_service.h"
#include "stint/stack/ipv6.h"
#include "stint/stack/slaac_service.h"
#include "stint_sockets/sockets.h"

enum {
    SOCKETS = 16,
    STACK_MEMORY = 56 * 1024, /* 40 KB of them are buffers */
    SOCKETS_MEMORY = 2560,
    NAMES_MEMORY = 1024,
    ECHO_PORT = 7,
    MESSAGE = 128,
};

static _Alignas(8) uint8_t stack_memory[STACK_MEMORY];
static _Alignas(8) uint8_t sockets_memory[SOCKETS_MEMORY];
static _Alignas(8) uint8_t names_memory[NAMES_MEMORY];
static struct stint_stack stack;
static struct stint_sockets sockets;
static struct stint_dns_client names;
static struct stint_dhcpv4_service dhcp;
static struct stint_slaac_service slaac;
static const struct stint_device_operations driver;
static volatile int64_t clock_microseconds;

/* --- one task, in which whoever waits polls --- */

static void nothing(void *context)
{
    (void)context;
}

static struct stint_instant now(void *context)
{
    (void)context;
    return stint_instant_at(clock_microseconds);
}

static void no_preparation(void *context, struct stint_waiter *waiter)
{
    (void)context;
    (void)waiter;
}

static void sleep(void *context, struct stint_waiter *waiter, struct stint_instant until)
{
    (void)waiter;
    (void)until;
    (void)stint_sockets_poll(&sockets, now(context));
}

static const struct stint_wait_operations wait = {
    nothing, nothing, now, no_preparation, no_preparation, sleep, no_preparation, nothing};

/* --- the program --- */

static bool start_stack(void)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};
    const struct stint_stack_config config = {
        .memory = stint_span_of(stack_memory, sizeof stack_memory),
        .secret = stint_view_of(secret, sizeof secret),
        .tcp = {.connections = SOCKETS,
            .half_open = 8,
            .time_wait = 8,
            .listeners = 2,
            .receive_buffer = 8192,
            .send_buffer = 8192,
            .first_buffer = 4096},
        .udp = {.sockets = 4, .receive_buffer = 2048, .send_buffer = 1024},
        .icmp = {.sockets = 1, .buffer = 512},
        .ipv6 = &stint_ipv6,
        .interfaces = 1,
        .addresses = 6,
        .routes = 4,
        .neighbors = 8,
        .held_frames = 2,
    };
    const struct stint_interface_config interface = {
        .device = {&driver, NULL}, .hardware_address = {{2, 0, 0, 0, 0, 1}}};
    uint8_t number = 0;
    return stint_stack_init(&stack, &config) == STINT_OK &&
           stint_stack_attach(&stack, &interface, &number) == STINT_OK &&
           stint_dhcpv4_service_start(&dhcp, &stack, now(NULL), number,
               stint_view_of("default", sizeof "default" - 1)) == STINT_OK &&
           stint_slaac_service_start(&slaac, &stack, now(NULL), number) == STINT_OK;
}

static bool start_sockets(void)
{
    const struct stint_sockets_config config = {
        .stack = &stack,
        .wait = &wait,
        .descriptors = SOCKETS,
        .memory = stint_span_of(sockets_memory, sizeof sockets_memory),
    };
    return stint_sockets_init(&sockets, &config) == STINT_OK;
}

static bool start_names(void)
{
    const struct stint_dns_client_limits limits = {
        .names = 4, .queries = 2, .addresses = 2, .name_length = 64};
    const struct stint_endpoint server = {.address = stint_address_ipv4(10, 0, 0, 1)};
    struct stint_carve carve = stint_carve_from(stint_span_of(names_memory, sizeof names_memory));
    return stint_dns_client_init(&names, &limits, &stack.udp, &stack.random, stack.drops, &carve) ==
               STINT_OK &&
           stint_dns_client_set_servers(&names, now(NULL), &server, 1) == STINT_OK;
}

/* Asks for a name, and connects to the first address. */
static bool connect_to(int descriptor, const char *name)
{
    struct stint_dns_lookup lookup;
    struct stint_endpoint peer = {.port = ECHO_PORT};
    stint_dns_client_begin(&names, now(NULL), &lookup, name, STINT_DNS_BOTH);
    while (stint_dns_client_outcome(&names, &lookup) == STINT_DNS_ASKING) {
        (void)stint_sockets_poll(&sockets, now(NULL));
        stint_dns_client_poll(&names, now(NULL));
    }
    (void)stint_dns_client_addresses(&names, &lookup, &peer.address, 1);
    stint_dns_client_end(&names, &lookup);
    return stint_connect(&sockets, descriptor, &peer) == 0;
}

/* What has come goes back. */
static void echo(int descriptor)
{
    uint8_t bytes[MESSAGE];
    const long length =
        stint_receive(&sockets, descriptor, stint_span_of(bytes, sizeof bytes), STINT_MSG_DONTWAIT);
    if (length <= 0) {
        (void)stint_shutdown(&sockets, descriptor, STINT_SHUT_BOTH);
        (void)stint_close(&sockets, descriptor);
        return;
    }
    struct stint_endpoint ours;
    struct stint_endpoint theirs;
    (void)stint_local_endpoint(&sockets, descriptor, &ours);
    (void)stint_remote_endpoint(&sockets, descriptor, &theirs);
    (void)stint_send(&sockets, descriptor, stint_view_of(bytes, (size_t)length), 0);
}

static void serve(int listener, int datagrams)
{
    struct stint_poll_entry entries[2] = {{.descriptor = listener, .wanted = STINT_READABLE},
        {.descriptor = datagrams, .wanted = STINT_READABLE}};
    uint32_t words[1] = {0};
    struct stint_descriptor_set readable = {words, 1};
    for (;;) {
        words[0] = 1u << listener;
        (void)stint_select(&sockets, SOCKETS, &readable, NULL, NULL, stint_seconds(1));
        (void)stint_poll(&sockets, entries, 2, stint_seconds(1));
        const int accepted = stint_accept(&sockets, listener, NULL);
        if (accepted >= 0) {
            (void)stint_set_option(&sockets, accepted, STINT_OPTION_NO_DELAY, 1);
            (void)stint_set_nonblocking(&sockets, accepted, true);
            echo(accepted);
        }
        echo(datagrams);
    }
}

int main(void)
{
    if (!start_stack() || !start_sockets() || !start_names()) {
        return 1;
    }
    const struct stint_endpoint any = {.port = ECHO_PORT};
    const int listener = stint_socket(&sockets, STINT_IPV6, STINT_STREAM);
    const int datagrams = stint_socket(&sockets, STINT_IPV6, STINT_DATAGRAM);
    const int pings = stint_socket(&sockets, STINT_IPV6, STINT_ECHO);
    if (stint_bind(&sockets, listener, &any) != 0 || stint_listen(&sockets, listener, 4) != 0 ||
        stint_bind(&sockets, datagrams, &any) != 0 || !connect_to(pings, "peer.test")) {
        return 1;
    }
    serve(listener, datagrams);
}
