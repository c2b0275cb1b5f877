/* Stations at the other end of an access point's wire: each a stack that asks for an address, whose
 * clock runs fast. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_STATIONS_H
#define STINT_TESTS_STATIONS_H

#include "responder.h"
#include "stint/stack/dhcpv4_service.h"
#include "stint/stack/stack.h"

enum { STATIONS = 8, STATION_MEMORY = 32768, STATION_FRAMES = 8192 };

struct station {
    struct stint_stack stack;
    struct stint_dhcpv4_service dhcp;
    struct stint_handle socket;
    struct stint_packet_queue heard;
    struct responder *responder;
    uint8_t sending[HARNESS_WIRE_FRAME];
    _Alignas(8) uint8_t frames[STATION_FRAMES];
    _Alignas(8) uint8_t memory[STATION_MEMORY];
};

struct stations {
    struct responder responder;
    pthread_mutex_t mutex;
    struct station station[STATIONS];
};

/* Station n has the hardware address 02:00:00:00:01:n. */
void stations_start(struct stations *stations, struct harness_wire *wire);
void stations_stop(struct stations *stations);

/* The address that station n was given; unspecified: none yet. */
struct stint_address stations_address(struct stations *stations, unsigned n);

/* Sends "hello" from station n to port 7 of its router. */
void stations_say_hello(struct stations *stations, unsigned n);

/* Datagrams that came for station n since the last time. */
unsigned stations_heard(struct stations *stations, unsigned n);

#endif
