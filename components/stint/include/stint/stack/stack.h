/* The stack: a value over memory that the application gives; devices on one side, sockets on the
 * other, one poll between. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Any number of stacks live in one process; none shares anything with another. A stack is used from
 * one thread at a time.
 */
#ifndef STINT_STACK_STACK_H
#define STINT_STACK_STACK_H

#include "stint/device/device.h"
#include "stint/iface/addresses.h"
#include "stint/iface/groups.h"
#include "stint/iface/neighbors.h"
#include "stint/iface/routes.h"
#include "stint/socket/icmp.h"
#include "stint/socket/tcp.h"
#include "stint/socket/udp.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_ipv6_support;   /* stint/stack/ipv6.h */
struct stint_group_protocol; /* stint/stack/groups.h */

struct stint_stack_config {
    struct stint_span
        memory; /* all that the stack will ever use; what the records leave is for buffers */
    struct stint_view
        secret; /* 32 bytes from the platform's entropy source, fresh at every start */
    struct stint_tcp_limits tcp;
    struct stint_udp_limits udp;
    struct stint_icmp_limits icmp;
    const struct stint_ipv6_support *ipv6;   /* &stint_ipv6; NULL: IPv4 alone */
    const struct stint_group_protocol *igmp; /* &stint_igmp; NULL: IPv4 groups are not joined */
    const struct stint_group_protocol *mld;  /* &stint_mld; NULL: IPv6 groups are not joined */
    uint8_t groups;       /* for each interface, those that its IPv6 addresses need among them */
    uint16_t memberships; /* joins of sockets, over all interfaces */
    uint8_t interfaces;
    uint8_t addresses; /* for each interface */
    uint8_t routes;
    uint16_t neighbors;   /* for each interface */
    uint16_t held_frames; /* frames that may wait for neighbors, over all interfaces */
    uint16_t poll_budget; /* frames received, and frames sent, by one poll; 0: 64 */
    uint8_t time_to_live; /* of what is sent; 0: 64 */
};

/* A configuration that suits a small server: 16 connections with 16 KB each way, 8 UDP sockets, one
 * interface. Memory and secret are still to be set. */
struct stint_stack_config stint_stack_config_default(void);

/* Bytes of memory, aligned to 8, for the records of a configuration; buffers come on top. 0 for
 * limits that cannot work. */
size_t stint_stack_memory_needed(const struct stint_stack_config *config);

struct stint_interface_config {
    struct stint_device device; /* its context outlives the stack */
    struct stint_hardware_address hardware_address;
    uint16_t mtu; /* bytes of an IP packet; 0: 1500 */
};

struct stint_interface_counters {
    uint64_t bytes_received;
    uint64_t bytes_sent;
    uint32_t frames_received;
    uint32_t frames_sent;
    uint32_t device_full; /* times that something had to wait because the device had no room */
};

/* An ARP answer for which the device had no room: one is kept, the last. */
struct stint_owed_answer {
    bool owed;
    struct stint_address to;
    struct stint_hardware_address to_hardware;
    struct stint_address about; /* the address of ours that was asked for */
};

struct stint_service; /* stint/stack/service.h */

struct stint_interface {
    struct stint_interface_config config;
    uint16_t ipv6_mtu; /* bytes of an IPv6 packet, as a router says; 0: as configured */
    bool link_down;    /* said by stint_stack_set_link(); up when nobody says */
    struct stint_owed_answer owed_answer;
    struct stint_addresses addresses;
    struct stint_groups groups;
    struct stint_neighbors neighbors;
    struct stint_interface_counters counters;
};

/* How to reach a destination. */
struct stint_path {
    struct stint_address destination;
    struct stint_address source;   /* ours, to speak from */
    struct stint_address next_hop; /* the destination itself, or a gateway */
    uint8_t interface;
    bool to_group;     /* broadcast or multicast: no neighbor to ask */
    bool to_ourselves; /* over the loopback interface: no neighbor either */
    bool is_ipv4;
};

/* Whom the last packet came from and which address of ours it was for: found in order, and the same
 * for most packets. */
struct stint_acquaintance {
    struct stint_address source;
    struct stint_address destination;
    uint8_t interface;
};

/* A UDP socket's membership of a group (stint/stack/groups.h). */
struct stint_membership {
    struct stint_address group;
    struct stint_handle socket; /* none: free */
    uint8_t interface;
};

