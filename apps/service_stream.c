/* Serving one connection.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "service_stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, LINE = 72, GRAPHICS = 95, ROUNDS = 16 };

bool service_stream_open(
    struct service_connection *connection, int descriptor, enum service_kind kind)
{
    *connection = (struct service_connection){.descriptor = descriptor, .kind = kind};
    connection->buffer = (unsigned char *)malloc(BUFFER);
    return connection->buffer != NULL;
}

void service_stream_close(struct service_connection *connection)
{
    close(connection->descriptor);
    free(connection->buffer);
}

short service_stream_wanted(const struct service_connection *connection)
{
    switch (connection->kind) {
    case SERVICE_ECHO:
        return connection->at < connection->length ? POLLOUT : POLLIN;
    case SERVICE_DISCARD:
        return POLLIN;
    case SERVICE_CHARGEN:
    case SERVICE_COUNT:
        break;
    }
    return connection->ended ? POLLOUT : POLLIN | POLLOUT;
}

/* RFC 864: lines of 72 of the 95 printing characters, each beginning one character further. */
size_t service_stream_pattern(unsigned char *into, size_t length, size_t position)
{
    for (size_t i = 0; i < length; i++) {
        const size_t line = (position + i) / (LINE + 2) % GRAPHICS;
        const size_t column = (position + i) % (LINE + 2);
        if (column < LINE) {
            into[i] = (unsigned char)(' ' + (line + column) % GRAPHICS);
        } else {
            into[i] = column == LINE ? '\r' : '\n';
        }
    }
    return length;
}

/* What a call of recv() or send() that moved nothing means: false when the connection is over. */
static bool may_go_on(void)
{
    return errno == EAGAIN || errno == EINTR;
}

/* Writes what was read before it reads more: the peer's speed is ours. After some rounds it is the
 * others' turn. */
static bool serve_echo(struct service_connection *connection)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (connection->at == connection->length) {
            const ssize_t length = recv(connection->descriptor, connection->buffer, BUFFER, 0);
            if (length <= 0) {
                return length < 0 && may_go_on();
            }
            connection->at = 0;
            connection->length = (size_t)length;
        }
        const ssize_t sent = send(connection->descriptor, connection->buffer + connection->at,
            connection->length - connection->at, MSG_NOSIGNAL);
        if (sent < 0) {
            return may_go_on();
        }
        connection->at += (size_t)sent;
    }
    return true;
}

static bool serve_discard(struct service_connection *connection)
{
    const ssize_t length = recv(connection->descriptor, connection->buffer, BUFFER, 0);
    return length > 0 || (length < 0 && may_go_on());
}

/* Writes until the peer closes; one that only closed its own side goes on reading. */
static bool serve_chargen(struct service_connection *connection)
{
    if (!connection->ended) {
        const ssize_t length = recv(connection->descriptor, connection->buffer, BUFFER, 0);
        if (length < 0 && !may_go_on()) {
            return false;
        }
        connection->ended = length == 0;
    }
    const size_t length =
        service_stream_pattern(connection->buffer, SERVICE_PATTERN_PERIOD, connection->at);
    const ssize_t sent = send(connection->descriptor, connection->buffer, length, MSG_NOSIGNAL);
    if (sent < 0) {
        return may_go_on();
    }
    connection->at = (connection->at + (size_t)sent) % SERVICE_PATTERN_PERIOD;
    return true;
}

bool service_stream_serve(struct service_connection *connection, bool failed)
{
    if (failed) {
        return false;
    }
    switch (connection->kind) {
    case SERVICE_ECHO:
        return serve_echo(connection);
    case SERVICE_DISCARD:
        return serve_discard(connection);
    case SERVICE_CHARGEN:
    case SERVICE_COUNT:
        break;
    }
    return serve_chargen(connection);
}
