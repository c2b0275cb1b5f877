/* What groups are on the interfaces of a stack, beside their messages: who is a member, what is
 * reported when, and what sockets send to groups. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stack_internal.h"

static void carve_records(struct stint_stack *stack, struct stint_carve *carve)
{
    const struct stint_stack_config *config = &stack->config;
    stack->memberships =
        stint_carve_array(carve, config->memberships, sizeof(struct stint_membership));
    for (uint8_t i = 0; i < config->interfaces; i++) {
        struct stint_group *records =
            stint_carve_array(carve, config->groups, sizeof(struct stint_group));
        if (!carve->failed && carve->memory.bytes != NULL) {
            stint_groups_init(
                &stack->interfaces[i].groups, records, config->groups, &stack->random);
        }
    }
}

/* --- members --- */

static struct stint_membership *find(struct stint_stack *stack, struct stint_handle socket,
    uint8_t index, const struct stint_address *group)
{
    for (uint16_t i = 0; i < stack->config.memberships; i++) {
        struct stint_membership *membership = &stack->memberships[i];
        if (stint_handle_equal(membership->socket, socket) && membership->interface == index &&
            stint_address_equal(&membership->group, group)) {
            return membership;
        }
    }
    return NULL;
}

static struct stint_membership *find_free(struct stint_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.memberships; i++) {
        if (stint_handle_is_none(stack->memberships[i].socket)) {
            return &stack->memberships[i];
        }
    }
    return NULL;
}

static enum stint_result join(struct stint_stack *stack, struct stint_instant now,
    struct stint_handle socket, uint8_t index, const struct stint_address *group)
{
    struct stint_udp_socket *record = stint_udp_get(&stack->udp, socket);
    struct stint_membership *membership = find_free(stack);
    if (record == NULL) {
        return STINT_BAD_HANDLE;
    }
    if (index >= stack->interface_count || stint_stack_is_loopback(stack, index)) {
        return STINT_INVALID;
    }
    if (find(stack, socket, index, group) != NULL) {
        return STINT_ADDRESS_IN_USE;
    }
    if (membership == NULL) {
        return STINT_EXHAUSTED;
    }
    const enum stint_result joined =
        stint_groups_join(&stack->interfaces[index].groups, now, group);
    if (joined != STINT_OK) {
        return joined;
    }
    *membership = (struct stint_membership){.group = *group, .socket = socket, .interface = index};
    record->memberships++;
    stack->memberships_in_use++;
    if (stack->memberships_in_use > stack->memberships_most) {
        stack->memberships_most = stack->memberships_in_use;
    }
    return STINT_OK;
}

static void end(
    struct stint_stack *stack, struct stint_instant now, struct stint_membership *membership)
{
    (void)stint_groups_leave(
        &stack->interfaces[membership->interface].groups, now, &membership->group);
    *membership = (struct stint_membership){0};
    stack->memberships_in_use--;
}

static enum stint_result leave(struct stint_stack *stack, struct stint_instant now,
    struct stint_handle socket, uint8_t index, const struct stint_address *group)
{
    struct stint_udp_socket *record = stint_udp_get(&stack->udp, socket);
    if (record == NULL) {
        return STINT_BAD_HANDLE;
    }
    struct stint_membership *membership = find(stack, socket, index, group);
    if (membership == NULL) {
        return STINT_ADDRESS_NOT_LOCAL;
    }
    record->memberships--;
    end(stack, now, membership);
    return STINT_OK;
}

/* Sockets are closed without the stack: their handles are stale from then on. */
static void end_of_closed_sockets(struct stint_stack *stack, struct stint_instant now)
{
    for (uint16_t i = 0; i < stack->config.memberships; i++) {
        struct stint_membership *membership = &stack->memberships[i];
        if (!stint_handle_is_none(membership->socket) &&
            stint_udp_get(&stack->udp, membership->socket) == NULL) {
            end(stack, now, membership);
        }
    }
    stack->udp.members_closed = false;
}

static bool hears(const struct stint_stack *stack, uint8_t index, const struct stint_address *group)
{
    return stint_groups_contain(&stack->interfaces[index].groups, group);
}

/* --- reports --- */

/* Addresses that a service checks and that are not the interface's yet. */
static void solicit_tentative(struct stint_stack *stack, struct stint_instant now, uint8_t index)
{
    for (const struct stint_service *service = stack->services; service != NULL;
         service = service->next) {
        if (service->interface != index || service->operations->tentative == NULL) {
            continue;
        }
        const struct stint_address *address;
        for (unsigned i = 0; (address = service->operations->tentative(service, i)) != NULL; i++) {
            stint_groups_solicit(&stack->interfaces[index].groups, now, address);
        }
    }
}

