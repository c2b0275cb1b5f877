/* The headers of the lwIP that this build has: its structures and numbers are the ABI that is
 * served. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_HEADERS_H
#define STINT_LWIP_HEADERS_H

#include <errno.h>
#include <fcntl.h> /* first: where the C library has numbers, lwIP takes them */
#include <lwip/opt.h>
#include <lwip/sockets.h>

#if LWIP_DNS
#include <lwip/netdb.h>
#elif LWIP_SOCKET_EXTERNAL_HEADERS
#include <netdb.h>
#endif

#include <sys/time.h>

/* True when a socket address begins with its length. */
#if !LWIP_SOCKET_EXTERNAL_HEADERS
#define LWIP_ADDRESS_HAS_LENGTH 1
#else
#define LWIP_ADDRESS_HAS_LENGTH HAVE_SA_LEN
#endif

#endif
