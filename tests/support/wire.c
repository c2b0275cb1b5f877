/* One stack on a cable whose other end the test holds.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "support/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- the device between stack and cable --- */

static struct stint_view receive(void *context, struct stint_instant now)
{
    struct wire_device *device = context;
    const struct stint_view frame = stint_device_receive(&device->inner, now);
    device->lent += frame.length > 0;
    return frame;
}

static void receive_done(void *context)
{
    const struct wire_device *device = context;
    stint_device_receive_done(&device->inner);
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    const struct wire_device *device = context;
    return device->room == 0 ? stint_span_of(NULL, 0)
                             : stint_device_transmit(&device->inner, now, length);
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    struct wire_device *device = context;
    assert_true(device->room > 0);
    device->room--;
    stint_device_transmit_commit(&device->inner, now, length);
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    const struct wire_device *device = context;
    return stint_device_service(&device->inner, now);
}

static const struct stint_device_operations operations = {
    receive, receive_done, transmit, transmit_commit, service};

/* --- setting up --- */

static void attach(struct wire *wire, uint8_t index, uint16_t mtu)
{
    struct wire_device *device = &wire->devices[index];
    stint_cable_init(&wire->cables[index], stint_span_of(wire->to_stack[index], WIRE_CABLE),
        stint_span_of(wire->to_test[index], WIRE_CABLE));
    device->inner = stint_cable_device(&wire->cables[index], 0);
    device->room = WIRE_ENDLESS;
    const struct stint_interface_config interface = {
        .device = {&operations, device},
        .hardware_address = wire_our_hardware(index),
        .mtu = mtu,
    };
    const struct stint_local_address address = {.address = stint_address_ipv4(10, 0, index, 1),
        .prefix_length = STINT_IPV4_MAPPED_BITS + 24};
    uint8_t number = UINT8_MAX;
    assert_int_equal(stint_stack_attach(&wire->stack, &interface, &number), STINT_OK);
    assert_int_equal(number, index);
    assert_int_equal(stint_stack_add_address(&wire->stack, number, &address), STINT_OK);
}

struct wire *wire_new(const struct wire_options *options)
{
    static const struct wire_options defaults = {0};
    const struct wire_options *const wanted = options != NULL ? options : &defaults;
    struct wire *const wire = calloc(1, sizeof *wire);
    assert_non_null(wire);
    uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3, wanted->seed};
    struct stint_stack_config config = stint_stack_config_default();
    config.memory = stint_span_of(wire->memory, sizeof wire->memory);
    config.secret = stint_view_of(secret, sizeof secret);
    const uint8_t cables = wanted->interfaces != 0 ? wanted->interfaces : 1;
    config.interfaces = (uint8_t)(cables + wanted->spare);
    config.ipv6 = wanted->ipv6;
    config.igmp = wanted->igmp;
    config.neighbors = wanted->neighbors != 0 ? wanted->neighbors : config.neighbors;
    config.held_frames = wanted->held_frames != 0 ? wanted->held_frames : config.held_frames;
    config.poll_budget = wanted->poll_budget;
    assert_int_equal(stint_stack_init(&wire->stack, &config), STINT_OK);
    for (uint8_t i = 0; i < cables; i++) {
        attach(wire, i, wanted->mtu);
    }
    wire->now = stint_instant_at(1000000);
    return wire;
}

/* --- frames --- */

struct stint_hardware_address wire_hardware(uint8_t host)
{
    return (struct stint_hardware_address){{2, 0, 0, 0, 1, host}};
}

struct stint_hardware_address wire_our_hardware(uint8_t interface)
{
    return (struct stint_hardware_address){{2, 0, 0, 0, 0, (uint8_t)(interface + 1)}};
}

struct stint_address wire_address(uint8_t host)
{
    return stint_address_ipv4(10, 0, 0, host);
}

struct wire_envelope wire_from(uint8_t host)
{
    return (struct wire_envelope){
        .to = wire_our_hardware(0),
        .from = wire_hardware(host),
        .ip = {.source = wire_address(host), .destination = wire_address(1), .time_to_live = 64},
    };
}

struct wire_frame wire_ethernet(struct stint_hardware_address to,
    struct stint_hardware_address from, uint16_t ethertype, struct stint_view payload)
{
    struct wire_frame frame = {.length = 0};
    const struct stint_ethernet_header header = {to, from, ethertype};
    struct stint_writer writer = stint_writer_into(stint_span_of(frame.bytes, WIRE_FRAME));
    assert_true(stint_ethernet_header_emit(&header, &writer));
    stint_writer_put(&writer, payload);
    assert_false(writer.failed);
    frame.length = writer.used;
    return frame;
}

struct wire_frame wire_arp(struct stint_hardware_address to, const struct stint_arp_packet *packet)
{
    uint8_t bytes[STINT_ARP_PACKET_LENGTH];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    assert_true(stint_arp_packet_emit(packet, &writer));
    return wire_ethernet(
        to, packet->sender_hardware, STINT_ETHERTYPE_ARP, stint_writer_written(&writer));
}

