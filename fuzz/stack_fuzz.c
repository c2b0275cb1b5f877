/* Fuzzes a live stack: frames that get deep, calls of an application, and time, in any order.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Every step is one byte and its arguments. Segments are made from what the stack itself said
 * (stack_frames.h), so that most are plausible; after every poll the laws of the lab must hold, and
 * at the end everything must be given back.
 */
#include "stack_frames.h"
#include "stack_lab.h"

enum { SOCKETS = 4, CONNECTIONS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The application: handles it has, stale ones included. */
struct application {
    struct stint_handle listener;
    struct stint_handle connections[CONNECTIONS];
    struct stint_handle sockets[SOCKETS];
    struct stint_handle echo;
    unsigned next_connection;
};

static struct lab lab;
static struct application application;

static const struct stint_device_operations operations = {
    lab_receive, lab_receive_done, lab_transmit, lab_commit, lab_service};

/* --- the application --- */

static struct stint_handle *some_connection(uint8_t choice)
{
    return &application.connections[choice % CONNECTIONS];
}

static void adopt(struct stint_handle connection)
{
    struct stint_handle *slot = &application.connections[application.next_connection];
    application.next_connection = (application.next_connection + 1) % CONNECTIONS;
    (void)stint_tcp_close(&lab.stack.tcp, lab.now, *slot);
    *slot = connection;
}

static void read_some(struct stint_handle handle, size_t length)
{
    uint8_t bytes[1024];
    const struct stint_tcp *tcp = &lab.stack.tcp;
    const struct stint_tcp_receiver *receiver = &tcp->connections[handle.index].receiver;
    const struct stint_sequence first = stint_sequence_before(
        receiver->next, receiver->ring.length + (receiver->fin_received ? 1u : 0u));
    size_t read = 0;
    (void)stint_tcp_read(&lab.stack.tcp, handle, stint_span_of(bytes, length), &read);
    REQUIRE(read <= length);
    for (uint32_t i = 0; i < read && !lab.spoilt; i++) {
        REQUIRE(bytes[i] == lab_pattern(stint_sequence_after(first, i)));
    }
}

static void set_options(struct stint_handle handle, uint8_t choice)
{
    struct stint_tcp_options_set options;
    if (stint_tcp_get_options(&lab.stack.tcp, handle, &options) == STINT_OK) {
        options.no_delay = (choice & 1) != 0;
        options.cork = (choice & 2) != 0;
        options.keep_alive = (choice & 4) != 0;
        options.keep_alive_idle = stint_seconds(1 + choice / 8);
        options.user_timeout = stint_seconds(choice / 16);
        (void)stint_tcp_set_options(&lab.stack.tcp, lab.now, handle, &options);
    }
}

static void use_tcp(struct stint_reader *input)
{
    static const uint8_t zeros[1024] = {0};
    struct stint_tcp *tcp = &lab.stack.tcp;
    const uint8_t choice = stint_reader_take8(input);
    struct stint_handle *const handle = some_connection(choice / 16);
    const struct stint_endpoint any = {.port = 80};
    const struct stint_endpoint remote = {lab_host((choice & 16) != 0 ? LAB_PEER : 9), 1000};
    struct stint_handle fresh;
    size_t length = stint_reader_take8(input) * 4u;
    switch (choice % 11) {
    case 0:
        if (stint_tcp_accept(tcp, application.listener, 1, &fresh) == STINT_OK) {
            adopt(fresh);
        }
        break;
    case 1:
        if (stint_stack_connect(&lab.stack, lab.now, NULL, &remote, 1, &fresh) == STINT_OK) {
            adopt(fresh);
        }
        break;
    case 2:
        (void)stint_tcp_listener_close(tcp, lab.now, application.listener);
        break;
    case 3:
        (void)stint_tcp_listen(tcp, &any, (uint16_t)(1 + length % 4), 1, &application.listener);
        break;
    case 4:
    case 5:
        (void)stint_tcp_write(tcp, *handle, stint_view_of(zeros, length), &length);
        break;
    case 6:
        read_some(*handle, length);
        break;
    case 7:
        (void)stint_tcp_shutdown(tcp, *handle);
        break;
    case 8:
        (void)stint_tcp_close(tcp, lab.now, *handle);
        break;
    case 9:
        (void)stint_tcp_abort(tcp, lab.now, *handle);
        break;
    default:
        set_options(*handle, (uint8_t)length);
        break;
    }
}

static void use_group(struct stint_handle socket, uint8_t choice)
{
    const struct stint_address group = lab_group(choice / 16);
    const struct stint_endpoint to = {group, 9};
    if (choice % 8 == 4) {
        (void)stint_stack_join_group(&lab.stack, lab.now, socket, 0, &group);
        (void)stint_udp_send(&lab.stack.udp, socket, &to, stint_view_of(&choice, 1));
    } else {
        (void)stint_stack_leave_group(&lab.stack, lab.now, socket, 0, &group);
    }
}

static void use_udp(struct stint_reader *input)
{
    static const uint8_t zeros[300] = {0};
    struct stint_udp *udp = &lab.stack.udp;
    const uint8_t choice = stint_reader_take8(input);
    struct stint_handle *const socket = &application.sockets[choice / 8 % SOCKETS];
    const struct stint_endpoint to = {lab_host(choice / 4), 9};
    const struct stint_endpoint local = {.port = (uint16_t)(7 + choice / 64)};
    struct stint_datagram_info info;
    uint8_t bytes[300];
    size_t length = 0;
    switch (choice % 8) {
    case 0:
        (void)stint_udp_close(udp, *socket);
        break;
    case 1:
        (void)stint_udp_close(udp, *socket);
        (void)stint_udp_open(udp, 1, socket);
        break;
    case 2:
        (void)stint_udp_bind(udp, *socket, &local);
        break;
    case 3:
        (void)stint_udp_connect(udp, *socket, &to);
        break;
    case 4:
    case 5:
        if (choice >= 192) {
            use_group(*socket, choice);
            break;
        }
        (void)stint_udp_send(udp, *socket, &to, stint_view_of(zeros, choice));
        break;
    case 6:
        (void)stint_udp_receive(
            udp, *socket, stint_span_of(bytes, sizeof bytes), false, &info, &length);
        break;
    default:
        (void)stint_icmp_send_echo(
            &lab.stack.icmp, application.echo, &to.address, choice, stint_view_of(zeros, choice));
        break;
    }
}

/* --- the run --- */

static void start(void)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};
    memset(&lab, 0, sizeof lab);
    memset(&application, 0, sizeof application);
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = laws_lend(lab.memory, sizeof lab.memory);
    config.secret = stint_view_of(secret, sizeof secret);
    config.tcp = (struct stint_tcp_limits){5, 3, 2, 2, 4096, 4096, 1024};
    config.udp = (struct stint_udp_limits){SOCKETS, 1024, 1024};
    config.igmp = &stint_igmp;
    config.groups = 3;
    config.memberships = 3;
    config.neighbors = 4;
    config.held_frames = 4;
    config.poll_budget = 8;
    lab.now = stint_instant_at(1000000);
    REQUIRE(stint_stack_init(&lab.stack, &config) == STINT_OK);
    const struct stint_interface_config interface = {
        .device = {&operations, &lab}, .hardware_address = {{2, 0, 0, 0, 0, 1}}};
    const struct stint_local_address address = {
        .address = lab_host(1), .prefix_length = STINT_IPV4_MAPPED_BITS + 24};
    const struct stint_endpoint web = {.port = 80};
    uint8_t number;
    REQUIRE(stint_stack_attach(&lab.stack, &interface, &number) == STINT_OK);
    REQUIRE(stint_stack_add_address(&lab.stack, number, &address) == STINT_OK);
    REQUIRE(stint_tcp_listen(&lab.stack.tcp, &web, 4, 1, &application.listener) == STINT_OK);
    REQUIRE(stint_icmp_open(&lab.stack.icmp, 1, &application.echo) == STINT_OK);
}

