/* A device without an operating system that speaks both families: a fixed IPv4 address, IPv6
 * addresses from routers (SLAAC); its pages are served over IPv4.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "device.h"
#include "stint/stack/ipv6.h"
#include "stint/stack/slaac_service.h"
#include "stint_baremetal/machine.h"

enum { SUBNET_BITS = 24 };

static struct stint_slaac_service slaac;

int main(void)
{
    const struct stint_local_address address = {.address = stint_address_ipv4(10, 77, 0, 2),
        .prefix_length = STINT_IPV4_MAPPED_BITS + SUBNET_BITS};
    struct stint_stack *stack = device_start(&stint_ipv6);
    if (stack == NULL || stint_stack_add_address(stack, 0, &address) != STINT_OK ||
        stint_slaac_service_start(&slaac, stack, stint_machine_now(), 0) != STINT_OK) {
        stint_machine_print("failed: entropy, network or memory is missing\n");
        return 1;
    }
    struct stint_instant next = device_poll();
    while (!stint_slaac_service_is_configured(&slaac)) {
        stint_machine_sleep(next);
        next = device_poll();
    }
    stint_machine_print("ready\n");
    device_serve();
}
