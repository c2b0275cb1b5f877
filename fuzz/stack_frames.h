/* The frames of the stack's fuzzer: most of them plausible, from what the stack itself said.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef FUZZ_STACK_FRAMES_H
#define FUZZ_STACK_FRAMES_H

#include "stack_lab.h"

static inline struct stint_writer begin_frame(struct lab *lab, uint16_t ethertype)
{
    struct stint_writer writer = stint_writer_into(stint_span_of(lab->incoming, LAB_FRAME));
    const struct stint_ethernet_header header = {.destination = {{2, 0, 0, 0, 0, 1}},
        .source = {{2, 0, 0, 0, 1, LAB_PEER}},
        .ethertype = ethertype};
    (void)stint_ethernet_header_emit(&header, &writer);
    return writer;
}

static inline void put_ipv4(struct stint_writer *writer, uint8_t protocol, size_t length)
{
    const struct stint_ipv4_header header = {.source = lab_host(LAB_PEER),
        .destination = lab_host(1),
        .payload_length = (uint16_t)length,
        .protocol = protocol,
        .time_to_live = 64};
    (void)stint_ipv4_header_emit(&header, writer);
}

static inline void end_frame(struct lab *lab, const struct stint_writer *writer)
{
    lab->incoming_length = writer->used;
    lab->arrived = !writer->failed && writer->used > 0;
}

/* Flags, and a distance from where both ends stand: mostly none. */
static inline void put_flags(struct stint_tcp_segment *segment, uint8_t flags)
{
    segment->fin = (flags & 1) != 0;
    segment->syn = (flags & 2) != 0;
    segment->rst = (flags & 4) != 0;
    segment->psh = (flags & 8) != 0;
    segment->ack = (flags & 16) == 0;
    segment->urg = (flags & 32) != 0;
}

static inline void put_options(
    const struct lab *lab, struct stint_reader *input, struct stint_tcp_segment *segment)
{
    struct stint_tcp_options *options = &segment->options;
    const uint8_t choice = stint_reader_take8(input);
    options->has_timestamps = (choice & 1) != 0;
    options->timestamp = (uint32_t)(lab->now.microseconds / 1000) + choice / 64u;
    options->maximum_segment_size = segment->syn ? (uint16_t)(choice * 11u) : 0;
    options->has_window_scale = segment->syn && (choice & 2) != 0;
    options->window_scale = choice / 16;
    options->sack_permitted = segment->syn && (choice & 4) != 0;
    if (!segment->syn && (choice & 8) != 0) {
        options->sack_count = 1;
        options->sack[0].begin = stint_sequence_after(segment->acknowledgment, choice);
        options->sack[0].end = stint_sequence_after(segment->acknowledgment, choice * 3u);
    }
}

static inline void make_segment(struct lab *lab, struct stint_reader *input)
{
    static const uint16_t ports[] = {80, 81, 1000, 0};
    const uint8_t choice = stint_reader_take8(input);
    const uint8_t flags = stint_reader_take8(input);
    const struct lab_flow *flow = &lab->flows[choice % LAB_FLOWS];
    struct stint_tcp_segment segment = {.source_port = flow->remote_port,
        .destination_port = flow->local_port,
        .sequence = flow->acknowledged,
        .acknowledgment = flow->sequence,
        .window = 4096};
    put_flags(&segment, flags);
    if (choice >= 192) { /* a stranger */
        segment.source_port = (uint16_t)(2000 + choice);
        segment.destination_port = ports[flags / 64];
    }
    if ((choice & 8) != 0) {
        const uint16_t shift = stint_reader_take16(input);
        segment.sequence = stint_sequence_before(
            stint_sequence_after(segment.sequence, shift & 0xfff), shift / 4096u * 100u);
    }
    if ((choice & 16) != 0) {
        const uint16_t shift = stint_reader_take16(input);
        segment.acknowledgment = stint_sequence_before(
            stint_sequence_after(segment.acknowledgment, shift & 0xff), shift / 256u * 16u);
        segment.window = (uint16_t)(shift * 3u);
    }
    put_options(lab, input, &segment);
    uint8_t payload[1024];
    const size_t length = (choice & 32) != 0 ? stint_reader_take8(input) * 4u : 0;
    for (uint32_t i = 0; i < length; i++) {
        const uint32_t begin = segment.syn ? i + 1 : i;
        payload[i] = lab_pattern(stint_sequence_after(segment.sequence, begin));
    }
    segment.payload[0] = stint_view_of(payload, length);
    const struct stint_address from = lab_host(LAB_PEER);
    const struct stint_address to = lab_host(1);
    struct stint_writer writer = begin_frame(lab, STINT_ETHERTYPE_IPV4);
    put_ipv4(&writer, STINT_PROTOCOL_TCP, stint_tcp_segment_header_length(&segment) + length);
    (void)stint_tcp_segment_emit(&segment, &from, &to, &writer);
    end_frame(lab, &writer);
}

