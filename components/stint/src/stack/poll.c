/* One poll: frames in, time, frames out, and the moment of the next one.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stack_internal.h"

#include "stint/socket/tcp_timers.h"

/* Takes up to `budget` frames from an interface; how many. */
static uint16_t receive(
    struct stint_stack *stack, struct stint_instant now, uint8_t index, uint16_t budget)
{
    const struct stint_device *device = &stack->interfaces[index].config.device;
    uint16_t received = 0;
    while (received < budget) {
        const struct stint_view frame = stint_device_receive(device, now);
        if (frame.length == 0) {
            break;
        }
        const enum stint_drop reason = stint_ingress_frame(stack, now, index, frame);
        if (reason != STINT_DROP_NONE) {
            stint_stack_count(stack, reason);
        }
        stint_device_receive_done(device);
        received++;
    }
    return received;
}

static struct stint_instant service(const struct stint_stack *stack, struct stint_instant now)
{
    struct stint_instant deadline = stint_instant_never();
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        deadline = stint_instant_earlier(
            deadline, stint_device_service(&stack->interfaces[i].config.device, now));
    }
    return deadline;
}

static struct stint_instant earliest_deadline(const struct stint_stack *stack)
{
    struct stint_instant deadline = stint_tcp_deadline(&stack->tcp);
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        deadline = stint_instant_earlier(
            deadline, stint_neighbors_deadline(&stack->interfaces[i].neighbors));
    }
    return deadline;
}

struct stint_instant stint_stack_poll(struct stint_stack *stack, struct stint_instant now)
{
    uint16_t budget = stack->config.poll_budget;
    (void)service(stack, now);
    for (uint8_t i = 0; i < stack->interface_count; i++) {
        const uint8_t index = (uint8_t)((stack->next_interface + i) % stack->interface_count);
        budget = (uint16_t)(budget - receive(stack, now, index, budget));
    }
    if (stack->interface_count > 0) {
        stack->next_interface = (uint8_t)((stack->next_interface + 1) % stack->interface_count);
    }
    stint_tcp_expire(&stack->tcp, now);
    const struct stint_instant service_deadline = stint_services_run(stack, now);
    const bool more_to_send = stint_egress_run(stack, now, stack->config.poll_budget);
    const struct stint_instant device_deadline = service(stack, now);
    return budget == 0 || more_to_send
               ? now
               : stint_instant_earlier(service_deadline,
                     stint_instant_earlier(device_deadline, earliest_deadline(stack)));
}
