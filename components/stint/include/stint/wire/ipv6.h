/* IPv6 headers (RFC 8200 3).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * What follows the header is read by wire/ipv6_extensions.
 */
#ifndef STINT_WIRE_IPV6_H
#define STINT_WIRE_IPV6_H

#include "stint/base/drop.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_IPV6_HEADER_LENGTH = 40,
    STINT_IPV6_MINIMUM_MTU = 1280,
    STINT_IPV6_FLOW_LABELS = 0x100000, /* a flow label is below this */
};

struct stint_ipv6_header {
    struct stint_address source;
    struct stint_address destination;
    uint32_t flow_label;     /* 20 bits */
    uint16_t payload_length; /* bytes after the header, extension headers among them */
    uint8_t traffic_class;   /* DSCP and ECN */
    uint8_t next_header;
    uint8_t hop_limit;
};

/* Reads the header; `payload` is exactly the packet's payload: link padding is cut off. Refused
 * too: a multicast source, no destination (::), and IPv4-mapped addresses, which would be taken for
 * IPv4 (RFC 4291 2.5.2, 2.7). Jumbograms (RFC 2675) are not known: their payload is empty. What
 * else addresses mean on an interface is judged by the stack. */
enum stint_drop stint_ipv6_header_parse(
    struct stint_view packet, struct stint_ipv6_header *header, struct stint_view *payload);

/* Reads the header of a packet that an ICMPv6 error quotes, of which `payload` is as much as is
 * there. */
enum stint_drop stint_ipv6_quote_parse(
    struct stint_view quote, struct stint_ipv6_header *header, struct stint_view *payload);

/* Appends the 40 bytes; false when they do not fit, or an address is IPv4-mapped. Of the flow label
 * the low 20 bits are written. */
bool stint_ipv6_header_emit(const struct stint_ipv6_header *header, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