struct wire_frame wire_ipv4(
    const struct wire_envelope *envelope, uint8_t protocol, struct stint_view payload)
{
    uint8_t bytes[WIRE_FRAME];
    struct stint_ipv4_header header = envelope->ip;
    header.protocol = protocol;
    header.payload_length = (uint16_t)payload.length;
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    assert_true(stint_ipv4_header_emit(&header, &writer));
    stint_writer_put(&writer, payload);
    assert_false(writer.failed);
    return wire_ethernet(
        envelope->to, envelope->from, STINT_ETHERTYPE_IPV4, stint_writer_written(&writer));
}

struct wire_frame wire_udp(const struct wire_envelope *envelope, uint16_t source_port,
    uint16_t destination_port, const char *text)
{
    uint8_t bytes[WIRE_FRAME];
    const struct stint_udp_datagram datagram = {source_port, destination_port, wire_text(text)};
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    assert_true(stint_udp_datagram_emit(
        &datagram, &envelope->ip.source, &envelope->ip.destination, &writer));
    return wire_ipv4(envelope, STINT_PROTOCOL_UDP, stint_writer_written(&writer));
}

struct wire_frame wire_icmp(
    const struct wire_envelope *envelope, const struct stint_icmpv4_message *message)
{
    uint8_t bytes[WIRE_FRAME];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    assert_true(stint_icmpv4_message_emit(message, &writer));
    return wire_ipv4(envelope, STINT_PROTOCOL_ICMPV4, stint_writer_written(&writer));
}

struct wire_frame wire_echo_request(const struct wire_envelope *envelope, const char *text)
{
    const struct stint_icmpv4_message request = {.type = STINT_ICMPV4_ECHO_REQUEST,
        .identifier = 0x1234,
        .sequence = 1,
        .data = wire_text(text)};
    return wire_icmp(envelope, &request);
}

struct wire_frame wire_tcp(
    const struct wire_envelope *envelope, const struct stint_tcp_segment *segment)
{
    uint8_t bytes[WIRE_FRAME];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    assert_true(
        stint_tcp_segment_emit(segment, &envelope->ip.source, &envelope->ip.destination, &writer));
    return wire_ipv4(envelope, STINT_PROTOCOL_TCP, stint_writer_written(&writer));
}

struct wire_frame wire_question(uint8_t host)
{
    const struct stint_arp_packet packet = {.operation = STINT_ARP_REQUEST,
        .sender_hardware = wire_hardware(host),
        .sender = wire_address(host),
        .target = wire_address(1)};
    return wire_arp(stint_hardware_address_broadcast, &packet);
}

struct wire_frame wire_answer(uint8_t host)
{
    const struct stint_arp_packet packet = {.operation = STINT_ARP_REPLY,
        .sender_hardware = wire_hardware(host),
        .sender = wire_address(host),
        .target_hardware = wire_our_hardware(0),
        .target = wire_address(1)};
    return wire_arp(wire_our_hardware(0), &packet);
}

void wire_seal(struct wire_frame *frame)
{
    uint8_t *const header = frame->bytes + STINT_ETHERNET_HEADER_LENGTH;
    const size_t length = header[0] % 16u * 4u;
    stint_store16(header + 10, 0);
    stint_store16(header + 10, stint_checksum_of(stint_view_of(header, length)));
}

struct stint_view wire_text(const char *text)
{
    return stint_view_of(text, strlen(text));
}

/* --- time and polls --- */

void wire_poll(struct wire *wire)
{
    for (unsigned i = 0; i < 10000; i++) {
        wire->poll_at = stint_stack_poll(&wire->stack, wire->now);
        wire->polls++;
        if (!stint_instant_has_come(wire->poll_at, wire->now)) {
            return;
        }
    }
    fail_msg("the stack always wants to be polled at once");
}

void wire_pass(struct wire *wire, struct stint_duration duration)
{
    const struct stint_instant until = stint_instant_after(wire->now, duration);
    wire_poll(wire);
    while (stint_instant_has_come(wire->poll_at, until)) {
        wire->now = wire->poll_at;
        wire_poll(wire);
    }
    wire->now = until;
}

void wire_put(struct wire *wire, uint8_t interface, const struct wire_frame *frame)
{
    const struct stint_device far = stint_cable_device(&wire->cables[interface], 1);
    const struct stint_span room = stint_device_transmit(&far, wire->now, frame->length);
    assert_int_equal(room.length, frame->length);
    memcpy(room.bytes, frame->bytes, frame->length);
    stint_device_transmit_commit(&far, wire->now, frame->length);
}

uint32_t wire_drops(const struct wire *wire)
{
    uint32_t drops = 0;
    for (unsigned i = 0; i < STINT_DROP_COUNT; i++) {
        drops += wire->stack.drops[i];
    }
    return drops;
}

