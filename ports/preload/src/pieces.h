/* The pieces of a message that Linux describes as struct iovec, for stint.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PRELOAD_PIECES_H
#define STINT_PRELOAD_PIECES_H

#include "stint_sockets/sockets.h"
#include <sys/uio.h>

enum { PIECES_AT_MOST = 1024 }; /* IOV_MAX of Linux */

struct pieces {
    struct stint_span spans[PIECES_AT_MOST];
    size_t count;
    size_t length; /* bytes of all */
};

/* False when there are too many, as EMSGSIZE or EINVAL. */
bool pieces_from(struct pieces *pieces, const struct iovec *vectors, size_t count);

void pieces_of(struct pieces *pieces, const void *bytes, size_t length);

/* The first `length` bytes are done with. */
void pieces_skip(struct pieces *pieces, size_t length);

#endif
