/* Options of Linux about multicast groups.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PRELOAD_SHIM_GROUPS_H
#define STINT_PRELOAD_SHIM_GROUPS_H

#include <sys/socket.h>

/* Joins or leaves: 0 or a negated errno. */
long shim_join_group(int descriptor, int level, const void *value, socklen_t length);
long shim_leave_group(int descriptor, int level, const void *value, socklen_t length);

/* The same by struct group_req (RFC 3678 5.1). */
long shim_join_by_request(int descriptor, const void *value, socklen_t length);
long shim_leave_by_request(int descriptor, const void *value, socklen_t length);

/* IP_MULTICAST_IF: by address, struct ip_mreq or struct ip_mreqn; told as an address. */
long shim_set_multicast_interface(int descriptor, const void *value, socklen_t length);
long shim_get_multicast_interface(int descriptor, void *address);

#endif
