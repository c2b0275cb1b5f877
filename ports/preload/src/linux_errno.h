/* Linux' numbers for the errors of stint's sockets.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PRELOAD_LINUX_ERRNO_H
#define STINT_PRELOAD_LINUX_ERRNO_H

#include "stint_sockets/errors.h"

int linux_errno(enum stint_error error);

/* A result of a stint call with its error, if it is one, as a negated Linux errno. */
static inline long linux_result(long result)
{
    return result < 0 ? -(long)linux_errno((enum stint_error) - result) : result;
}

#endif
