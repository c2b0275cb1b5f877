/* One TCP connection of a small service: how it is served when poll() says so.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_SERVICE_STREAM_H
#define STINT_APPS_SERVICE_STREAM_H

#include "services.h"

/* Takes over a connected, non-blocking socket; false when there is no memory for its buffer. */
bool service_stream_open(
    struct service_connection *connection, int descriptor, enum service_kind kind);
void service_stream_close(struct service_connection *connection);

/* The events of poll() that the connection waits for. */
short service_stream_wanted(const struct service_connection *connection);

/* Reads and writes what can be; false when the connection is over. */
bool service_stream_serve(struct service_connection *connection, bool failed);

/* Fills `into` with the lines of RFC 864 from `position` on; returns `length`. */
size_t service_stream_pattern(unsigned char *into, size_t length, size_t position);

/* After so many bytes the lines of RFC 864 begin again. */
enum { SERVICE_PATTERN_PERIOD = 95 * 74 };

#endif
