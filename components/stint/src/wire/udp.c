/* UDP datagrams (RFC 768).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/udp.h"

#include "stint/wire/checksum.h"
#include "stint/wire/ipv4.h"

enum { LARGEST_DATAGRAM = 65535 };

static bool checksum_is_right(struct stint_view datagram, const struct stint_address *source,
    const struct stint_address *destination)
{
    if (stint_load16(datagram.bytes + 6) == 0) {
        /* RFC 768: the sender computed none. RFC 8200 8.1: never over IPv6. */
        return stint_address_is_ipv4(destination);
    }
    struct stint_checksum checksum =
        stint_checksum_pseudo_header(source, destination, STINT_PROTOCOL_UDP, datagram.length);
    stint_checksum_add(&checksum, datagram);
    return stint_checksum_finish(&checksum) == 0;
}

enum stint_drop stint_udp_datagram_parse(struct stint_view bytes,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_udp_datagram *datagram)
{
    if (bytes.length < STINT_UDP_HEADER_LENGTH) {
        return STINT_DROP_UDP_SHORT;
    }
    const size_t length = stint_load16(bytes.bytes + 4);
    if (length < STINT_UDP_HEADER_LENGTH) {
        return STINT_DROP_UDP_LENGTH;
    }
    if (length > bytes.length) {
        return STINT_DROP_UDP_SHORT;
    }
    const struct stint_view whole = stint_view_first(bytes, length);
    if (!checksum_is_right(whole, source, destination)) {
        return STINT_DROP_UDP_CHECKSUM;
    }
    datagram->source_port = stint_load16(whole.bytes);
    datagram->destination_port = stint_load16(whole.bytes + 2);
    datagram->payload = stint_view_without_first(whole, STINT_UDP_HEADER_LENGTH);
    return STINT_DROP_NONE;
}

bool stint_udp_datagram_emit(const struct stint_udp_datagram *datagram,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer)
{
    if (datagram->payload.length > LARGEST_DATAGRAM - STINT_UDP_HEADER_LENGTH) {
        return false;
    }
    const size_t length = STINT_UDP_HEADER_LENGTH + datagram->payload.length;
    uint8_t *header = stint_writer_claim(writer, length);
    if (header == NULL) {
        return false;
    }
    stint_store16(header, datagram->source_port);
    stint_store16(header + 2, datagram->destination_port);
    stint_store16(header + 4, (uint16_t)length);
    stint_store16(header + 6, 0);

    struct stint_checksum checksum =
        stint_checksum_pseudo_header(source, destination, STINT_PROTOCOL_UDP, length);
    stint_checksum_add(&checksum, stint_view_of(header, STINT_UDP_HEADER_LENGTH));
    stint_checksum_add_copy(&checksum, header + STINT_UDP_HEADER_LENGTH, datagram->payload);
    const uint16_t finished = stint_checksum_finish(&checksum);
    /* RFC 768: a computed zero is sent as all ones, for zero says that there is none. */
    stint_store16(header + 6, finished == 0 ? (uint16_t)0xffff : finished);
    return true;
}
