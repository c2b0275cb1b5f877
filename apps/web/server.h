/* The web server of a device: libmicrohttpd, which knows nothing of stint, over whatever socket()
 * gives. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_WEB_SERVER_H
#define STINT_APPS_WEB_SERVER_H

#include "stint_linux/host.h"

#include <stdatomic.h>

struct MHD_Daemon;

/* What went through the pages, body bytes only. */
struct web_counters {
    _Atomic uint64_t requests;
    _Atomic uint64_t bytes_sent;
    _Atomic uint64_t bytes_received;
};

struct web_server {
    struct MHD_Daemon *daemon;
    struct stint_linux_host *host; /* whose statistics are shown */
    struct stint_instant started_at;
    struct web_counters counters;
};

/* Serves on `port`. On failure false, and one line in `message`. The server must not move. */
bool web_server_start(struct web_server *server, struct stint_linux_host *host, uint16_t port,
    char *message, size_t capacity);

/* Ends what is under way and closes every connection. */
void web_server_stop(struct web_server *server);

#endif
