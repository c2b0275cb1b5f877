/* The wrapped calls: what the C library itself does, and what the shim does instead.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * shim_<name>() serves sockets of the attached host and passes every other descriptor to
 * stint_real.<name>().
 */
#ifndef STINT_PRELOAD_CALLS_H
#define STINT_PRELOAD_CALLS_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

struct addrinfo;
struct mmsghdr;
struct timespec;

/* NOLINTBEGIN(bugprone-macro-parentheses): what stands bare are types and lists of parameters. */
struct stint_real_calls {
#define CALL(result, name, parameters, arguments) result(*name) parameters;
#define VARIADIC(name, type)                      int (*name)(int fd, type what, ...);
#include "wrapped_calls.def"
#undef CALL
#undef VARIADIC
};

extern struct stint_real_calls stint_real;

#define CALL(result, name, parameters, arguments) result shim_##name parameters;
#define VARIADIC(name, type)                      int shim_##name(int fd, type what, long argument);
#include "wrapped_calls.def"
#undef CALL
#undef VARIADIC
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
