/* The life of an IPv6 packet: in, up to the protocol that its payload belongs to; out, its header.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/ipv6.h"

#include "ipv6_internal.h"

#include "stint/wire/ipv6_extensions.h"

/* --- in --- */

static bool is_group_of_ours(
    const struct stint_stack *stack, uint8_t index, const struct stint_address *group)
{
    static const struct stint_address all_nodes = {{0xff, 0x02, [15] = 1}};
    static const struct stint_prefix solicited_nodes = {
        {{0xff, 0x02, [11] = 1, 0xff}}, 104}; /* tentative addresses have theirs too */
    return stint_address_equal(group, &all_nodes) ||
           stint_prefix_contains(&solicited_nodes, group) || stint_stack_hears(stack, index, group);
}

/* Judges the addresses of a packet; `to_group` is set. */
static enum stint_drop judge_addresses(
    const struct stint_stack *stack, struct stint_incoming *incoming)
{
    const struct stint_interface *interface = &stack->interfaces[incoming->interface];
    const struct stint_address *source = &incoming->header.source;
    const struct stint_address *destination = &incoming->header.destination;
    if (stint_stack_is_loopback(stack, incoming->interface)) {
        return stint_stack_is_to_ourselves(stack, &incoming->header) ? STINT_DROP_NONE
                                                                     : STINT_DROP_IPV6_SOURCE;
    }
    if (stint_address_is_multicast(source) || stint_address_is_loopback(source) ||
        stint_stack_has_address(stack, source)) {
        return STINT_DROP_IPV6_SOURCE;
    }
    incoming->to_group = stint_address_is_multicast(destination);
    if (incoming->to_group) {
        return is_group_of_ours(stack, incoming->interface, destination)
                   ? STINT_DROP_NONE
                   : STINT_DROP_GROUP_NOT_JOINED;
    }
    return stint_addresses_contain(&interface->addresses, destination)
               ? STINT_DROP_NONE
               : STINT_DROP_IPV6_DESTINATION;
}

static void answer_problem(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, const struct stint_ipv6_chain *chain)
{
    const struct stint_icmpv6_message error = {
        .type = STINT_ICMPV6_PARAMETER_PROBLEM,
        .code = (uint8_t)chain->problem,
        .parameter = chain->pointer,
    };
    if (chain->answer == STINT_IPV6_ANSWER_ALWAYS ||
        (chain->answer == STINT_IPV6_ANSWER_UNICAST && !incoming->to_group)) {
        stint_ipv6_send_error(stack, now, incoming, &error);
    }
}

static enum stint_drop take_payload(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, const struct stint_ipv6_header *header,
    struct stint_ipv6_chain *chain)
{
    const bool has_source = !stint_address_is_unspecified(&header->source);
    switch (chain->protocol) {
    case STINT_PROTOCOL_TCP:
        return has_source ? stint_ingress_tcp(stack, now, incoming) : STINT_DROP_IPV6_SOURCE;
    case STINT_PROTOCOL_UDP:
        return has_source ? stint_ingress_udp(stack, now, incoming) : STINT_DROP_IPV6_SOURCE;
    case STINT_PROTOCOL_ICMPV6:
        return stint_ipv6_take_icmp(stack, now, incoming, header);
    case STINT_NEXT_HEADER_NONE:
        return STINT_DROP_NONE;
    default: /* any other number */
        chain->answer = STINT_IPV6_ANSWER_UNICAST;
        chain->problem = STINT_IPV6_PROBLEM_NEXT_HEADER;
        answer_problem(stack, now, incoming, chain);
        return STINT_DROP_IPV6_NEXT_HEADER;
    }
}

static enum stint_drop take(
    struct stint_stack *stack, struct stint_instant now, uint8_t index, struct stint_view packet)
{
    struct stint_ipv6_header header;
    struct stint_incoming incoming = {.interface = index};
    enum stint_drop reason = stint_ipv6_header_parse(packet, &header, &incoming.payload);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    incoming.header.source = header.source;
    incoming.header.destination = header.destination;
    incoming.header.traffic_class = header.traffic_class;
    incoming.header.time_to_live = header.hop_limit;
    incoming.packet = stint_view_first(packet, STINT_IPV6_HEADER_LENGTH + incoming.payload.length);
    reason = judge_addresses(stack, &incoming);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    struct stint_ipv6_chain chain;
    reason = stint_ipv6_chain_parse(incoming.payload, header.next_header, &chain);
    if (reason != STINT_DROP_NONE) {
        answer_problem(stack, now, &incoming, &chain);
        return reason;
    }
    if (chain.is_fragment) {
        return STINT_DROP_IPV6_FRAGMENT;
    }
    incoming.payload = chain.payload;
    incoming.header.protocol = chain.protocol;
    incoming.router_alert = chain.router_alert;
    return take_payload(stack, now, &incoming, &header, &chain);
}

/* --- out --- */

static void put_header(const struct stint_ipv4_header *common, struct stint_writer *writer)
{
    const struct stint_ipv6_header header = {
        .source = common->source,
        .destination = common->destination,
        .payload_length = common->payload_length,
        .traffic_class = common->traffic_class,
        .next_header = common->protocol,
        .hop_limit = common->time_to_live,
    };
    (void)stint_ipv6_header_emit(&header, writer);
}

static void put_echo(const struct stint_icmpv4_message *request,
    const struct stint_ipv4_header *common, struct stint_writer *writer)
{
    const struct stint_icmpv6_message message = {
        .type = STINT_ICMPV6_ECHO_REQUEST,
        .parameter = stint_icmpv6_echo_parameter(request->identifier, request->sequence),
        .data = request->data,
    };
    (void)stint_icmpv6_message_emit(&message, &common->source, &common->destination, writer);
}

static void send_port_unreachable(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming)
{
    const struct stint_icmpv6_message error = {
        .type = STINT_ICMPV6_UNREACHABLE, .code = STINT_ICMPV6_PORT_UNREACHABLE};
    if (!incoming->to_group) {
        stint_ipv6_send_error(stack, now, incoming, &error);
    }
}

const struct stint_ipv6_support stint_ipv6 = {
    .take = take,
    .put_header = put_header,
    .put_echo = put_echo,
    .ask = stint_ipv6_ask,
    .send_port_unreachable = send_port_unreachable,
};