enum stint_drop wire_take_on(struct wire *wire, uint8_t interface, const struct wire_frame *frame)
{
    uint32_t before[STINT_DROP_COUNT];
    enum stint_drop reason = STINT_DROP_NONE;
    memcpy(before, wire->stack.drops, sizeof before);
    wire_put(wire, interface, frame);
    wire_poll(wire);
    for (unsigned i = 0; i < STINT_DROP_COUNT; i++) {
        const uint32_t more = wire->stack.drops[i] - before[i];
        if (more > 0) {
            assert_int_equal(more, 1);
            assert_int_equal(reason, STINT_DROP_NONE);
            reason = (enum stint_drop)i;
        }
    }
    return reason;
}

enum stint_drop wire_take(struct wire *wire, const struct wire_frame *frame)
{
    return wire_take_on(wire, 0, frame);
}

void wire_introduce(struct wire *wire, uint8_t host)
{
    const struct wire_envelope envelope = wire_from(host);
    const struct wire_frame request = wire_echo_request(&envelope, "hello");
    const struct wire_frame answer = wire_answer(host);
    struct wire_seen seen;
    assert_int_equal(wire_take(wire, &request), STINT_DROP_NONE);
    wire_expect_question(wire, host, stint_hardware_address_broadcast);
    assert_int_equal(wire_take(wire, &answer), STINT_DROP_NONE);
    assert_true(wire_next(wire, &seen));
    wire_expect_nothing(wire);
}

/* --- what the stack sent --- */

static void parse_ipv4(struct wire_seen *seen, struct stint_view packet)
{
    struct stint_view payload;
    assert_int_equal(stint_ipv4_header_parse(packet, &seen->ip, &payload), STINT_DROP_NONE);
    assert_ptr_equal(payload.bytes + payload.length, packet.bytes + packet.length);
    enum stint_drop reason = stint_igmp_message_parse(payload, &seen->igmp);
    if (seen->ip.protocol == STINT_PROTOCOL_UDP) {
        reason =
            stint_udp_datagram_parse(payload, &seen->ip.source, &seen->ip.destination, &seen->udp);
    } else if (seen->ip.protocol == STINT_PROTOCOL_ICMPV4) {
        reason = stint_icmpv4_message_parse(payload, &seen->icmp);
    } else if (seen->ip.protocol == STINT_PROTOCOL_TCP) {
        reason =
            stint_tcp_segment_parse(payload, &seen->ip.source, &seen->ip.destination, &seen->tcp);
    }
    assert_int_equal(reason, STINT_DROP_NONE);
}

bool wire_next_on(struct wire *wire, uint8_t interface, struct wire_seen *seen)
{
    const struct stint_device far = stint_cable_device(&wire->cables[interface], 1);
    const struct stint_view frame = stint_device_receive(&far, wire->now);
    if (frame.length == 0) {
        return false;
    }
    memset(seen, 0, sizeof *seen);
    assert_in_range(frame.length, STINT_ETHERNET_HEADER_LENGTH, STINT_DEVICE_FRAME_LENGTH);
    memcpy(seen->frame.bytes, frame.bytes, frame.length);
    seen->frame.length = frame.length;
    stint_device_receive_done(&far);
    struct stint_view payload;
    assert_int_equal(
        stint_ethernet_header_parse(
            stint_view_of(seen->frame.bytes, seen->frame.length), &seen->ethernet, &payload),
        STINT_DROP_NONE);
    assert_memory_equal(seen->ethernet.source.octets, wire_our_hardware(interface).octets, 6);
    if (seen->ethernet.ethertype == STINT_ETHERTYPE_ARP) {
        assert_int_equal(stint_arp_packet_parse(payload, &seen->arp), STINT_DROP_NONE);
    } else {
        assert_int_equal(seen->ethernet.ethertype, STINT_ETHERTYPE_IPV4);
        parse_ipv4(seen, payload);
    }
    return true;
}

bool wire_next(struct wire *wire, struct wire_seen *seen)
{
    return wire_next_on(wire, 0, seen);
}

unsigned wire_waiting(const struct wire *wire, uint8_t interface)
{
    return wire->cables[interface].ends[1].incoming.count;
}

void wire_forget(struct wire *wire)
{
    struct wire_seen seen;
    while (wire_next(wire, &seen)) {
    }
}

void wire_expect_nothing(struct wire *wire)
{
    assert_int_equal(wire_waiting(wire, 0), 0);
}

void wire_expect_question(struct wire *wire, uint8_t host, struct stint_hardware_address to)
{
    const struct stint_address target = wire_address(host);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_int_equal(seen.ethernet.ethertype, STINT_ETHERTYPE_ARP);
    assert_int_equal(seen.arp.operation, STINT_ARP_REQUEST);
    assert_true(stint_address_equal(&seen.arp.target, &target));
    assert_true(stint_hardware_address_equal(&seen.ethernet.destination, &to));
}

void wire_expect_udp(struct wire *wire, const char *text)
{
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_int_equal(seen.ip.protocol, STINT_PROTOCOL_UDP);
    assert_true(stint_view_equal(seen.udp.payload, wire_text(text)));
}
