/* A little HTTP/1.1: one request for each connection, answered with Connection: close.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_FIRMWARE_HTTP_H
#define STINT_TESTS_FIRMWARE_HTTP_H

#include "server.h"

/* The connection is ready for what it wanted; `piece` is room for what is read. */
void http_serve(
    struct stint_sockets *sockets, struct connection *connection, struct stint_span piece);

void http_close(struct stint_sockets *sockets, struct connection *connection);

/* Makes the bytes of /dl/; called once. */
void http_prepare(void);

#endif
