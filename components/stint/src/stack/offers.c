/* Sending what waits: questions to neighbors, frames that waited for them, and what sockets offer,
 * in turn and within a budget. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stack_internal.h"

#include "stint/socket/tcp_send.h"
#include "stint/wire/icmpv4.h"
#include "stint/wire/tcp.h"
#include "stint/wire/udp.h"

static bool ask(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_neighbor_question *question, const struct stint_address *sender)
{
    return stint_address_is_ipv4(&question->target)
               ? stint_egress_arp(
                     stack, now, index, STINT_ARP_REQUEST, &question->target, &question->to, sender)
               : stack->config.ipv6->ask(stack, now, index, question, sender);
}

static void ask_neighbors(struct stint_stack *stack, struct stint_instant now, uint8_t index)
{
    struct stint_interface *interface = &stack->interfaces[index];
    struct stint_neighbor_question question;
    uint32_t silent = 0;
    while (stint_neighbors_next_question(&interface->neighbors, now, &question, &silent)) {
        const struct stint_address *sender =
            stint_addresses_select_source(&interface->addresses, &question.target);
        if (sender == NULL) {
            continue; /* the address that asked was taken away meanwhile */
        }
        if (!ask(stack, now, index, &question, sender)) {
            stint_neighbors_not_asked(&interface->neighbors, &question.target);
            stint_stack_count(stack, STINT_DROP_DEVICE_FULL);
        }
    }
    stack->drops[STINT_DROP_NEIGHBOR_SILENT] += silent;
}

/* What became of an offer; what was sent is taken from the budget. */
enum turn { TURN_SENT, TURN_BLOCKED, TURN_NOTHING };

static enum turn send_tcp(struct stint_stack *stack, struct stint_instant now, uint16_t *budget)
{
    struct stint_tcp_offer offer;
    if (!stint_tcp_next_offer(&stack->tcp, now, &offer)) {
        return TURN_NOTHING;
    }
    const struct stint_tcp_segment *segment = &offer.segment;
    struct stint_outgoing outgoing;
    struct stint_ipv4_header *header = &outgoing.header;
    stint_egress_address(&outgoing, offer.flow, STINT_PROTOCOL_TCP);
    header->payload_length = (uint16_t)(stint_tcp_segment_header_length(segment) +
                                        stint_tcp_segment_payload_length(segment));
    header->traffic_class = offer.traffic_class;
    header->time_to_live = offer.time_to_live;
    header->dont_fragment = true;
    switch (stint_egress_begin(stack, now, &outgoing)) {
    case STINT_EGRESS_READY:
        do {
            (void)stint_tcp_segment_emit(
                segment, &outgoing.header.source, &outgoing.header.destination, &outgoing.writer);
            stint_egress_finish(stack, now, &outgoing);
            stint_tcp_sent(&stack->tcp, now, &offer);
            --*budget;
        } while (*budget > 0 && stint_tcp_next_alike(&stack->tcp, &offer) &&
                 stint_egress_begin_alike(stack, now, &outgoing));
        return TURN_SENT;
    case STINT_EGRESS_BLOCKED:
        stint_tcp_pass(&stack->tcp, &offer);
        return TURN_BLOCKED;
    case STINT_EGRESS_DROPPED:
        stint_tcp_unroutable(&stack->tcp, now, &offer);
        --*budget;
        return TURN_SENT;
    }
    return TURN_NOTHING;
}

/* The socket refused 255.255.255.255 itself; a subnet's own broadcast address is known here. */
static bool broadcast_is_forbidden(
    const struct stint_stack *stack, const struct stint_udp_offer *offer)
{
    return !offer->broadcast && stint_stack_is_broadcast(stack, &offer->info->destination.address);
}

/* A datagram to a group goes where its socket says. */
static enum stint_egress begin_udp(struct stint_stack *stack, struct stint_instant now,
    struct stint_outgoing *outgoing, const struct stint_udp_offer *offer,
    const struct stint_group_protocol *groups)
{
    return groups != NULL ? groups->memberships->begin(stack, now, outgoing, offer)
                          : stint_egress_begin(stack, now, outgoing);
}

