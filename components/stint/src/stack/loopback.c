/* The loopback interface: its device attached, its addresses added.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/stack/loopback.h"

enum stint_result stint_stack_attach_loopback(
    struct stint_stack *stack, struct stint_loopback *loopback)
{
    const struct stint_interface_config config = {
        .device = stint_loopback_device(loopback),
        .hardware_address = {{0x02}}, /* nobody else ever hears it */
    };
    const struct stint_local_address ipv4 = {
        .address = stint_address_ipv4(127, 0, 0, 1), .prefix_length = STINT_IPV4_MAPPED_BITS + 8};
    const struct stint_local_address ipv6 = {.address = {{[15] = 1}}, .prefix_length = 128};
    uint8_t interface = 0;
    if (stack->loopback != 0) {
        return STINT_WRONG_STATE;
    }
    enum stint_result result = stint_stack_attach(stack, &config, &interface);
    if (result == STINT_OK) {
        stack->loopback = (uint8_t)(interface + 1);
        result = stint_stack_add_address(stack, interface, &ipv4);
    }
    if (result == STINT_OK && stack->config.ipv6 != NULL) {
        result = stint_stack_add_address(stack, interface, &ipv6);
    }
    return result;
}