/* A whole packet of IGMP, about a group of ours or about all. */
static inline void make_group_message(struct lab *lab, uint8_t choice, uint8_t code)
{
    static const enum stint_igmp_type types[] = {
        STINT_IGMP_QUERY, STINT_IGMP_V1_REPORT, STINT_IGMP_V2_REPORT, STINT_IGMP_LEAVE};
    const struct stint_igmp_message message = {.type = types[choice % 4],
        .version = code == 0 ? 1 : 2,
        .maximum_response_ds = code,
        .group = choice % 8 == 0 ? stint_address_ipv4(0, 0, 0, 0) : lab_group(code / 16)};
    const struct stint_address from = lab_host(LAB_PEER);
    struct stint_writer writer = begin_frame(lab, STINT_ETHERTYPE_IPV4);
    (void)stint_igmp_packet_emit(&message, &from, &writer);
    end_frame(lab, &writer);
}

static inline void make_datagram(struct lab *lab, struct stint_reader *input)
{
    static const uint8_t zeros[300] = {0};
    const uint8_t choice = stint_reader_take8(input);
    if (choice >= 240) {
        make_group_message(lab, choice, stint_reader_take8(input));
        return;
    }
    const struct stint_udp_datagram datagram = {.source_port = 9,
        .destination_port = (uint16_t)(7 + choice % 4),
        .payload = stint_view_of(zeros, choice)};
    const struct stint_address from = lab_host(LAB_PEER);
    const struct stint_address to = lab_host(1);
    struct stint_writer writer = begin_frame(lab, STINT_ETHERTYPE_IPV4);
    put_ipv4(&writer, STINT_PROTOCOL_UDP, STINT_UDP_HEADER_LENGTH + datagram.payload.length);
    (void)stint_udp_datagram_emit(&datagram, &from, &to, &writer);
    end_frame(lab, &writer);
}

/* A message that quotes the packet that the stack sent last, where it is an error. */
static inline void make_message(struct lab *lab, struct stint_reader *input)
{
    static const uint8_t types[] = {0, 3, 4, 5, 8, 11, 12, 13};
    const uint8_t choice = stint_reader_take8(input);
    const uint16_t number = stint_reader_take16(input);
    const struct stint_icmpv4_message message = {.type = types[choice % 8],
        .code = choice / 16,
        .identifier = number,
        .sequence = number,
        .data = stint_view_first(stint_view_of(lab->sent, lab->sent_length), number % 600u)};
    struct stint_writer writer = begin_frame(lab, STINT_ETHERTYPE_IPV4);
    put_ipv4(&writer, STINT_PROTOCOL_ICMPV4, stint_icmpv4_message_length(&message));
    (void)stint_icmpv4_message_emit(&message, &writer);
    end_frame(lab, &writer);
}

static inline void make_arp(struct lab *lab, struct stint_reader *input)
{
    const uint8_t choice = stint_reader_take8(input);
    const struct stint_arp_packet packet = {
        .operation = choice % 2 == 0 ? STINT_ARP_REQUEST : STINT_ARP_REPLY,
        .sender_hardware = {{2, 0, 0, 0, 1, (uint8_t)(choice / 8)}},
        .sender = lab_host((choice & 2) != 0 ? LAB_PEER : choice / 4),
        .target = lab_host(1)};
    struct stint_writer writer = begin_frame(lab, STINT_ETHERTYPE_ARP);
    (void)stint_arp_packet_emit(&packet, &writer);
    end_frame(lab, &writer);
}

static inline void make_raw(struct lab *lab, struct stint_reader *input)
{
    const size_t wanted = stint_reader_take8(input);
    const size_t length = wanted < input->rest.length ? wanted : input->rest.length;
    struct stint_writer writer = stint_writer_into(stint_span_of(lab->incoming, LAB_FRAME));
    stint_writer_put(&writer, stint_view_of(stint_reader_take(input, length), length));
    end_frame(lab, &writer);
}

/* Makes the checksums of the frame right, as far as its lengths make sense. */
static inline void seal(struct lab *lab)
{
    uint8_t *const ip = lab->incoming + STINT_ETHERNET_HEADER_LENGTH;
    const size_t header = ip[0] % 16u * 4u;
    const size_t total = stint_load16(ip + 2);
    const bool is_tcp = ip[9] == STINT_PROTOCOL_TCP;
    const size_t field = header + (is_tcp ? 16u : ip[9] == STINT_PROTOCOL_UDP ? 6u : 2u);
    if (header < 20 || total < field + 2 || total + 14 > lab->incoming_length) {
        return;
    }
    stint_store16(ip + 10, 0);
    stint_store16(ip + 10, stint_checksum_of(stint_view_of(ip, header)));
    const struct stint_address from = stint_address_from_ipv4(ip + 12);
    const struct stint_address to = stint_address_from_ipv4(ip + 16);
    struct stint_checksum sum = {0, false};
    if (ip[9] != STINT_PROTOCOL_ICMPV4) {
        sum = stint_checksum_pseudo_header(&from, &to, ip[9], total - header);
    }
    stint_store16(ip + field, 0);
    stint_checksum_add(&sum, stint_view_of(ip + header, total - header));
    stint_store16(ip + field, stint_checksum_finish(&sum));
}

static inline void mutate(struct lab *lab, struct stint_reader *input)
{
    const uint8_t hits = stint_reader_take8(input) % 4;
    for (uint8_t i = 0; i < hits && lab->incoming_length > 0; i++) {
        const uint8_t place = stint_reader_take8(input);
        lab->incoming[place % lab->incoming_length] = stint_reader_take8(input);
    }
    if (lab->incoming_length > 60) {
        seal(lab);
    }
    lab->spoilt = true;
}

#endif
