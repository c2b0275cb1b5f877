/* Joining and leaving groups by the protocol of their family.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/groups.h"

#include "stack_internal.h"

uint8_t stint_stack_group_interface(
    const struct stint_stack *stack, const struct stint_address *group)
{
    struct stint_path path;
    return stint_stack_find_path(stack, group, &path) ? path.interface : 0;
}

enum stint_result stint_stack_join_group(struct stint_stack *stack, struct stint_instant now,
    struct stint_handle socket, uint8_t interface, const struct stint_address *group)
{
    const struct stint_group_protocol *protocol = stint_stack_protocol_of(stack, group);
    return protocol != NULL ? protocol->memberships->join(stack, now, socket, interface, group)
                            : STINT_INVALID;
}

enum stint_result stint_stack_leave_group(struct stint_stack *stack, struct stint_instant now,
    struct stint_handle socket, uint8_t interface, const struct stint_address *group)
{
    const struct stint_group_protocol *protocol = stint_stack_protocol_of(stack, group);
    return protocol != NULL ? protocol->memberships->leave(stack, now, socket, interface, group)
                            : STINT_INVALID;
}
