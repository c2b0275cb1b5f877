/* Interpretation of wire/igmp over unknown messages of every length up to 24, written into every
 * room up to 40. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/igmp.c wire/checksum.c wire/address.c base/bytes.c
 */
#include "stint/wire/igmp.h"
#include "unknown.h"

static void parse(size_t length)
{
    const struct stint_view bytes = unknown_view(length);
    struct stint_igmp_message message;
    stint_igmp_message_parse(bytes, &message);
    forget(bytes.bytes);
}

static void emit(size_t room)
{
    struct stint_address source;
    struct stint_igmp_message message;
    MAKE_UNKNOWN(source);
    MAKE_UNKNOWN(message);
    struct stint_writer writer = writer_with_room(room);
    stint_igmp_packet_emit(&message, &source, &writer);
    close_writer(&writer);
}

int main(void)
{
    for (size_t length = 0; length <= 24; length++) {
        parse(length);
    }
    for (size_t room = 0; room <= 40; room++) {
        emit(room);
    }
    Frama_C_show_each_end();
    return 0;
}
