/* Which descriptors of the program are sockets of the attached host.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Several descriptors may name one socket (dup). A call pins the socket while it uses it: a close
 * from another thread takes the name away at once and wakes whoever sleeps, and the last of them
 * ends the socket. Lock order: the sockets lock, then the table's.
 */
#ifndef STINT_PRELOAD_TABLE_H
#define STINT_PRELOAD_TABLE_H

#include "stint_linux/host.h"
#include "token.h"
#include <sys/socket.h>

/* The sockets of the attached host, NULL when there never was one. */
struct stint_sockets *shim_sockets(void);

/* True while new sockets belong to the attached host. */
bool shim_is_attached(void);

/* Called once, by shim_start_once(), when no host is attached: may attach one. */
extern void (*shim_start)(void);

/* Does so when nobody has yet (shim_open.c). */
void shim_start_once(void);

/* True in a forked child, where the sockets are only what the parent left. */
bool shim_is_a_child(void);

/* The stint descriptor behind `fd`, pinned, or -1 when `fd` is not ours. */
int shim_pin(int fd);
void shim_unpin(int descriptor);

/* True while `fd` still names the pinned descriptor. */
bool shim_names(int fd, int descriptor);

/* Makes `fd`, the inside end of a token with this outside end, the first name of a new stint
 * descriptor. When that fails everything is closed: 0 or a negated errno. */
int shim_adopt(int descriptor, int fd, int outside, bool may_hang_up);

/* One more name for a pinned descriptor; false when the number is too high. */
bool shim_add_name(int descriptor, int fd);

/* Takes the name away: afterwards `fd` is an ordinary descriptor, to be closed or replaced, and
 * then shim_release() ends the socket if that was its last name. -1 when `fd` was not ours. */
int shim_remove_name(int fd);
void shim_release(int descriptor);

/* The token gets new ends, when it has shown an end that is no longer true (a stream connects again
 * after a failure). 0 or a negated errno. */
int shim_renew_token(int fd, int descriptor);
void shim_let_hang_up(int descriptor);

/* What the calling thread's call has met, before it settles: a write that found no room, a read
 * that found less than it asked for. An edge-triggered waiter must hear of what comes next, even
 * when it has come before the token showed that there was none. */
void shim_note_short_write(void);
void shim_note_short_read(void);

/* Brings the token up to date after a call of the program on `fd`. */
void shim_settle(int fd, int descriptor);

/* The end of a call: settles, unpins, and turns a negated errno into errno and -1. */
long shim_answer(int fd, int descriptor, long result);

/* AF_INET or AF_INET6. */
int shim_family(int descriptor);

/* linux_address_read() for a socket, whose family the address must fit. */
int shim_read_address(int descriptor, const struct sockaddr *address, socklen_t length,
    struct stint_endpoint *endpoint);

#endif
