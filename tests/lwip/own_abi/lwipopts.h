/* lwIP's options as ESP-IDF sets them, as far as its socket headers look at them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include <fcntl.h>
#include <sys/select.h>

#define NO_SYS                      0
#define LWIP_SOCKET                 1
#define LWIP_COMPAT_SOCKETS         0
#define LWIP_POSIX_SOCKETS_IO_NAMES 0
#define MEMP_NUM_NETCONN            16
#define LWIP_SOCKET_OFFSET          (FD_SETSIZE - MEMP_NUM_NETCONN)
#define LWIP_DNS                    1
#define LWIP_IPV4                   1
#define LWIP_IPV6                   1
#define LWIP_IGMP                   1
#define LWIP_IPV6_MLD               1
#define LWIP_TCP_KEEPALIVE          1
#define LWIP_SO_SNDTIMEO            1
#define LWIP_SO_RCVTIMEO            1
#define LWIP_SO_RCVBUF              1
#define LWIP_SO_LINGER              1
#define LWIP_NETIF_API              1
#define LWIP_MULTICAST_TX_OPTIONS   1
#define SO_REUSE                    1

#endif
