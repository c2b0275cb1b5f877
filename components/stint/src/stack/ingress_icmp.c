/* ICMP received: echo requests are answered, echo replies delivered, errors told to whom they
 * concern (RFC 792, RFC 1122, RFC 5927). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stack_internal.h"

#include "stint/socket/tcp_receive.h"
#include "stint/wire/icmp_quote.h"
#include "stint/wire/icmpv4.h"

enum { UP_TO_SEQUENCE = 6 }; /* octets of an echo message before its sequence number */

static enum stint_drop answer_echo(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, const struct stint_icmpv4_message *request)
{
    if (incoming->to_group) {
        return STINT_DROP_ICMP_DESTINATION; /* RFC 1122 3.2.2.6 allows silence; smurfs need it */
    }
    struct stint_icmpv4_message reply = *request;
    reply.type = STINT_ICMPV4_ECHO_REPLY;
    struct stint_outgoing outgoing = {
        .header = {
            .source = incoming->header.destination,
            .destination = incoming->header.source,
            .protocol = STINT_PROTOCOL_ICMPV4,
            .traffic_class = incoming->header.traffic_class,
            .payload_length = (uint16_t)stint_icmpv4_message_length(&reply),
        }};
    if (stint_egress_begin_answer(stack, now, &outgoing)) {
        (void)stint_icmpv4_message_emit(&reply, &outgoing.writer);
        stint_egress_finish(stack, now, &outgoing);
    }
    return STINT_DROP_NONE;
}

static enum stint_drop deliver_echo_reply(struct stint_stack *stack,
    const struct stint_incoming *incoming, const struct stint_icmpv4_message *message)
{
    const struct stint_datagram_info info = {
        .source = {incoming->header.source, message->identifier},
        .destination = {incoming->header.destination, message->identifier},
        .interface = incoming->interface,
        .traffic_class = incoming->header.traffic_class,
        .time_to_live = incoming->header.time_to_live,
    };
    return stint_icmp_deliver(
        &stack->icmp, &info, stint_view_without_first(incoming->payload, UP_TO_SEQUENCE));
}

/* What an error means for a socket; STINT_OK: nothing. */
static enum stint_result meaning_of(const struct stint_icmpv4_message *message)
{
    if (message->type == STINT_ICMPV4_UNREACHABLE) {
        return message->code == STINT_ICMPV4_PORT_UNREACHABLE ||
                       message->code == STINT_ICMPV4_PROTOCOL_UNREACHABLE
                   ? STINT_REFUSED
                   : STINT_UNREACHABLE;
    }
    return message->type == STINT_ICMPV4_TIME_EXCEEDED ? STINT_UNREACHABLE : STINT_OK;
}

static enum stint_drop take_error(
    struct stint_stack *stack, struct stint_instant now, const struct stint_icmpv4_message *message)
{
    struct stint_icmp_quote quote;
    if (!stint_icmp_quote_parse_ipv4(message->data, &quote) ||
        !stint_stack_has_address(stack, &quote.source.address)) {
        return STINT_DROP_ICMP_QUOTE;
    }
    const enum stint_result error = meaning_of(message);
    const struct stint_tcp_flow flow = {.local = quote.source, .remote = quote.destination};
    const bool too_big = message->type == STINT_ICMPV4_UNREACHABLE &&
                         message->code == STINT_ICMPV4_FRAGMENTATION_NEEDED;
    if (quote.protocol == STINT_PROTOCOL_TCP) {
        return too_big ? stint_tcp_take_path_mtu(
                             &stack->tcp, now, &flow, quote.sequence, message->sequence)
                       : stint_tcp_take_error(&stack->tcp, now, &flow, quote.sequence, error);
    }
    const bool told = quote.protocol == STINT_PROTOCOL_UDP && !too_big &&
                      stint_udp_take_error(&stack->udp, &quote.source, &quote.destination, error);
    return told ? STINT_DROP_NONE : STINT_DROP_ICMP_QUOTE;
}

enum stint_drop stint_ingress_icmp(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming)
{
    struct stint_icmpv4_message message;
    const enum stint_drop reason = stint_icmpv4_message_parse(incoming->payload, &message);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    switch (message.type) {
    case STINT_ICMPV4_ECHO_REQUEST:
        return answer_echo(stack, now, incoming, &message);
    case STINT_ICMPV4_ECHO_REPLY:
        return deliver_echo_reply(stack, incoming, &message);
    case STINT_ICMPV4_UNREACHABLE:
    case STINT_ICMPV4_TIME_EXCEEDED:
        return take_error(stack, now, &message);
    default: /* source quench and redirect among them: ignored (RFC 6633, defect class I2) */
        return STINT_DROP_ICMP_TYPE;
    }
}
