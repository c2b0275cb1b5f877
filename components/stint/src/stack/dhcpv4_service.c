/* What a DHCP client asks for, done on an interface: messages, probes, addresses and routes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/dhcpv4_service.h"

#include "stack_internal.h"

enum { MESSAGE_ROOM = 576 }; /* of what we send: RFC 2131 2 */

static struct stint_dhcpv4_service *dhcp_of(struct stint_service *service)
{
    return (struct stint_dhcpv4_service *)(void *)service; /* its first member */
}

/* --- configuring --- */

static void unconfigure(struct stint_dhcpv4_service *dhcp, struct stint_stack *stack)
{
    while (dhcp->route_count > 0) {
        dhcp->route_count--;
        (void)stint_stack_remove_route(stack, &dhcp->routes[dhcp->route_count]);
    }
    if (!stint_address_is_unspecified(&dhcp->address.address)) {
        (void)stint_stack_remove_address(stack, dhcp->service.interface, &dhcp->address.address);
        dhcp->address = (struct stint_local_address){0};
    }
}

static void add_route(struct stint_dhcpv4_service *dhcp, struct stint_stack *stack,
    const struct stint_prefix *prefix, const struct stint_address *router)
{
    struct stint_route *route = &dhcp->routes[dhcp->route_count];
    *route = (struct stint_route){
        .prefix = *prefix, .gateway = *router, .interface = dhcp->service.interface};
    if (stint_stack_add_route(stack, route) == STINT_OK) {
        dhcp->route_count++;
    }
}

/* RFC 3442: classless routes stand in for routers; one without a router is about this link, which
 * the address's own prefix tells already. */
static void configure(struct stint_dhcpv4_service *dhcp, struct stint_stack *stack)
{
    const struct stint_dhcpv4_lease *lease = &dhcp->client.lease;
    const struct stint_prefix everywhere = stint_routes_default_ipv4();
    unconfigure(dhcp, stack);
    dhcp->address = (struct stint_local_address){.address = lease->address,
        .prefix_length = (uint8_t)(STINT_IPV4_MAPPED_BITS + lease->subnet_length)};
    (void)stint_stack_add_address(stack, dhcp->service.interface, &dhcp->address);
    for (unsigned i = 0; i < lease->route_count; i++) {
        if (!stint_address_is_unspecified(&lease->routes[i].router)) {
            add_route(dhcp, stack, &lease->routes[i].destination, &lease->routes[i].router);
        }
    }
    if (lease->route_count == 0 && lease->router_count > 0) {
        add_route(dhcp, stack, &everywhere, &lease->routers[0]);
    }
}

/* --- steps --- */

/* False when the device is full. A renewal goes the way of every packet; what is sent without an
 * address, or to all, has no way but the link. */
static bool send_message(struct stint_dhcpv4_service *dhcp, struct stint_stack *stack,
    struct stint_instant now, const struct stint_dhcpv4_step *step)
{
    struct stint_dhcpv4_message message;
    uint8_t bytes[MESSAGE_ROOM];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    stint_dhcpv4_client_message(&dhcp->client, now, &message);
    (void)stint_dhcpv4_message_emit(&message, &writer);
    const struct stint_udp_datagram datagram = {
        .source_port = STINT_DHCPV4_CLIENT_PORT,
        .destination_port = STINT_DHCPV4_SERVER_PORT,
        .payload = stint_writer_written(&writer),
    };
    struct stint_outgoing outgoing = {
        .header = {
            .source = step->source,
            .destination = step->destination,
            .protocol = STINT_PROTOCOL_UDP,
            .payload_length = (uint16_t)(STINT_UDP_HEADER_LENGTH + datagram.payload.length),
        }};
    const struct stint_hardware_address broadcast = stint_hardware_address_broadcast;
    const enum stint_egress begun =
        stint_address_is_limited_broadcast(&step->destination)
            ? stint_egress_begin_on(stack, now, &outgoing, dhcp->service.interface, &broadcast)
            : stint_egress_begin(stack, now, &outgoing);
    if (begun == STINT_EGRESS_READY) {
        (void)stint_udp_datagram_emit(
            &datagram, &outgoing.header.source, &outgoing.header.destination, &outgoing.writer);
        stint_egress_finish(stack, now, &outgoing);
    }
    return begun != STINT_EGRESS_BLOCKED;
}

