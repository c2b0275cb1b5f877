/* The groups of calls that both programs make, and short ways to make sockets.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef LWIP_CALLS_H
#define LWIP_CALLS_H

#include "network.h"
#include "said.h"

void calls_on_closed_descriptors(struct network *network);
void calls_that_open(struct network *network);
void calls_that_bind(struct network *network);
void calls_that_connect(struct network *network);
void calls_that_accept(struct network *network);
void calls_of_streams(struct network *network);
void calls_of_ends(struct network *network);
void calls_of_datagrams(struct network *network);
void calls_with_pieces(struct network *network);
void calls_about_options(struct network *network);
void calls_that_control(struct network *network);
void calls_that_wait(struct network *network);
void calls_about_text(struct network *network);
void calls_of_ipv6(struct network *network);
void calls_of_raw(struct network *network);

/* 10.0.0.`host`:`port`; host 0: any. */
struct sockaddr_in calls_address(unsigned host, unsigned port);

/* New sockets that are not worth a line; each ends the program when it fails. */
int calls_socket(int type);
int calls_bound(int type, unsigned port);
int calls_listener(unsigned port);

/* A connection to the peer: our number, and the peer's descriptor. */
struct calls_connection {
    int fd;
    int peer;
};
struct calls_connection calls_connect(struct network *network, unsigned port);
void calls_disconnect(struct network *network, struct calls_connection connection);

/* Waits until the number is ready for one of the events of poll(). */
void calls_await(int fd, short events);

/* Lets the hosts speak. */
void calls_pause(unsigned milliseconds);

#endif
