/* Debian's lwIP, whose structures are those of Linux, with sockets numbered as on ESP-IDF:
 * libraries that were compiled for Linux can call it beside the harness's VFS.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_LINUX_ABI_LWIPOPTS_H
#define STINT_TESTS_LINUX_ABI_LWIPOPTS_H

#include_next <lwipopts.h>

#include <sys/select.h>

#undef LWIP_SOCKET_OFFSET
#define MEMP_NUM_NETCONN   16
#define LWIP_SOCKET_OFFSET (FD_SETSIZE - MEMP_NUM_NETCONN)

#endif
