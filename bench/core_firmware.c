/* The smallest program that uses the whole core: IPv4, TCP both ways, UDP, ICMP echo and ping, with
 * a poll loop and no sockets layer. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * It is linked to learn what a device pays (tools/sizes); its driver carries nothing.
 */
#include "stint/stack/stack.h"

static _Alignas(8) uint8_t memory[32 * 1024];
static uint8_t frame[STINT_DEVICE_FRAME_LENGTH + 2];
static struct stint_stack stack;
static volatile size_t arrived; /* what an interrupt of the driver would say */
static volatile int64_t clock_microseconds;

static struct stint_view receive(void *context, struct stint_instant now)
{
    (void)context;
    (void)now;
    return stint_view_of(frame + 2, arrived);
}

static void receive_done(void *context)
{
    (void)context;
    arrived = 0;
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    (void)context;
    (void)now;
    return stint_span_of(frame + 2, length);
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    (void)context;
    (void)now;
    arrived = length;
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    (void)context;
    (void)now;
    return stint_instant_never();
}

static const struct stint_device_operations driver = {
    receive, receive_done, transmit, transmit_commit, service};

static bool start(void)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(memory, sizeof memory);
    config.secret = stint_view_of(secret, sizeof secret);
    const struct stint_interface_config interface = {
        .device = {&driver, NULL}, .hardware_address = {{2, 0, 0, 0, 0, 1}}};
    const struct stint_local_address address = {
        .address = stint_address_ipv4(10, 0, 0, 1), .prefix_length = STINT_IPV4_MAPPED_BITS + 24};
    const struct stint_address gateway = stint_address_ipv4(10, 0, 0, 254);
    uint8_t number = 0;
    return stint_stack_init(&stack, &config) == STINT_OK &&
           stint_stack_attach(&stack, &interface, &number) == STINT_OK &&
           stint_stack_add_address(&stack, number, &address) == STINT_OK &&
           stint_stack_set_gateway(&stack, &gateway) == STINT_OK;
}

/* Asks for a connection, a datagram and a ping. */
static bool ask(struct stint_instant now)
{
    static const uint8_t hello[] = {'h', 'e', 'l', 'l', 'o'};
    const struct stint_endpoint any = {.port = 7};
    const struct stint_endpoint peer = {stint_address_ipv4(10, 0, 0, 2), 7};
    struct stint_handle listener;
    struct stint_handle connection;
    struct stint_handle socket;
    struct stint_handle pinging;
    return stint_tcp_listen(&stack.tcp, &any, 4, 0, &listener) == STINT_OK &&
           stint_stack_connect(&stack, now, NULL, &peer, 0, &connection) == STINT_OK &&
           stint_udp_open(&stack.udp, 0, &socket) == STINT_OK &&
           stint_udp_bind(&stack.udp, socket, &any) == STINT_OK &&
           stint_udp_send(&stack.udp, socket, &peer, stint_view_of(hello, sizeof hello)) ==
               STINT_OK &&
           stint_icmp_open(&stack.icmp, 0, &pinging) == STINT_OK &&
           stint_icmp_send_echo(&stack.icmp, pinging, &peer.address, 1,
               stint_view_of(hello, sizeof hello)) == STINT_OK;
}

static void echo_stream(struct stint_handle connection, struct stint_instant now)
{
    uint8_t bytes[128];
    size_t length = 0;
    const enum stint_result result =
        stint_tcp_read(&stack.tcp, connection, stint_span_of(bytes, sizeof bytes), &length);
    if (result == STINT_OK) {
        (void)stint_tcp_write(&stack.tcp, connection, stint_view_of(bytes, length), &length);
    } else if (result != STINT_WOULD_BLOCK) {
        (void)stint_tcp_close(&stack.tcp, now, connection);
    }
}

static void serve(const struct stint_socket_event *event, struct stint_instant now)
{
    uint8_t bytes[128];
    size_t length = 0;
    uint16_t sequence = 0;
    struct stint_datagram_info info;
    struct stint_handle accepted;
    switch (event->kind) {
    case STINT_SOCKET_TCP:
        echo_stream(event->handle, now);
        return;
    case STINT_SOCKET_TCP_LISTENER:
        (void)stint_tcp_accept(&stack.tcp, event->handle, 0, &accepted);
        return;
    case STINT_SOCKET_UDP:
        (void)stint_udp_receive(
            &stack.udp, event->handle, stint_span_of(bytes, sizeof bytes), false, &info, &length);
        return;
    case STINT_SOCKET_ICMP:
        (void)stint_icmp_receive_echo(&stack.icmp, event->handle,
            stint_span_of(bytes, sizeof bytes), &info, &sequence, &length);
        return;
    }
}

int main(void)
{
    if (!start() || !ask(stint_instant_at(clock_microseconds))) {
        return 1;
    }
    for (;;) {
        const struct stint_instant now = stint_instant_at(clock_microseconds);
        (void)stint_stack_poll(&stack, now);
        struct stint_socket_event event;
        while (stint_stack_next_event(&stack, &event)) {
            serve(&event, now);
        }
    }
}
