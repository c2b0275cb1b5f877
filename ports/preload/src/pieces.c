/* The pieces of a message that Linux describes as struct iovec, for stint.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "pieces.h"

#include <string.h>

bool pieces_from(struct pieces *pieces, const struct iovec *vectors, size_t count)
{
    pieces->count = 0;
    pieces->length = 0;
    if (count > PIECES_AT_MOST) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (vectors[i].iov_len > 0) {
            pieces->spans[pieces->count++] = stint_span_of(vectors[i].iov_base, vectors[i].iov_len);
            pieces->length += vectors[i].iov_len;
        }
    }
    return true;
}

void pieces_of(struct pieces *pieces, const void *bytes, size_t length)
{
    /* What is sent is only read. */
    pieces->spans[0].bytes = (uint8_t *)(uintptr_t)bytes;
    pieces->spans[0].length = length;
    pieces->count = 1;
    pieces->length = length;
}

void pieces_skip(struct pieces *pieces, size_t length)
{
    size_t done = 0;
    pieces->length -= length;
    while (done < pieces->count && length >= pieces->spans[done].length) {
        length -= pieces->spans[done++].length;
    }
    pieces->count -= done;
    memmove(pieces->spans, pieces->spans + done, pieces->count * sizeof(pieces->spans[0]));
    if (pieces->count > 0) {
        pieces->spans[0] = stint_span_without_first(pieces->spans[0], length);
    }
}
