/* MLD (RFC 2710; queries of RFC 3810).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/mld.h"

#include "stint/wire/ipv4.h"
#include "stint/wire/ipv6_extensions.h"
#include <string.h>

enum {
    GROUP_LENGTH = 16,
    V2_QUERY_DATA = 20, /* octets after the first 8, at least */
    FLOATING = 32768,   /* RFC 3810 5.1.3: a code from here on has an exponent */
};

/* RFC 3810 5.1.3: mantissa and exponent. */
static uint32_t response_of_code(uint16_t code)
{
    const uint32_t mantissa = code % 4096u + 4096u;
    const unsigned exponent = code / 4096u % 8u + 3u;
    return code < FLOATING ? code : mantissa << exponent;
}

/* RFC 3810 8.1: the version is told by the length. */
static enum stint_drop take_query(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *icmp, struct stint_mld_message *message)
{
    const uint16_t code = (uint16_t)(icmp->parameter / 65536u);
    if (!stint_address_is_link_local(&header->source)) {
        return STINT_DROP_GROUP_SOURCE;
    }
    if (icmp->data.length > GROUP_LENGTH && icmp->data.length < V2_QUERY_DATA) {
        return STINT_DROP_GROUP_MALFORMED;
    }
    message->version = icmp->data.length >= V2_QUERY_DATA ? 2 : 1;
    message->maximum_response_ms = message->version == 2 ? response_of_code(code) : code;
    return STINT_DROP_NONE;
}

static bool is_group(const struct stint_address *address)
{
    return stint_address_is_multicast(address) && !stint_address_is_ipv4(address);
}

enum stint_drop stint_mld_message_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *icmp, struct stint_mld_message *message)
{
    if (icmp->type < STINT_ICMPV6_MLD_QUERY || icmp->type > STINT_ICMPV6_MLD_DONE) {
        return STINT_DROP_GROUP_TYPE;
    }
    if (header->hop_limit != 1) {
        return STINT_DROP_GROUP_SOURCE;
    }
    if (icmp->data.length < GROUP_LENGTH) {
        return STINT_DROP_GROUP_MALFORMED;
    }
    message->type = (enum stint_icmpv6_type)icmp->type;
    message->version = 0;
    message->maximum_response_ms = 0;
    message->group = stint_address_from_ipv6(icmp->data.bytes);
    const bool is_query = icmp->type == STINT_ICMPV6_MLD_QUERY;
    if (!is_group(&message->group) &&
        (!is_query || !stint_address_is_unspecified(&message->group) ||
            stint_address_is_ipv4(&message->group))) {
        return STINT_DROP_GROUP_MALFORMED;
    }
    return is_query ? take_query(header, icmp, message) : STINT_DROP_NONE;
}

static struct stint_address destination_of(const struct stint_mld_message *message)
{
    if (message->type == STINT_ICMPV6_MLD_DONE) {
        return stint_address_link_group(STINT_GROUP_ALL_ROUTERS);
    }
    return stint_address_is_unspecified(&message->group)
               ? stint_address_link_group(STINT_GROUP_ALL_NODES)
               : message->group;
}

bool stint_mld_packet_emit(const struct stint_mld_message *message,
    const struct stint_address *source, struct stint_writer *writer)
{
    const bool is_query = message->type == STINT_ICMPV6_MLD_QUERY;
    if (is_query && (message->version > 1 || message->maximum_response_ms > UINT16_MAX)) {
        return false;
    }
    const struct stint_ipv6_header header = {
        .source = *source,
        .destination = destination_of(message),
        .payload_length = STINT_MLD_PACKET_LENGTH - STINT_IPV6_HEADER_LENGTH,
        .next_header = STINT_NEXT_HEADER_HOP_BY_HOP,
        .hop_limit = 1,
    };
    const struct stint_icmpv6_message icmp = {
        .type = (uint8_t)message->type,
        .parameter = is_query ? message->maximum_response_ms * 65536u : 0,
        .data = stint_view_of(message->group.octets, sizeof message->group.octets),
    };
    return stint_ipv6_header_emit(&header, writer) &&
           stint_ipv6_router_alert_emit(STINT_PROTOCOL_ICMPV6, writer) &&
           stint_icmpv6_message_emit(&icmp, source, &header.destination, writer);
}
