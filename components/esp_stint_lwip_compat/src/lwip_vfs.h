/* The one socket VFS of ESP-IDF: how read(), write(), close() and select() of the C library reach
 * the sockets. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_VFS_H
#define STINT_LWIP_VFS_H

#include <stdbool.h>

/* Registers it, the first time; true without a VFS, on every platform but ESP-IDF. */
bool lwip_vfs_register(void);

#endif
