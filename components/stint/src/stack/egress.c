/* The life of a packet out: its route, its neighbor, its headers in the device's own buffer.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stack_internal.h"

#include "stint/wire/ethernet.h"
#include "stint/wire/ipv6.h"
#include <string.h>

/* --- paths --- */

static bool find_on_link(const struct stint_stack *stack, const struct stint_address *destination,
    struct stint_path *path)
{
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        const struct stint_addresses *addresses = &stack->interfaces[i].addresses;
        if (stint_stack_is_loopback(stack, i)) {
            continue;
        }
        const bool to_group = stint_addresses_is_broadcast(addresses, destination) ||
                              stint_address_is_multicast(destination);
        if (!to_group && !stint_addresses_is_on_link(addresses, destination)) {
            continue;
        }
        const struct stint_address *source = stint_addresses_select_source(addresses, destination);
        if (source != NULL) {
            *path = (struct stint_path){
                .interface = i, .source = *source, .next_hop = *destination, .to_group = to_group};
            return true;
        }
    }
    return false;
}

/* Nothing leaves the host for itself. */
static bool find_ourselves(const struct stint_stack *stack, const struct stint_address *destination,
    struct stint_path *path)
{
    if (stack->loopback == 0 || !stint_stack_has_address(stack, destination)) {
        return false;
    }
    *path = (struct stint_path){
        .interface = (uint8_t)(stack->loopback - 1),
        .source = *destination,
        .next_hop = *destination,
        .to_ourselves = true,
    };
    return true;
}

bool stint_stack_find_path(const struct stint_stack *stack, const struct stint_address *destination,
    struct stint_path *path)
{
    if (stint_stack_has_address(stack, destination) || stint_address_is_loopback(destination)) {
        return find_ourselves(stack, destination, path);
    }
    if (stint_address_is_unspecified(destination)) {
        return false;
    }
    if (find_on_link(stack, destination, path)) {
        return true;
    }
    const struct stint_route *route = stint_routes_find(&stack->routes, destination);
    if (route == NULL) {
        return false;
    }
    const struct stint_address *source =
        stint_addresses_select_source(&stack->interfaces[route->interface].addresses,
            stint_address_is_ipv4(destination) ? &route->gateway : destination);
    if (source == NULL) {
        return false;
    }
    *path = (struct stint_path){
        .interface = route->interface, .source = *source, .next_hop = route->gateway};
    return true;
}

void stint_stack_forget_paths(struct stint_stack *stack)
{
    stack->configurations++;
    stack->last_path = (struct stint_path){0};
    stack->acquaintance = (struct stint_acquaintance){0};
}

/* Makes the last path that to a destination, where it stays while the next packets go there too.
 * False when there is none. */
static bool take_path(struct stint_stack *stack, const struct stint_address *destination)
{
    struct stint_path path;
    if (stint_address_equal(&stack->last_path.destination, destination)) {
        return true;
    }
    if (!stint_stack_find_path(stack, destination, &path)) {
        return false;
    }
    path.destination = *destination;
    path.is_ipv4 = stint_address_is_ipv4(destination);
    stack->last_path = path;
    return true;
}

/* --- packets --- */

static struct stint_hardware_address group_hardware(const struct stint_address *group)
{
    return stint_address_is_multicast(group) ? stint_hardware_address_of_group(group)
                                             : stint_hardware_address_broadcast;
}

static void complete_header(struct stint_stack *stack, struct stint_ipv4_header *header)
{
    if (header->time_to_live == 0) {
        header->time_to_live = stack->config.time_to_live;
    }
    if (!header->dont_fragment) {
        header->identification = (uint16_t)stint_random_next(&stack->random); /* RFC 7739 */
    }
}

static enum stint_egress drop(struct stint_stack *stack, enum stint_drop reason)
{
    stint_stack_count(stack, reason);
    return STINT_EGRESS_DROPPED;
}

static size_t ip_length(const struct stint_outgoing *outgoing)
{
    const size_t fixed =
        outgoing->is_ipv4 ? (size_t)STINT_IPV4_HEADER_LENGTH : (size_t)STINT_IPV6_HEADER_LENGTH;
    return fixed + outgoing->header.payload_length;
}

