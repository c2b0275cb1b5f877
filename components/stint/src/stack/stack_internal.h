/* What the parts of the stack share: paths, packets on their way out, counters.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STACK_STACK_INTERNAL_H
#define STINT_STACK_STACK_INTERNAL_H

#include "stint/stack/service.h"
#include "stint/stack/stack.h"
#include "stint/wire/arp.h"
#include "stint/wire/ethernet.h"
#include "stint/wire/icmpv4.h"
#include "stint/wire/ipv4.h"

enum { STINT_STACK_TIME_TO_LIVE = 64 };

static inline void stint_stack_count(struct stint_stack *stack, enum stint_drop reason)
{
    stack->drops[reason]++;
}

/* --- paths --- */

static inline bool stint_stack_is_loopback(const struct stint_stack *stack, uint8_t interface)
{
    return interface + 1 == stack->loopback;
}

/* False when there is no route. */
bool stint_stack_find_path(const struct stint_stack *stack, const struct stint_address *destination,
    struct stint_path *path);

/* True when both ends of a packet are addresses of ours. */
bool stint_stack_is_to_ourselves(
    const struct stint_stack *stack, const struct stint_ipv4_header *header);

/* True for a broadcast address of any interface. */
bool stint_stack_is_broadcast(const struct stint_stack *stack, const struct stint_address *address);

/* Addresses or routes changed: what was remembered of them is void. */
void stint_stack_forget_paths(struct stint_stack *stack);

/* --- packets on their way out --- */

enum stint_egress {
    STINT_EGRESS_READY,   /* write the payload, then finish */
    STINT_EGRESS_BLOCKED, /* the device is full: try again */
    STINT_EGRESS_DROPPED, /* it cannot be sent, and was counted */
};

/* A packet on its way out. The caller sets the header, where an unspecified source and a time to
 * live of 0 are filled in; the rest is set by stint_egress_begin(). */
struct stint_outgoing {
    struct stint_ipv4_header header;
    struct stint_ethernet_header ethernet;
    const struct stint_path *path; /* the stack's last one; NULL when it was told */
    uint8_t interface;
    bool is_ipv4;
    struct stint_writer writer; /* stands after the IP header */
    enum stint_neighbor_answer answer;
};

/* Sets the header of a packet of a flow, field by field: clearing and copying it would cost more.
 */
static inline void stint_egress_address(
    struct stint_outgoing *outgoing, const struct stint_tcp_flow *flow, uint8_t protocol)
{
    struct stint_ipv4_header *header = &outgoing->header;
    stint_address_copy(&header->source, &flow->local.address);
    stint_address_copy(&header->destination, &flow->remote.address);
    header->identification = 0;
    header->fragment_offset = 0;
    header->protocol = protocol;
    header->traffic_class = 0;
    header->time_to_live = 0;
    header->dont_fragment = false;
    header->more_fragments = false;
}

/* Begins a packet: finds its way, asks for the neighbor and for room in the device, writes the
 * headers. `header.payload_length` bytes must follow. */
enum stint_egress stint_egress_begin(
    struct stint_stack *stack, struct stint_instant now, struct stint_outgoing *outgoing);

/* Begins another packet with the same header and way as the one that was finished before it; false
 * when the device is full. */
bool stint_egress_begin_alike(
    struct stint_stack *stack, struct stint_instant now, struct stint_outgoing *outgoing);

/* The same over a given interface to a given station, with the header as it is: for who has no
 * address yet. */
enum stint_egress stint_egress_begin_on(struct stint_stack *stack, struct stint_instant now,
    struct stint_outgoing *outgoing, uint8_t index, const struct stint_hardware_address *to);

/* The same for an answer that nobody repeats: a full device counts as a drop too. True when ready.
 */
bool stint_egress_begin_answer(
    struct stint_stack *stack, struct stint_instant now, struct stint_outgoing *outgoing);

/* The payload is written: the frame goes to the device, or waits for its neighbor. */
void stint_egress_finish(
    struct stint_stack *stack, struct stint_instant now, struct stint_outgoing *outgoing);

/* Sends a whole frame; false when the device is full. */
bool stint_egress_frame(
    struct stint_stack *stack, struct stint_instant now, uint8_t index, struct stint_view frame);

/* Asks who has an address (or answers, when `operation` is a reply). */
bool stint_egress_arp(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    enum stint_arp_operation operation, const struct stint_address *target,
    const struct stint_hardware_address *target_hardware, const struct stint_address *sender);

/* Sends the ARP answer that is owed, if there is one and the device has room: before anything else,
 * or a busy sender would silence us for our neighbors. */
void stint_egress_owed_answer(struct stint_stack *stack, struct stint_instant now, uint8_t index);

/* Sends a frame whose neighbor has answered; false when there is none or the device is full. */
bool stint_egress_held_frame(struct stint_stack *stack, struct stint_instant now, uint8_t index);

/* Asks neighbors what is due, sends what waited for them, then what sockets offer, at most `budget`
 * frames. True when something is left that could be sent at once. */
bool stint_egress_run(struct stint_stack *stack, struct stint_instant now, uint16_t budget);

/* --- services --- */

void stint_stack_add_service(struct stint_stack *stack, struct stint_service *service);
void stint_stack_remove_service(struct stint_stack *stack, const struct stint_service *service);

/* Runs all; when there is more to do. */
struct stint_instant stint_services_run(struct stint_stack *stack, struct stint_instant now);

