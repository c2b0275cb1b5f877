/* The life of a frame in: Ethernet, ARP, IPv4, and on to the protocol that its payload belongs to.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stack_internal.h"

#include "stint/socket/tcp_receive.h"
#include "stint/wire/arp.h"
#include "stint/wire/dhcpv4.h"
#include "stint/wire/ethernet.h"
#include "stint/wire/icmpv4.h"
#include "stint/wire/igmp.h"
#include "stint/wire/tcp.h"
#include "stint/wire/udp.h"

/* --- ARP (RFC 826) --- */

static bool sender_is_a_station(
    const struct stint_interface *interface, const struct stint_arp_packet *packet)
{
    return !stint_hardware_address_is_group(&packet->sender_hardware) &&
           !stint_hardware_address_is_zero(&packet->sender_hardware) &&
           !stint_hardware_address_equal(
               &packet->sender_hardware, &interface->config.hardware_address);
}

static bool sender_may_be_learnt(
    const struct stint_interface *interface, const struct stint_arp_packet *packet)
{
    return sender_is_a_station(interface, packet) &&
           !stint_addresses_contain(&interface->addresses, &packet->sender) &&
           !stint_addresses_is_broadcast(&interface->addresses, &packet->sender) &&
           stint_addresses_is_on_link(&interface->addresses, &packet->sender);
}

static enum stint_drop take_arp_request(struct stint_stack *stack, struct stint_instant now,
    uint8_t index, const struct stint_arp_packet *packet)
{
    struct stint_interface *interface = &stack->interfaces[index];
    const bool is_probe = stint_address_is_unspecified(&packet->sender); /* RFC 5227 */
    if (is_probe ? !sender_is_a_station(interface, packet)
                 : !sender_may_be_learnt(interface, packet)) {
        return STINT_DROP_ARP_ADDRESS;
    }
    if (!is_probe) {
        stint_neighbors_hear(&interface->neighbors, now, &packet->sender, &packet->sender_hardware);
    }
    interface->owed_answer = (struct stint_owed_answer){
        .owed = true,
        .to = packet->sender,
        .to_hardware = packet->sender_hardware,
        .about = packet->target,
    };
    stint_egress_owed_answer(stack, now, index);
    return STINT_DROP_NONE;
}

static enum stint_drop take_arp(
    struct stint_stack *stack, struct stint_instant now, uint8_t index, struct stint_view bytes)
{
    struct stint_interface *interface = &stack->interfaces[index];
    struct stint_arp_packet packet;
    const enum stint_drop reason = stint_arp_packet_parse(bytes, &packet);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    stint_services_take_arp(stack, now, index, &packet);
    if (!stint_addresses_contain(&interface->addresses, &packet.target)) {
        return STINT_DROP_ARP_NOT_OURS;
    }
    if (packet.operation == STINT_ARP_REQUEST) {
        return take_arp_request(stack, now, index, &packet);
    }
    const bool taken = sender_may_be_learnt(interface, &packet) &&
                       stint_neighbors_take_answer(
                           &interface->neighbors, now, &packet.sender, &packet.sender_hardware);
    return taken ? STINT_DROP_NONE : STINT_DROP_ARP_ADDRESS;
}

/* --- IPv4 --- */

static bool source_is_possible(const struct stint_stack *stack,
    const struct stint_interface *interface, const struct stint_address *source)
{
    return !stint_address_is_unspecified(source) && !stint_address_is_multicast(source) &&
           !stint_address_is_loopback(source) && !stint_address_is_reserved(source) &&
           !stint_addresses_is_broadcast(&interface->addresses, source) &&
           !stint_stack_has_address(stack, source);
}

static void answer_tcp(
    struct stint_stack *stack, struct stint_instant now, const struct stint_tcp_reply *reply)
{
    struct stint_outgoing outgoing = {
        .header = {
            .source = reply->flow.local.address,
            .destination = reply->flow.remote.address,
            .protocol = STINT_PROTOCOL_TCP,
            .payload_length = (uint16_t)stint_tcp_segment_header_length(&reply->segment),
            .dont_fragment = true,
        }};
    if (stint_egress_begin_answer(stack, now, &outgoing)) {
        (void)stint_tcp_segment_emit(&reply->segment, &outgoing.header.source,
            &outgoing.header.destination, &outgoing.writer);
        stint_egress_finish(stack, now, &outgoing);
    }
}

/* True when the checksum is right. The payload of a segment that is next in order is copied to
 * where it belongs in the same pass. */
static bool segment_is_intact(struct stint_tcp *tcp, const struct stint_incoming *incoming,
    const struct stint_tcp_flow *flow, struct stint_tcp_segment *segment)
{
    const struct stint_address *source = &flow->remote.address;
    const struct stint_address *destination = &flow->local.address;
    struct stint_ring_span landing;
    if (!stint_tcp_find_landing(tcp, flow, segment, &landing)) {
        return stint_tcp_segment_is_intact(incoming->payload, source, destination);
    }
    segment->landed = stint_tcp_segment_land(
        incoming->payload, source, destination, segment, landing.piece[0], landing.piece[1]);
    if (!segment->landed) {
        stint_tcp_miss_landing(tcp);
    }
    return segment->landed;
}

