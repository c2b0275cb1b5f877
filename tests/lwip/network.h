/* Two hosts on a cable: ours, 10.0.0.1, whose sockets are the calls under test, and a
 * peer, 10.0.0.2. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The peer is a stint host in either program. Ours is lwIP in one (network_lwip.c) and stint in the
 * other (network_stint.c).
 */
#ifndef LWIP_NETWORK_H
#define LWIP_NETWORK_H

#include "stint/device/cable.h"
#include "stint_linux/host.h"

enum { NETWORK_WIRE = 256 * 1024, NETWORK_DESCRIPTORS = 4 }; /* as many as Debian's lwIP has */

struct network {
    struct stint_linux_runner runner;
    struct stint_cable cable;
    struct stint_linux_host peer_host;
    struct stint_sockets *peer;
    uint8_t wires[2][NETWORK_WIRE];
};

/* Starts both; ends the program with a message when that fails. */
void network_start(struct network *network);

/* The part of each program: adds our host to the runner, at end 0 of the cable; and what is left to
 * do once the runner runs. */
void network_add_own_host(struct network *network);
void network_started(struct network *network);

/* For network_add_own_host(). */
void network_fail(const char *what);

/* The peer's side of a test; each ends the program when it fails. */
int network_peer_socket(struct network *network, enum stint_socket_type type, uint16_t port);
int network_peer_listen(struct network *network, uint16_t port);
int network_peer_connect(struct network *network, uint16_t port);
void network_peer_send(struct network *network, int descriptor, const char *text);
void network_peer_close(struct network *network, int descriptor);
void network_peer_reset(struct network *network, int descriptor);
struct stint_endpoint network_endpoint(uint8_t host, uint16_t port);

/* The same at any address; fd00::1 is ours too, and fd00::2 the peer's. */
int network_peer_socket_at(
    struct network *network, enum stint_socket_type type, struct stint_endpoint local);
int network_peer_connect_to(struct network *network, struct stint_endpoint remote);
struct stint_endpoint network_endpoint_ipv6(uint8_t host, uint16_t port);

/* The sockets under the calls, where our host is stint. */
struct stint_sockets *network_own(void);

/* Gives a host of stint's its IPv6 address; ends the program when that fails. */
void network_add_ipv6(struct stint_linux_host *host, uint8_t number);

#endif
