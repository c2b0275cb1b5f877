/* What an interface runs beside sockets: DHCP, SLAAC and their like. A program that uses none links
 * none. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A service is a struct of the application's that begins with struct stint_service; the stack calls
 * its operations from within stint_stack_poll() and stint_stack_set_link() only.
 */
#ifndef STINT_STACK_SERVICE_H
#define STINT_STACK_SERVICE_H

#include "stint/base/drop.h"
#include "stint/base/time.h"
#include "stint/wire/arp.h"
#include "stint/wire/ndp.h"
#include "stint/wire/udp.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_stack;
struct stint_service;

/* Each may be NULL. What is heard is heard on the service's own interface. */
struct stint_service_operations {
    /* Does what is due; when there is more to do, never when only what is heard can change that. */
    struct stint_instant (*run)(
        struct stint_service *service, struct stint_stack *stack, struct stint_instant now);

    /* The link came up or went down. */
    void (*link)(struct stint_service *service, struct stint_instant now, bool up);

    /* A datagram, before sockets see it. True when it was meant for the service. */
    bool (*take_udp)(struct stint_service *service, struct stint_instant now,
        const struct stint_udp_datagram *datagram);

    /* Any ARP packet of another station. */
    void (*take_arp)(struct stint_service *service, struct stint_instant now,
        const struct stint_arp_packet *packet);

    /* The address with this number, from 0 up, that is being checked and not the interface's yet;
     * NULL beyond the last: its group is joined already (RFC 4862 5.4.2). */
    const struct stint_address *(*tentative)(const struct stint_service *service, unsigned number);

    /* An IPv6 address that another station of the link claims or checks. */
    void (*take_claim)(struct stint_service *service, struct stint_instant now,
        const struct stint_address *claimed);

    /* What a router advertises. */
    void (*take_advertisement)(struct stint_service *service, struct stint_instant now,
        const struct stint_address *router,
        const struct stint_ndp_router_advertisement *advertisement);

    /* The name server that it knows as `number`, from 0, best first; NULL when there are no more.
     * When they change, so does the stack's count of configurations. */
    const struct stint_address *(*name_server)(
        const struct stint_service *service, unsigned number);
};

struct stint_service {
    const struct stint_service_operations *operations;
    struct stint_service *next; /* of the stack's list */
    uint8_t interface;
};

#ifdef __cplusplus
}
#endif

#endif
