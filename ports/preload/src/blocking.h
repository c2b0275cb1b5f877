/* How a call of the program waits: it sleeps in the kernel, on the token.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * So signals, timeouts, O_NONBLOCK and cancellation are the kernel's own.
 */
#ifndef STINT_PRELOAD_BLOCKING_H
#define STINT_PRELOAD_BLOCKING_H

/* Both return 0 when it is worth trying again, or a negated errno: EAGAIN for a non-blocking
 * descriptor or at the end of SO_RCVTIMEO or SO_SNDTIMEO, EINTR, EBADF when the descriptor was
 * closed meanwhile. */
int shim_wait_readable(int fd, int descriptor);
int shim_wait_writable(int fd, int descriptor);

#endif
