/* Neighbor discovery: who asks for us is answered, who answers is learnt, what routers say goes to
 * services (RFC 4861). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "ipv6_internal.h"

static const struct stint_address all_nodes = {{0xff, 0x02, [15] = 1}};

bool stint_ipv6_send_neighbor(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    enum stint_icmpv6_type type, const struct stint_ndp_neighbor *neighbor,
    const struct stint_address *source, const struct stint_address *destination,
    const struct stint_hardware_address *to)
{
    enum { HEAD = 24, LINK_ADDRESS_OPTION = 8 };
    struct stint_outgoing outgoing = {
        .header = {
            .source = *source,
            .destination = *destination,
            .protocol = STINT_PROTOCOL_ICMPV6,
            .payload_length =
                (uint16_t)(HEAD + (neighbor->has_link_address ? LINK_ADDRESS_OPTION : 0)),
            .time_to_live = STINT_NDP_HOP_LIMIT,
        }};
    if (stint_egress_begin_on(stack, now, &outgoing, index, to) != STINT_EGRESS_READY) {
        return false;
    }
    (void)stint_ndp_neighbor_emit(neighbor, type, source, destination, &outgoing.writer);
    stint_egress_finish(stack, now, &outgoing);
    return true;
}

bool stint_ipv6_ask(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_neighbor_question *question, const struct stint_address *sender)
{
    const struct stint_ndp_neighbor neighbor = {
        .target = question->target,
        .link_address = stack->interfaces[index].config.hardware_address,
        .has_link_address = true,
    };
    const bool to_all = stint_hardware_address_is_group(&question->to);
    const struct stint_address destination =
        to_all ? stint_address_solicited_node(&question->target) : question->target;
    const struct stint_hardware_address to =
        to_all ? stint_hardware_address_of_group(&destination) : question->to;
    return stint_ipv6_send_neighbor(stack, now, index, STINT_ICMPV6_NEIGHBOR_SOLICITATION,
        &neighbor, sender, &destination, &to);
}

/* --- what is heard --- */

/* RFC 4861 7.2.4. Who has no address of its own is answered before all. */
static enum stint_drop answer(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_ipv6_header *header, const struct stint_ndp_neighbor *asked)
{
    struct stint_interface *interface = &stack->interfaces[index];
    const bool is_probe = stint_address_is_unspecified(&header->source);
    const struct stint_ndp_neighbor neighbor = {
        .target = asked->target,
        .link_address = interface->config.hardware_address,
        .has_link_address = true,
        .is_solicited = !is_probe,
        .overrides = true,
    };
    struct stint_hardware_address to = stint_hardware_address_of_group(&all_nodes);
    if (!is_probe) {
        if (asked->has_link_address) {
            stint_neighbors_hear(&interface->neighbors, now, &header->source, &asked->link_address);
            to = asked->link_address;
        } else if (!stint_neighbors_look_up(&interface->neighbors, &header->source, &to)) {
            return STINT_DROP_NDP_ADDRESS; /* nobody says where the answer should go */
        }
    }
    if (!stint_ipv6_send_neighbor(stack, now, index, STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT, &neighbor,
            &asked->target, is_probe ? &all_nodes : &header->source, &to)) {
        return STINT_DROP_DEVICE_FULL;
    }
    return STINT_DROP_NONE;
}

/* RFC 4862 5.4.3: a solicitation from no address is a probe of somebody else's. */
static void tell_of_claim(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_address *claimed)
{
    for (struct stint_service *service = stack->services; service != NULL;
         service = service->next) {
        if (service->interface == index && service->operations->take_claim != NULL) {
            service->operations->take_claim(service, now, claimed);
        }
    }
}

static void tell_of_router(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_address *router, const struct stint_ndp_router_advertisement *advertisement)
{
    for (struct stint_service *service = stack->services; service != NULL;
         service = service->next) {
        if (service->interface == index && service->operations->take_advertisement != NULL) {
            service->operations->take_advertisement(service, now, router, advertisement);
        }
    }
}

static enum stint_drop take_neighbor(struct stint_stack *stack, struct stint_instant now,
    uint8_t index, const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message)
{
    struct stint_interface *interface = &stack->interfaces[index];
    struct stint_ndp_neighbor neighbor;
    const enum stint_drop reason = stint_ndp_neighbor_parse(header, message, &neighbor);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    const bool is_question = message->type == STINT_ICMPV6_NEIGHBOR_SOLICITATION;
    if (!is_question || stint_address_is_unspecified(&header->source)) {
        tell_of_claim(stack, now, index, &neighbor.target);
    }
    if (is_question) {
        return stint_addresses_contain(&interface->addresses, &neighbor.target)
                   ? answer(stack, now, index, header, &neighbor)
                   : STINT_DROP_NDP_ADDRESS;
    }
    /* The answer to a check may leave the address out: then it is as known (RFC 4861 4.4). */
    const bool has_address =
        neighbor.has_link_address ||
        stint_neighbors_look_up(&interface->neighbors, &neighbor.target, &neighbor.link_address);
    const bool taken = has_address && stint_neighbors_take_answer(&interface->neighbors, now,
                                          &neighbor.target, &neighbor.link_address);
    return taken ? STINT_DROP_NONE : STINT_DROP_NDP_ADDRESS;
}

/* A router says where it is reached; all of it is for services. */
static enum stint_drop take_router(struct stint_stack *stack, struct stint_instant now,
    uint8_t index, const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message)
{
    struct stint_ndp_router_advertisement advertisement;
    const enum stint_drop reason =
        stint_ndp_router_advertisement_parse(header, message, &advertisement);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    tell_of_router(stack, now, index, &header->source, &advertisement);
    struct stint_ndp_option option;
    while (stint_ndp_option_next(&advertisement.options, &option)) {
        if (option.type == STINT_NDP_SOURCE_LINK_ADDRESS) {
            stint_neighbors_hear(
                &stack->interfaces[index].neighbors, now, &header->source, &option.link_address);
        }
    }
    return STINT_DROP_NONE;
}

enum stint_drop stint_ipv6_take_ndp(struct stint_stack *stack, struct stint_instant now,
    uint8_t index, const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message)
{
    return message->type == STINT_ICMPV6_ROUTER_ADVERTISEMENT
               ? take_router(stack, now, index, header, message)
               : take_neighbor(stack, now, index, header, message);
}
