/* The pieces of a message that lwIP describes as struct iovec, for stint.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_PIECES_H
#define STINT_LWIP_PIECES_H

#include "lwip_headers.h"
#include "stint_sockets/sockets.h"

enum { PIECES_AT_MOST = 16 }; /* they lie on the stack of the caller's task */

struct pieces {
    struct stint_span spans[PIECES_AT_MOST];
    size_t count;
};

/* 0, or a negated errno: EMSGSIZE for none or too many, EINVAL for one without room. */
int pieces_from(struct pieces *pieces, const struct iovec *vectors, size_t count);

void pieces_of(struct pieces *pieces, const void *bytes, size_t length);

/* A count of readv() or writev() as msg_iovlen has it; a negative one is none. */
#if LWIP_SOCKET_EXTERNAL_HEADERS
static inline size_t pieces_count_of(int count)
{
    return count > 0 ? (size_t)count : 0;
}
#else
static inline int pieces_count_of(int count)
{
    return count > 0 ? count : 0;
}
#endif

#endif
