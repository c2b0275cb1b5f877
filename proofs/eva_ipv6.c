/* Interpretation of wire/ipv6 over unknown packets of every length up to 64.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/ipv6.c wire/address.c base/bytes.c
 */
#include "stint/wire/ipv6.h"
#include "unknown.h"

static void parse(size_t length)
{
    const struct stint_view packet = unknown_view(length);
    struct stint_ipv6_header header;
    struct stint_view payload;
    if (stint_ipv6_header_parse(packet, &header, &payload) == STINT_DROP_NONE) {
        read_ends(payload);
    }
    if (stint_ipv6_quote_parse(packet, &header, &payload) == STINT_DROP_NONE) {
        read_ends(payload);
    }
    forget(packet.bytes);
}

static void emit(size_t room)
{
    struct stint_ipv6_header header;
    MAKE_UNKNOWN(header);
    struct stint_writer writer = writer_with_room(room);
    stint_ipv6_header_emit(&header, &writer);
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
