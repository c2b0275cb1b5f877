/* The packet that an ICMP error quotes: as much of it as tells which socket sent it (RFC 792, RFC
 * 5927). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_ICMP_QUOTE_H
#define STINT_WIRE_ICMP_QUOTE_H

#include "stint/wire/address.h"
#include "stint/wire/tcp_sequence.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_icmp_quote {
    struct stint_endpoint source; /* of the quoted packet: us, when the error is meant for us */
    struct stint_endpoint destination;
    uint8_t protocol;
    struct stint_sequence sequence; /* for TCP */
};

/* Reads a quoted IPv4 packet: its header and the first 8 bytes after it. False when it is shorter,
 * no IPv4, or a later fragment; ports are 0 for protocols other than TCP and UDP. */
bool stint_icmp_quote_parse_ipv4(struct stint_view bytes, struct stint_icmp_quote *quote);

/* The same for a quoted IPv6 packet (RFC 4443 3), past its extension headers. */
bool stint_icmp_quote_parse_ipv6(struct stint_view bytes, struct stint_icmp_quote *quote);

#ifdef __cplusplus
}
#endif

#endif
