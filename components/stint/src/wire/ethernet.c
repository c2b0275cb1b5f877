/* Ethernet II frames (IEEE 802.3 3.2, RFC 894).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/ethernet.h"

enum {
    LOWEST_ETHERTYPE = 0x0600, /* below: an 802.3 length */
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_SERVICE_VLAN = 0x88a8,
};

/* Without a call of memcpy, even where compilers save space. */
static inline void copy_address(uint8_t *to, const uint8_t *from)
{
#pragma GCC unroll 6
    for (size_t i = 0; i < 6; i++) {
        to[i] = from[i];
    }
}

static bool ethertype_is_supported(uint16_t ethertype)
{
    return ethertype >= LOWEST_ETHERTYPE && ethertype != ETHERTYPE_VLAN &&
           ethertype != ETHERTYPE_SERVICE_VLAN;
}

enum stint_drop stint_ethernet_header_parse(
    struct stint_view frame, struct stint_ethernet_header *header, struct stint_view *payload)
{
    struct stint_reader reader = stint_reader_over(frame);
    const uint8_t *bytes = stint_reader_take(&reader, STINT_ETHERNET_HEADER_LENGTH);
    if (bytes == NULL) {
        return STINT_DROP_ETHERNET_SHORT;
    }
    const uint16_t ethertype = stint_load16(bytes + 12);
    if (!ethertype_is_supported(ethertype)) {
        return STINT_DROP_ETHERNET_TYPE;
    }
    copy_address(header->destination.octets, bytes);
    copy_address(header->source.octets, bytes + 6);
    header->ethertype = ethertype;
    *payload = reader.rest;
    return STINT_DROP_NONE;
}

bool stint_ethernet_header_emit(
    const struct stint_ethernet_header *header, struct stint_writer *writer)
{
    uint8_t *bytes = stint_writer_claim(writer, STINT_ETHERNET_HEADER_LENGTH);
    if (bytes == NULL) {
        return false;
    }
    copy_address(bytes, header->destination.octets);
    copy_address(bytes + 6, header->source.octets);
    stint_store16(bytes + 12, header->ethertype);
    return true;
}
