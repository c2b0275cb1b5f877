/* The network at the other end of a driver's wire: a host of its own stack, with blocking sockets.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_PEER_H
#define STINT_TESTS_PEER_H

#include "harness_wire.h"
#include "stint_linux/host.h"

struct peer {
    struct harness_wire wire;
    struct stint_linux_runner runner;
    struct stint_linux_host host;
};

/* The peer has 192.0.2.1/24; the driver's hardware address is 02:00:00:00:00:02. */
void peer_start(struct peer *peer);
void peer_stop(struct peer *peer);

/* Connects to 192.0.2.`host` and `port`; a descriptor of peer->host.sockets, negative on failure.
 */
int peer_connect(struct peer *peer, uint8_t host, uint16_t port);

/* Sends `total` bytes, whose values count up, while it reads them back; how many came back right.
 */
size_t peer_echo(struct peer *peer, int descriptor, size_t total);

#endif
