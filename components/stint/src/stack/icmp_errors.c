/* ICMP errors that we send: when they are allowed, and how many (RFC 1122 3.2.2, RFC 1812 4.3.2.8).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stack_internal.h"

#include "stint/wire/icmpv4.h"

enum {
    QUOTE_LENGTH = 548, /* RFC 1812 4.3.2.3: as much as fits in 576 bytes */
    TOKENS_PER_SECOND = 50,
    TOKENS_SPREAD =
        16, /* refilled by a random number more: who counts answers learns nothing (SAD DNS) */
};

bool stint_icmp_error_may_go(struct stint_stack *stack, struct stint_instant now)
{
    if (stint_instant_has_come(stack->icmp_error_refill_at, now)) {
        stack->icmp_error_tokens =
            (uint16_t)(TOKENS_PER_SECOND + stint_random_below(&stack->random, TOKENS_SPREAD));
        stack->icmp_error_refill_at = stint_instant_after(now, stint_seconds(1));
    }
    if (stack->icmp_error_tokens == 0) {
        stint_stack_count(stack, STINT_DROP_ICMP_RATE);
        return false;
    }
    stack->icmp_error_tokens--;
    return true;
}

/* RFC 1122 3.2.2: never about a broadcast or multicast, nor about an ICMP message. */
static bool error_is_allowed(const struct stint_incoming *incoming)
{
    return !incoming->to_group && incoming->header.protocol != STINT_PROTOCOL_ICMPV4 &&
           incoming->header.fragment_offset == 0;
}

void stint_icmp_send_unreachable(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, uint8_t code)
{
    if (!stint_address_is_ipv4(&incoming->header.source)) {
        stack->config.ipv6->send_port_unreachable(stack, now, incoming);
        return;
    }
    if (!error_is_allowed(incoming) || !stint_icmp_error_may_go(stack, now)) {
        return;
    }
    const struct stint_icmpv4_message error = {
        .type = STINT_ICMPV4_UNREACHABLE,
        .code = code,
        .data = stint_view_first(incoming->packet, QUOTE_LENGTH),
    };
    struct stint_outgoing outgoing = {
        .header = {
            .source = incoming->header.destination,
            .destination = incoming->header.source,
            .protocol = STINT_PROTOCOL_ICMPV4,
            .payload_length = (uint16_t)stint_icmpv4_message_length(&error),
        }};
    if (stint_egress_begin_answer(stack, now, &outgoing)) {
        (void)stint_icmpv4_message_emit(&error, &outgoing.writer);
        stint_egress_finish(stack, now, &outgoing);
    }
}
