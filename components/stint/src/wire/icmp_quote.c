/* The packet that an ICMP error quotes (RFC 792, RFC 4443, RFC 5927).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/icmp_quote.h"

#include "stint/wire/ipv4.h"
#include "stint/wire/ipv6.h"
#include "stint/wire/ipv6_extensions.h"

enum { QUOTED_TRANSPORT_LENGTH = 8 };

/* What the transport's first bytes say, when they are all there. */
static bool take_transport(struct stint_view transport, struct stint_icmp_quote *quote)
{
    quote->source.port = 0;
    quote->destination.port = 0;
    quote->sequence = stint_sequence_of(0);
    if (transport.length < QUOTED_TRANSPORT_LENGTH) {
        return false;
    }
    if (quote->protocol == STINT_PROTOCOL_TCP || quote->protocol == STINT_PROTOCOL_UDP) {
        quote->source.port = stint_load16(transport.bytes);
        quote->destination.port = stint_load16(transport.bytes + 2);
    }
    if (quote->protocol == STINT_PROTOCOL_TCP) {
        quote->sequence = stint_sequence_of(stint_load32(transport.bytes + 4));
    }
    return true;
}

bool stint_icmp_quote_parse_ipv4(struct stint_view bytes, struct stint_icmp_quote *quote)
{
    struct stint_ipv4_header header;
    struct stint_view transport;
    if (stint_ipv4_quote_parse(bytes, &header, &transport) != STINT_DROP_NONE ||
        header.fragment_offset != 0) {
        return false;
    }
    quote->source.address = header.source;
    quote->destination.address = header.destination;
    quote->protocol = header.protocol;
    return take_transport(transport, quote);
}

bool stint_icmp_quote_parse_ipv6(struct stint_view bytes, struct stint_icmp_quote *quote)
{
    struct stint_ipv6_header header;
    struct stint_ipv6_chain chain;
    struct stint_view payload;
    if (stint_ipv6_quote_parse(bytes, &header, &payload) != STINT_DROP_NONE ||
        stint_ipv6_chain_parse_quote(payload, header.next_header, &chain) != STINT_DROP_NONE ||
        chain.fragment_offset != 0) {
        return false;
    }
    quote->source.address = header.source;
    quote->destination.address = header.destination;
    quote->protocol = chain.protocol;
    return take_transport(chain.payload, quote);
}
