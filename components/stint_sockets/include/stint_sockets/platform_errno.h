/* The platform's errno numbers for the errors of socket calls: what <errno.h> of the build says.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STINT_SOCKETS_PLATFORM_ERRNO_H
#define STINT_STINT_SOCKETS_PLATFORM_ERRNO_H

#include "stint_sockets/errors.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 0 for STINT_EOK. */
int stint_platform_errno(enum stint_error error);

/* A result of a socket call with its error, if it is one, as a negated errno. */
static inline long stint_platform_result(long result)
{
    return result < 0 ? -(long)stint_platform_errno((enum stint_error)(-result)) : result;
}

#ifdef __cplusplus
}
#endif

#endif
