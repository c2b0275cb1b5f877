/* Ethernet II frames (IEEE 802.3 3.2, RFC 894). No VLAN tags, no 802.3 length frames: both are
 * refused. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_ETHERNET_H
#define STINT_WIRE_ETHERNET_H

#include "stint/base/drop.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_ETHERNET_HEADER_LENGTH = 14,
    STINT_ETHERTYPE_IPV4 = 0x0800,
    STINT_ETHERTYPE_ARP = 0x0806,
    STINT_ETHERTYPE_IPV6 = 0x86dd,
};

struct stint_ethernet_header {
    struct stint_hardware_address destination;
    struct stint_hardware_address source;
    uint16_t ethertype;
};

/* Reads the header; `payload` is the rest, padding included. Refuses what is short and EtherTypes
 * below 0x0600. */
enum stint_drop stint_ethernet_header_parse(
    struct stint_view frame, struct stint_ethernet_header *header, struct stint_view *payload);

/* Appends the 14 bytes; false when they do not fit. */
bool stint_ethernet_header_emit(
    const struct stint_ethernet_header *header, struct stint_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
