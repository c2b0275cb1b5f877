/* Groups of datagram sockets, and which interface a caller means.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/groups.h"

#include "entry.h"

/* --- interfaces --- */

/* True for 1 + the number of an interface that is none of the loopback. */
static bool is_interface(const struct stint_sockets *sockets, int64_t interface)
{
    const struct stint_stack *stack = sockets->config.stack;
    return interface > 0 && interface <= stack->interface_count && interface != stack->loopback;
}

/* With one interface there is nothing to choose. */
enum stint_error stint_entry_set_interface(
    const struct stint_sockets *sockets, struct stint_sockets_entry *entry, int64_t value)
{
    const struct stint_stack *stack = sockets->config.stack;
    const int count = stack->interface_count - (stack->loopback != 0 ? 1 : 0);
    if (value < 0 || value > stack->interface_count || (value != 0 && value == stack->loopback)) {
        return STINT_ENODEV;
    }
    if (value > 0 && count > 1) {
        return STINT_EOPNOTSUPP;
    }
    entry->interface = (uint8_t)value;
    return STINT_EOK;
}

enum stint_error stint_entry_set_multicast_interface(
    const struct stint_sockets *sockets, struct stint_sockets_entry *entry, int64_t interface)
{
    if (interface != 0 && !is_interface(sockets, interface)) {
        return STINT_ENODEV;
    }
    entry->multicast_interface = (uint8_t)interface;
    return STINT_EOK;
}

unsigned stint_interface_of_address(
    struct stint_sockets *sockets, const struct stint_address *address)
{
    unsigned found = 0;
    stint_sockets_lock(sockets);
    const struct stint_stack *stack = sockets->config.stack;
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        if (stint_addresses_contain(&stack->interfaces[i].addresses, address)) {
            found = i + 1u;
        }
    }
    stint_sockets_unlock(sockets);
    return found;
}

struct stint_address stint_address_of_interface(
    struct stint_sockets *sockets, unsigned interface, enum stint_socket_family family)
{
    struct stint_address found = {{0}};
    stint_sockets_lock(sockets);
    if (is_interface(sockets, interface)) {
        const struct stint_addresses *addresses =
            &sockets->config.stack->interfaces[interface - 1].addresses;
        for (unsigned i = addresses->used; i > 0; i--) {
            const struct stint_address *address = &addresses->entries[i - 1].address;
            found = stint_address_is_ipv4(address) == (family == STINT_IPV4) ? *address : found;
        }
    }
    stint_sockets_unlock(sockets);
    return found;
}

/* --- membership --- */

typedef enum stint_result change_membership(struct stint_stack *stack, struct stint_instant now,
    struct stint_handle socket, uint8_t interface, const struct stint_address *group);

static enum stint_error change(struct stint_sockets *sockets,
    const struct stint_sockets_entry *entry, unsigned interface, const struct stint_address *group,
    change_membership *how)
{
    struct stint_stack *stack = sockets->config.stack;
    if (entry->kind != STINT_ENTRY_DATAGRAM) {
        return STINT_ENOPROTOOPT;
    }
    if (!stint_address_is_multicast(group)) {
        return STINT_EINVAL;
    }
    if (interface != 0 && !is_interface(sockets, interface)) {
        return STINT_ENODEV;
    }
    const uint8_t index =
        interface != 0 ? (uint8_t)(interface - 1) : stint_stack_group_interface(stack, group);
    const enum stint_result result =
        how(stack, stint_sockets_now(sockets), entry->handle, index, group);
    stint_sockets_wake_poll(sockets);
    return stint_error_of_result(result);
}

static int change_of(struct stint_sockets *sockets, int descriptor, unsigned interface,
    const struct stint_address *group, change_membership *how)
{
    const struct stint_sockets_entry *entry = stint_entry_lock(sockets, descriptor);
    const enum stint_error error =
        entry == NULL ? STINT_EBADF : change(sockets, entry, interface, group, how);
    stint_sockets_unlock(sockets);
    return -(int)error;
}

int stint_join_group(struct stint_sockets *sockets, int descriptor, unsigned interface,
    const struct stint_address *group)
{
    return change_of(sockets, descriptor, interface, group, stint_stack_join_group);
}

int stint_leave_group(struct stint_sockets *sockets, int descriptor, unsigned interface,
    const struct stint_address *group)
{
    return change_of(sockets, descriptor, interface, group, stint_stack_leave_group);
}
