/* Results of doing something: what went wrong, as a value that the caller can act on.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_BASE_RESULT_H
#define STINT_BASE_RESULT_H

#ifdef __cplusplus
extern "C" {
#endif

enum stint_result {
    STINT_OK,
    STINT_WOULD_BLOCK,       /* nothing to read or no room to write now; an event tells when */
    STINT_END_OF_STREAM,     /* the peer closed its side and everything it sent was read */
    STINT_INVALID,           /* an argument or a configuration that cannot work */
    STINT_BAD_HANDLE,        /* the handle is stale or never was one */
    STINT_WRONG_STATE,       /* the socket is not in a state that allows this */
    STINT_ADDRESS_IN_USE,    /* the local address and port belong to another socket */
    STINT_ADDRESS_NOT_LOCAL, /* no interface of this stack has this local address */
    STINT_EXHAUSTED,         /* every record, port or buffer of this kind is taken; retry later */
    STINT_TOO_LONG,          /* a datagram larger than the socket or the link can carry */
    STINT_UNREACHABLE,       /* no route, or the network says that the peer cannot be reached */
    STINT_REFUSED,           /* the peer answered that nobody listens there */
    STINT_RESET,             /* the peer reset the connection */
    STINT_TIMED_OUT,         /* the peer stopped answering */
    STINT_ABORTED,           /* the connection was aborted on this side */
};

/* The name of a result in words, for messages: "would block". */
const char *stint_result_name(enum stint_result result);

#ifdef __cplusplus
}
#endif

#endif
