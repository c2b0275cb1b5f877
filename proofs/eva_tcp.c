/* Interpretation of wire/tcp over unknown segments with every header length: of every length up to
 * 12 octets of payload, and of 65,535. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -eva-slevel-function flags_of:0
 * sources: wire/tcp.c wire/address.c base/bytes.c
 */
#include "checksum_model.h"
#include "stint/wire/tcp.h"
#include "tcp_options_model.h"

enum { LARGEST = 65535, DATA_OFFSET = 12 };

/* Each header length on its own, so that the interpreter knows where the payload begins. */
static struct stint_view unknown_segment(size_t length, size_t header_length_in_words)
{
    uint8_t *bytes = unknown_bytes(length);
    if (length > DATA_OFFSET) {
        bytes[DATA_OFFSET] =
            (uint8_t)(header_length_in_words * 16u + Frama_C_unsigned_int_interval(0, 15));
    }
    return stint_view_of(bytes, length);
}

static struct stint_address unknown_address(void)
{
    struct stint_address address;
    MAKE_UNKNOWN(address);
    return address;
}

static void land(
    struct stint_view bytes, const struct stint_tcp_segment *segment, size_t first, size_t second)
{
    const struct stint_address source = unknown_address();
    const struct stint_address destination = unknown_address();
    const struct stint_span here = stint_span_of(unknown_bytes(first), first);
    const struct stint_span there = stint_span_of(unknown_bytes(second), second);
    stint_tcp_segment_land(bytes, &source, &destination, segment, here, there);
    forget(here.bytes);
    forget(there.bytes);
}

static void parse(struct stint_view bytes)
{
    const struct stint_address source = unknown_address();
    const struct stint_address destination = unknown_address();
    struct stint_tcp_segment segment;
    if (stint_tcp_segment_parse(bytes, &source, &destination, &segment) == STINT_DROP_NONE) {
        read_ends(segment.payload[0]);
        land(bytes, &segment, bytes.length, 0);
        land(bytes, &segment, 5, 6);
    }
    forget(bytes.bytes);
}

/* Behind the header only a payload follows: a few lengths of it tell all. */
static bool is_telling(size_t length, size_t words)
{
    return length <= words * 4 + 12 || length == LARGEST;
}

static void parse_each_header(size_t length)
{
    const size_t words = unknown_up_to(15);
    /*@ split words; */
    if (is_telling(length, words)) {
        parse(unknown_segment(length, words));
    }
    /*@ merge words; */
}

static void emit(size_t first, size_t second, size_t room)
{
    struct stint_tcp_segment segment;
    MAKE_UNKNOWN(segment);
    segment.fin = unknown_bool();
    segment.syn = unknown_bool();
    segment.rst = unknown_bool();
    segment.psh = unknown_bool();
    segment.ack = unknown_bool();
    segment.urg = unknown_bool();
    segment.ece = unknown_bool();
    segment.cwr = unknown_bool();
    any_options(&segment.options);
    segment.payload[0] = unknown_view(first);
    segment.payload[1] = unknown_view(second);
    const struct stint_address source = unknown_address();
    const struct stint_address destination = unknown_address();
    struct stint_writer writer = writer_with_room(room);
    stint_tcp_segment_emit(&segment, &source, &destination, &writer);
    close_writer(&writer);
    forget(segment.payload[0].bytes);
    forget(segment.payload[1].bytes);
}

int main(void)
{
    const size_t length = unknown_length(LARGEST);
    /*@ split length; */
    parse_each_header(length);
    if (length % 4 == 0 || length == LARGEST) {
        emit(5, 7, length);
    }
    Frama_C_show_each_end();
    return 0;
}
