/* UDP sockets in memory of their own, and short ways to use them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Include after cmocka.h.
 */
#ifndef SUPPORT_UDP_FIXTURE_H
#define SUPPORT_UDP_FIXTURE_H

#include "stint/socket/udp.h"

#include <stdalign.h>
#include <string.h>

enum { UDP_SOCKETS = 8, UDP_RECEIVE_BUFFER = 512, UDP_SEND_BUFFER = 256, UDP_UNITS = 64 };

struct udp_fixture {
    alignas(8) uint8_t records[8192];
    alignas(8) uint8_t buffers[UDP_UNITS * 128];
    struct stint_arena_unit units[UDP_UNITS];
    struct stint_arena arena;
    struct stint_random random;
    struct stint_udp udp;
};

static inline void udp_fixture_set_up(struct udp_fixture *fixture)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};
    const struct stint_udp_limits limits = {UDP_SOCKETS, UDP_RECEIVE_BUFFER, UDP_SEND_BUFFER};
    struct stint_carve carve =
        stint_carve_from(stint_span_of(fixture->records, sizeof fixture->records));
    stint_arena_init(&fixture->arena, stint_span_of(fixture->buffers, sizeof fixture->buffers), 128,
        fixture->units, UDP_UNITS);
    assert_int_equal(
        stint_random_init(&fixture->random, stint_view_of(secret, sizeof secret)), STINT_OK);
    assert_int_equal(
        stint_udp_init(&fixture->udp, &limits, &fixture->random, &fixture->arena, &carve),
        STINT_OK);
}

static inline struct stint_view text(const char *string)
{
    return stint_view_of(string, strlen(string));
}

/* 10.0.0.`host`:`port`; host 0: any address. */
static inline struct stint_endpoint at(uint8_t host, uint16_t port)
{
    struct stint_endpoint endpoint = {{{0}}, port};
    if (host != 0) {
        endpoint.address = stint_address_ipv4(10, 0, 0, host);
    }
    return endpoint;
}

static inline struct stint_handle udp_open(struct udp_fixture *fixture, uintptr_t owner)
{
    struct stint_handle socket = {0, 0};
    assert_int_equal(stint_udp_open(&fixture->udp, owner, &socket), STINT_OK);
    return socket;
}

static inline struct stint_handle udp_open_at(
    struct udp_fixture *fixture, uint8_t host, uint16_t port)
{
    const struct stint_handle socket = udp_open(fixture, 0);
    const struct stint_endpoint local = at(host, port);
    assert_int_equal(stint_udp_bind(&fixture->udp, socket, &local), STINT_OK);
    return socket;
}

static inline void udp_connect_to(
    struct udp_fixture *fixture, struct stint_handle socket, uint8_t host, uint16_t port)
{
    const struct stint_endpoint remote = at(host, port);
    assert_int_equal(stint_udp_connect(&fixture->udp, socket, &remote), STINT_OK);
}

static inline enum stint_result udp_send_to(struct udp_fixture *fixture, struct stint_handle socket,
    uint8_t host, uint16_t port, struct stint_view payload)
{
    const struct stint_endpoint destination = at(host, port);
    return stint_udp_send(&fixture->udp, socket, &destination, payload);
}

static inline enum stint_drop udp_arrive_as(struct udp_fixture *fixture,
    struct stint_endpoint source, struct stint_endpoint destination, struct stint_view payload,
    bool to_group)
{
    const struct stint_datagram_info info = {
        .source = source,
        .destination = destination,
        .time_to_live = 64,
    };
    return stint_udp_deliver(&fixture->udp, &info, payload, to_group);
}

static inline enum stint_drop udp_arrive(struct udp_fixture *fixture, struct stint_endpoint source,
    struct stint_endpoint destination, struct stint_view payload)
{
    return udp_arrive_as(fixture, source, destination, payload, false);
}

/* Takes the oldest datagram and checks what is in it. */
static inline void assert_udp_receives(
    struct udp_fixture *fixture, struct stint_handle socket, const char *expected)
{
    char bytes[600];
    struct stint_datagram_info info;
    size_t length = 0;
    assert_int_equal(stint_udp_receive(&fixture->udp, socket, stint_span_of(bytes, sizeof bytes),
                         false, &info, &length),
        STINT_OK);
    assert_true(stint_view_equal(stint_view_of(bytes, length), text(expected)));
}

static inline enum stint_result udp_try_receive(
    struct udp_fixture *fixture, struct stint_handle socket)
{
    char bytes[600];
    struct stint_datagram_info info;
    size_t length = 0;
    return stint_udp_receive(
        &fixture->udp, socket, stint_span_of(bytes, sizeof bytes), false, &info, &length);
}

#endif