enum stint_drop stint_ingress_tcp(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming)
{
    const struct stint_ipv4_header *header = &incoming->header;
    struct stint_tcp_segment segment;
    struct stint_tcp_reply reply;
    enum stint_drop reason = stint_tcp_segment_read(incoming->payload, &segment);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    struct stint_tcp_flow flow;
    stint_address_copy(&flow.local.address, &header->destination);
    stint_address_copy(&flow.remote.address, &header->source);
    flow.local.port = segment.destination_port;
    flow.remote.port = segment.source_port;
    if (!segment_is_intact(&stack->tcp, incoming, &flow, &segment)) {
        return STINT_DROP_TCP_CHECKSUM;
    }
    if (incoming->to_group) {
        return STINT_DROP_TCP_ADDRESS;
    }
    reason = stint_tcp_receive(&stack->tcp, now, &flow, &segment,
        stint_interface_mtu(&stack->interfaces[incoming->interface], &header->source), &reply);
    if (reply.wanted) {
        answer_tcp(stack, now, &reply);
    }
    return reason;
}

enum stint_drop stint_ingress_udp(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming)
{
    const struct stint_ipv4_header *header = &incoming->header;
    struct stint_udp_datagram datagram;
    enum stint_drop reason = stint_udp_datagram_parse(
        incoming->payload, &header->source, &header->destination, &datagram);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    if (stint_services_take_udp(stack, now, incoming->interface, &datagram)) {
        return STINT_DROP_NONE;
    }
    const struct stint_datagram_info info = {
        .source = {header->source, datagram.source_port},
        .destination = {header->destination, datagram.destination_port},
        .interface = incoming->interface,
        .traffic_class = header->traffic_class,
        .time_to_live = header->time_to_live,
    };
    reason = stint_udp_deliver(&stack->udp, &info, datagram.payload, incoming->to_group);
    if (reason == STINT_DROP_UDP_PORT) {
        stint_icmp_send_unreachable(stack, now, incoming, STINT_ICMPV4_PORT_UNREACHABLE);
    }
    return reason;
}

/* A switch that asks in place of a router has no address (RFC 4541 2.1.1). */
static bool is_nobodys_query(
    const struct stint_stack *stack, const struct stint_ipv4_header *header)
{
    return stack->config.igmp != NULL && header->protocol == STINT_PROTOCOL_IGMP &&
           stint_address_is_unspecified(&header->source);
}

/* Who has no address yet may ask all for one (RFC 2131 4.1), and nothing else. */
static bool is_from_nobody(const struct stint_ipv4_header *header)
{
    return stint_address_is_unspecified(&header->source) &&
           header->protocol == STINT_PROTOCOL_UDP && header->fragment_offset == 0 &&
           !header->more_fragments && stint_address_is_limited_broadcast(&header->destination);
}

static enum stint_drop take_from_nobody(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming)
{
    const struct stint_ipv4_header *header = &incoming->header;
    struct stint_udp_datagram datagram;
    const enum stint_drop reason = stint_udp_datagram_parse(
        incoming->payload, &header->source, &header->destination, &datagram);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    const bool taken = datagram.destination_port == STINT_DHCPV4_SERVER_PORT &&
                       stint_services_take_udp(stack, now, incoming->interface, &datagram);
    return taken ? STINT_DROP_NONE : STINT_DROP_IPV4_SOURCE;
}

/* Judges the addresses of a packet; `to_group` is set. */
static enum stint_drop judge_addresses(
    struct stint_stack *stack, bool frame_to_group, struct stint_incoming *incoming)
{
    const struct stint_interface *interface = &stack->interfaces[incoming->interface];
    const struct stint_ipv4_header *header = &incoming->header;
    const struct stint_acquaintance *acquaintance = &stack->acquaintance;
    if (!frame_to_group && acquaintance->interface == incoming->interface &&
        stint_address_equal(&acquaintance->source, &header->source) &&
        stint_address_equal(&acquaintance->destination, &header->destination)) {
        return STINT_DROP_NONE;
    }
    if (stint_stack_is_loopback(stack, incoming->interface)) {
        return stint_stack_is_to_ourselves(stack, header) ? STINT_DROP_NONE
                                                          : STINT_DROP_IPV4_SOURCE;
    }
    if (!source_is_possible(stack, interface, &header->source) &&
        !is_nobodys_query(stack, header)) {
        return STINT_DROP_IPV4_SOURCE;
    }
    if (stint_address_is_multicast(&header->destination)) {
        incoming->to_group = true;
        return stint_stack_hears(stack, incoming->interface, &header->destination)
                   ? STINT_DROP_NONE
                   : STINT_DROP_GROUP_NOT_JOINED;
    }
    incoming->to_group = stint_addresses_is_broadcast(&interface->addresses, &header->destination);
    const bool is_ours = /* the strong host model: on this interface (RFC 1122 3.3.4.2) */
        stint_addresses_contain(&interface->addresses, &header->destination);
    if (!incoming->to_group && (!is_ours || frame_to_group)) {
        return STINT_DROP_IPV4_DESTINATION;
    }
    if (!incoming->to_group) {
        stack->acquaintance = (struct stint_acquaintance){
            .source = header->source,
            .destination = header->destination,
            .interface = incoming->interface,
        };
    }
    return STINT_DROP_NONE;
}

