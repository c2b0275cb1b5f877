/* SLAAC on an interface: IPv6 addresses, the default router and the MTU come from what routers
 * advertise (RFC 4862). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STACK_SLAAC_SERVICE_H
#define STINT_STACK_SLAAC_SERVICE_H

#include "stint/client/slaac.h"
#include "stint/stack/service.h"
#include "stint/stack/stack.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The application's memory; `slaac.servers` tells the name servers. */
struct stint_slaac_service {
    struct stint_service service;
    struct stint_slaac slaac;
    uint16_t silenced; /* neighbors that had fallen silent when the router was last looked at */
};

/* Begins on an attached interface of a stack with IPv6, now or when its link comes up. `slaac` must
 * stay where it is as long as the stack. STINT_INVALID: no such interface, or no IPv6. */
enum stint_result stint_slaac_service_start(struct stint_slaac_service *slaac,
    struct stint_stack *stack, struct stint_instant now, uint8_t interface);

/* True when the interface has its link-local address and one that reaches beyond the link. */
bool stint_slaac_service_is_configured(const struct stint_slaac_service *slaac);

#ifdef __cplusplus
}
#endif

#endif
