/* A device without an operating system whose address is fixed: IPv4, TCP, UDP and sockets with
 * select, four connections, a status page. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "device.h"
#include "stint_baremetal/machine.h"

enum { SUBNET_BITS = 24 };

int main(void)
{
    const struct stint_local_address address = {.address = stint_address_ipv4(10, 77, 0, 2),
        .prefix_length = STINT_IPV4_MAPPED_BITS + SUBNET_BITS};
    const struct stint_address gateway = stint_address_ipv4(10, 77, 0, 1);
    struct stint_stack *stack = device_start(NULL);
    if (stack == NULL || stint_stack_add_address(stack, 0, &address) != STINT_OK ||
        stint_stack_set_gateway(stack, &gateway) != STINT_OK) {
        stint_machine_print("failed: entropy, network or memory is missing\n");
        return 1;
    }
    stint_machine_print("ready\n");
    device_serve();
}
