/* The page /: what the device is doing, live; it asks for nothing but /api/stats.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "web/page.h"
#include "web/status_html.h"

static enum MHD_Result answer(struct web_request *request)
{
    atomic_fetch_add(&request->server->counters.bytes_sent, status_html_length);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        status_html_length, (void *)(uintptr_t)status_html, MHD_RESPMEM_PERSISTENT);
    if (response != NULL) {
        MHD_add_response_header(response, "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
            "connect-src 'self'; img-src data:");
    }
    return web_answer(request, MHD_HTTP_OK, "text/html; charset=utf-8", response);
}

const struct web_page web_status_page = {.path = "/", .answer = answer};
