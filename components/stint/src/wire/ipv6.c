/* IPv6 headers (RFC 8200 3).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/ipv6.h"

#include <string.h>

enum { VERSION = 6 };

/* The fields, when the header is all there and no address would be taken for IPv4. */
static enum stint_drop read_header(struct stint_view packet, struct stint_ipv6_header *header)
{
    if (packet.length < STINT_IPV6_HEADER_LENGTH) {
        return STINT_DROP_IPV6_SHORT;
    }
    const uint32_t first = stint_load32(packet.bytes);
    if (first / 0x10000000u != VERSION) {
        return STINT_DROP_IPV6_VERSION;
    }
    header->traffic_class = (uint8_t)(first / STINT_IPV6_FLOW_LABELS % 256u);
    header->flow_label = first % STINT_IPV6_FLOW_LABELS;
    header->payload_length = stint_load16(packet.bytes + 4);
    header->next_header = packet.bytes[6];
    header->hop_limit = packet.bytes[7];
    memcpy(header->source.octets, packet.bytes + 8, sizeof header->source.octets);
    memcpy(header->destination.octets, packet.bytes + 24, sizeof header->destination.octets);
    if (stint_address_is_ipv4(&header->source)) {
        return STINT_DROP_IPV6_SOURCE;
    }
    return stint_address_is_ipv4(&header->destination) ? STINT_DROP_IPV6_DESTINATION
                                                       : STINT_DROP_NONE;
}

static struct stint_view payload_of(
    struct stint_view packet, const struct stint_ipv6_header *header)
{
    return stint_view_first(
        stint_view_without_first(packet, STINT_IPV6_HEADER_LENGTH), header->payload_length);
}

enum stint_drop stint_ipv6_header_parse(
    struct stint_view packet, struct stint_ipv6_header *header, struct stint_view *payload)
{
    const enum stint_drop refused = read_header(packet, header);
    if (refused != STINT_DROP_NONE) {
        return refused;
    }
    *payload = payload_of(packet, header);
    if (payload->length < header->payload_length) {
        return STINT_DROP_IPV6_SHORT;
    }
    if (stint_address_is_multicast(&header->source)) {
        return STINT_DROP_IPV6_SOURCE;
    }
    return stint_address_is_unspecified(&header->destination) ? STINT_DROP_IPV6_DESTINATION
                                                              : STINT_DROP_NONE;
}

enum stint_drop stint_ipv6_quote_parse(
    struct stint_view quote, struct stint_ipv6_header *header, struct stint_view *payload)
{
    const enum stint_drop refused = read_header(quote, header);
    if (refused == STINT_DROP_NONE) {
        *payload = payload_of(quote, header);
    }
    return refused;
}

bool stint_ipv6_header_emit(const struct stint_ipv6_header *header, struct stint_writer *writer)
{
    if (stint_address_is_ipv4(&header->source) || stint_address_is_ipv4(&header->destination)) {
        return false;
    }
    uint8_t *bytes = stint_writer_claim(writer, STINT_IPV6_HEADER_LENGTH);
    if (bytes == NULL) {
        return false;
    }
    stint_store32(bytes, VERSION * 0x10000000u +
                             (uint32_t)header->traffic_class * STINT_IPV6_FLOW_LABELS +
                             header->flow_label % STINT_IPV6_FLOW_LABELS);
    stint_store16(bytes + 4, header->payload_length);
    bytes[6] = header->next_header;
    bytes[7] = header->hop_limit;
    memcpy(bytes + 8, header->source.octets, sizeof header->source.octets);
    memcpy(bytes + 24, header->destination.octets, sizeof header->destination.octets);
    return true;
}
