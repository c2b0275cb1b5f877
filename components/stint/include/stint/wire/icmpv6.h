/* ICMP for IPv6 (RFC 4443).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Neighbor discovery (wire/ndp) and MLD (wire/mld) are read from these messages.
 */
#ifndef STINT_WIRE_ICMPV6_H
#define STINT_WIRE_ICMPV6_H

#include "stint/base/drop.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_ICMPV6_HEADER_LENGTH = 8 };

enum stint_icmpv6_type {
    STINT_ICMPV6_UNREACHABLE = 1,
    STINT_ICMPV6_PACKET_TOO_BIG = 2,
    STINT_ICMPV6_TIME_EXCEEDED = 3,
    STINT_ICMPV6_PARAMETER_PROBLEM = 4,
    STINT_ICMPV6_ECHO_REQUEST = 128,
    STINT_ICMPV6_ECHO_REPLY = 129,
    STINT_ICMPV6_MLD_QUERY = 130,
    STINT_ICMPV6_MLD_REPORT = 131,
    STINT_ICMPV6_MLD_DONE = 132,
    STINT_ICMPV6_ROUTER_SOLICITATION = 133,
    STINT_ICMPV6_ROUTER_ADVERTISEMENT = 134,
    STINT_ICMPV6_NEIGHBOR_SOLICITATION = 135,
    STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT = 136,
    STINT_ICMPV6_REDIRECT = 137,
    STINT_ICMPV6_MLDV2_REPORT = 143,
};

enum stint_icmpv6_unreachable {
    STINT_ICMPV6_NO_ROUTE = 0,
    STINT_ICMPV6_PROHIBITED = 1,
    STINT_ICMPV6_BEYOND_SCOPE = 2,
    STINT_ICMPV6_ADDRESS_UNREACHABLE = 3,
    STINT_ICMPV6_PORT_UNREACHABLE = 4,
    STINT_ICMPV6_SOURCE_POLICY = 5,
    STINT_ICMPV6_REJECTED = 6,
};

enum stint_icmpv6_time_exceeded {
    STINT_ICMPV6_HOP_LIMIT_EXCEEDED = 0,
    STINT_ICMPV6_REASSEMBLY_TIME_EXCEEDED = 1,
};

/* `data` is what follows the first 8 bytes: echo data, the quoted packet, or what the type says. */
struct stint_icmpv6_message {
    uint8_t type; /* one of enum stint_icmpv6_type, or one that nobody handles */
    uint8_t code;
    uint32_t parameter; /* MTU (packet too big), pointer (parameter problem), see below (echo) */
    struct stint_view data;
};

/*@ predicate stint_icmpv6_is_readable(struct stint_icmpv6_message *message) =
        \valid_read(message) && stint_is_readable(message->data); */

/* The identifier and the sequence of an echo, and the parameter that holds both. */
static inline uint16_t stint_icmpv6_identifier(const struct stint_icmpv6_message *message)
{
    return (uint16_t)(message->parameter / 65536u);
}

static inline uint16_t stint_icmpv6_sequence(const struct stint_icmpv6_message *message)
{
    return (uint16_t)(message->parameter % 65536u);
}

static inline uint32_t stint_icmpv6_echo_parameter(uint16_t identifier, uint16_t sequence)
{
    return identifier * UINT32_C(65536) + sequence;
}

/* RFC 4443 2.1: errors, which are never answered by an error, have types below 128. */
static inline bool stint_icmpv6_is_error(const struct stint_icmpv6_message *message)
{
    return message->type < STINT_ICMPV6_ECHO_REQUEST;
}

/* Reads and checks the checksum over the whole message and its pseudo-header. */
enum stint_drop stint_icmpv6_message_parse(struct stint_view bytes,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_icmpv6_message *message);

/* The length on the wire: header and data. */
size_t stint_icmpv6_message_length(const struct stint_icmpv6_message *message);

/* Appends the message with its checksum; false when it does not fit. */
bool stint_icmpv6_message_emit(const struct stint_icmpv6_message *message,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