static void follow_addresses(struct stint_stack *stack, struct stint_instant now, uint8_t index)
{
    struct stint_interface *interface = &stack->interfaces[index];
    struct stint_groups *groups = &interface->groups;
    stint_groups_doubt_solicited(groups);
    for (uint8_t i = 0; i < interface->addresses.used && stack->config.mld != NULL; i++) {
        stint_groups_solicit(groups, now, &interface->addresses.entries[i].address);
    }
    if (stack->config.mld != NULL) {
        solicit_tentative(stack, now, index);
    }
    stint_groups_leave_doubted(groups, now);
    stint_groups_announce(groups, now);
    groups->changed = false;
}

/* What a full device prevents comes again: the device tells when it has room. */
static struct stint_instant report(
    struct stint_stack *stack, struct stint_instant now, uint8_t index)
{
    struct stint_groups *groups = &stack->interfaces[index].groups;
    struct stint_groups_step step;
    while (stint_groups_next(groups, now, &step)) {
        if (!stint_stack_protocol_of(stack, &step.group)->send(stack, now, index, &step)) {
            return stint_instant_never();
        }
        stint_groups_done(groups, now, &step);
    }
    return groups->deadline;
}

static struct stint_instant run(struct stint_stack *stack, struct stint_instant now)
{
    struct stint_instant deadline = stint_instant_never();
    if (stack->udp.members_closed) {
        end_of_closed_sockets(stack, now);
    }
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        const struct stint_interface *interface = &stack->interfaces[i];
        if (interface->link_down || stint_stack_is_loopback(stack, i)) {
            continue;
        }
        if (interface->groups.changed) {
            follow_addresses(stack, now, i);
        }
        deadline = stint_instant_earlier(deadline, report(stack, now, i));
    }
    return deadline;
}

/* --- datagrams to groups --- */

/* Over an interface that the socket chose. */
static enum stint_egress begin_over(struct stint_stack *stack, struct stint_instant now,
    struct stint_outgoing *outgoing, uint8_t index)
{
    const struct stint_interface *interface = &stack->interfaces[index];
    struct stint_ipv4_header *header = &outgoing->header;
    const struct stint_address *source =
        stint_addresses_select_source(&interface->addresses, &header->destination);
    const size_t ip_header = stint_address_is_ipv4(&header->destination)
                                 ? (size_t)STINT_IPV4_HEADER_LENGTH
                                 : (size_t)STINT_IPV6_HEADER_LENGTH;
    if (source == NULL) {
        stint_stack_count(stack, STINT_DROP_NO_ROUTE);
        return STINT_EGRESS_DROPPED;
    }
    if (ip_header + header->payload_length > stint_interface_mtu(interface, &header->destination)) {
        stint_stack_count(stack, STINT_DROP_TOO_LONG);
        return STINT_EGRESS_DROPPED;
    }
    if (stint_address_is_unspecified(&header->source)) {
        header->source = *source;
    }
    const struct stint_hardware_address to = stint_hardware_address_of_group(&header->destination);
    return stint_egress_begin_on(stack, now, outgoing, index, &to);
}

static enum stint_egress begin(struct stint_stack *stack, struct stint_instant now,
    struct stint_outgoing *outgoing, const struct stint_udp_offer *offer)
{
    const uint8_t chosen = offer->info->interface;
    return chosen > 0 && chosen <= stack->interface_count
               ? begin_over(stack, now, outgoing, (uint8_t)(chosen - 1))
               : stint_egress_begin(stack, now, outgoing);
}

/* RFC 1112 7.1: who is a member of a group hears what this host sends to it. */
static void sent(struct stint_stack *stack, const struct stint_outgoing *outgoing,
    const struct stint_udp_offer *offer)
{
    const struct stint_ipv4_header *header = &outgoing->header;
    const struct stint_datagram_info info = {
        .source = {header->source, offer->info->source.port},
        .destination = offer->info->destination,
        .interface = outgoing->interface,
        .traffic_class = header->traffic_class,
        .time_to_live = header->time_to_live,
    };
    if (!offer->info->silent && hears(stack, outgoing->interface, &header->destination) &&
        stint_udp_deliver(&stack->udp, &info, offer->payload, true) == STINT_DROP_UDP_FULL) {
        stint_stack_count(stack, STINT_DROP_UDP_FULL);
    }
}

const struct stint_membership_support stint_memberships = {
    .carve = carve_records,
    .run = run,
    .join = join,
    .leave = leave,
    .hears = hears,
    .begin = begin,
    .sent = sent,
};
