/* Interpretation of wire/icmpv6 and of what wire/ndp writes, over unknown messages of every length
 * up to 71 and of 65,535. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/icmpv6.c wire/ndp.c wire/ndp_options.c wire/address.c base/bytes.c
 */
#include "checksum_model.h"
#include "stint/wire/ndp.h"

enum { LARGEST = 65535 };

static struct stint_address source;
static struct stint_address destination;

static void parse(size_t length)
{
    const struct stint_view bytes = unknown_view(length);
    struct stint_icmpv6_message message;
    if (stint_icmpv6_message_parse(bytes, &source, &destination, &message) == STINT_DROP_NONE) {
        read_ends(message.data);
    }
    forget(bytes.bytes);
}

static void emit(size_t length, size_t room)
{
    const struct stint_icmpv6_message message = {
        unknown8(), unknown8(), unknown32(), unknown_view(length)};
    struct stint_writer writer = writer_with_room(room);
    stint_icmpv6_message_emit(&message, &source, &destination, &writer);
    close_writer(&writer);
    forget(message.data.bytes);
}

static void emit_neighbor(enum stint_icmpv6_type type, size_t room)
{
    struct stint_ndp_neighbor neighbor;
    MAKE_UNKNOWN(neighbor);
    neighbor.has_link_address = unknown_bool();
    neighbor.is_router = unknown_bool();
    neighbor.is_solicited = unknown_bool();
    neighbor.overrides = unknown_bool();
    struct stint_writer writer = writer_with_room(room);
    stint_ndp_neighbor_emit(&neighbor, type, &source, &destination, &writer);
    close_writer(&writer);
}

static void emit_router_solicitation(size_t room)
{
    struct stint_ndp_router_solicitation solicitation;
    MAKE_UNKNOWN(solicitation);
    solicitation.has_link_address = unknown_bool();
    struct stint_writer writer = writer_with_room(room);
    stint_ndp_router_solicitation_emit(&solicitation, &source, &destination, &writer);
    close_writer(&writer);
}

int main(void)
{
    MAKE_UNKNOWN(source);
    MAKE_UNKNOWN(destination);
    const size_t length = unknown_length(LARGEST);
    /*@ split length; */
    parse(length);
    emit(0, length);
    emit(length, 24);
    emit(length, LARGEST);
    emit_neighbor(STINT_ICMPV6_NEIGHBOR_SOLICITATION, length);
    emit_neighbor(STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT, length);
    emit_router_solicitation(length);
    Frama_C_show_each_end();
    return 0;
}
