/* Errors of socket calls: what the stack's results mean to a caller, and words for messages.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "entry.h"

enum stint_error stint_error_of_result(enum stint_result result)
{
    switch (result) {
    case STINT_OK:
    case STINT_END_OF_STREAM:
        return STINT_EOK;
    case STINT_WOULD_BLOCK:
        return STINT_EAGAIN;
    case STINT_INVALID:
    case STINT_WRONG_STATE:
        return STINT_EINVAL;
    case STINT_BAD_HANDLE:
        return STINT_ENOTCONN; /* never of an open descriptor: the stack has dropped its socket */
    case STINT_ADDRESS_IN_USE:
        return STINT_EADDRINUSE;
    case STINT_ADDRESS_NOT_LOCAL:
        return STINT_EADDRNOTAVAIL;
    case STINT_EXHAUSTED:
        return STINT_ENOBUFS;
    case STINT_TOO_LONG:
        return STINT_EMSGSIZE;
    case STINT_UNREACHABLE:
        return STINT_EHOSTUNREACH;
    case STINT_REFUSED:
        return STINT_ECONNREFUSED;
    case STINT_RESET:
        return STINT_ECONNRESET;
    case STINT_TIMED_OUT:
        return STINT_ETIMEDOUT;
    case STINT_ABORTED:
        return STINT_ECONNABORTED;
    }
    return STINT_EINVAL;
}

const char *stint_error_describe(enum stint_error error)
{
    switch (error) {
    case STINT_EOK:
        return "no error";
    case STINT_EAGAIN:
        return "nothing now, try again";
    case STINT_EBADF:
        return "not an open descriptor";
    case STINT_EINVAL:
        return "invalid argument, or not in this state";
    case STINT_ENOTSOCK:
        return "not a socket";
    case STINT_EOPNOTSUPP:
        return "operation not supported on this socket";
    case STINT_EPROTONOSUPPORT:
        return "protocol not supported";
    case STINT_EAFNOSUPPORT:
        return "address family not supported";
    case STINT_ENOPROTOOPT:
        return "option not available";
    case STINT_EADDRINUSE:
        return "address already in use";
    case STINT_EADDRNOTAVAIL:
        return "address not available";
    case STINT_ENETUNREACH:
        return "no route to the network";
    case STINT_EHOSTUNREACH:
        return "host unreachable";
    case STINT_ECONNREFUSED:
        return "connection refused";
    case STINT_ECONNRESET:
        return "connection reset by the peer";
    case STINT_ECONNABORTED:
        return "connection aborted";
    case STINT_ETIMEDOUT:
        return "connection timed out";
    case STINT_EINPROGRESS:
        return "connection in progress";
    case STINT_EALREADY:
        return "connection already in progress";
    case STINT_EISCONN:
        return "already connected";
    case STINT_ENOTCONN:
        return "not connected";
    case STINT_EDESTADDRREQ:
        return "destination address required";
    case STINT_EMSGSIZE:
        return "message too long";
    case STINT_EPIPE:
        return "the writing side is closed";
    case STINT_EMFILE:
        return "no descriptor is free";
    case STINT_ENFILE:
        return "no file is free";
    case STINT_ENOBUFS:
        return "no buffer space";
    case STINT_ENOMEM:
        return "out of memory";
    case STINT_EACCES:
        return "permission denied";
    case STINT_EFAULT:
        return "bad address";
    case STINT_ENODEV:
        return "no such interface";
    }
    return "unknown error";
}
