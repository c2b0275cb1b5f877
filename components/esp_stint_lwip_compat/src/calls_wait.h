/* select(), which the socket VFS calls too.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_CALLS_WAIT_H
#define STINT_LWIP_CALLS_WAIT_H

#include "lwip_headers.h"
#include <stdbool.h>

/* As select(); ends early, with what is ready by then or 0, when `*stop` becomes true and the task
 * is woken. `stop` may be NULL. */
int lwip_select_until_stopped(int limit, fd_set *readable, fd_set *writable, fd_set *exceptional,
    struct timeval *timeout, const volatile bool *stop);

#endif
