/* Errors of socket calls, in neutral numbers that each shim translates to its platform's errno.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Calls return them negated: -STINT_EAGAIN.
 */
#ifndef STINT_STINT_SOCKETS_ERRORS_H
#define STINT_STINT_SOCKETS_ERRORS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum stint_error {
    STINT_EOK,
    STINT_EAGAIN,
    STINT_EBADF,
    STINT_EINVAL,
    STINT_ENOTSOCK,
    STINT_EOPNOTSUPP,
    STINT_EPROTONOSUPPORT,
    STINT_EAFNOSUPPORT,
    STINT_ENOPROTOOPT,
    STINT_EADDRINUSE,
    STINT_EADDRNOTAVAIL,
    STINT_ENETUNREACH,
    STINT_EHOSTUNREACH,
    STINT_ECONNREFUSED,
    STINT_ECONNRESET,
    STINT_ECONNABORTED,
    STINT_ETIMEDOUT,
    STINT_EINPROGRESS,
    STINT_EALREADY,
    STINT_EISCONN,
    STINT_ENOTCONN,
    STINT_EDESTADDRREQ,
    STINT_EMSGSIZE,
    STINT_EPIPE,
    STINT_EMFILE,
    STINT_ENFILE,
    STINT_ENOBUFS,
    STINT_ENOMEM,
    STINT_EACCES,
    STINT_EFAULT,
    STINT_ENODEV,
};

/* A sentence for messages: "connection refused". */
const char *stint_error_describe(enum stint_error error);

#ifdef __cplusplus
}
#endif

#endif
