/* IGMP: which IPv4 groups hosts of a link listen to (RFC 2236; queries of RFC 1112 and RFC 3376).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_IGMP_H
#define STINT_WIRE_IGMP_H

#include "stint/base/drop.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_PROTOCOL_IGMP = 2,
    STINT_IGMP_MESSAGE_LENGTH = 8,
    STINT_IGMP_PACKET_LENGTH = 32, /* with an IPv4 header that has the router alert option */
};

enum stint_igmp_type {
    STINT_IGMP_QUERY = 0x11,
    STINT_IGMP_V1_REPORT = 0x12,
    STINT_IGMP_V2_REPORT = 0x16,
    STINT_IGMP_LEAVE = 0x17,
};

struct stint_igmp_message {
    enum stint_igmp_type type;
    uint8_t version;              /* of a query, by its length and code: 1, 2 or 3 */
    uint16_t maximum_response_ds; /* of a query: answer within so many tenths of a second */
    struct stint_address group;   /* none: a general query */
};

/* Reads a message, which is the whole payload of its IPv4 packet, and checks the checksum. The
 * sources that a version 3 query names are left out: it is answered as if it named none. Refused: a
 * report or leave without a multicast group, a query for what is no group, other types. */
enum stint_drop stint_igmp_message_parse(
    struct stint_view bytes, struct stint_igmp_message *message);

/* Appends a whole IPv4 packet from `source`: time to live 1, router alert (RFC 2113), precedence of
 * internetwork control. A leave goes to all routers, everything else to the group it names, a
 * general query to all hosts. False when it does not fit, or a query is of version 3. */
bool stint_igmp_packet_emit(const struct stint_igmp_message *message,
    const struct stint_address *source, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
