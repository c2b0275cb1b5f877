/* A stack that speaks to itself: 127.0.0.0/8, ::1 and every address of its own (RFC 1122 3.2.1.3,
 * RFC 4291 2.5.3). A program that does not name it links none of it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * What is for one of our addresses never reaches another device, but comes back by the loopback
 * interface in the next poll. From any other interface such a source is refused.
 */
#ifndef STINT_STACK_LOOPBACK_H
#define STINT_STACK_LOOPBACK_H

#include "stint/device/loopback.h"
#include "stint/stack/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Attaches the device as the stack's loopback interface, with 127.0.0.1/8 and, where IPv6 was
 * configured, ::1/128. Best after all others: it takes one of `config.interfaces`. `loopback` is
 * initialised and outlives the stack. STINT_WRONG_STATE: there is one already; STINT_EXHAUSTED: no
 * interface or no address is left. */
enum stint_result stint_stack_attach_loopback(
    struct stint_stack *stack, struct stint_loopback *loopback);

#ifdef __cplusplus
}
#endif

#endif
