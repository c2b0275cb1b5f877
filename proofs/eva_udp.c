/* Interpretation of wire/udp over unknown bytes of every length up to 71 and of 65,535.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/udp.c wire/address.c base/bytes.c
 */
#include "checksum_model.h"
#include "stint/wire/udp.h"

enum { LARGEST = 65535 };

static void parse(size_t length)
{
    const struct stint_view bytes = unknown_view(length);
    struct stint_address source;
    struct stint_address destination;
    MAKE_UNKNOWN(source);
    MAKE_UNKNOWN(destination);
    struct stint_udp_datagram datagram;
    if (stint_udp_datagram_parse(bytes, &source, &destination, &datagram) == STINT_DROP_NONE) {
        read_ends(datagram.payload);
    }
    forget(bytes.bytes);
}

static void emit(size_t length, size_t room)
{
    struct stint_address source;
    struct stint_address destination;
    MAKE_UNKNOWN(source);
    MAKE_UNKNOWN(destination);
    struct stint_udp_datagram datagram = {unknown16(), unknown16(), unknown_view(length)};
    struct stint_writer writer = writer_with_room(room);
    stint_udp_datagram_emit(&datagram, &source, &destination, &writer);
    close_writer(&writer);
    forget(datagram.payload.bytes);
}

int main(void)
{
    const size_t length = unknown_length(LARGEST);
    /*@ split length; */
    parse(length);
    emit(0, length);
    emit(length, 24);
    emit(length, LARGEST);
    Frama_C_show_each_end();
    return 0;
}
