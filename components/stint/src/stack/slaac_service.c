/* What SLAAC asks for, done on an interface: solicitations, probes, addresses and the route out.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/slaac_service.h"

#include "ipv6_internal.h"

static struct stint_slaac_service *slaac_of(struct stint_service *service)
{
    return (struct stint_slaac_service *)(void *)service; /* its first member */
}

/* --- steps --- */

static bool solicit(struct stint_slaac_service *service, struct stint_stack *stack,
    struct stint_instant now, const struct stint_address *source)
{
    enum { HEAD = 8, LINK_ADDRESS_OPTION = 8 };
    static const struct stint_address all_routers = {{0xff, 0x02, [15] = 2}};
    const struct stint_hardware_address to = stint_hardware_address_of_group(&all_routers);
    const uint8_t index = service->service.interface;
    const struct stint_ndp_router_solicitation solicitation = {
        .link_address = stack->interfaces[index].config.hardware_address,
        .has_link_address = !stint_address_is_unspecified(source),
    };
    struct stint_outgoing outgoing = {
        .header = {
            .source = *source,
            .destination = all_routers,
            .protocol = STINT_PROTOCOL_ICMPV6,
            .payload_length =
                (uint16_t)(HEAD + (solicitation.has_link_address ? LINK_ADDRESS_OPTION : 0)),
            .time_to_live = STINT_NDP_HOP_LIMIT,
        }};
    if (stint_egress_begin_on(stack, now, &outgoing, index, &to) != STINT_EGRESS_READY) {
        return false;
    }
    (void)stint_ndp_router_solicitation_emit(&solicitation, source, &all_routers, &outgoing.writer);
    stint_egress_finish(stack, now, &outgoing);
    return true;
}

static bool probe(struct stint_slaac_service *service, struct stint_stack *stack,
    struct stint_instant now, const struct stint_address *address)
{
    static const struct stint_address nobody = {{0}};
    const struct stint_ndp_neighbor neighbor = {.target = *address};
    const struct stint_address group = stint_address_solicited_node(address);
    const struct stint_hardware_address to = stint_hardware_address_of_group(&group);
    stack->interfaces[service->service.interface].groups.changed = true;
    return stint_ipv6_send_neighbor(stack, now, service->service.interface,
        STINT_ICMPV6_NEIGHBOR_SOLICITATION, &neighbor, &nobody, &group, &to);
}

static struct stint_route default_route(
    const struct stint_slaac_service *service, const struct stint_address *router)
{
    return (struct stint_route){.gateway = *router, .interface = service->service.interface};
}

static bool take_step(struct stint_slaac_service *service, struct stint_stack *stack,
    struct stint_instant now, const struct stint_slaac_step *step)
{
    const struct stint_local_address address = {
        step->address, step->prefix_length, step->deprecated};
    const struct stint_route route = default_route(service, &step->address);
    const uint8_t index = service->service.interface;
    switch (step->kind) {
    case STINT_SLAAC_SOLICIT_ROUTERS:
        return solicit(service, stack, now, &step->address);
    case STINT_SLAAC_PROBE:
        return probe(service, stack, now, &step->address);
    case STINT_SLAAC_SET_ADDRESS:
        (void)stint_stack_add_address(stack, index, &address);
        return true;
    case STINT_SLAAC_REMOVE_ADDRESS:
        (void)stint_stack_remove_address(stack, index, &step->address);
        return true;
    case STINT_SLAAC_SET_ROUTER:
        (void)stint_stack_add_route(stack, &route);
        return true;
    case STINT_SLAAC_REMOVE_ROUTER:
        (void)stint_stack_remove_route(stack, &route);
        return true;
    case STINT_SLAAC_SERVERS_CHANGED:
        stack->configurations++;
        return true;
    }
    return true;
}

/* RFC 4861 6.3.6: a router that does not answer gives way to another. */
static void look_at_router(struct stint_slaac_service *service, struct stint_neighbors *neighbors)
{
    const struct stint_address *router = &service->slaac.router_told;
    if (service->silenced != neighbors->silenced) {
        service->silenced = neighbors->silenced;
        if (stint_neighbors_is_silent(neighbors, router)) {
            stint_slaac_router_failed(&service->slaac, router);
        }
    }
}

