/* DHCP on an interface: its address, routes and MTU come from a server (RFC 2131).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STACK_DHCPV4_SERVICE_H
#define STINT_STACK_DHCPV4_SERVICE_H

#include "stint/client/dhcpv4.h"
#include "stint/stack/service.h"
#include "stint/stack/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The application's memory; `client.lease` tells what the server said, name servers included, while
 * `client.configured`. */
struct stint_dhcpv4_service {
    struct stint_service service;
    struct stint_dhcpv4_client client;
    struct stint_local_address address; /* as it was configured */
    struct stint_route routes[STINT_DHCPV4_ROUTES + STINT_DHCPV4_ROUTERS];
    uint8_t route_count;
};

/* Begins to ask on an attached interface, now or when its link comes up. `dhcp` must stay where it
 * is as long as the stack; `host_name` (at most 255 octets, empty: none) is borrowed as long.
 * STINT_INVALID: no such interface. */
enum stint_result stint_dhcpv4_service_start(struct stint_dhcpv4_service *dhcp,
    struct stint_stack *stack, struct stint_instant now, uint8_t interface,
    struct stint_view host_name);

/* Gives the address back and takes it off the interface; polls do the rest. */
void stint_dhcpv4_service_release(struct stint_dhcpv4_service *dhcp, struct stint_instant now);

#ifdef __cplusplus
}
#endif

#endif
