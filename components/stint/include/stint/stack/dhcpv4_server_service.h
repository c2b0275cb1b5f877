/* A DHCP server on an interface: whoever is on its link gets an address (RFC 2131).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STACK_DHCPV4_SERVER_SERVICE_H
#define STINT_STACK_DHCPV4_SERVER_SERVICE_H

#include "stint/client/dhcpv4_server.h"
#include "stint/stack/service.h"
#include "stint/stack/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The application's memory; stint_dhcpv4_server_next_client() tells who got what. */
struct stint_dhcpv4_server_service {
    struct stint_service service;
    struct stint_dhcpv4_server server;
};

/* Begins to serve on an attached interface that has the configuration's address. `dhcp` must stay
 * where it is until it is stopped. STINT_INVALID: no such interface, or a pool that cannot work. */
enum stint_result stint_dhcpv4_server_service_start(struct stint_dhcpv4_server_service *dhcp,
    struct stint_stack *stack, uint8_t interface, const struct stint_dhcpv4_server_config *config);

/* Serves no more: the memory is the application's again. */
void stint_dhcpv4_server_service_stop(
    struct stint_dhcpv4_server_service *dhcp, struct stint_stack *stack);

#ifdef __cplusplus
}
#endif

#endif
