/* IGMP (RFC 2236; queries of RFC 1112 and RFC 3376).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/igmp.h"

#include "stint/wire/checksum.h"
#include "stint/wire/ipv4.h"
#include <string.h>

enum {
    V3_QUERY_LENGTH = 12,
    V1_RESPONSE_DS = 100, /* RFC 2236 4: version 1 does not say, it means 10 s */
    FLOATING = 128,       /* RFC 3376 4.1.1: a code from here on has an exponent */
    HEADER_LENGTH = 24,   /* IPv4, with one option */
    INTERNETWORK_CONTROL = 0xc0,
    DONT_FRAGMENT = 0x4000,
};

#define ROUTER_ALERT UINT32_C(0x94040000)

static bool is_group(const struct stint_address *address)
{
    return stint_address_is_ipv4(address) && stint_address_is_multicast(address);
}

/* RFC 3376 4.1.1: mantissa and exponent. */
static uint16_t response_of_code(uint8_t code)
{
    const unsigned mantissa = code % 16u + 16u;
    const unsigned exponent = code / 16u % 8u + 3u;
    return code < FLOATING ? code : (uint16_t)(mantissa << exponent);
}

/* RFC 3376 7.1: the version is told by the length, then by the code. */
static enum stint_drop take_query(
    struct stint_view bytes, uint8_t code, struct stint_igmp_message *message)
{
    if (bytes.length > STINT_IGMP_MESSAGE_LENGTH && bytes.length < V3_QUERY_LENGTH) {
        return STINT_DROP_GROUP_MALFORMED;
    }
    if (bytes.length >= V3_QUERY_LENGTH) {
        message->version = 3;
        message->maximum_response_ds = response_of_code(code);
    } else if (code == 0) {
        message->version = 1;
        message->maximum_response_ds = V1_RESPONSE_DS;
    } else {
        message->version = 2;
        message->maximum_response_ds = code;
    }
    return stint_address_is_unspecified(&message->group) || is_group(&message->group)
               ? STINT_DROP_NONE
               : STINT_DROP_GROUP_MALFORMED;
}

enum stint_drop stint_igmp_message_parse(
    struct stint_view bytes, struct stint_igmp_message *message)
{
    static const struct stint_address none = {{0}};
    if (bytes.length < STINT_IGMP_MESSAGE_LENGTH) {
        return STINT_DROP_GROUP_MALFORMED;
    }
    if (stint_checksum_of(bytes) != 0) {
        return STINT_DROP_GROUP_CHECKSUM;
    }
    const uint8_t type = bytes.bytes[0];
    if (type != STINT_IGMP_QUERY && type != STINT_IGMP_V1_REPORT && type != STINT_IGMP_V2_REPORT &&
        type != STINT_IGMP_LEAVE) {
        return STINT_DROP_GROUP_TYPE;
    }
    message->type = (enum stint_igmp_type)type;
    message->version = 0;
    message->maximum_response_ds = 0;
    message->group =
        stint_load32(bytes.bytes + 4) == 0 ? none : stint_address_from_ipv4(bytes.bytes + 4);
    if (type == STINT_IGMP_QUERY) {
        return take_query(bytes, bytes.bytes[1], message);
    }
    return is_group(&message->group) ? STINT_DROP_NONE : STINT_DROP_GROUP_MALFORMED;
}

static struct stint_address destination_of(const struct stint_igmp_message *message)
{
    if (message->type == STINT_IGMP_LEAVE) {
        return stint_address_ipv4(224, 0, 0, 2);
    }
    return stint_address_is_unspecified(&message->group) ? stint_address_ipv4(224, 0, 0, 1)
                                                         : message->group;
}

static void store_header(
    uint8_t *header, const struct stint_address *source, const struct stint_address *destination)
{
    memset(header, 0, HEADER_LENGTH);
    header[0] = 4 * 16 + HEADER_LENGTH / 4;
    header[1] = INTERNETWORK_CONTROL;
    stint_store16(header + 2, STINT_IGMP_PACKET_LENGTH);
    stint_store16(header + 6, DONT_FRAGMENT);
    header[8] = 1; /* time to live */
    header[9] = STINT_PROTOCOL_IGMP;
    memcpy(header + 12, stint_address_ipv4_octets(source), 4);
    memcpy(header + 16, stint_address_ipv4_octets(destination), 4);
    stint_store32(header + 20, ROUTER_ALERT);
    stint_store16(header + 10, stint_checksum_of(stint_view_of(header, HEADER_LENGTH)));
}

bool stint_igmp_packet_emit(const struct stint_igmp_message *message,
    const struct stint_address *source, struct stint_writer *writer)
{
    const bool is_query = message->type == STINT_IGMP_QUERY;
    if (is_query && (message->version > 2 || message->maximum_response_ds > UINT8_MAX)) {
        return false;
    }
    uint8_t *header = stint_writer_claim(writer, STINT_IGMP_PACKET_LENGTH);
    if (header == NULL) {
        return false;
    }
    const struct stint_address destination = destination_of(message);
    store_header(header, source, &destination);
    uint8_t *bytes = header + HEADER_LENGTH;
    bytes[0] = (uint8_t)message->type;
    bytes[1] = is_query && message->version == 2 ? (uint8_t)message->maximum_response_ds : 0;
    stint_store16(bytes + 2, 0);
    memcpy(bytes + 4, stint_address_ipv4_octets(&message->group), 4);
    stint_store16(bytes + 2, stint_checksum_of(stint_view_of(bytes, STINT_IGMP_MESSAGE_LENGTH)));
    return true;
}
