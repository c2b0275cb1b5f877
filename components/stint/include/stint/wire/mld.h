/* MLD: which IPv6 groups hosts of a link listen to (RFC 2710; queries of RFC 3810).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_MLD_H
#define STINT_WIRE_MLD_H

#include "stint/wire/icmpv6.h"
#include "stint/wire/ipv6.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_MLD_PACKET_LENGTH = 72, /* IPv6 header, hop-by-hop header, and a message of version 1 */
};

struct stint_mld_message {
    enum stint_icmpv6_type type;  /* STINT_ICMPV6_MLD_QUERY, _REPORT or _DONE */
    uint8_t version;              /* of a query, by its length: 1 or 2 */
    uint32_t maximum_response_ms; /* of a query: answer within this time */
    struct stint_address group;   /* none (::): a general query */
};

/* Reads an ICMPv6 message that came under `header`. The sources that a version 2 query names are
 * left out: it is answered as if it named none. Refused: a hop limit other than 1 or a query from
 * other than a link-local address (RFC 3810 5.1.14; reports may come from ::, RFC 3590), a message
 * that is short or not about a group, other types. That the packet had a router alert is for the
 * caller to see (struct stint_ipv6_chain). */
enum stint_drop stint_mld_message_parse(const struct stint_ipv6_header *header,
    const struct stint_icmpv6_message *icmp, struct stint_mld_message *message);

/* Appends a whole IPv6 packet from `source` with hop limit 1 and a router alert (RFC 2711). A done
 * goes to all routers, a report and a query to the group, a general query to all nodes. False when
 * it does not fit, or a query is of version 2 or asks for more than 65,535 ms. */
bool stint_mld_packet_emit(const struct stint_mld_message *message,
    const struct stint_address *source, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
