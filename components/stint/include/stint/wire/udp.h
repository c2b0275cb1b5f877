/* UDP datagrams (RFC 768).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_UDP_H
#define STINT_WIRE_UDP_H

#include "stint/base/drop.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_UDP_HEADER_LENGTH = 8 };

struct stint_udp_datagram {
    uint16_t source_port;
    uint16_t destination_port;
    struct stint_view payload;
};

/* Reads a datagram from `bytes` (the payload of an IP packet). A zero checksum is accepted over
 * IPv4 only. */
enum stint_drop stint_udp_datagram_parse(struct stint_view bytes,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_udp_datagram *datagram);

/* Appends header, checksum and payload; false when they do not fit. */
bool stint_udp_datagram_emit(const struct stint_udp_datagram *datagram,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