static enum stint_drop take_ipv4(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    bool frame_to_group, struct stint_view packet)
{
    struct stint_incoming incoming;
    incoming.interface = index;
    incoming.to_group = false;
    enum stint_drop reason = stint_ipv4_header_parse(packet, &incoming.header, &incoming.payload);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    const struct stint_ipv4_header *header = &incoming.header;
    incoming.packet = stint_view_of(
        packet.bytes, (size_t)(incoming.payload.bytes - packet.bytes) + incoming.payload.length);
    if (frame_to_group && is_from_nobody(header)) {
        return take_from_nobody(stack, now, &incoming);
    }
    reason = judge_addresses(stack, frame_to_group, &incoming);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    if (header->fragment_offset != 0 || header->more_fragments) {
        return STINT_DROP_IPV4_FRAGMENT;
    }
    switch (header->protocol) {
    case STINT_PROTOCOL_TCP:
        return stint_ingress_tcp(stack, now, &incoming);
    case STINT_PROTOCOL_UDP:
        return stint_ingress_udp(stack, now, &incoming);
    case STINT_PROTOCOL_ICMPV4:
        return stint_ingress_icmp(stack, now, &incoming);
    default: /* any other number */
        if (header->protocol == STINT_PROTOCOL_IGMP && stack->config.igmp != NULL) {
            return stack->config.igmp->take(stack, now, &incoming);
        }
        stint_icmp_send_unreachable(stack, now, &incoming, STINT_ICMPV4_PROTOCOL_UNREACHABLE);
        return STINT_DROP_IPV4_PROTOCOL;
    }
}

/* --- Ethernet --- */

/* RFC 1112 6.4: 01:00:5e, RFC 2464 7: 33:33, and the end of the group's address, which IP itself
 * judges. */
static bool is_group_we_hear(
    const struct stint_stack *stack, const struct stint_ethernet_header *header)
{
    const struct stint_hardware_address *to = &header->destination;
    return stint_hardware_address_equal(to, &stint_hardware_address_broadcast) ||
           (header->ethertype == STINT_ETHERTYPE_IPV4 && stack->config.igmp != NULL &&
               to->octets[0] == 0x01 && to->octets[1] == 0 && to->octets[2] == 0x5e) ||
           (header->ethertype == STINT_ETHERTYPE_IPV6 && stack->config.ipv6 != NULL &&
               to->octets[0] == 0x33 && to->octets[1] == 0x33);
}

enum stint_drop stint_ingress_frame(
    struct stint_stack *stack, struct stint_instant now, uint8_t index, struct stint_view frame)
{
    struct stint_interface *interface = &stack->interfaces[index];
    struct stint_ethernet_header header;
    struct stint_view payload;
    interface->counters.frames_received++;
    interface->counters.bytes_received += frame.length;
    const enum stint_drop reason = stint_ethernet_header_parse(frame, &header, &payload);
    if (reason != STINT_DROP_NONE) {
        return reason;
    }
    if (payload.length > interface->config.mtu) {
        return STINT_DROP_ETHERNET_LONG;
    }
    const struct stint_hardware_address *ours = &interface->config.hardware_address;
    const bool to_group = !stint_hardware_address_equal(&header.destination, ours);
    if (to_group && !is_group_we_hear(stack, &header)) {
        return STINT_DROP_ETHERNET_DESTINATION;
    }
    if (stint_hardware_address_is_group(&header.source) ||
        stint_hardware_address_is_zero(&header.source) ||
        (stint_hardware_address_equal(&header.source, ours) &&
            !stint_stack_is_loopback(stack, index))) {
        return STINT_DROP_ETHERNET_SOURCE;
    }
    switch (header.ethertype) {
    case STINT_ETHERTYPE_IPV4:
        return take_ipv4(stack, now, index, to_group, payload);
    case STINT_ETHERTYPE_ARP:
        return take_arp(stack, now, index, payload);
    case STINT_ETHERTYPE_IPV6:
        return stack->config.ipv6 != NULL ? stack->config.ipv6->take(stack, now, index, payload)
                                          : STINT_DROP_IPV6_UNSUPPORTED;
    default: /* any other number */
        return STINT_DROP_ETHERNET_TYPE;
    }
}
