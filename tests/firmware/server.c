/* The services of the firmware. SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "server.h"

#include "http.h"

enum {
    HTTP_PORT = 80,
    ECHO_PORT = 7,
    BACKLOG = 4,
    PIECE = 512,
    FIRST_CONNECTION = 3, /* among the entries of the poll */
};

static uint8_t piece[PIECE];

/* --- echo --- */

static void echo_datagram(const struct server *server)
{
    struct stint_endpoint peer;
    struct stint_span bytes = stint_span_of(piece, sizeof piece);
    struct stint_message message = {.peer = &peer, .pieces = &bytes, .piece_count = 1};
    const long length =
        stint_receive_message(server->sockets, server->datagrams, &message, STINT_MSG_DONTWAIT);
    if (length > 0) {
        bytes.length = (size_t)length;
        (void)stint_send_message(server->sockets, server->datagrams, &message, STINT_MSG_DONTWAIT);
    }
}

/* Takes off the stream only what could be sent back. */
static void echo_stream(const struct server *server, struct connection *connection)
{
    struct stint_sockets *sockets = server->sockets;
    const int descriptor = connection->descriptor;
    const long length =
        stint_receive(sockets, descriptor, stint_span_of(piece, sizeof piece), STINT_MSG_PEEK);
    if (length > 0) {
        const long sent = stint_send(sockets, descriptor, stint_view_of(piece, (size_t)length), 0);
        if (sent > 0) {
            (void)stint_receive(sockets, descriptor, stint_span_of(piece, (size_t)sent), 0);
        }
    } else if (length != -STINT_EAGAIN) {
        http_close(sockets, connection);
    }
}

/* --- connections --- */

static void serve(const struct server *server, struct connection *connection)
{
    if (connection->doing == CONNECTION_ECHOING) {
        echo_stream(server, connection);
    } else {
        http_serve(server->sockets, connection, stint_span_of(piece, sizeof piece));
    }
}

static struct connection *free_connection(struct server *server)
{
    for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
        if (server->connections[i].doing == CONNECTION_FREE) {
            return &server->connections[i];
        }
    }
    return NULL;
}

static void accept_from(struct server *server, int listener, enum connection_doing doing)
{
    struct connection *connection = free_connection(server);
    if (connection == NULL) {
        return;
    }
    const int descriptor = stint_accept(server->sockets, listener, NULL);
    if (descriptor >= 0) {
        (void)stint_set_nonblocking(server->sockets, descriptor, true);
        *connection =
            (struct connection){.descriptor = descriptor, .doing = (uint8_t)doing, .exact = true};
    }
}

static unsigned wanted(const struct connection *connection)
{
    switch ((enum connection_doing)connection->doing) {
    case CONNECTION_FREE:
        return 0;
    case CONNECTION_GIVING:
        return STINT_WRITABLE;
    case CONNECTION_READING_HEAD:
    case CONNECTION_TAKING:
    case CONNECTION_DRAINING:
        return STINT_READABLE;
    case CONNECTION_ECHOING:
        return STINT_READABLE;
    }
    return 0;
}

/* --- the server --- */

static int listen_on(struct stint_sockets *sockets, uint16_t port)
{
    const struct stint_endpoint local = {.port = port};
    const int descriptor = stint_socket(sockets, STINT_IPV4, STINT_STREAM);
    const bool listens = descriptor >= 0 && stint_bind(sockets, descriptor, &local) == 0 &&
                         stint_listen(sockets, descriptor, BACKLOG) == 0 &&
                         stint_set_nonblocking(sockets, descriptor, true) == 0;
    return listens ? descriptor : -1;
}

bool server_open(struct server *server, struct stint_sockets *sockets)
{
    const struct stint_endpoint local = {.port = ECHO_PORT};
    *server = (struct server){.sockets = sockets};
    server->http = listen_on(sockets, HTTP_PORT);
    server->echo = listen_on(sockets, ECHO_PORT);
    server->datagrams = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
    return server->http >= 0 && server->echo >= 0 && server->datagrams >= 0 &&
           stint_bind(sockets, server->datagrams, &local) == 0;
}

void server_turn(struct server *server)
{
    const unsigned accepting = free_connection(server) != NULL ? STINT_READABLE : 0;
    struct stint_poll_entry entries[SERVER_DESCRIPTORS] = {
        {.descriptor = server->http, .wanted = accepting},
        {.descriptor = server->echo, .wanted = accepting},
        {.descriptor = server->datagrams, .wanted = STINT_READABLE},
    };
    for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
        const struct connection *connection = &server->connections[i];
        entries[FIRST_CONNECTION + i] = (struct stint_poll_entry){
            .descriptor = connection->doing == CONNECTION_FREE ? -1 : connection->descriptor,
            .wanted = wanted(connection)};
    }
    (void)stint_poll(server->sockets, entries, SERVER_DESCRIPTORS, stint_microseconds(-1));
    for (unsigned i = 0; i < SERVER_CONNECTIONS; i++) {
        if (entries[FIRST_CONNECTION + i].ready != 0) {
            serve(server, &server->connections[i]);
        }
    }
    if (entries[0].ready != 0) {
        accept_from(server, server->http, CONNECTION_READING_HEAD);
    }
    if (entries[1].ready != 0) {
        accept_from(server, server->echo, CONNECTION_ECHOING);
    }
    if (entries[2].ready != 0) {
        echo_datagram(server);
    }
}