/* Asks the device for room and writes the headers there; family and station are known. */
static enum stint_egress begin_frame(struct stint_stack *stack, struct stint_instant now,
    struct stint_outgoing *outgoing, uint8_t index)
{
    struct stint_interface *interface = &stack->interfaces[index];
    const size_t length = ip_length(outgoing);
    const struct stint_span room = stint_device_transmit(
        &interface->config.device, now, STINT_ETHERNET_HEADER_LENGTH + length);
    if (room.length == 0) {
        interface->counters.device_full++;
        return STINT_EGRESS_BLOCKED;
    }
    outgoing->interface = index;
    complete_header(stack, &outgoing->header);
    outgoing->writer = stint_writer_into(room);
    struct stint_ethernet_header *ethernet = &outgoing->ethernet;
    stint_copy_hardware_address(ethernet->source.octets, interface->config.hardware_address.octets);
    ethernet->ethertype = outgoing->is_ipv4 ? STINT_ETHERTYPE_IPV4 : STINT_ETHERTYPE_IPV6;
    (void)stint_ethernet_header_emit(ethernet, &outgoing->writer);
    if (outgoing->is_ipv4) {
        (void)stint_ipv4_header_emit(&outgoing->header, &outgoing->writer);
    } else {
        stack->config.ipv6->put_header(&outgoing->header, &outgoing->writer);
    }
    return STINT_EGRESS_READY;
}

enum stint_egress stint_egress_begin(
    struct stint_stack *stack, struct stint_instant now, struct stint_outgoing *outgoing)
{
    const struct stint_ipv4_header *header = &outgoing->header;
    if (!take_path(stack, &header->destination)) {
        return drop(stack, STINT_DROP_NO_ROUTE);
    }
    const struct stint_path *path = &stack->last_path;
    outgoing->path = path;
    struct stint_interface *interface = &stack->interfaces[path->interface];
    outgoing->is_ipv4 = path->is_ipv4;
    const uint16_t mtu = path->is_ipv4 ? interface->config.mtu
                                       : stint_interface_mtu(interface, &header->destination);
    if (ip_length(outgoing) > mtu) {
        return drop(stack, STINT_DROP_TOO_LONG);
    }
    struct stint_hardware_address *const to = &outgoing->ethernet.destination;
    memset(to, 0, sizeof *to); /* stays so when the frame waits for its neighbor */
    outgoing->answer = STINT_NEIGHBOR_KNOWN;
    if (path->to_group) {
        *to = group_hardware(&header->destination);
    } else if (path->to_ourselves) {
        *to = interface->config.hardware_address;
    } else {
        outgoing->answer = stint_neighbors_resolve(&interface->neighbors, now, &path->next_hop, to);
    }
    if (outgoing->answer == STINT_NEIGHBOR_UNKNOWN) {
        return drop(stack, STINT_DROP_NEIGHBOR_SILENT);
    }
    if (outgoing->answer == STINT_NEIGHBOR_NO_RECORD) {
        return drop(stack, STINT_DROP_NEIGHBOR_TABLE);
    }
    if (stint_address_is_unspecified(&header->source)) {
        outgoing->header.source = path->source;
    }
    return begin_frame(stack, now, outgoing, path->interface);
}

bool stint_egress_begin_alike(
    struct stint_stack *stack, struct stint_instant now, struct stint_outgoing *outgoing)
{
    return begin_frame(stack, now, outgoing, outgoing->interface) == STINT_EGRESS_READY;
}

enum stint_egress stint_egress_begin_on(struct stint_stack *stack, struct stint_instant now,
    struct stint_outgoing *outgoing, uint8_t index, const struct stint_hardware_address *to)
{
    outgoing->path = NULL;
    outgoing->answer = STINT_NEIGHBOR_KNOWN;
    outgoing->is_ipv4 = stint_address_is_ipv4(&outgoing->header.destination);
    outgoing->ethernet.destination = *to;
    return begin_frame(stack, now, outgoing, index);
}

