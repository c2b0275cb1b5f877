/* The packet that an ICMP error quotes (RFC 792, RFC 5927).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/icmp_quote.h"

#include "stint/wire/ipv4.h"

enum { QUOTED_TRANSPORT_LENGTH = 8 };

bool stint_icmp_quote_parse_ipv4(struct stint_view bytes, struct stint_icmp_quote *quote)
{
    struct stint_ipv4_header header;
    struct stint_view transport;
    if (stint_ipv4_quote_parse(bytes, &header, &transport) != STINT_DROP_NONE ||
        transport.length < QUOTED_TRANSPORT_LENGTH || header.fragment_offset != 0) {
        return false;
    }
    const struct stint_icmp_quote plain = {
        .source = {.address = header.source},
        .destination = {.address = header.destination},
        .protocol = header.protocol,
    };
    *quote = plain;
    if (quote->protocol == STINT_PROTOCOL_TCP || quote->protocol == STINT_PROTOCOL_UDP) {
        quote->source.port = stint_load16(transport.bytes);
        quote->destination.port = stint_load16(transport.bytes + 2);
    }
    if (quote->protocol == STINT_PROTOCOL_TCP) {
        quote->sequence = stint_sequence_of(stint_load32(transport.bytes + 4));
    }
    return true;
}
