/* IGMP on the interfaces of a stack: queries and others' reports in, our reports out (RFC 2236).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/igmp.h"

#include "stack_internal.h"
#include "stint/stack/groups.h"

/* RFC 2236 2, RFC 3376 9.1: from this link, and to all hosts or to the group that it is about; a
 * query to another address would be a way to make one host speak. */
static enum stint_drop judge(
    const struct stint_incoming *incoming, const struct stint_igmp_message *message)
{
    const struct stint_address all_hosts = stint_address_ipv4(224, 0, 0, 1);
    const struct stint_address *right =
        stint_address_is_unspecified(&message->group) ? &all_hosts : &message->group;
    if (incoming->header.time_to_live != 1) {
        return STINT_DROP_GROUP_SOURCE;
    }
    return stint_address_equal(&incoming->header.destination, right) ? STINT_DROP_NONE
                                                                     : STINT_DROP_GROUP_DESTINATION;
}

static void take_query(
    struct stint_groups *groups, struct stint_instant now, const struct stint_igmp_message *message)
{
    const struct stint_address all = stint_address_ipv4(0, 0, 0, 0);
    const bool is_general = stint_address_is_unspecified(&message->group);
    if (message->version == 1) {
        stint_groups_take_v1_router(groups, now);
    }
    stint_groups_take_query(groups, now, is_general ? &all : &message->group,
        stint_milliseconds(100 * (int64_t)message->maximum_response_ds));
}

static enum stint_drop take(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming)
{
    struct stint_groups *groups = &stack->interfaces[incoming->interface].groups;
    struct stint_igmp_message message;
    enum stint_drop reason = stint_igmp_message_parse(incoming->payload, &message);
    if (reason == STINT_DROP_NONE) {
        reason = judge(incoming, &message);
    }
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    switch (message.type) {
    case STINT_IGMP_QUERY:
        take_query(groups, now, &message);
        break;
    case STINT_IGMP_V1_REPORT:
    case STINT_IGMP_V2_REPORT:
        stint_groups_take_report(groups, &message.group);
        break;
    case STINT_IGMP_LEAVE: /* for routers */
        break;
    }
    return STINT_DROP_NONE;
}

static enum stint_igmp_type type_of(enum stint_groups_kind kind)
{
    switch (kind) {
    case STINT_GROUPS_REPORT:
        return STINT_IGMP_V2_REPORT;
    case STINT_GROUPS_V1_REPORT:
        return STINT_IGMP_V1_REPORT;
    case STINT_GROUPS_LEAVE:
        return STINT_IGMP_LEAVE;
    }
    return STINT_IGMP_V2_REPORT;
}

/* From 0.0.0.0 while there is no address: switches that snoop listen nevertheless. */
static bool send(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_groups_step *step)
{
    const struct stint_interface *interface = &stack->interfaces[index];
    const struct stint_address nobody = stint_address_ipv4(0, 0, 0, 0);
    const struct stint_address all_routers = stint_address_ipv4(224, 0, 0, 2);
    const struct stint_address *source =
        stint_addresses_select_source(&interface->addresses, &step->group);
    const struct stint_igmp_message message = {.type = type_of(step->kind), .group = step->group};
    const struct stint_ethernet_header ethernet = {
        .destination = stint_hardware_address_of_group(
            step->kind == STINT_GROUPS_LEAVE ? &all_routers : &step->group),
        .source = interface->config.hardware_address,
        .ethertype = STINT_ETHERTYPE_IPV4,
    };
    uint8_t frame[STINT_ETHERNET_HEADER_LENGTH + STINT_IGMP_PACKET_LENGTH];
    struct stint_writer writer = stint_writer_into(stint_span_of(frame, sizeof frame));
    (void)stint_ethernet_header_emit(&ethernet, &writer);
    (void)stint_igmp_packet_emit(&message, source != NULL ? source : &nobody, &writer);
    return stint_egress_frame(stack, now, index, stint_writer_written(&writer));
}

const struct stint_group_protocol stint_igmp = {
    .memberships = &stint_memberships, .take = take, .send = send};
