/* The pieces of a message that lwIP describes as struct iovec, for stint.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pieces.h"

int pieces_from(struct pieces *pieces, const struct iovec *vectors, size_t count)
{
    if (count == 0 || count > PIECES_AT_MOST) {
        return -EMSGSIZE;
    }
    for (size_t i = 0; i < count; i++) {
        if (vectors[i].iov_base == NULL || vectors[i].iov_len == 0) {
            return -EINVAL;
        }
        pieces->spans[i] = stint_span_of((uint8_t *)vectors[i].iov_base, vectors[i].iov_len);
    }
    pieces->count = count;
    return 0;
}

void pieces_of(struct pieces *pieces, const void *bytes, size_t length)
{
    /* What is sent is only read. */
    pieces->spans[0].bytes = (uint8_t *)(uintptr_t)bytes;
    pieces->spans[0].length = length;
    pieces->count = 1;
}
