/* Echo (RFC 862), discard (RFC 863) and chargen (RFC 864) over TCP and UDP, with plain BSD sockets.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_SERVICES_H
#define STINT_APPS_SERVICES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum service_kind { SERVICE_ECHO, SERVICE_DISCARD, SERVICE_CHARGEN, SERVICE_COUNT };

enum { SERVICES_CONNECTIONS = 256 };

struct service_connection {
    int descriptor;
    enum service_kind kind;
    bool ended; /* the peer will send nothing more */
    size_t at;  /* echo: waiting bytes are buffer[at] to buffer[length - 1]; chargen: position */
    size_t length;
    unsigned char *buffer;
};

struct services {
    int listeners[SERVICE_COUNT];
    int datagrams[SERVICE_COUNT];
    struct service_connection connections[SERVICES_CONNECTIONS];
    unsigned connection_count;
    int stop[2]; /* a pipe: closing its second end ends the thread */
    pthread_t thread;
};

/* Starts a thread that serves. On failure false, and one line in `message`. */
bool services_start(struct services *services, char *message, size_t capacity);
void services_stop(struct services *services);

#endif