static void take_step(struct stint_reader *input)
{
    static void (*const makers[])(struct lab *, struct stint_reader *) = {
        make_segment, make_segment, make_segment, make_datagram, make_message, make_arp, make_raw};
    const uint8_t step = stint_reader_take8(input);
    struct stint_socket_event event;
    if (step < 160) {
        makers[step % 7](&lab, input);
        if (step >= 140 && lab.arrived) {
            mutate(&lab, input);
        }
    } else if (step < 220) {
        use_tcp(input);
    } else if (step < 235) {
        use_udp(input);
    } else if (step < 238) {
        lab.full = !lab.full;
    } else if (step < 240) {
        while (stint_stack_next_event(&lab.stack, &event)) {
        }
    } else { /* half a millisecond to 16 s */
        lab.now = stint_instant_after(lab.now, stint_microseconds(INT64_C(500) << (step - 240)));
    }
}

static void give_everything_back(void)
{
    lab.full = false;
    (void)stint_tcp_listener_close(&lab.stack.tcp, lab.now, application.listener);
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        (void)stint_tcp_close(&lab.stack.tcp, lab.now, application.connections[i]);
    }
    for (unsigned i = 0; i < SOCKETS; i++) {
        (void)stint_udp_close(&lab.stack.udp, application.sockets[i]);
    }
    (void)stint_icmp_close(&lab.stack.icmp, application.echo);
    struct stint_instant next = lab_poll(&lab);
    for (unsigned i = 0; !stint_instant_is_never(next); i++) {
        REQUIRE(i < 1000); /* or it would never end */
        REQUIRE(!stint_instant_has_come(next, lab.now));
        lab.now = next;
        next = lab_poll(&lab);
    }
    REQUIRE(lab.stack.tcp.connections_in_use == 0);
    REQUIRE(lab.stack.tcp.half_opens_in_use == 0);
    REQUIRE(lab.stack.arena.in_use == 0);
    REQUIRE(lab.stack.held.in_use == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stint_reader input = stint_reader_over(stint_view_of(data, size));
    start();
    while (!input.failed && input.rest.length > 0) {
        take_step(&input);
        (void)lab_poll(&lab);
    }
    give_everything_back();
    return 0;
}