static enum turn send_udp(struct stint_stack *stack, struct stint_instant now, uint16_t *budget)
{
    struct stint_udp_offer offer;
    if (!stint_udp_next_offer(&stack->udp, &offer)) {
        return TURN_NOTHING;
    }
    if (broadcast_is_forbidden(stack, &offer)) {
        stint_stack_count(stack, STINT_DROP_BROADCAST);
        stint_udp_sent(&stack->udp);
        --*budget;
        return TURN_SENT;
    }
    const struct stint_udp_datagram datagram = {
        .source_port = offer.info->source.port,
        .destination_port = offer.info->destination.port,
        .payload = offer.payload,
    };
    struct stint_outgoing outgoing = {
        .header = {
            .source = offer.info->source.address,
            .destination = offer.info->destination.address,
            .protocol = STINT_PROTOCOL_UDP,
            .payload_length = (uint16_t)(STINT_UDP_HEADER_LENGTH + offer.payload.length),
            .traffic_class = offer.info->traffic_class,
            .time_to_live = offer.info->time_to_live,
        }};
    const struct stint_address *destination = &outgoing.header.destination;
    const struct stint_group_protocol *groups = stint_address_is_multicast(destination)
                                                    ? stint_stack_protocol_of(stack, destination)
                                                    : NULL;
    switch (begin_udp(stack, now, &outgoing, &offer, groups)) {
    case STINT_EGRESS_READY:
        (void)stint_udp_datagram_emit(
            &datagram, &outgoing.header.source, &outgoing.header.destination, &outgoing.writer);
        stint_egress_finish(stack, now, &outgoing);
        if (groups != NULL) {
            groups->memberships->sent(stack, &outgoing, &offer);
        }
        stint_udp_sent(&stack->udp);
        --*budget;
        return TURN_SENT;
    case STINT_EGRESS_BLOCKED:
        stint_udp_pass(&stack->udp);
        return TURN_BLOCKED;
    case STINT_EGRESS_DROPPED:
        stint_udp_sent(&stack->udp);
        --*budget;
        return TURN_SENT;
    }
    return TURN_NOTHING;
}

static enum turn send_icmp(struct stint_stack *stack, struct stint_instant now, uint16_t *budget)
{
    struct stint_icmp_offer offer;
    if (!stint_icmp_next_offer(&stack->icmp, &offer)) {
        return TURN_NOTHING;
    }
    const bool is_ipv4 = stint_address_is_ipv4(&offer.info->destination.address);
    const struct stint_icmpv4_message message = {
        .type = STINT_ICMPV4_ECHO_REQUEST,
        .identifier = offer.info->source.port,
        .sequence = offer.sequence,
        .data = offer.data,
    };
    struct stint_outgoing outgoing = {
        .header = {
            .destination = offer.info->destination.address,
            .protocol = is_ipv4 ? STINT_PROTOCOL_ICMPV4 : STINT_PROTOCOL_ICMPV6,
            .payload_length = (uint16_t)stint_icmpv4_message_length(&message),
            .time_to_live = offer.info->time_to_live,
        }};
    switch (stint_egress_begin(stack, now, &outgoing)) {
    case STINT_EGRESS_READY:
        if (is_ipv4) {
            (void)stint_icmpv4_message_emit(&message, &outgoing.writer);
        } else {
            stack->config.ipv6->put_echo(&message, &outgoing.header, &outgoing.writer);
        }
        stint_egress_finish(stack, now, &outgoing);
        stint_icmp_sent(&stack->icmp);
        --*budget;
        return TURN_SENT;
    case STINT_EGRESS_BLOCKED:
        stint_icmp_pass(&stack->icmp);
        return TURN_BLOCKED;
    case STINT_EGRESS_DROPPED:
        stint_icmp_sent(&stack->icmp);
        --*budget;
        return TURN_SENT;
    }
    return TURN_NOTHING;
}

/* Takes turns until nothing is offered, every waiting socket met a full device, or the budget is
 * spent. */
static uint16_t send_all(struct stint_stack *stack, struct stint_instant now, uint16_t budget,
    uint16_t waiting, enum turn (*send)(struct stint_stack *, struct stint_instant, uint16_t *))
{
    uint16_t blocked = 0;
    while (budget > 0 && blocked <= waiting) {
        switch (send(stack, now, &budget)) {
        case TURN_SENT:
            blocked = 0;
            break;
        case TURN_BLOCKED:
            blocked++;
            break;
        case TURN_NOTHING:
            return budget;
        }
    }
    return budget;
}

enum { KINDS = 3 };

/* Another kind of socket begins each poll, so that none takes all the room of a busy device. */
static uint16_t send_kind(
    struct stint_stack *stack, struct stint_instant now, uint8_t kind, uint16_t budget)
{
    if (kind == 0) {
        return send_all(stack, now, budget, stack->udp.ready.length, send_udp);
    }
    return kind == 1 ? send_all(stack, now, budget, stack->icmp.echoes.ready.length, send_icmp)
                     : send_all(stack, now, budget, stack->tcp.ready.length, send_tcp);
}

bool stint_egress_run(struct stint_stack *stack, struct stint_instant now, uint16_t budget)
{
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        stint_egress_owed_answer(stack, now, i);
        ask_neighbors(stack, now, i);
        while (budget > 0 && stint_egress_held_frame(stack, now, i)) {
            budget--;
        }
    }
    for (unsigned i = 0; i < KINDS; i++) {
        budget = send_kind(stack, now, (uint8_t)((stack->next_to_send + i) % KINDS), budget);
    }
    stack->next_to_send = (uint8_t)((stack->next_to_send + 1) % KINDS);
    return budget == 0;
}
