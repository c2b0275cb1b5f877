/* Two hosts on a cable in virtual time.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "support/simulation.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static uint16_t or_default(uint16_t wanted, uint16_t otherwise)
{
    return wanted != 0 ? wanted : otherwise;
}

static void start_host(
    struct simulation *simulation, unsigned index, const struct simulation_options *options)
{
    struct simulated_host *host = &simulation->hosts[index];
    const struct stint_tcp_limits *tcp = &options->tcp[index];
    const uint32_t buffer = options->buffer != 0 ? options->buffer : 65536;
    uint8_t secret[STINT_SECRET_LENGTH];
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)(options->seed + index * 77 + i * 31 + 1);
    }
    const struct stint_faulty_config faulty = {
        .inner = stint_cable_device(&simulation->cable, index),
        .profile = options->profile[index],
        .seed = options->seed * 2 + index,
        .storage = stint_span_of(host->frames, sizeof host->frames),
        .links = host->links,
        .waiting = host->waiting,
        .waiting_count = SIMULATION_WAITING,
    };
    stint_faulty_init(&host->faulty, &faulty);
    struct stint_stack_config config = stint_stack_config_default();
    config.memory =
        stint_span_of(host->memory, options->memory != 0 ? options->memory : sizeof host->memory);
    config.secret = stint_view_of(secret, sizeof secret);
    config.tcp = (struct stint_tcp_limits){
        .connections = or_default(tcp->connections, 64),
        .half_open = or_default(tcp->half_open, 32),
        .time_wait = or_default(tcp->time_wait, 64),
        .listeners = or_default(tcp->listeners, 8),
        .receive_buffer = tcp->receive_buffer != 0 ? tcp->receive_buffer : buffer,
        .send_buffer = tcp->send_buffer != 0 ? tcp->send_buffer : buffer,
    };
    require(stint_stack_init(&host->stack, &config) == STINT_OK);
    const struct stint_interface_config interface = {
        .device = stint_faulty_device(&host->faulty),
        .hardware_address = {{2, 0, 0, 0, 0, (uint8_t)(index + 1)}},
    };
    uint8_t number = 0;
    require(stint_stack_attach(&host->stack, &interface, &number) == STINT_OK);
    const struct stint_local_address address = {
        .address = stint_address_ipv4(10, 0, 0, (uint8_t)(index + 1)),
        .prefix_length = STINT_IPV4_MAPPED_BITS + 24,
    };
    require(stint_stack_add_address(&host->stack, number, &address) == STINT_OK);
    host->endpoint.address = address.address;
}

struct simulation *simulation_new(const struct simulation_options *options)
{
    struct simulation *simulation = calloc(1, sizeof *simulation);
    require(simulation != NULL);
    simulation->now = stint_instant_at(options->start + 1000000);
    stint_cable_init(&simulation->cable,
        stint_span_of(simulation->hosts[0].incoming, SIMULATION_CABLE),
        stint_span_of(simulation->hosts[1].incoming, SIMULATION_CABLE));
    start_host(simulation, 0, options);
    start_host(simulation, 1, options);
    return simulation;
}

static struct stint_instant poll_both(struct simulation *simulation)
{
    struct stint_instant deadline = stint_instant_never();
    for (unsigned i = 0; i < 2; i++) {
        struct simulated_host *host = &simulation->hosts[i];
        host->poll_at = stint_stack_poll(&host->stack, simulation->now);
        host->polls++;
        deadline = stint_instant_earlier(deadline, host->poll_at);
    }
    const struct stint_instant first = stint_device_service(
        &simulation->hosts[0].stack.interfaces[0].config.device, simulation->now);
    return stint_instant_earlier(deadline, first);
}

void simulation_settle(struct simulation *simulation)
{
    for (unsigned round = 0; round < 100000; round++) {
        if (!stint_instant_has_come(poll_both(simulation), simulation->now)) {
            return;
        }
    }
    abort(); /* a stack that always wants to be polled at once */
}

bool simulation_step(struct simulation *simulation, struct stint_instant until)
{
    const struct stint_instant next =
        stint_instant_earlier(simulation->hosts[0].poll_at, simulation->hosts[1].poll_at);
    const bool reached = !stint_instant_is_before(next, until);
    if (reached) {
        simulation->now = until;
    } else if (stint_instant_is_before(simulation->now, next)) {
        simulation->now = next;
    }
    simulation_settle(simulation);
    return !reached;
}