bool stint_egress_begin_answer(
    struct stint_stack *stack, struct stint_instant now, struct stint_outgoing *outgoing)
{
    const enum stint_egress begun = stint_egress_begin(stack, now, outgoing);
    if (begun == STINT_EGRESS_BLOCKED) {
        stint_stack_count(stack, STINT_DROP_DEVICE_FULL);
    }
    return begun == STINT_EGRESS_READY;
}

static void commit(struct stint_interface *interface, struct stint_instant now, size_t length)
{
    stint_device_transmit_commit(&interface->config.device, now, length);
    interface->counters.frames_sent++;
    interface->counters.bytes_sent += length;
}

void stint_egress_finish(
    struct stint_stack *stack, struct stint_instant now, struct stint_outgoing *outgoing)
{
    struct stint_interface *interface = &stack->interfaces[outgoing->interface];
    const struct stint_view frame = stint_writer_written(&outgoing->writer);
    if (outgoing->answer == STINT_NEIGHBOR_KNOWN) {
        commit(interface, now, frame.length);
        return;
    }
    const enum stint_drop reason = /* the device's room is given up; the frame waits elsewhere */
        stint_neighbors_hold(&interface->neighbors, &outgoing->path->next_hop, frame);
    if (reason != STINT_DROP_NONE) {
        stint_stack_count(stack, reason);
    }
}

bool stint_egress_arp(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    enum stint_arp_operation operation, const struct stint_address *target,
    const struct stint_hardware_address *target_hardware, const struct stint_address *sender)
{
    struct stint_interface *interface = &stack->interfaces[index];
    const size_t length = STINT_ETHERNET_HEADER_LENGTH + STINT_ARP_PACKET_LENGTH;
    const struct stint_span room = stint_device_transmit(&interface->config.device, now, length);
    if (room.length == 0) {
        interface->counters.device_full++;
        return false;
    }
    const struct stint_hardware_address broadcast = stint_hardware_address_broadcast;
    const struct stint_ethernet_header ethernet = {
        .destination = *target_hardware,
        .source = interface->config.hardware_address,
        .ethertype = STINT_ETHERTYPE_ARP,
    };
    struct stint_arp_packet packet = {
        .operation = operation,
        .sender_hardware = interface->config.hardware_address,
        .sender = *sender,
        .target_hardware = *target_hardware,
        .target = *target,
    };
    if (stint_hardware_address_equal(target_hardware, &broadcast)) {
        packet.target_hardware = (struct stint_hardware_address){{0}};
    }
    struct stint_writer writer = stint_writer_into(room);
    (void)stint_ethernet_header_emit(&ethernet, &writer);
    (void)stint_arp_packet_emit(&packet, &writer);
    commit(interface, now, length);
    return true;
}

void stint_egress_owed_answer(struct stint_stack *stack, struct stint_instant now, uint8_t index)
{
    struct stint_owed_answer *answer = &stack->interfaces[index].owed_answer;
    if (answer->owed && stint_egress_arp(stack, now, index, STINT_ARP_REPLY, &answer->to,
                            &answer->to_hardware, &answer->about)) {
        answer->owed = false;
    }
}

bool stint_egress_frame(
    struct stint_stack *stack, struct stint_instant now, uint8_t index, struct stint_view frame)
{
    struct stint_interface *interface = &stack->interfaces[index];
    const struct stint_span room =
        stint_device_transmit(&interface->config.device, now, frame.length);
    if (room.length == 0) {
        interface->counters.device_full++;
        return false;
    }
    struct stint_writer writer = stint_writer_into(room);
    stint_writer_put(&writer, frame);
    commit(interface, now, frame.length);
    return true;
}

bool stint_egress_held_frame(struct stint_stack *stack, struct stint_instant now, uint8_t index)
{
    struct stint_interface *interface = &stack->interfaces[index];
    const struct stint_view frame = stint_neighbors_next_to_send(&interface->neighbors);
    if (frame.length == 0 || !stint_egress_frame(stack, now, index, frame)) {
        return false;
    }
    stint_neighbors_sent(&interface->neighbors);
    return true;
}
