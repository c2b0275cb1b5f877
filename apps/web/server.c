/* Requests to pages.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "web/server.h"

#include "web/page.h"

#include "stint_linux/platform.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECTION_LIMIT = 2000,
    /* A connection on which nothing moves for so long is given up; a client that reads slowly moves
     * it now and then. */
    IDLE_LIMIT_S = 120,
    CONNECTION_MEMORY = 64 * 1024,
};

static const struct web_page *const pages[] = {
    &web_status_page,
    &web_stats_page,
    &web_download_page,
    &web_upload_page,
    &web_echo_page,
};

/* --- ways to answer --- */

enum MHD_Result web_answer(struct web_request *request, unsigned status, const char *content_type,
    struct MHD_Response *response)
{
    if (response == NULL) {
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    const enum MHD_Result result = MHD_queue_response(request->connection, status, response);
    MHD_destroy_response(response);
    return result;
}

enum MHD_Result web_answer_text(struct web_request *request, unsigned status, const char *text)
{
    const size_t length = strlen(text);
    atomic_fetch_add(&request->server->counters.bytes_sent, length);
    /* The library copies and does not write. */
    return web_answer(request, status, "text/plain; charset=utf-8",
        MHD_create_response_from_buffer(length, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY));
}

static enum MHD_Result answer_not_found(struct web_request *request)
{
    return web_answer_text(
        request, MHD_HTTP_NOT_FOUND, "Not here. There are: /  /api/stats  /dl/N  /up  /echo\n");
}

static enum MHD_Result answer_wrong_method(struct web_request *request)
{
    return web_answer_text(request, MHD_HTTP_METHOD_NOT_ALLOWED,
        "GET and HEAD read pages; POST and PUT go to /up and /echo.\n");
}

static const struct web_page not_found = {.answer = answer_not_found};
static const struct web_page wrong_method = {.answer = answer_wrong_method};

/* --- requests --- */

/* What follows the page's path in `path`, or NULL when the page does not answer for it. */
static const char *below_page(const struct web_page *page, const char *path)
{
    const size_t length = strlen(page->path);
    if (strncmp(path, page->path, length) != 0) {
        return NULL;
    }
    const char *below = path + length;
    const bool at_border = path[length - 1] == '/' || *below == '/';
    return *below == '\0' || (page->has_below && at_border) ? below : NULL;
}

static bool method_is_one_of(const char *method, const char *first, const char *second)
{
    return strcmp(method, first) == 0 || strcmp(method, second) == 0;
}

static const struct web_page *choose_page(const char *method, const char *path)
{
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (below_page(pages[i], path) != NULL) {
            const bool fits =
                pages[i]->takes_body
                    ? method_is_one_of(method, MHD_HTTP_METHOD_POST, MHD_HTTP_METHOD_PUT)
                    : method_is_one_of(method, MHD_HTTP_METHOD_GET, MHD_HTTP_METHOD_HEAD);
            return fits ? pages[i] : &wrong_method;
        }
    }
    return &not_found;
}

static enum MHD_Result begin_request(struct web_server *server, struct MHD_Connection *connection,
    const char *method, const char *path, void **slot)
{
    struct web_request *request = (struct web_request *)calloc(1, sizeof *request);
    if (request == NULL) {
        return MHD_NO;
    }
    request->server = server;
    request->connection = connection;
    request->page = choose_page(method, path);
    *slot = request;
    atomic_fetch_add(&server->counters.requests, 1);
    return request->page->begin == NULL || request->page->begin(request) ? MHD_YES : MHD_NO;
}

static enum MHD_Result take_request(void *context, struct MHD_Connection *connection,
    const char *path, const char *method, const char *version, const char *body, size_t *length,
    void **slot)
{
    struct web_server *server = (struct web_server *)context;
    (void)version;
    if (*slot == NULL) {
        return begin_request(server, connection, method, path, slot);
    }
    struct web_request *request = (struct web_request *)*slot;
    if (*length > 0) {
        atomic_fetch_add(&server->counters.bytes_received, *length);
        if (request->page->take != NULL) {
            request->page->take(request, stint_view_of(body, *length));
        }
        *length = 0;
        return MHD_YES;
    }
    request->below = request->page->path == NULL ? "" : path + strlen(request->page->path);
    return request->page->answer(request);
}

static void end_request(void *context, struct MHD_Connection *connection, void **slot,
    enum MHD_RequestTerminationCode reason)
{
    (void)context;
    (void)connection;
    (void)reason;
    struct web_request *request = (struct web_request *)*slot;
    if (request == NULL) {
        return;
    }
    if (request->page->end != NULL) {
        request->page->end(request);
    }
    free(request);
    *slot = NULL;
}

bool web_server_start(struct web_server *server, struct stint_linux_host *host, uint16_t port,
    char *message, size_t capacity)
{
    memset(server, 0, sizeof *server);
    server->host = host;
    server->started_at = stint_linux_now();
    /* With epoll the library asks for edges and takes a short read for the last: a client that
     * ended right behind its data would be noticed at the idle limit only. poll() tells levels. */
    server->daemon =
        MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_DUAL_STACK, port,
            NULL, NULL, take_request, server, MHD_OPTION_NOTIFY_COMPLETED, end_request, NULL,
            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_LIMIT, MHD_OPTION_CONNECTION_TIMEOUT,
            (unsigned)IDLE_LIMIT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
            MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)1024, MHD_OPTION_END);
    if (server->daemon == NULL) {
        snprintf(message, capacity, "the web server cannot listen on port %u: %s", (unsigned)port,
            strerror(errno));
        return false;
    }
    return true;
}

void web_server_stop(struct web_server *server)
{
    MHD_stop_daemon(server->daemon);
}
