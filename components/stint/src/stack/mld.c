/* MLD on the interfaces of a stack: queries and others' reports in, our reports out (RFC 2710, RFC
 * 3590). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/mld.h"

#include "stack_internal.h"
#include "stint/stack/groups.h"

/* The caller has checked the checksum. */
static enum stint_drop read_message(
    const struct stint_incoming *incoming, struct stint_mld_message *message)
{
    const struct stint_ipv6_header header = {
        .source = incoming->header.source,
        .destination = incoming->header.destination,
        .hop_limit = incoming->header.time_to_live,
    };
    struct stint_icmpv6_message icmp;
    const enum stint_drop reason =
        stint_icmpv6_message_parse(incoming->payload, &header.source, &header.destination, &icmp);
    return reason != STINT_DROP_NONE ? reason : stint_mld_message_parse(&header, &icmp, message);
}

/* RFC 3810 6.2: with a router alert; and to all nodes or to the group that it is about. */
static enum stint_drop judge(
    const struct stint_incoming *incoming, const struct stint_mld_message *message)
{
    const struct stint_address all_nodes = stint_address_link_group(STINT_GROUP_ALL_NODES);
    const struct stint_address *right =
        stint_address_is_unspecified(&message->group) ? &all_nodes : &message->group;
    if (!incoming->router_alert) {
        return STINT_DROP_GROUP_SOURCE;
    }
    return stint_address_equal(&incoming->header.destination, right) ? STINT_DROP_NONE
                                                                     : STINT_DROP_GROUP_DESTINATION;
}

static enum stint_drop take(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming)
{
    struct stint_groups *groups = &stack->interfaces[incoming->interface].groups;
    struct stint_mld_message message;
    enum stint_drop reason = read_message(incoming, &message);
    if (reason == STINT_DROP_NONE) {
        reason = judge(incoming, &message);
    }
    if (reason == STINT_DROP_NONE && message.type == STINT_ICMPV6_MLD_QUERY) {
        stint_groups_take_query(
            groups, now, &message.group, stint_milliseconds(message.maximum_response_ms));
    } else if (reason == STINT_DROP_NONE) {
        stint_groups_take_report(groups, &message.group);
    }
    return reason;
}

/* The link-local address, or NULL while there is none. */
static const struct stint_address *link_local_of(const struct stint_addresses *addresses)
{
    for (uint8_t i = 0; i < addresses->used; i++) {
        const struct stint_address *address = &addresses->entries[i].address;
        if (stint_address_is_link_local(address) && !stint_address_is_ipv4(address)) {
            return address;
        }
    }
    return NULL;
}

/* RFC 3590 4: from :: while there is no link-local address; a done message then is of no use. */
static bool send(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_groups_step *step)
{
    static const struct stint_address nobody = {{0}};
    const struct stint_interface *interface = &stack->interfaces[index];
    const struct stint_address all_routers = stint_address_link_group(STINT_GROUP_ALL_ROUTERS);
    const struct stint_address *source = link_local_of(&interface->addresses);
    const bool leaves = step->kind == STINT_GROUPS_LEAVE;
    const struct stint_mld_message message = {
        .type = leaves ? STINT_ICMPV6_MLD_DONE : STINT_ICMPV6_MLD_REPORT, .group = step->group};
    const struct stint_ethernet_header ethernet = {
        .destination = stint_hardware_address_of_group(leaves ? &all_routers : &step->group),
        .source = interface->config.hardware_address,
        .ethertype = STINT_ETHERTYPE_IPV6,
    };
    uint8_t frame[STINT_ETHERNET_HEADER_LENGTH + STINT_MLD_PACKET_LENGTH];
    struct stint_writer writer = stint_writer_into(stint_span_of(frame, sizeof frame));
    if (leaves && source == NULL) {
        return true;
    }
    (void)stint_ethernet_header_emit(&ethernet, &writer);
    (void)stint_mld_packet_emit(&message, source != NULL ? source : &nobody, &writer);
    return stint_egress_frame(stack, now, index, stint_writer_written(&writer));
}

const struct stint_group_protocol stint_mld = {
    .memberships = &stint_memberships, .take = take, .send = send};