void simulation_pass(struct simulation *simulation, struct stint_duration duration)
{
    const struct stint_instant until = stint_instant_after(simulation->now, duration);
    simulation_settle(simulation);
    while (simulation_step(simulation, until)) {
    }
}

void simulation_connect(struct simulation *simulation, uint16_t port, struct stint_handle *client,
    struct stint_handle *server)
{
    struct stint_stack *listening = &simulation->hosts[1].stack;
    const struct stint_endpoint any = {.port = port};
    struct stint_endpoint remote = simulation->hosts[1].endpoint;
    struct stint_handle listener;
    remote.port = port;
    require(stint_tcp_listen(&listening->tcp, &any, 8, 0, &listener) == STINT_OK);
    require(stint_stack_connect(&simulation->hosts[0].stack, simulation->now, NULL, &remote, 0,
                client) == STINT_OK);
    for (unsigned i = 0; i < 600; i++) {
        simulation_pass(simulation, stint_milliseconds(100));
        if (stint_tcp_accept(&listening->tcp, listener, 0, server) == STINT_OK) {
            require(
                stint_tcp_listener_close(&listening->tcp, simulation->now, listener) == STINT_OK);
            return;
        }
    }
    abort();
}

struct stint_tcp_status simulation_status(
    const struct simulated_host *host, struct stint_handle handle)
{
    struct stint_tcp_status status;
    require(stint_tcp_get_status(&host->stack.tcp, handle, &status) == STINT_OK);
    return status;
}

uint8_t simulation_pattern(uint64_t offset)
{
    return (uint8_t)(offset * 131 + offset / 251 + offset / 65521);
}

static void note_failure(struct simulated_transfer *transfer, enum stint_result result)
{
    if (result != STINT_OK && result != STINT_WOULD_BLOCK && result != STINT_END_OF_STREAM) {
        transfer->failure = result;
    }
}

static bool write_some(struct stint_tcp *tcp, struct simulated_transfer *transfer)
{
    uint8_t chunk[4096];
    size_t length = sizeof chunk;
    if (transfer->to_send - transfer->sent < length) {
        length = (size_t)(transfer->to_send - transfer->sent);
    }
    for (size_t i = 0; i < length; i++) {
        chunk[i] = simulation_pattern(transfer->sent + i);
    }
    size_t written = 0;
    note_failure(
        transfer, stint_tcp_write(tcp, transfer->writer, stint_view_of(chunk, length), &written));
    transfer->sent += written;
    if (written > 0 && transfer->sent == transfer->to_send) {
        note_failure(transfer, stint_tcp_shutdown(tcp, transfer->writer));
    }
    return written > 0;
}

static bool read_some(struct stint_tcp *tcp, struct simulated_transfer *transfer)
{
    uint8_t chunk[4096];
    size_t length = 0;
    const enum stint_result result =
        stint_tcp_read(tcp, transfer->reader, stint_span_of(chunk, sizeof chunk), &length);
    note_failure(transfer, result);
    transfer->ended = transfer->ended || result == STINT_END_OF_STREAM;
    for (size_t i = 0; i < length; i++) {
        require(chunk[i] == simulation_pattern(transfer->received + i));
    }
    transfer->received += length;
    return length > 0;
}

void simulation_transfer(
    struct simulation *simulation, unsigned from, struct simulated_transfer *transfer)
{
    struct stint_tcp *sender = &simulation->hosts[from].stack.tcp;
    struct stint_tcp *receiver = &simulation->hosts[1 - from].stack.tcp;
    while (transfer->sent < transfer->to_send && write_some(sender, transfer)) {
    }
    while (!transfer->ended && read_some(receiver, transfer)) {
    }
}

bool simulation_run_transfer(struct simulation *simulation, unsigned from,
    struct simulated_transfer *transfer, struct stint_duration limit)
{
    const struct stint_instant until = stint_instant_after(simulation->now, limit);
    bool in_time = true;
    while (!transfer->ended && transfer->failure == STINT_OK && in_time) {
        uint64_t before = 0;
        do {
            before = transfer->sent + transfer->received;
            simulation_transfer(simulation, from, transfer);
            simulation_settle(simulation);
        } while (transfer->sent + transfer->received != before);
        in_time = transfer->ended || simulation_step(simulation, until);
    }
    return transfer->ended && transfer->received == transfer->to_send &&
           transfer->failure == STINT_OK;
}
