/* Interpretation of wire/mld over unknown messages of every length up to 40, written into every
 * room up to 96. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/mld.c wire/icmpv6.c wire/ipv6.c wire/ipv6_extensions.c wire/address.c base/bytes.c
 */
#include "checksum_model.h"
#include "stint/wire/mld.h"

static void parse(size_t length)
{
    struct stint_ipv6_header header;
    MAKE_UNKNOWN(header);
    const struct stint_icmpv6_message icmp = {
        unknown8(), unknown8(), unknown32(), unknown_view(length)};
    struct stint_mld_message message;
    stint_mld_message_parse(&header, &icmp, &message);
    forget(icmp.data.bytes);
}

static void emit(size_t room)
{
    struct stint_address source;
    struct stint_mld_message message;
    MAKE_UNKNOWN(source);
    MAKE_UNKNOWN(message);
    struct stint_writer writer = writer_with_room(room);
    stint_mld_packet_emit(&message, &source, &writer);
    close_writer(&writer);
}

int main(void)
{
    for (size_t length = 0; length <= 40; length++) {
        parse(length);
    }
    for (size_t room = 0; room <= 96; room++) {
        emit(room);
    }
    Frama_C_show_each_end();
    return 0;
}
