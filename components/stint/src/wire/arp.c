/* ARP for IPv4 over Ethernet (RFC 826).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/arp.h"

#include "stint/wire/ethernet.h"
#include <string.h>

enum {
    HARDWARE_ETHERNET = 1,
    HARDWARE_LENGTH = 6,
    PROTOCOL_LENGTH = 4,
};

static bool is_ipv4_over_ethernet(const uint8_t *bytes)
{
    return stint_load16(bytes) == HARDWARE_ETHERNET &&
           stint_load16(bytes + 2) == STINT_ETHERTYPE_IPV4 && bytes[4] == HARDWARE_LENGTH &&
           bytes[5] == PROTOCOL_LENGTH;
}

enum stint_drop stint_arp_packet_parse(struct stint_view bytes, struct stint_arp_packet *packet)
{
    struct stint_reader reader = stint_reader_over(bytes);
    const uint8_t *fields = stint_reader_take(&reader, STINT_ARP_PACKET_LENGTH);
    if (fields == NULL || !is_ipv4_over_ethernet(fields)) {
        return STINT_DROP_ARP_MALFORMED;
    }
    const uint16_t operation = stint_load16(fields + 6);
    if (operation != STINT_ARP_REQUEST && operation != STINT_ARP_REPLY) {
        return STINT_DROP_ARP_MALFORMED;
    }
    packet->operation = operation == STINT_ARP_REQUEST ? STINT_ARP_REQUEST : STINT_ARP_REPLY;
    memcpy(packet->sender_hardware.octets, fields + 8, HARDWARE_LENGTH);
    packet->sender = stint_address_from_ipv4(fields + 14);
    memcpy(packet->target_hardware.octets, fields + 18, HARDWARE_LENGTH);
    packet->target = stint_address_from_ipv4(fields + 24);
    return STINT_DROP_NONE;
}

bool stint_arp_packet_emit(const struct stint_arp_packet *packet, struct stint_writer *writer)
{
    uint8_t *fields = stint_writer_claim(writer, STINT_ARP_PACKET_LENGTH);
    if (fields == NULL) {
        return false;
    }
    stint_store16(fields, HARDWARE_ETHERNET);
    stint_store16(fields + 2, STINT_ETHERTYPE_IPV4);
    fields[4] = HARDWARE_LENGTH;
    fields[5] = PROTOCOL_LENGTH;
    stint_store16(fields + 6, (uint16_t)packet->operation);
    memcpy(fields + 8, packet->sender_hardware.octets, HARDWARE_LENGTH);
    memcpy(fields + 14, stint_address_ipv4_octets(&packet->sender), PROTOCOL_LENGTH);
    memcpy(fields + 18, packet->target_hardware.octets, HARDWARE_LENGTH);
    memcpy(fields + 24, stint_address_ipv4_octets(&packet->target), PROTOCOL_LENGTH);
    return true;
}
