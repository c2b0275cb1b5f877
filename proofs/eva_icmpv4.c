/* Interpretation of wire/icmpv4 over unknown bytes of every length up to 71 and of 65,535.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/icmpv4.c wire/address.c base/bytes.c
 */
#include "checksum_model.h"
#include "stint/wire/icmpv4.h"

enum { LARGEST = 65535 };

static void parse(size_t length)
{
    const struct stint_view bytes = unknown_view(length);
    struct stint_icmpv4_message message;
    if (stint_icmpv4_message_parse(bytes, &message) == STINT_DROP_NONE) {
        read_ends(message.data);
    }
    forget(bytes.bytes);
}

static void emit(size_t length, size_t room)
{
    struct stint_icmpv4_message message = {
        unknown8(), unknown8(), unknown16(), unknown16(), unknown_view(length)};
    struct stint_writer writer = writer_with_room(room);
    stint_icmpv4_message_emit(&message, &writer);
    close_writer(&writer);
    forget(message.data.bytes);
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
