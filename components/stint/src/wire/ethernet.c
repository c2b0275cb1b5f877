/* Ethernet II frames (IEEE 802.3 3.2, RFC 894).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/ethernet.h"

enum {
    LOWEST_ETHERTYPE = 0x0600, /* below: an 802.3 length */
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_SERVICE_VLAN = 0x88a8,
};

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
    stint_copy_hardware_address(header->destination.octets, bytes);
    stint_copy_hardware_address(header->source.octets, bytes + 6);
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
    stint_copy_hardware_address(bytes, header->destination.octets);
    stint_copy_hardware_address(bytes + 6, header->source.octets);
    stint_store16(bytes + 12, header->ethertype);
    return true;
}
