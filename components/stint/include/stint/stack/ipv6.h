/* IPv6 for a stack (RFC 8200, RFC 4443, RFC 4861): `config.ipv6 = &stint_ipv6`. A program that does
 * not name it links none of it. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Addresses come by stint_stack_add_address() or, checked for duplicates, by the SLAAC service.
 * Fragments are not put together.
 */
#ifndef STINT_STACK_IPV6_H
#define STINT_STACK_IPV6_H

#include "stint/stack/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct stint_ipv6_support stint_ipv6;

#ifdef __cplusplus
}
#endif

#endif
