/* The thread of the small services: one poll() over everything.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "services.h"

#include "service_stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIXED = 1 + 2 * SERVICE_COUNT, DATAGRAM = 65536, ROUND = 64 };

static const uint16_t ports[SERVICE_COUNT] = {7, 9, 19};

static int open_socket(int type, uint16_t port)
{
    const int yes = 1;
    const struct sockaddr_in6 here = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    const int descriptor = socket(AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return -1;
    }
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(descriptor, (const struct sockaddr *)&here, sizeof here) != 0 ||
        (type == SOCK_STREAM && listen(descriptor, 128) != 0)) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/* --- datagrams --- */

/* A datagram from one of these ports is an answer already: two such services would talk for ever.
 */
static bool is_service_port(uint16_t port)
{
    return port == 0 || port == ports[SERVICE_ECHO] || port == ports[SERVICE_CHARGEN];
}

static void answer_datagrams(int descriptor, enum service_kind kind)
{
    unsigned char bytes[DATAGRAM];
    for (unsigned round = 0; round < ROUND; round++) {
        struct sockaddr_in6 peer = {0};
        socklen_t peer_length = sizeof peer;
        ssize_t length =
            recvfrom(descriptor, bytes, sizeof bytes, 0, (struct sockaddr *)&peer, &peer_length);
        if (length < 0) {
            return;
        }
        if (kind == SERVICE_DISCARD || is_service_port(ntohs(peer.sin6_port))) {
            continue;
        }
        if (kind == SERVICE_CHARGEN) {
            length = (ssize_t)service_stream_pattern(bytes, (size_t)rand() % 513, 0);
        }
        /* An answer for which there is no room is lost, as datagrams are. */
        sendto(descriptor, bytes, (size_t)length, 0, (const struct sockaddr *)&peer, peer_length);
    }
}

/* --- streams --- */

static void accept_connections(struct services *services, enum service_kind kind)
{
    while (services->connection_count < SERVICES_CONNECTIONS) {
        const int descriptor =
            accept4(services->listeners[kind], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            return;
        }
        struct service_connection *connection = &services->connections[services->connection_count];
        if (service_stream_open(connection, descriptor, kind)) {
            services->connection_count++;
        } else {
            close(descriptor);
        }
    }
}

static void serve_connections(struct services *services, const struct pollfd *watched)
{
    /* From the end, so that the last may take the place of one that is closed. */
    for (unsigned i = services->connection_count; i-- > 0;) {
        struct service_connection *connection = &services->connections[i];
        if (watched[i].revents != 0 &&
            !service_stream_serve(connection, (watched[i].revents & POLLERR) != 0)) {
            service_stream_close(connection);
            *connection = services->connections[--services->connection_count];
        }
    }
}

/* --- the thread --- */

static unsigned watch(const struct services *services, struct pollfd *watched)
{
    const short accepting = services->connection_count < SERVICES_CONNECTIONS ? POLLIN : 0;
    watched[0] = (struct pollfd){.fd = services->stop[0], .events = POLLIN};
    for (unsigned kind = 0; kind < SERVICE_COUNT; kind++) {
        watched[1 + kind] = (struct pollfd){.fd = services->listeners[kind], .events = accepting};
        watched[1 + SERVICE_COUNT + kind] =
            (struct pollfd){.fd = services->datagrams[kind], .events = POLLIN};
    }
    for (unsigned i = 0; i < services->connection_count; i++) {
        const struct service_connection *connection = &services->connections[i];
        watched[FIXED + i] = (struct pollfd){
            .fd = connection->descriptor, .events = service_stream_wanted(connection)};
    }
    return FIXED + services->connection_count;
}

static void *serve(void *context)
{
    struct services *services = (struct services *)context;
    struct pollfd watched[FIXED + SERVICES_CONNECTIONS];
    for (;;) {
        const unsigned count = watch(services, watched);
        if (poll(watched, count, -1) < 0 && errno != EINTR) {
            return NULL;
        }
        if (watched[0].revents != 0) {
            return NULL;
        }
        serve_connections(services, watched + FIXED);
        for (unsigned kind = 0; kind < SERVICE_COUNT; kind++) {
            if (watched[1 + kind].revents != 0) {
                accept_connections(services, (enum service_kind)kind);
            }
            if (watched[1 + SERVICE_COUNT + kind].revents != 0) {
                answer_datagrams(services->datagrams[kind], (enum service_kind)kind);
            }
        }
    }
}

static void close_all(struct services *services)
{
    while (services->connection_count > 0) {
        service_stream_close(&services->connections[--services->connection_count]);
    }
    for (unsigned kind = 0; kind < SERVICE_COUNT; kind++) {
        if (services->listeners[kind] >= 0) {
            close(services->listeners[kind]);
        }
        if (services->datagrams[kind] >= 0) {
            close(services->datagrams[kind]);
        }
    }
}

static bool open_all(struct services *services, char *message, size_t capacity)
{
    bool opened = true;
    for (unsigned kind = 0; kind < SERVICE_COUNT; kind++) {
        services->listeners[kind] = open_socket(SOCK_STREAM, ports[kind]);
        services->datagrams[kind] = open_socket(SOCK_DGRAM, ports[kind]);
        if (opened && (services->listeners[kind] < 0 || services->datagrams[kind] < 0)) {
            opened = false;
            snprintf(message, capacity, "cannot serve port %u: %s", (unsigned)ports[kind],
                strerror(errno));
        }
    }
    return opened;
}

bool services_start(struct services *services, char *message, size_t capacity)
{
    memset(services, 0, sizeof *services);
    if (!open_all(services, message, capacity)) {
        close_all(services);
        return false;
    }
    if (pipe(services->stop) != 0) {
        snprintf(message, capacity, "cannot make a pipe: %s", strerror(errno));
        close_all(services);
        return false;
    }
    if (pthread_create(&services->thread, NULL, serve, services) != 0) {
        snprintf(message, capacity, "cannot start a thread");
        close(services->stop[0]);
        close(services->stop[1]);
        close_all(services);
        return false;
    }
    return true;
}

void services_stop(struct services *services)
{
    close(services->stop[1]);
    pthread_join(services->thread, NULL);
    close(services->stop[0]);
    close_all(services);
}
