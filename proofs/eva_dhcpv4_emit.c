/* Interpretation of how wire/dhcpv4_emit writes any message: with every number of routes, without
 * names into 300 octets and with names of 255 into 1,500, and one that is too long or has no room.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -eva-slevel 0 -eva-precision 0 -eva-slevel-function main:0 \
 * -eva-slevel-function fits_its_octets:100,put_routes:100,stint_dhcpv4_message_emit:100
 * sources: wire/dhcpv4_emit.c wire/address.c
 */
#define stint_writer_put append_bytes
#include "base/bytes.c"
#undef stint_writer_put
#include "stint/wire/dhcpv4.h"
#include "unknown.h"

/* The real function, for each length on its own: otherwise the interpreter forgets that what is
 * appended is no longer than what is left. */
void stint_writer_put(struct stint_writer *writer, struct stint_view bytes)
{
    const size_t length = bytes.length;
    /*@ split length; */
    append_bytes(writer, stint_view_of(bytes.bytes, length));
    /*@ merge length; */
}

static void emit(size_t routes, size_t name_length, size_t room)
{
    struct stint_dhcpv4_message message;
    const struct stint_view name = unknown_view(name_length);
    MAKE_UNKNOWN(message);
    message.wants_broadcast = unknown_bool();
    message.route_count = (uint8_t)routes;
    message.client_identifier = name;
    message.host_name = name;
    message.domain_name = name;
    struct stint_writer writer = writer_with_room(room);
    stint_dhcpv4_message_emit(&message, &writer);
    close_writer(&writer);
    forget(name.bytes);
}

int main(void)
{
    for (size_t routes = 0; routes <= STINT_DHCPV4_ROUTES + 1; routes++) {
        emit(routes, 0, 300);
        emit(routes, 255, 1500);
    }
    emit(1, 256, 1500);
    emit(1, 1, 241);
    emit(1, 1, 239);
    Frama_C_show_each_end();
    return 0;
}
