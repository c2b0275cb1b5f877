/* A page: what answers the requests for one path.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The server calls begin() when the headers are in, take() for each piece of a body, answer() when
 * the request is complete, and end() when it is over, however that came. All but answer() may be
 * NULL.
 */
#ifndef STINT_APPS_WEB_PAGE_H
#define STINT_APPS_WEB_PAGE_H

#include "web/server.h"

#include <microhttpd.h>

struct web_page;

struct web_request {
    struct web_server *server;
    struct MHD_Connection *connection;
    const struct web_page *page;
    const char *below; /* what follows the page's path: "1000" of /dl/1000 */
    void *state;       /* the page's own */
};

struct web_page {
    const char *path;
    bool has_below;                             /* answers for everything below its path */
    bool takes_body;                            /* answers POST and PUT, otherwise GET and HEAD */
    bool (*begin)(struct web_request *request); /* false: out of memory */
    void (*take)(struct web_request *request, struct stint_view bytes);
    enum MHD_Result (*answer)(struct web_request *request);
    void (*end)(struct web_request *request);
};

extern const struct web_page web_status_page;   /* / */
extern const struct web_page web_stats_page;    /* /api/stats */
extern const struct web_page web_download_page; /* /dl/N */
extern const struct web_page web_upload_page;   /* /up */
extern const struct web_page web_echo_page;     /* /echo */

/* --- for pages: ways to answer --- */

/* Queues `response` (given away; NULL: out of memory) with the headers that every answer has. */
enum MHD_Result web_answer(struct web_request *request, unsigned status, const char *content_type,
    struct MHD_Response *response);

/* Answers with a copy of a text that ends with a line break. */
enum MHD_Result web_answer_text(struct web_request *request, unsigned status, const char *text);

#endif