static struct stint_instant run(
    struct stint_service *service, struct stint_stack *stack, struct stint_instant now)
{
    struct stint_slaac_service *own = slaac_of(service);
    struct stint_slaac_step step;
    look_at_router(own, &stack->interfaces[service->interface].neighbors);
    while (stint_slaac_next(&own->slaac, now, &step)) {
        if (!take_step(own, stack, now, &step)) {
            return stint_instant_never(); /* the device tells when it has room */
        }
        stint_slaac_done(&own->slaac, now, &step);
    }
    stack->interfaces[service->interface].ipv6_mtu = own->slaac.mtu;
    return stint_slaac_deadline(&own->slaac);
}

/* --- what is heard --- */

static void take_claim(
    struct stint_service *service, struct stint_instant now, const struct stint_address *claimed)
{
    (void)stint_slaac_take_conflict(&slaac_of(service)->slaac, now, claimed);
}

static void take_advertisement(struct stint_service *service, struct stint_instant now,
    const struct stint_address *router, const struct stint_ndp_router_advertisement *advertisement)
{
    stint_slaac_take_advertisement(&slaac_of(service)->slaac, now, router, advertisement);
}

static const struct stint_address *tentative(const struct stint_service *service, unsigned number)
{
    const struct stint_slaac *slaac = &((const struct stint_slaac_service *)service)->slaac;
    for (unsigned i = 0; i < STINT_SLAAC_ADDRESSES; i++) {
        const struct stint_slaac_address *record = &slaac->addresses[i];
        if (record->state == STINT_SLAAC_TENTATIVE && number-- == 0) {
            return &record->address;
        }
    }
    return NULL;
}

static const struct stint_address *name_server(const struct stint_service *service, unsigned number)
{
    const struct stint_slaac *slaac = &((const struct stint_slaac_service *)service)->slaac;
    for (unsigned i = 0; i < STINT_SLAAC_SERVERS; i++) {
        const struct stint_address *server = &slaac->servers[i].address;
        if (!stint_address_is_unspecified(server) && number-- == 0) {
            return server;
        }
    }
    return NULL;
}

static void link(struct stint_service *service, struct stint_instant now, bool up)
{
    if (up) {
        stint_slaac_start(&slaac_of(service)->slaac, now);
    } else {
        stint_slaac_stop(&slaac_of(service)->slaac);
    }
}

enum stint_result stint_slaac_service_start(struct stint_slaac_service *slaac,
    struct stint_stack *stack, struct stint_instant now, uint8_t interface)
{
    static const struct stint_service_operations operations = {
        .run = run,
        .link = link,
        .tentative = tentative,
        .take_claim = take_claim,
        .take_advertisement = take_advertisement,
        .name_server = name_server,
    };
    if (interface >= stack->interface_count || stack->config.ipv6 == NULL) {
        return STINT_INVALID;
    }
    const struct stint_interface *attached = &stack->interfaces[interface];
    slaac->service = (struct stint_service){.operations = &operations, .interface = interface};
    slaac->silenced = attached->neighbors.silenced;
    stint_slaac_init(
        &slaac->slaac, &attached->config.hardware_address, attached->config.mtu, &stack->random);
    if (!attached->link_down) {
        stint_slaac_start(&slaac->slaac, now);
    }
    stint_stack_add_service(stack, &slaac->service);
    return STINT_OK;
}

bool stint_slaac_service_is_configured(const struct stint_slaac_service *slaac)
{
    const struct stint_slaac_address *addresses = slaac->slaac.addresses;
    bool reaches_far = false;
    for (unsigned i = 1; i < STINT_SLAAC_ADDRESSES; i++) {
        reaches_far = reaches_far || addresses[i].told == STINT_SLAAC_PREFERRED;
    }
    return reaches_far && addresses[0].told == STINT_SLAAC_PREFERRED;
}
