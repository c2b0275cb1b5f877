/* Running what interfaces run beside sockets, and telling it of links.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stack_internal.h"

void stint_stack_add_service(struct stint_stack *stack, struct stint_service *service)
{
    service->next = stack->services;
    stack->services = service;
}

void stint_stack_remove_service(struct stint_stack *stack, const struct stint_service *service)
{
    struct stint_service **place = &stack->services;
    while (*place != NULL && *place != service) {
        place = &(*place)->next;
    }
    if (*place != NULL) {
        *place = service->next;
    }
}

struct stint_instant stint_services_run(struct stint_stack *stack, struct stint_instant now)
{
    struct stint_instant deadline = stint_instant_never();
    for (struct stint_service *service = stack->services; service != NULL;
         service = service->next) {
        if (service->operations->run != NULL) {
            deadline =
                stint_instant_earlier(deadline, service->operations->run(service, stack, now));
        }
    }
    const struct stint_membership_support *memberships = stint_stack_memberships(stack);
    return memberships == NULL ? deadline
                               : stint_instant_earlier(deadline, memberships->run(stack, now));
}

bool stint_services_take_udp(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_udp_datagram *datagram)
{
    for (struct stint_service *service = stack->services; service != NULL;
         service = service->next) {
        if (service->interface == index && service->operations->take_udp != NULL &&
            service->operations->take_udp(service, now, datagram)) {
            return true;
        }
    }
    return false;
}

void stint_services_take_arp(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_arp_packet *packet)
{
    for (struct stint_service *service = stack->services; service != NULL;
         service = service->next) {
        if (service->interface == index && service->operations->take_arp != NULL) {
            service->operations->take_arp(service, now, packet);
        }
    }
}

void stint_stack_set_link(
    struct stint_stack *stack, struct stint_instant now, uint8_t interface, bool up)
{
    if (interface >= stack->interface_count || stack->interfaces[interface].link_down == !up) {
        return;
    }
    stack->interfaces[interface].link_down = !up;
    stack->interfaces[interface].groups.changed = true;
    stack->drops[STINT_DROP_NEIGHBOR_SILENT] +=
        stint_neighbors_forget_all(&stack->interfaces[interface].neighbors);
    stint_stack_forget_paths(stack);
    for (struct stint_service *service = stack->services; service != NULL;
         service = service->next) {
        if (service->interface == interface && service->operations->link != NULL) {
            service->operations->link(service, now, up);
        }
    }
}

/* Number `number` of each service, as far as there is room; how many. */
static size_t take_servers(const struct stint_stack *stack, unsigned number,
    struct stint_address *servers, size_t capacity)
{
    size_t count = 0;
    for (const struct stint_service *service = stack->services; service != NULL && count < capacity;
         service = service->next) {
        const struct stint_address *server = service->operations->name_server != NULL
                                                 ? service->operations->name_server(service, number)
                                                 : NULL;
        if (server != NULL) {
            servers[count++] = *server;
        }
    }
    return count;
}

size_t stint_stack_name_servers(
    const struct stint_stack *stack, struct stint_address *servers, size_t capacity)
{
    size_t count = 0;
    size_t taken = 1;
    for (unsigned number = 0; taken > 0; number++) {
        taken = take_servers(stack, number, servers + count, capacity - count);
        count += taken;
    }
    return count;
}
