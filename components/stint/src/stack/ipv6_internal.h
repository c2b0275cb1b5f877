/* What the parts of IPv6 share: headers, groups, messages of ICMPv6.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STACK_IPV6_INTERNAL_H
#define STINT_STACK_IPV6_INTERNAL_H

#include "stack_internal.h"

#include "stint/wire/icmpv6.h"
#include "stint/wire/ndp.h"

/* Takes an ICMPv6 message; `header` is the packet's own. */
enum stint_drop stint_ipv6_take_icmp(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, const struct stint_ipv6_header *header);

/* Answers a packet with an error, if RFC 4443 2.4 and the rate limit allow it. */
void stint_ipv6_send_error(struct stint_stack *stack, struct stint_instant now,
    const struct stint_incoming *incoming, const struct stint_icmpv6_message *error);

/* Takes a message of neighbor discovery. */
enum stint_drop stint_ipv6_take_ndp(struct stint_stack *stack, struct stint_instant now,
    uint8_t index, const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *message);

/* Sends a solicitation or an advertisement straight onto the link; false when the device is full.
 */
bool stint_ipv6_send_neighbor(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    enum stint_icmpv6_type type, const struct stint_ndp_neighbor *neighbor,
    const struct stint_address *source, const struct stint_address *destination,
    const struct stint_hardware_address *to);

/* Asks a neighbor, or all of its group, for its hardware address. */
bool stint_ipv6_ask(struct stint_stack *stack, struct stint_instant now, uint8_t index,
    const struct stint_neighbor_question *question, const struct stint_address *sender);

#endif
