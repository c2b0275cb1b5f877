/* The wrapped calls, and what their parts share: the attached sockets, numbers, answers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The linker's --wrap sends calls of lwip_x() to __wrap_lwip_x(). A call is made of three steps:
 * its descriptor is found, the neutral call is made, its result is answered in errno.
 */
#ifndef STINT_LWIP_CALLS_H
#define STINT_LWIP_CALLS_H

#include "lwip_headers.h"
#include "stint_sockets/platform_errno.h"
#include "stint_sockets/sockets.h"

/* NOLINTNEXTLINE(bugprone-macro-parentheses): what stands bare are types and lists of parameters */
#define CALL(result, name, parameters) result __wrap_##name parameters;
#include "wrapped_calls.def"
#undef CALL

/* NULL when none are attached. */
struct stint_sockets *lwip_sockets(void);

/* lwIP's number of one of stint's descriptors and back. A number that is none of ours becomes one
 * that stint does not know either. */
int lwip_number_of(int descriptor);
int lwip_descriptor_of(int fd);

/* AF_INET or AF_INET6. */
int lwip_family_of(int descriptor);

/* Ends a call: a result of 0 or more as it is; a negated errno becomes errno and -1. */
long lwip_answer(long result);

/* The same for a result with a negated enum stint_error. */
long lwip_answer_stint(long result);

/* The interface of this name, from 1, or 0. */
unsigned lwip_interface_of_name(const char *name);

#endif
