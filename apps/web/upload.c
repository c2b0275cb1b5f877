/* The page /up: takes a body of any length and answers its SHA-256.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "web/page.h"

#include <gnutls/crypto.h>
#include <stdio.h>

enum { DIGEST_LENGTH = 32 };

static bool begin(struct web_request *request)
{
    gnutls_hash_hd_t hash = NULL;
    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) != 0) {
        return false;
    }
    request->state = hash;
    return true;
}

static void take(struct web_request *request, struct stint_view bytes)
{
    gnutls_hash((gnutls_hash_hd_t)request->state, bytes.bytes, bytes.length);
}

static enum MHD_Result answer(struct web_request *request)
{
    uint8_t digest[DIGEST_LENGTH];
    char text[2 * DIGEST_LENGTH + 2];
    gnutls_hash_output((gnutls_hash_hd_t)request->state, digest);
    for (size_t i = 0; i < DIGEST_LENGTH; i++) {
        snprintf(text + 2 * i, 3, "%02x", (unsigned)digest[i]);
    }
    text[2 * DIGEST_LENGTH] = '\n';
    text[2 * DIGEST_LENGTH + 1] = '\0';
    return web_answer_text(request, MHD_HTTP_OK, text);
}

static void end(struct web_request *request)
{
    if (request->state != NULL) {
        gnutls_hash_deinit((gnutls_hash_hd_t)request->state, NULL);
    }
}

const struct web_page web_upload_page = {
    .path = "/up",
    .has_below = true, /* curl -T FILE …/up/ appends the file's name */
    .takes_body = true,
    .begin = begin,
    .take = take,
    .answer = answer,
    .end = end,
};
