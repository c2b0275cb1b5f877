/* The page /echo: answers a body with itself.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "web/page.h"

#include <stdlib.h>
#include <string.h>

static const size_t longest = (size_t)8 * 1024 * 1024;

struct echo {
    char *bytes;
    size_t length;
    size_t capacity;
    bool refused; /* longer than is kept, or out of memory */
};

static bool begin(struct web_request *request)
{
    request->state = calloc(1, sizeof(struct echo));
    return request->state != NULL;
}

static bool make_room(struct echo *echo, size_t length)
{
    if (length <= echo->capacity - echo->length) {
        return true;
    }
    if (length > longest - echo->length) {
        return false;
    }
    const size_t capacity = (echo->length + length) * 2;
    char *bytes = (char *)realloc(echo->bytes, capacity);
    if (bytes == NULL) {
        return false;
    }
    echo->bytes = bytes;
    echo->capacity = capacity;
    return true;
}

static void take(struct web_request *request, struct stint_view bytes)
{
    struct echo *echo = (struct echo *)request->state;
    if (echo->refused || echo->length + bytes.length > longest || !make_room(echo, bytes.length)) {
        echo->refused = true;
        return;
    }
    memcpy(echo->bytes + echo->length, bytes.bytes, bytes.length);
    echo->length += bytes.length;
}

static enum MHD_Result answer(struct web_request *request)
{
    struct echo *echo = (struct echo *)request->state;
    if (echo->refused) {
        return web_answer_text(request, MHD_HTTP_CONTENT_TOO_LARGE,
            "/echo keeps a body of at most 8388608 bytes; /up takes any.\n");
    }
    atomic_fetch_add(&request->server->counters.bytes_sent, echo->length);
    /* The response frees the bytes. */
    struct MHD_Response *response =
        MHD_create_response_from_buffer(echo->length, echo->bytes, MHD_RESPMEM_MUST_FREE);
    if (response != NULL) {
        echo->bytes = NULL;
    }
    return web_answer(request, MHD_HTTP_OK, "application/octet-stream", response);
}

static void end(struct web_request *request)
{
    struct echo *echo = (struct echo *)request->state;
    if (echo != NULL) {
        free(echo->bytes);
        free(echo);
    }
}

const struct web_page web_echo_page = {
    .path = "/echo",
    .takes_body = true,
    .begin = begin,
    .take = take,
    .answer = answer,
    .end = end,
};
