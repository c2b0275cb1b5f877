/* IPv4 headers (RFC 791, RFC 6864).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Parsing checks version, lengths, checksum and the form of the options; source routes are refused
 * (RFC 7126). Whether the addresses make sense on an interface is judged by the stack.
 */
#ifndef STINT_WIRE_IPV4_H
#define STINT_WIRE_IPV4_H

#include "stint/base/drop.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_IPV4_HEADER_LENGTH = 20, /* without options; this stack never sends any */
    STINT_IPV4_MINIMUM_MTU = 576,

    STINT_PROTOCOL_ICMPV4 = 1,
    STINT_PROTOCOL_TCP = 6,
    STINT_PROTOCOL_UDP = 17,
    STINT_PROTOCOL_ICMPV6 = 58,
};

struct stint_ipv4_header {
    struct stint_address source;
    struct stint_address destination;
    uint16_t payload_length; /* bytes after the header */
    uint16_t identification;
    uint16_t fragment_offset; /* bytes, a multiple of 8 */
    uint8_t protocol;
    uint8_t time_to_live;
    uint8_t traffic_class; /* DSCP and ECN */
    bool dont_fragment;
    bool more_fragments;
};

/* Reads the header; `payload` is exactly the datagram's payload: link padding is cut off. A
 * fragment of a datagram longer than 65,535 is refused, other fragments are told by
 * `fragment_offset` and `more_fragments`. */
enum stint_drop stint_ipv4_header_parse(
    struct stint_view packet, struct stint_ipv4_header *header, struct stint_view *payload);

/* Reads the header of a packet that an ICMP error quotes, of which `payload` is as much as is
 * there. Its checksum and options are what routers on the way made of them, and are not looked at.
 */
enum stint_drop stint_ipv4_quote_parse(
    struct stint_view quote, struct stint_ipv4_header *header, struct stint_view *payload);

/* Appends the 20 bytes with their checksum; false when they do not fit, or when the datagram would
 * be longer than 65,535. */
bool stint_ipv4_header_emit(const struct stint_ipv4_header *header, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
