/* The packet that an ICMP error quotes (RFC 792, RFC 5927).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/icmp_quote.h"

#include "stint/wire/ipv4.h"

enum { QUOTED_TRANSPORT_LENGTH = 8 };

bool stint_icmp_quote_parse_ipv4(struct stint_view bytes, struct stint_icmp_quote *quote)
{
    struct stint_reader reader = stint_reader_over(bytes);
    const uint8_t *header = stint_reader_take(&reader, STINT_IPV4_HEADER_LENGTH);
    if (header == NULL || header[0] / 16 != 4 || header[0] % 16 < 5) {
        return false;
    }
    const size_t options = (size_t)(header[0] % 16) * 4 - STINT_IPV4_HEADER_LENGTH;
    const uint8_t *transport = NULL;
    if (options == 0 || stint_reader_take(&reader, options) != NULL) {
        transport = stint_reader_take(&reader, QUOTED_TRANSPORT_LENGTH);
    }
    const uint16_t fragment_offset = stint_load16(header + 6) % 8192u;
    if (transport == NULL || fragment_offset != 0) {
        return false;
    }
    const struct stint_icmp_quote plain = {
        .source = {.address = stint_address_from_ipv4(header + 12)},
        .destination = {.address = stint_address_from_ipv4(header + 16)},
        .protocol = header[9],
    };
    *quote = plain;
    if (quote->protocol == STINT_PROTOCOL_TCP || quote->protocol == STINT_PROTOCOL_UDP) {
        quote->source.port = stint_load16(transport);
        quote->destination.port = stint_load16(transport + 2);
    }
    if (quote->protocol == STINT_PROTOCOL_TCP) {
        quote->sequence = stint_sequence_of(stint_load32(transport + 4));
    }
    return true;
}