struct stint_stack {
    struct stint_stack_config config;
    struct stint_random random;
    struct stint_interface *interfaces;
    uint8_t interface_count; /* attached */
    uint8_t loopback;        /* 1 + the number of the interface to ourselves; 0: none */
    struct stint_routes routes;
    struct stint_membership *memberships; /* the first of config.memberships */
    uint16_t memberships_in_use;
    uint16_t memberships_most; /* ever in use */
    struct stint_arena arena;
    struct stint_frame_pool held; /* frames that wait for neighbors */
    uint16_t *held_lengths;
    struct stint_tcp tcp;
    struct stint_udp udp;
    struct stint_icmp icmp;
    uint32_t drops[STINT_DROP_COUNT]; /* by reason */
    struct stint_instant icmp_error_refill_at;
    uint16_t icmp_error_tokens;
    struct stint_path last_path;            /* void when its destination is unspecified */
    struct stint_acquaintance acquaintance; /* void when its source is unspecified */
    uint32_t configurations;        /* times that addresses, routes or name servers changed */
    struct stint_service *services; /* what interfaces run beside sockets */
    uint8_t next_interface;         /* where the next poll begins to receive */
    uint8_t next_to_send;           /* which kind of socket the next poll begins to send */
};

/* Sets the stack up; from then on it must stay where it is. STINT_INVALID: the secret is no secret,
 * or limits that cannot work; STINT_EXHAUSTED: the memory does not suffice. */
enum stint_result stint_stack_init(
    struct stint_stack *stack, const struct stint_stack_config *config);

/* Attaches a device; `*interface` is its number. */
enum stint_result stint_stack_attach(
    struct stint_stack *stack, const struct stint_interface_config *config, uint8_t *interface);

/* Gives an interface an address. */
enum stint_result stint_stack_add_address(
    struct stint_stack *stack, uint8_t interface, const struct stint_local_address *address);

/* Takes an address away; false when it was not there. Connections from it end by their timers. */
bool stint_stack_remove_address(
    struct stint_stack *stack, uint8_t interface, const struct stint_address *address);

/* Removes the route of the same prefix, gateway and interface; false when it was not there. */
bool stint_stack_remove_route(struct stint_stack *stack, const struct stint_route *route);

/* The link of an interface came up or went down: neighbors are forgotten, and what configures the
 * interface by itself begins anew or takes back what it did. */
void stint_stack_set_link(
    struct stint_stack *stack, struct stint_instant now, uint8_t interface, bool up);

/* Adds a route; for a default gateway: stint_stack_set_gateway(). */
enum stint_result stint_stack_add_route(struct stint_stack *stack, const struct stint_route *route);

/* The default gateway of the gateway's family, reached over the interface that has it on its link.
 * STINT_UNREACHABLE when none has. */
enum stint_result stint_stack_set_gateway(
    struct stint_stack *stack, const struct stint_address *gateway);

/* Takes frames from the devices, runs what is due, sends what is offered, each within the budget.
 * Returns when to be called again: `now` or earlier when there is more to do at once, never when
 * only a frame or an application's call can bring work. */
struct stint_instant stint_stack_poll(struct stint_stack *stack, struct stint_instant now);

/* Connects to `remote` from the address that the route suggests, or from `local` where its address
 * or port are set. NULL: none set. */
enum stint_result stint_stack_connect(struct stint_stack *stack, struct stint_instant now,
    const struct stint_endpoint *local, const struct stint_endpoint *remote, uintptr_t owner,
    struct stint_handle *connection);

/* The local address from which `destination` would be spoken to; STINT_UNREACHABLE when there is no
 * route. */
enum stint_result stint_stack_select_source(const struct stint_stack *stack,
    const struct stint_address *destination, struct stint_address *source);

/* True when the address is one of ours on any interface; with a loopback interface 127.0.0.0/8 and
 * ::1 are. */
bool stint_stack_has_address(const struct stint_stack *stack, const struct stint_address *address);

/* The name servers that services know, at most `capacity`: of each its first, then of each its
 * second, and so on; among services the one that was started last first. How many. They are the
 * same while `configurations` is. */
size_t stint_stack_name_servers(
    const struct stint_stack *stack, struct stint_address *servers, size_t capacity);

/* The next socket about which something changed, of whatever kind; false when there is none. */
bool stint_stack_next_event(struct stint_stack *stack, struct stint_socket_event *event);

#ifdef __cplusplus
}
#endif

#endif