/* True when a service of the interface took the datagram. */
bool stint_services_take_udp(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_udp_datagram *datagram);

void stint_services_take_arp(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_arp_packet *packet);

/* --- groups --- */

struct stint_incoming;
struct stint_udp_offer;

/* What a stack asks of groups where a protocol of theirs was configured. */
struct stint_membership_support {
    /* Takes the records that the configuration asks for. */
    void (*carve)(struct stint_stack *stack, struct stint_carve *carve);
    /* Reports what is due, on all interfaces; when there is more to do. */
    struct stint_instant (*run)(struct stint_stack *stack, struct stint_instant now);
    enum stint_result (*join)(struct stint_stack *stack, struct stint_instant now,
        struct stint_handle socket, uint8_t index, const struct stint_address *group);
    enum stint_result (*leave)(struct stint_stack *stack, struct stint_instant now,
        struct stint_handle socket, uint8_t index, const struct stint_address *group);
    /* True when what is sent to the group is for us. */
    bool (*hears)(
        const struct stint_stack *stack, uint8_t index, const struct stint_address *group);
    /* Begins a datagram to a group, as stint_egress_begin(), over the interface of the offer; and
     * when it was sent, delivers it to our own sockets. */
    enum stint_egress (*begin)(struct stint_stack *stack, struct stint_instant now,
        struct stint_outgoing *outgoing, const struct stint_udp_offer *offer);
    void (*sent)(struct stint_stack *stack, const struct stint_outgoing *outgoing,
        const struct stint_udp_offer *offer);
};

extern const struct stint_membership_support stint_memberships;

/* IGMP or MLD. */
struct stint_group_protocol {
    const struct stint_membership_support *memberships; /* the same of both */
    /* Takes a message. */
    enum stint_drop (*take)(
        struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming);
    /* Sends one; false when the device is full. */
    bool (*send)(struct stint_stack *stack, struct stint_instant now, uint8_t index,
        const struct stint_groups_step *step);
};

/* NULL where neither protocol was configured. */
static inline const struct stint_membership_support *stint_stack_memberships(
    const struct stint_stack *stack)
{
    const struct stint_group_protocol *protocol =
        stack->config.igmp != NULL ? stack->config.igmp : stack->config.mld;
    return protocol != NULL ? protocol->memberships : NULL;
}

/* The protocol of a group's family, NULL when it was not configured. */
static inline const struct stint_group_protocol *stint_stack_protocol_of(
    const struct stint_stack *stack, const struct stint_address *group)
{
    return stint_address_is_ipv4(group) ? stack->config.igmp : stack->config.mld;
}

/* True when what is sent to the group over an interface is for us. */
static inline bool stint_stack_hears(
    const struct stint_stack *stack, uint8_t index, const struct stint_address *group)
{
    const struct stint_group_protocol *protocol = stint_stack_protocol_of(stack, group);
    return protocol != NULL && protocol->memberships->hears(stack, index, group);
}

/* --- packets on their way in --- */

/* A received packet of either family with what is known of it: what IPv6 says too stands in
 * `header`. */
struct stint_incoming {
    uint8_t interface;
    bool to_group;     /* sent to a broadcast or multicast address */
    bool router_alert; /* of IPv6 */
    struct stint_ipv4_header header;
    struct stint_view packet;  /* from the IP header on */
    struct stint_view payload; /* after it */
};

/* Takes one frame of interface `index`. */
enum stint_drop stint_ingress_frame(
    struct stint_stack *stack, struct stint_instant now, uint8_t index, struct stint_view frame);

/* Takes the payload of a packet, whatever family it came by. */
enum stint_drop stint_ingress_tcp(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming);
enum stint_drop stint_ingress_udp(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming);

/* Takes an ICMP message. */
enum stint_drop stint_ingress_icmp(
    struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming);

/* True when the rate limit lets one more ICMP error go; counted otherwise. */
bool stint_icmp_error_may_go(struct stint_stack *stack, struct stint_instant now);

/* What a stack asks of IPv6 where it was configured. */
struct stint_ipv6_support {
    /* Takes a packet that came over an interface. */
    enum stint_drop (*take)(struct stint_stack *stack, struct stint_instant now, uint8_t index,
        struct stint_view packet);
    /* Write the header of a packet, and an echo request after it. */
    void (*put_header)(const struct stint_ipv4_header *common, struct stint_writer *writer);
    void (*put_echo)(const struct stint_icmpv4_message *request,
        const struct stint_ipv4_header *common, struct stint_writer *writer);
    /* Asks a neighbor; false when the device is full. */
    bool (*ask)(struct stint_stack *stack, struct stint_instant now, uint8_t index,
        const struct stint_neighbor_question *question, const struct stint_address *sender);
    void (*send_port_unreachable)(
        struct stint_stack *stack, struct stint_instant now, const struct stint_incoming *incoming);
};

/* Bytes of a packet to `destination` that an interface carries. */
static inline uint16_t stint_interface_mtu(
    const struct stint_interface *interface, const struct stint_address *destination)
{
    return interface->ipv6_mtu != 0 && !stint_address_is_ipv4(destination) ? interface->ipv6_mtu
                                                                           : interface->config.mtu;
}

/* Answers a packet with "unreachable", if RFC 1122 3.2.2 and the rate limit allow it; one that came
 * by IPv6 with "port unreachable", whatever `code` says. */
void stint_icmp_send_unreachable(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, uint8_t code);

#endif
