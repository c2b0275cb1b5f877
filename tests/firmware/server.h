/* The services of the firmware: HTTP, TCP echo and UDP echo, in one task over the sockets layer.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * GET / is the status page, GET /api/stats its numbers, GET /dl/N gives N bytes, the byte at
 * position i being i modulo 251; PUT and POST /up take such bytes and say whether they were
 * right.
 */
#ifndef STINT_TESTS_FIRMWARE_SERVER_H
#define STINT_TESTS_FIRMWARE_SERVER_H

#include "stint_sockets/sockets.h"

enum {
    SERVER_CONNECTIONS = 4,
    SERVER_DESCRIPTORS = SERVER_CONNECTIONS + 3, /* two listeners, one datagram socket */
    SERVER_LINE = 96,
};

enum connection_doing {
    CONNECTION_FREE,
    CONNECTION_READING_HEAD,
    CONNECTION_TAKING, /* a body */
    CONNECTION_GIVING, /* a body */
    CONNECTION_ECHOING,
    CONNECTION_DRAINING, /* all is said: until the peer closes */
};

struct connection {
    int descriptor;
    uint8_t doing; /* enum connection_doing */
    uint8_t request;
    uint8_t line_length;
    bool exact;        /* what was taken so far was right */
    uint32_t length;   /* of the body */
    uint32_t position; /* in the body */
    char line[SERVER_LINE];
};

struct server {
    struct stint_sockets *sockets;
    int http;
    int echo;
    int datagrams;
    struct connection connections[SERVER_CONNECTIONS];
};

bool server_open(struct server *server, struct stint_sockets *sockets);

/* Waits until there is something to do, and does it. */
void server_turn(struct server *server);

#endif
