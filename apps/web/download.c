/* The page /dl/N: N bytes, each known by its position.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The byte at position i is i modulo 251: a prime, so that no power of two and no segment size is a
 * multiple of the period, and a piece in the wrong place shows.
 */
#include "web/page.h"

#include <stdlib.h>
#include <string.h>

enum { PERIOD = 251, BLOCK = 32 * 1024 };

static const uint64_t longest = (uint64_t)1 << 40;

struct download {
    struct web_server *server;
    uint64_t length;
};

static void fill(char *bytes, size_t length, uint64_t position)
{
    /* One period by hand, the rest by doubling whole periods. */
    const size_t first = length < PERIOD ? length : PERIOD;
    for (size_t i = 0; i < first; i++) {
        bytes[i] = (char)(unsigned char)((position + i) % PERIOD);
    }
    for (size_t done = first; done < length;) {
        const size_t step = length - done < done ? length - done : done;
        memcpy(bytes + done, bytes, step);
        done += step;
    }
}

static ssize_t read_block(void *context, uint64_t position, char *into, size_t room)
{
    struct download *download = (struct download *)context;
    const uint64_t left = download->length - position;
    const size_t length = left < room ? (size_t)left : room;
    fill(into, length, position);
    atomic_fetch_add(&download->server->counters.bytes_sent, length);
    return (ssize_t)length;
}

/* The whole of `text` as a decimal number up to the longest that is served. */
static bool read_length(const char *text, uint64_t *length)
{
    uint64_t number = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        number = number * 10 + (uint64_t)(*text - '0');
        if (number > longest) {
            return false;
        }
    }
    *length = number;
    return true;
}

static enum MHD_Result answer(struct web_request *request)
{
    uint64_t length = 0;
    if (!read_length(request->below, &length)) {
        return web_answer_text(request, MHD_HTTP_BAD_REQUEST,
            "/dl/N gives N bytes: a number from 0 to 1099511627776.\n");
    }
    struct download *download = (struct download *)calloc(1, sizeof *download);
    if (download == NULL) {
        return MHD_NO;
    }
    download->server = request->server;
    download->length = length;
    struct MHD_Response *response =
        MHD_create_response_from_callback(length, BLOCK, read_block, download, free);
    if (response == NULL) {
        free(download);
    }
    return web_answer(request, MHD_HTTP_OK, "application/octet-stream", response);
}

const struct web_page web_download_page = {
    .path = "/dl/",
    .has_below = true,
    .answer = answer,
};