static bool take_step(struct stint_dhcpv4_service *dhcp, struct stint_stack *stack,
    struct stint_instant now, const struct stint_dhcpv4_step *step)
{
    static const struct stint_address nobody = {{0}};
    const struct stint_hardware_address broadcast = stint_hardware_address_broadcast;
    switch (step->kind) {
    case STINT_DHCPV4_SEND:
        return send_message(dhcp, stack, now, step);
    case STINT_DHCPV4_PROBE:
        return stint_egress_arp(stack, now, dhcp->service.interface, STINT_ARP_REQUEST,
            &dhcp->client.lease.address, &broadcast, &nobody);
    case STINT_DHCPV4_CONFIGURE:
        configure(dhcp, stack);
        return true;
    case STINT_DHCPV4_UNCONFIGURE:
        unconfigure(dhcp, stack);
        return true;
    }
    return true;
}

static struct stint_instant run(
    struct stint_service *service, struct stint_stack *stack, struct stint_instant now)
{
    struct stint_dhcpv4_service *dhcp = dhcp_of(service);
    struct stint_dhcpv4_step step;
    while (stint_dhcpv4_client_next(&dhcp->client, now, &step)) {
        if (!take_step(dhcp, stack, now, &step)) {
            return stint_instant_never(); /* the device tells when it has room */
        }
        stint_dhcpv4_client_done(&dhcp->client, now, &step);
    }
    return stint_dhcpv4_client_deadline(&dhcp->client);
}

/* --- what is heard --- */

static bool take_udp(struct stint_service *service, struct stint_instant now,
    const struct stint_udp_datagram *datagram)
{
    struct stint_dhcpv4_message message;
    struct stint_dhcpv4_areas areas;
    if (datagram->destination_port != STINT_DHCPV4_CLIENT_PORT ||
        datagram->source_port != STINT_DHCPV4_SERVER_PORT) {
        return false;
    }
    if (stint_dhcpv4_message_parse(datagram->payload, &message, &areas) == STINT_DROP_NONE) {
        (void)stint_dhcpv4_client_take(&dhcp_of(service)->client, now, &message);
    }
    return true;
}

/* RFC 5227 2.1.1: whoever speaks from the address, or probes for it too, has it. */
static void take_arp(
    struct stint_service *service, struct stint_instant now, const struct stint_arp_packet *packet)
{
    const bool probes =
        packet->operation == STINT_ARP_REQUEST && stint_address_is_unspecified(&packet->sender);
    (void)stint_dhcpv4_client_take_conflict(
        &dhcp_of(service)->client, now, probes ? &packet->target : &packet->sender);
}

static const struct stint_address *name_server(const struct stint_service *service, unsigned number)
{
    const struct stint_dhcpv4_service *dhcp = (const struct stint_dhcpv4_service *)service;
    const struct stint_dhcpv4_lease *lease = &dhcp->client.lease;
    const bool is_known = dhcp->client.configured && number < lease->dns_server_count;
    return is_known ? &lease->dns_servers[number] : NULL;
}

static void link(struct stint_service *service, struct stint_instant now, bool up)
{
    if (up) {
        stint_dhcpv4_client_start(&dhcp_of(service)->client, now);
    } else {
        stint_dhcpv4_client_stop(&dhcp_of(service)->client);
    }
}

enum stint_result stint_dhcpv4_service_start(struct stint_dhcpv4_service *dhcp,
    struct stint_stack *stack, struct stint_instant now, uint8_t interface,
    struct stint_view host_name)
{
    static const struct stint_service_operations operations = {
        .run = run,
        .link = link,
        .take_udp = take_udp,
        .take_arp = take_arp,
        .name_server = name_server,
    };
    if (interface >= stack->interface_count) {
        return STINT_INVALID;
    }
    const struct stint_interface *attached = &stack->interfaces[interface];
    *dhcp = (struct stint_dhcpv4_service){
        .service = {.operations = &operations, .interface = interface}};
    stint_dhcpv4_client_init(
        &dhcp->client, &attached->config.hardware_address, host_name, &stack->random);
    if (!attached->link_down) {
        stint_dhcpv4_client_start(&dhcp->client, now);
    }
    stint_stack_add_service(stack, &dhcp->service);
    return STINT_OK;
}

void stint_dhcpv4_service_release(struct stint_dhcpv4_service *dhcp, struct stint_instant now)
{
    stint_dhcpv4_client_release(&dhcp->client, now);
}
