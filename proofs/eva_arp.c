/* Interpretation of wire/arp over unknown bytes of every length up to 64.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/arp.c wire/address.c base/bytes.c
 */
#include "stint/wire/arp.h"
#include "unknown.h"

static void parse(size_t length)
{
    const struct stint_view bytes = unknown_view(length);
    struct stint_arp_packet packet;
    stint_arp_packet_parse(bytes, &packet);
    forget(bytes.bytes);
}

static void emit(size_t room)
{
    struct stint_arp_packet packet;
    MAKE_UNKNOWN(packet);
    packet.operation = unknown_bool() ? STINT_ARP_REQUEST : STINT_ARP_REPLY;
    struct stint_writer writer = writer_with_room(room);
    stint_arp_packet_emit(&packet, &writer);
    close_writer(&writer);
}

int main(void)
{
    for (size_t length = 0; length <= 64; length++) {
        parse(length);
        emit(length);
    }
    Frama_C_show_each_end();
    return 0;
}
