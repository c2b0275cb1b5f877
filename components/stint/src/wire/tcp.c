/* TCP segments (RFC 9293 3.1).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/tcp.h"

#include "stint/wire/checksum.h"
#include "stint/wire/ipv4.h"

enum { LARGEST_SEGMENT = 65535 };

enum flag {
    FLAG_FIN = 1,
    FLAG_SYN = 2,
    FLAG_RST = 4,
    FLAG_PSH = 8,
    FLAG_ACK = 16,
    FLAG_URG = 32,
    FLAG_ECE = 64,
    FLAG_CWR = 128,
};

static void load_flags(uint8_t flags, struct stint_tcp_segment *segment)
{
    segment->fin = (flags & FLAG_FIN) != 0;
    segment->syn = (flags & FLAG_SYN) != 0;
    segment->rst = (flags & FLAG_RST) != 0;
    segment->psh = (flags & FLAG_PSH) != 0;
    segment->ack = (flags & FLAG_ACK) != 0;
    segment->urg = (flags & FLAG_URG) != 0;
    segment->ece = (flags & FLAG_ECE) != 0;
    segment->cwr = (flags & FLAG_CWR) != 0;
}

static uint8_t flags_of(const struct stint_tcp_segment *segment)
{
    return (uint8_t)((segment->fin ? FLAG_FIN : 0) + (segment->syn ? FLAG_SYN : 0) +
                     (segment->rst ? FLAG_RST : 0) + (segment->psh ? FLAG_PSH : 0) +
                     (segment->ack ? FLAG_ACK : 0) + (segment->urg ? FLAG_URG : 0) +
                     (segment->ece ? FLAG_ECE : 0) + (segment->cwr ? FLAG_CWR : 0));
}

enum stint_drop stint_tcp_segment_read(struct stint_view bytes, struct stint_tcp_segment *segment)
{
    if (bytes.length < STINT_TCP_HEADER_LENGTH) {
        return STINT_DROP_TCP_SHORT;
    }
    const uint8_t *header = bytes.bytes;
    const size_t header_length = header[12] / 16u * 4u;
    if (header_length < STINT_TCP_HEADER_LENGTH) {
        return STINT_DROP_TCP_OFFSET;
    }
    if (header_length > bytes.length) {
        return STINT_DROP_TCP_SHORT;
    }
    segment->source_port = stint_load16(header);
    segment->destination_port = stint_load16(header + 2);
    segment->sequence = stint_sequence_of(stint_load32(header + 4));
    segment->acknowledgment = stint_sequence_of(stint_load32(header + 8));
    load_flags(header[13], segment);
    segment->window = stint_load16(header + 14);
    segment->urgent_pointer = stint_load16(header + 18);
    segment->landed = false;
    segment->payload[0] = stint_view_without_first(bytes, header_length);
    segment->payload[1] = stint_view_of(NULL, 0);
    return stint_tcp_options_parse(
        stint_view_without_first(stint_view_first(bytes, header_length), STINT_TCP_HEADER_LENGTH),
        &segment->options);
}

bool stint_tcp_segment_is_intact(struct stint_view bytes, const struct stint_address *source,
    const struct stint_address *destination)
{
    struct stint_checksum checksum =
        stint_checksum_pseudo_header(source, destination, STINT_PROTOCOL_TCP, bytes.length);
    stint_checksum_add(&checksum, bytes);
    return stint_checksum_finish(&checksum) == 0;
}

bool stint_tcp_segment_land(struct stint_view bytes, const struct stint_address *source,
    const struct stint_address *destination, const struct stint_tcp_segment *segment,
    struct stint_span first, struct stint_span second)
{
    const struct stint_view payload = segment->payload[0];
    const struct stint_view here = stint_view_first(payload, first.length);
    const struct stint_view there =
        stint_view_first(stint_view_without_first(payload, here.length), second.length);
    struct stint_checksum checksum =
        stint_checksum_pseudo_header(source, destination, STINT_PROTOCOL_TCP, bytes.length);
    stint_checksum_add_header(&checksum, stint_view_of(bytes.bytes, bytes.length - payload.length));
    stint_checksum_add_copy(&checksum, first.bytes, here);
    if (there.length > 0) {
        stint_checksum_add_copy(&checksum, second.bytes, there);
    }
    return here.length + there.length == payload.length && stint_checksum_finish(&checksum) == 0;
}

enum stint_drop stint_tcp_segment_parse(struct stint_view bytes, const struct stint_address *source,
    const struct stint_address *destination, struct stint_tcp_segment *segment)
{
    const enum stint_drop reason = stint_tcp_segment_read(bytes, segment);
    const bool has_header = reason != STINT_DROP_TCP_SHORT && reason != STINT_DROP_TCP_OFFSET;
    return has_header && !stint_tcp_segment_is_intact(bytes, source, destination)
               ? STINT_DROP_TCP_CHECKSUM
               : reason;
}

size_t stint_tcp_segment_header_length(const struct stint_tcp_segment *segment)
{
    return STINT_TCP_HEADER_LENGTH + stint_tcp_options_length(&segment->options);
}

/* Everything but the checksum, which stays 0. */
static bool store_header(
    const struct stint_tcp_segment *segment, uint8_t *header, size_t header_length)
{
    stint_store16(header, segment->source_port);
    stint_store16(header + 2, segment->destination_port);
    stint_store32(header + 4, segment->sequence.number);
    stint_store32(header + 8, segment->acknowledgment.number);
    header[12] = (uint8_t)(header_length / 4 * 16);
    header[13] = flags_of(segment);
    stint_store16(header + 14, segment->window);
    stint_store16(header + 16, 0);
    stint_store16(header + 18, segment->urgent_pointer);
    const size_t options_length = header_length - STINT_TCP_HEADER_LENGTH;
    if (options_length == STINT_TCP_TIMESTAMPS_LENGTH && segment->options.has_timestamps &&
        !segment->options.sack_permitted) {
        stint_tcp_timestamps_store(&segment->options, header + STINT_TCP_HEADER_LENGTH);
        return true;
    }
    struct stint_writer options =
        stint_writer_into(stint_span_of(header + STINT_TCP_HEADER_LENGTH, options_length));
    return stint_tcp_options_emit(&segment->options, &options);
}

bool stint_tcp_segment_emit(const struct stint_tcp_segment *segment,
    const struct stint_address *source, const struct stint_address *destination,
    struct stint_writer *writer)
{
    const size_t header_length = stint_tcp_segment_header_length(segment);
    const size_t room = LARGEST_SEGMENT - header_length;
    if (segment->payload[0].length > room ||
        segment->payload[1].length > room - segment->payload[0].length) {
        return false;
    }
    const size_t length = header_length + stint_tcp_segment_payload_length(segment);
    uint8_t *header = stint_writer_claim(writer, length);
    if (header == NULL || !store_header(segment, header, header_length)) {
        return false;
    }
    struct stint_checksum checksum =
        stint_checksum_pseudo_header(source, destination, STINT_PROTOCOL_TCP, length);
    stint_checksum_add_header(&checksum, stint_view_of(header, header_length));
    uint8_t *payload = header + header_length;
    stint_checksum_add_copy(&checksum, payload, segment->payload[0]);
    if (segment->payload[1].length > 0) {
        stint_checksum_add_copy(
            &checksum, payload + segment->payload[0].length, segment->payload[1]);
    }
    stint_store16(header + 16, stint_checksum_finish(&checksum));
    return true;
}
