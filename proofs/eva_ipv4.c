/* Interpretation of wire/ipv4 over unknown packets of every length up to 71 and of 65,535, with
 * every header length. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/ipv4.c wire/address.c
 */
#include "checksum_model.h"
#include "reader_by_place.h"
#include "stint/wire/ipv4.h"

enum { LARGEST = 65535 };

/* Each header length on its own, so that the interpreter knows where the payload begins. */
static struct stint_view unknown_packet(size_t length, size_t header_length_in_words)
{
    uint8_t *bytes = unknown_bytes(length);
    if (length > 0) {
        bytes[0] = (uint8_t)(Frama_C_unsigned_int_interval(0, 15) * 16u + header_length_in_words);
    }
    return stint_view_of(bytes, length);
}

static void parse(struct stint_view packet)
{
    struct stint_ipv4_header header;
    struct stint_view payload;
    if (stint_ipv4_header_parse(packet, &header, &payload) == STINT_DROP_NONE) {
        read_ends(payload);
    }
    if (stint_ipv4_quote_parse(packet, &header, &payload) == STINT_DROP_NONE) {
        read_ends(payload);
    }
    forget(packet.bytes);
}

static void emit(size_t room)
{
    struct stint_ipv4_header header;
    MAKE_UNKNOWN(header);
    header.dont_fragment = unknown_bool();
    header.more_fragments = unknown_bool();
    struct stint_writer writer = writer_with_room(room);
    stint_ipv4_header_emit(&header, &writer);
    close_writer(&writer);
}

/* Options end with the header, whatever follows: one length behind the longest header tells all. */
static bool is_telling(size_t length, size_t words)
{
    return words * 4 <= STINT_IPV4_HEADER_LENGTH || length <= words * 4 ||
           (length == LARGEST && words == 15);
}

static void parse_each_header(size_t length)
{
    const size_t words = unknown_up_to(15);
    /*@ split words; */
    if (is_telling(length, words)) {
        parse(unknown_packet(length, words));
    }
    /*@ merge words; */
}

int main(void)
{
    const size_t length = unknown_length(LARGEST);
    /*@ split length; */
    parse_each_header(length);
    emit(length);
    Frama_C_show_each_end();
    return 0;
}
