/* ICMP for IPv4 (RFC 792, RFC 1122 3.2.2, RFC 1191).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_ICMPV4_H
#define STINT_WIRE_ICMPV4_H

#include "stint/base/bytes.h"
#include "stint/base/drop.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_ICMPV4_HEADER_LENGTH = 8 };

enum stint_icmpv4_type {
    STINT_ICMPV4_ECHO_REPLY = 0,
    STINT_ICMPV4_UNREACHABLE = 3,
    STINT_ICMPV4_SOURCE_QUENCH = 4,
    STINT_ICMPV4_REDIRECT = 5,
    STINT_ICMPV4_ECHO_REQUEST = 8,
    STINT_ICMPV4_TIME_EXCEEDED = 11,
    STINT_ICMPV4_PARAMETER_PROBLEM = 12,
};

enum stint_icmpv4_unreachable {
    STINT_ICMPV4_NET_UNREACHABLE = 0,
    STINT_ICMPV4_HOST_UNREACHABLE = 1,
    STINT_ICMPV4_PROTOCOL_UNREACHABLE = 2,
    STINT_ICMPV4_PORT_UNREACHABLE = 3,
    STINT_ICMPV4_FRAGMENTATION_NEEDED = 4,
};

/* The first word after the checksum is, by type, identifier and sequence (echo) or an unused half
 * and the next-hop MTU (fragmentation needed); `data` is what follows: echo data, or the quoted
 * packet. */
struct stint_icmpv4_message {
    uint8_t type; /* one of enum stint_icmpv4_type, or one that nobody handles */
    uint8_t code;
    uint16_t identifier; /* or unused */
    uint16_t sequence;   /* or next-hop MTU */
    struct stint_view data;
};

/* Reads and checks the checksum over the whole message. */
enum stint_drop stint_icmpv4_message_parse(
    struct stint_view bytes, struct stint_icmpv4_message *message);

/* The length on the wire: header and data. */
size_t stint_icmpv4_message_length(const struct stint_icmpv4_message *message);

/* Appends the message with its checksum; false when it does not fit. */
bool stint_icmpv4_message_emit(
    const struct stint_icmpv4_message *message, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
