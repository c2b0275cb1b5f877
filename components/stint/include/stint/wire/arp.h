/* ARP for IPv4 over Ethernet (RFC 826).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_ARP_H
#define STINT_WIRE_ARP_H

#include "stint/base/drop.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_ARP_PACKET_LENGTH = 28 };

enum stint_arp_operation {
    STINT_ARP_REQUEST = 1,
    STINT_ARP_REPLY = 2,
};

struct stint_arp_packet {
    enum stint_arp_operation operation;
    struct stint_hardware_address sender_hardware;
    struct stint_address sender; /* IPv4 */
    struct stint_hardware_address target_hardware;
    struct stint_address target; /* IPv4 */
};

/* Reads a packet; bytes after it (padding) are ignored. Whether its sender may be learnt is not
 * judged here. */
enum stint_drop stint_arp_packet_parse(struct stint_view bytes, struct stint_arp_packet *packet);

/* Appends the 28 bytes; false when they do not fit. */
bool stint_arp_packet_emit(const struct stint_arp_packet *packet, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
