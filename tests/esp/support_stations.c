/* Stations at the other end of an access point's wire.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stations.h"

#include "esp_timer.h"
#include <stdlib.h>
#include <string.h>

/* So often a station's clock goes while the harness's goes once. */
enum { FASTER = 10, PORT = 7 };

static struct stint_instant station_now(void)
{
    return stint_instant_at(esp_timer_get_time() * FASTER);
}

/* --- the device of a station --- */

static struct stint_view receive(void *context, struct stint_instant now)
{
    (void)now;
    const struct station *const station = context;
    return stint_packet_queue_front(&station->heard);
}

static void receive_done(void *context)
{
    struct station *const station = context;
    stint_packet_queue_pop(&station->heard);
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct station *const station = context;
    return stint_span_of(station->sending, length <= sizeof(station->sending) ? length : 0);
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    const struct station *const station = context;
    responder_send(station->responder, stint_view_of(station->sending, length));
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    const struct station *const station = context;
    return stint_packet_queue_is_empty(&station->heard) ? stint_instant_never() : now;
}

static void station_begin(struct station *station, struct responder *responder, unsigned n)
{
    static const struct stint_device_operations operations = {
        receive, receive_done, transmit, transmit_commit, service};
    uint8_t secret[STINT_SECRET_LENGTH] = {(uint8_t)(n + 1)};
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(station->memory, sizeof(station->memory));
    config.secret = stint_view_of(secret, sizeof(secret));
    config.tcp = (struct stint_tcp_limits){.connections = 1,
        .half_open = 1,
        .time_wait = 1,
        .listeners = 1,
        .receive_buffer = 1024,
        .send_buffer = 1024};
    config.udp =
        (struct stint_udp_limits){.sockets = 1, .receive_buffer = 1024, .send_buffer = 1024};
    const struct stint_interface_config interface = {
        .device = {&operations, station},
        .hardware_address = {{2, 0, 0, 0, 1, (uint8_t)n}},
    };
    uint8_t number = 0;
    station->responder = responder;
    stint_packet_queue_init(
        &station->heard, stint_span_of(station->frames, sizeof(station->frames)));
    if (stint_stack_init(&station->stack, &config) != STINT_OK ||
        stint_stack_attach(&station->stack, &interface, &number) != STINT_OK ||
        stint_udp_open(&station->stack.udp, 0, &station->socket) != STINT_OK) {
        abort();
    }
    (void)stint_dhcpv4_service_start(
        &station->dhcp, &station->stack, station_now(), number, stint_view_of(NULL, 0));
}

/* --- all of them --- */

static bool is_for(const struct station *station, struct stint_view frame)
{
    return (frame.bytes[0] & 1) != 0 ||
           memcmp(frame.bytes, station->stack.interfaces[0].config.hardware_address.octets, 6) == 0;
}

static void take(struct responder *responder, struct stint_view frame)
{
    struct stations *const stations = (struct stations *)responder; /* its first member */
    pthread_mutex_lock(&stations->mutex);
    for (unsigned i = 0; i < STATIONS; i++) {
        struct station *const station = &stations->station[i];
        if (frame.length > 0 && is_for(station, frame)) {
            (void)stint_packet_queue_push(&station->heard, frame);
        }
        struct stint_socket_event event;
        (void)stint_stack_poll(&station->stack, station_now());
        while (stint_stack_next_event(&station->stack, &event)) {
        }
    }
    pthread_mutex_unlock(&stations->mutex);
}

void stations_start(struct stations *stations, struct harness_wire *wire)
{
    memset(stations, 0, sizeof(*stations));
    pthread_mutex_init(&stations->mutex, NULL);
    stations->responder.wire = wire;
    for (unsigned i = 0; i < STATIONS; i++) {
        station_begin(&stations->station[i], &stations->responder, i);
    }
    responder_start(&stations->responder, wire, take);
}

void stations_stop(struct stations *stations)
{
    responder_stop(&stations->responder);
    pthread_mutex_destroy(&stations->mutex);
}

struct stint_address stations_address(struct stations *stations, unsigned n)
{
    pthread_mutex_lock(&stations->mutex);
    const struct stint_dhcpv4_client *const client = &stations->station[n].dhcp.client;
    const struct stint_address address =
        client->configured ? client->lease.address : (struct stint_address){{0}};
    pthread_mutex_unlock(&stations->mutex);
    return address;
}

void stations_say_hello(struct stations *stations, unsigned n)
{
    pthread_mutex_lock(&stations->mutex);
    struct station *const station = &stations->station[n];
    const struct stint_endpoint to = {station->dhcp.client.lease.routers[0], PORT};
    (void)stint_udp_send(
        &station->stack.udp, station->socket, &to, stint_view_of("hello", strlen("hello")));
    pthread_mutex_unlock(&stations->mutex);
}

unsigned stations_heard(struct stations *stations, unsigned n)
{
    unsigned count = 0;
    uint8_t bytes[64];
    size_t length = 0;
    struct stint_datagram_info info;
    pthread_mutex_lock(&stations->mutex);
    struct station *const station = &stations->station[n];
    while (stint_udp_receive(&station->stack.udp, station->socket,
               stint_span_of(bytes, sizeof(bytes)), false, &info, &length) == STINT_OK) {
        count++;
    }
    pthread_mutex_unlock(&stations->mutex);
    return count;
}
