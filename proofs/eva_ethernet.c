/* Interpretation of wire/ethernet over unknown frames of every length up to 128.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/ethernet.c base/bytes.c
 */
#include "stint/wire/ethernet.h"
#include "unknown.h"

enum { LARGEST = 128 };

static void parse(size_t length)
{
    const struct stint_view frame = unknown_view(length);
    struct stint_ethernet_header header;
    struct stint_view payload;
    if (stint_ethernet_header_parse(frame, &header, &payload) == STINT_DROP_NONE) {
        read_ends(payload);
    }
    forget(frame.bytes);
}

static void emit(size_t room)
{
    struct stint_ethernet_header header;
    MAKE_UNKNOWN(header);
    struct stint_writer writer = writer_with_room(room);
    stint_ethernet_header_emit(&header, &writer);
    close_writer(&writer);
}

int main(void)
{
    for (size_t length = 0; length <= LARGEST; length++) {
        parse(length);
    }
    for (size_t room = 0; room <= 64; room++) {
        emit(room);
    }
    Frama_C_show_each_end();
    return 0;
}
