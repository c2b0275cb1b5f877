/* Multicast groups of UDP sockets: `config.igmp = &stint_igmp` for those of IPv4 (RFC 2236),
 * `config.mld = &stint_mld` for those of IPv6 (RFC 2710). A program that names neither links
 * nothing of them. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A socket is a member on one interface at a time per join. A datagram to a group that anybody
 * joined on an interface goes to every socket that is bound to its port there, as on Linux. With
 * MLD the groups of solicited nodes are joined as IPv6 addresses come and go. What sockets send to
 * groups is chosen by the socket's record: multicast_hops, multicast_interface, multicast_silent.
 */
#ifndef STINT_STACK_GROUPS_H
#define STINT_STACK_GROUPS_H

#include "stint/stack/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct stint_group_protocol stint_igmp;
extern const struct stint_group_protocol stint_mld;

/* The interface on which a group is joined, or sent to, when nobody says: that of its route. */
uint8_t stint_stack_group_interface(
    const struct stint_stack *stack, const struct stint_address *group);

/* Makes a UDP socket a member; it leaves when it is closed. STINT_INVALID: no group of a configured
 * protocol, or no such interface; STINT_ADDRESS_IN_USE: it is a member already;
 * STINT_EXHAUSTED: config.groups or config.memberships are in use; STINT_BAD_HANDLE. */
enum stint_result stint_stack_join_group(struct stint_stack *stack, struct stint_instant now,
    struct stint_handle socket, uint8_t interface, const struct stint_address *group);

/* STINT_ADDRESS_NOT_LOCAL: it is no member. */
enum stint_result stint_stack_leave_group(struct stint_stack *stack, struct stint_instant now,
    struct stint_handle socket, uint8_t interface, const struct stint_address *group);

#ifdef __cplusplus
}
#endif

#endif
