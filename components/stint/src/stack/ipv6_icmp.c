/* ICMPv6: echoes answered and delivered, errors told to whom they concern, errors of our own (RFC
 * 4443). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "ipv6_internal.h"

#include "stint/socket/tcp_receive.h"
#include "stint/wire/icmp_quote.h"

enum {
    UP_TO_SEQUENCE = 6, /* of an echo, in front of its sequence number */
    ERROR_LENGTH = STINT_IPV6_MINIMUM_MTU - STINT_IPV6_HEADER_LENGTH - STINT_ICMPV6_HEADER_LENGTH,
};

static void send(struct stint_stack *stack, struct stint_instant now,
    struct stint_outgoing *outgoing, const struct stint_icmpv6_message *message)
{
    outgoing->header.protocol = STINT_PROTOCOL_ICMPV6;
    outgoing->header.payload_length = (uint16_t)stint_icmpv6_message_length(message);
    if (stint_egress_begin_answer(stack, now, outgoing)) {
        (void)stint_icmpv6_message_emit(
            message, &outgoing->header.source, &outgoing->header.destination, &outgoing->writer);
        stint_egress_finish(stack, now, outgoing);
    }
}

/* RFC 4443 2.4: never about an error, nor to who has no address of its own. */
void stint_ipv6_send_error(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, const struct stint_icmpv6_message *error)
{
    struct stint_icmpv6_message message = *error;
    struct stint_outgoing outgoing = {.header = {.destination = incoming->header.source}};
    const bool about_error = incoming->header.protocol == STINT_PROTOCOL_ICMPV6 &&
                             incoming->payload.length > 0 &&
                             incoming->payload.bytes[0] < STINT_ICMPV6_ECHO_REQUEST;
    if (about_error || stint_address_is_unspecified(&incoming->header.source) ||
        !stint_icmp_error_may_go(stack, now)) {
        return;
    }
    if (!incoming->to_group) {
        outgoing.header.source = incoming->header.destination;
    }
    message.data = stint_view_first(incoming->packet, ERROR_LENGTH);
    send(stack, now, &outgoing, &message);
}

/* --- echoes --- */

static enum stint_drop answer_echo(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, const struct stint_icmpv6_message *request)
{
    if (incoming->to_group || stint_address_is_unspecified(&incoming->header.source)) {
        return STINT_DROP_ICMP_DESTINATION; /* amplifiers need it, hosts do not */
    }
    struct stint_icmpv6_message reply = *request;
    struct stint_outgoing outgoing = {.header = {
                                          .source = incoming->header.destination,
                                          .destination = incoming->header.source,
                                          .traffic_class = incoming->header.traffic_class,
                                      }};
    reply.type = STINT_ICMPV6_ECHO_REPLY;
    send(stack, now, &outgoing, &reply);
    return STINT_DROP_NONE;
}

static enum stint_drop deliver_echo_reply(struct stint_stack *stack,
    const struct stint_incoming *incoming, const struct stint_icmpv6_message *message)
{
    const uint16_t identifier = stint_icmpv6_identifier(message);
    const struct stint_datagram_info info = {
        .source = {incoming->header.source, identifier},
        .destination = {incoming->header.destination, identifier},
        .interface = incoming->interface,
        .traffic_class = incoming->header.traffic_class,
        .time_to_live = incoming->header.time_to_live,
    };
    return stint_icmp_deliver(
        &stack->icmp, &info, stint_view_without_first(incoming->payload, UP_TO_SEQUENCE));
}

/* --- errors --- */

static enum stint_result meaning_of(const struct stint_icmpv6_message *message)
{
    const bool refused = (message->type == STINT_ICMPV6_UNREACHABLE &&
                             message->code == STINT_ICMPV6_PORT_UNREACHABLE) ||
                         message->type == STINT_ICMPV6_PARAMETER_PROBLEM;
    return refused ? STINT_REFUSED : STINT_UNREACHABLE;
}

static enum stint_drop take_error(
    struct stint_stack *stack, struct stint_instant now, const struct stint_icmpv6_message *message)
{
    struct stint_icmp_quote quote;
    if (!stint_icmp_quote_parse_ipv6(message->data, &quote) ||
        !stint_stack_has_address(stack, &quote.source.address)) {
        return STINT_DROP_ICMP_QUOTE;
    }
    const struct stint_tcp_flow flow = {.local = quote.source, .remote = quote.destination};
    const bool too_big = message->type == STINT_ICMPV6_PACKET_TOO_BIG;
    if (quote.protocol == STINT_PROTOCOL_TCP) {
        /* RFC 8200 5: never below the minimum, whatever a router says. */
        const uint32_t mtu = message->parameter < STINT_IPV6_MINIMUM_MTU
                                 ? (uint32_t)STINT_IPV6_MINIMUM_MTU
                                 : message->parameter;
        return too_big ? stint_tcp_take_path_mtu(&stack->tcp, now, &flow, quote.sequence,
                             mtu < UINT16_MAX ? (uint16_t)mtu : UINT16_MAX)
                       : stint_tcp_take_error(
                             &stack->tcp, now, &flow, quote.sequence, meaning_of(message));
    }
    const bool told =
        quote.protocol == STINT_PROTOCOL_UDP && !too_big &&
        stint_udp_take_error(&stack->udp, &quote.source, &quote.destination, meaning_of(message));
    return told ? STINT_DROP_NONE : STINT_DROP_ICMP_QUOTE;
}

enum stint_drop stint_ipv6_take_icmp(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, const struct stint_ipv6_header *header)
{
    struct stint_icmpv6_message message;
    const enum stint_drop reason = stint_icmpv6_message_parse(
        incoming->payload, &header->source, &header->destination, &message);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    switch (message.type) {
    case STINT_ICMPV6_ECHO_REQUEST:
        return answer_echo(stack, now, incoming, &message);
    case STINT_ICMPV6_ECHO_REPLY:
        return deliver_echo_reply(stack, incoming, &message);
    case STINT_ICMPV6_UNREACHABLE:
    case STINT_ICMPV6_PACKET_TOO_BIG:
    case STINT_ICMPV6_TIME_EXCEEDED:
    case STINT_ICMPV6_PARAMETER_PROBLEM:
        return take_error(stack, now, &message);
    case STINT_ICMPV6_NEIGHBOR_SOLICITATION:
    case STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT:
    case STINT_ICMPV6_ROUTER_ADVERTISEMENT:
        return stint_ipv6_take_ndp(stack, now, incoming->interface, header, &message);
    case STINT_ICMPV6_MLD_QUERY:
    case STINT_ICMPV6_MLD_REPORT:
        return stack->config.mld != NULL ? stack->config.mld->take(stack, now, incoming)
                                         : STINT_DROP_ICMP_TYPE;
    default: /* redirects among them: nobody may lead our packets elsewhere */
        return STINT_DROP_ICMP_TYPE;
    }
}
