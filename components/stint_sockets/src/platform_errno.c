/* The platform's errno numbers for the errors of socket calls.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_sockets/platform_errno.h"

#include <errno.h>

int stint_platform_errno(enum stint_error error)
{
    switch (error) {
    case STINT_EOK:
        return 0;
    case STINT_EAGAIN:
        return EAGAIN;
    case STINT_EBADF:
        return EBADF;
    case STINT_EINVAL:
        return EINVAL;
    case STINT_ENOTSOCK:
        return ENOTSOCK;
    case STINT_EOPNOTSUPP:
        return EOPNOTSUPP;
    case STINT_EPROTONOSUPPORT:
        return EPROTONOSUPPORT;
    case STINT_EAFNOSUPPORT:
        return EAFNOSUPPORT;
    case STINT_ENOPROTOOPT:
        return ENOPROTOOPT;
    case STINT_EADDRINUSE:
        return EADDRINUSE;
    case STINT_EADDRNOTAVAIL:
        return EADDRNOTAVAIL;
    case STINT_ENETUNREACH:
        return ENETUNREACH;
    case STINT_EHOSTUNREACH:
        return EHOSTUNREACH;
    case STINT_ECONNREFUSED:
        return ECONNREFUSED;
    case STINT_ECONNRESET:
        return ECONNRESET;
    case STINT_ECONNABORTED:
        return ECONNABORTED;
    case STINT_ETIMEDOUT:
        return ETIMEDOUT;
    case STINT_EINPROGRESS:
        return EINPROGRESS;
    case STINT_EALREADY:
        return EALREADY;
    case STINT_EISCONN:
        return EISCONN;
    case STINT_ENOTCONN:
        return ENOTCONN;
    case STINT_EDESTADDRREQ:
        return EDESTADDRREQ;
    case STINT_EMSGSIZE:
        return EMSGSIZE;
    case STINT_EPIPE:
        return EPIPE;
    case STINT_EMFILE:
        return EMFILE;
    case STINT_ENFILE:
        return ENFILE;
    case STINT_ENOBUFS:
        return ENOBUFS;
    case STINT_ENOMEM:
        return ENOMEM;
    case STINT_EACCES:
        return EACCES;
    case STINT_EFAULT:
        return EFAULT;
    case STINT_ENODEV:
        return ENODEV;
    }
    return EIO;
}
