/* Puts a stint host under the C library's socket calls of this program.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A program linked with stint_wrap_link() in CMake keeps calling socket(), connect(), epoll_wait()
 * and so on. From the attachment on, AF_INET stream and datagram sockets live on the host; every
 * other descriptor stays the kernel's, and AF_INET6 answers EAFNOSUPPORT so that programs fall back
 * to IPv4.
 *
 * Each such socket has a kernel descriptor underneath, whose readiness follows the socket's: poll,
 * select and epoll, over sockets, pipes and all else mixed, are the kernel's own and not wrapped.
 *
 * What does not work:
 *   - calls that the C library makes by itself: stdio on a socket (fdopen), its resolver, which
 *     keeps asking over the kernel (but getaddrinfo() asks the host's name server when the host has
 *     one), close_range(); io_uring, splice() and raw system calls;
 *   - sockets in a child after fork(): it can close its copies, the connections stay the parent's.
 *     New AF_INET sockets in the child fail with ENETDOWN;
 *   - 127.0.0.0/8: the host has no loopback and answers ENETUNREACH;
 *   - connecting again after a failure takes the descriptor out of epoll sets.
 */
#ifndef STINT_STINT_WRAP_WRAP_H
#define STINT_STINT_WRAP_WRAP_H

#include "stint_linux/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* To be set as `readiness_changed` in the host's options; needs no context. */
void stint_wrap_readiness_changed(void *context, int descriptor, unsigned readiness);

/* From now on sockets live on `host`, whose runner runs. One host at a time; false when there is
 * one already or when memory is short. */
bool stint_wrap_attach(struct stint_linux_host *host);

/* Closes every socket of the program and waits until the peers have what was sent to them, as long
 * as they keep taking it (2 s without progress end it, and 30 s in any case). Afterwards new
 * sockets are the kernel's. To be called before the runner is stopped. */
void stint_wrap_detach(void);

/* A socket of the kernel in spite of the attachment: all calls on its descriptor pass through. */
int stint_wrap_kernel_socket(int family, int type, int protocol);

#ifdef __cplusplus
}
#endif

#endif
