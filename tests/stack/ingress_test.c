/* The life of a frame in: what is answered, what is delivered, and what is not for us.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/wire.h"

static struct stint_handle open_udp(struct wire *wire, const struct stint_address *address)
{
    const struct stint_endpoint local = {*address, 7};
    struct stint_handle socket;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    assert_int_equal(stint_udp_bind(&wire->stack.udp, socket, &local), STINT_OK);
    return socket;
}

static struct stint_handle open_udp_any(struct wire *wire)
{
    return open_udp(wire, &(struct stint_address){{0}});
}

/* Receives one datagram and checks its text. */
static struct stint_datagram_info expect_text(
    struct wire *wire, struct stint_handle socket, const char *text)
{
    uint8_t bytes[WIRE_FRAME];
    struct stint_datagram_info info;
    size_t length = 0;
    assert_int_equal(stint_udp_receive(&wire->stack.udp, socket, stint_span_of(bytes, sizeof bytes),
                         false, &info, &length),
        STINT_OK);
    test_assert_view_equal(stint_view_of(bytes, length), wire_text(text));
    return info;
}

static void expect_no_text(struct wire *wire, struct stint_handle socket)
{
    struct stint_datagram_info info;
    size_t length = 0;
    assert_int_equal(
        stint_udp_receive(&wire->stack.udp, socket, stint_span_of(NULL, 0), false, &info, &length),
        STINT_WOULD_BLOCK);
}

static void an_echo_request_is_answered_byte_for_byte(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    struct wire_frame request = {.length = 0};
    request.length = test_hex("020000000001 020000000107 0800"
                              "4500 0020 0000 0000 4001 66d6 0a000007 0a000001"
                              "0800 06fa 1234 0001 70696e67",
        stint_span_of(request.bytes, sizeof request.bytes))
                         .length;
    assert_int_equal(wire_take(wire, &request), STINT_DROP_NONE);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    uint8_t bytes[64];
    struct stint_view expected = test_hex("020000000107 020000000001 0800"
                                          "4500 0020 0000 0000 4001 66d6 0a000001 0a000007"
                                          "0000 0efa 1234 0001 70696e67",
        stint_span_of(bytes, sizeof bytes));
    struct wire_frame answer = {.length = expected.length};
    memcpy(answer.bytes, expected.bytes, expected.length);
    stint_store16(answer.bytes + 18, seen.ip.identification); /* unpredictable, I6 */
    wire_seal(&answer);
    test_assert_view_equal(stint_view_of(seen.frame.bytes, seen.frame.length),
        stint_view_of(answer.bytes, answer.length));
    wire_expect_nothing(wire);
    free(wire);
}

static void an_echo_of_every_length_comes_back_whole(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    uint8_t data[1472];
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 7);
    }
    for (size_t length = 0; length <= sizeof data; length += length < 40 ? 1 : 179) {
        const struct stint_icmpv4_message message = {.type = STINT_ICMPV4_ECHO_REQUEST,
            .identifier = (uint16_t)length,
            .sequence = 3,
            .data = stint_view_of(data, length)};
        const struct wire_frame request = wire_icmp(&envelope, &message);
        assert_int_equal(wire_take(wire, &request), STINT_DROP_NONE);
        struct wire_seen seen;
        assert_true(wire_next(wire, &seen));
        assert_int_equal(seen.icmp.type, STINT_ICMPV4_ECHO_REPLY);
        assert_int_equal(seen.icmp.identifier, length);
        test_assert_view_equal(seen.icmp.data, message.data);
    }
    free(wire);
}

static void a_datagram_reaches_its_socket_with_its_endpoints(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp_any(wire);
    struct wire_envelope envelope = wire_from(WIRE_HOST);
    envelope.ip.traffic_class = 0x28;
    envelope.ip.time_to_live = 3;
    const struct wire_frame datagram = wire_udp(&envelope, 4000, 7, "payload");
    assert_int_equal(wire_take(wire, &datagram), STINT_DROP_NONE);
    const struct stint_datagram_info info = expect_text(wire, socket, "payload");
    assert_true(stint_address_equal(&info.source.address, &envelope.ip.source));
    assert_int_equal(info.source.port, 4000);
    assert_true(stint_address_equal(&info.destination.address, &envelope.ip.destination));
    assert_int_equal(info.destination.port, 7);
    assert_int_equal(info.traffic_class, 0x28);
    assert_int_equal(info.time_to_live, 3);
    wire_expect_nothing(wire);
    free(wire);
}

static void a_syn_for_a_listener_is_answered(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_endpoint local = {.port = 80};
    struct stint_handle listener;
    assert_int_equal(stint_tcp_listen(&wire->stack.tcp, &local, 4, 0, &listener), STINT_OK);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct stint_tcp_segment syn = {.source_port = 5000,
        .destination_port = 80,
        .sequence = stint_sequence_of(1000),
        .syn = true,
        .window = 8192,
        .options = {.maximum_segment_size = 1460}};
    const struct wire_frame frame = wire_tcp(&envelope, &syn);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_NONE);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_true(seen.tcp.syn && seen.tcp.ack && !seen.tcp.rst);
    assert_int_equal(seen.tcp.acknowledgment.number, 1001);
    assert_int_equal(seen.tcp.source_port, 80);
    assert_int_equal(seen.tcp.destination_port, 5000);
    assert_int_equal(seen.tcp.options.maximum_segment_size, 1460);
    assert_true(seen.ip.dont_fragment);
    assert_true(stint_address_equal(&seen.ip.destination, &envelope.ip.source));
    free(wire);
}

static void a_syn_to_a_closed_port_is_reset(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct stint_tcp_segment syn = {.source_port = 5000,
        .destination_port = 80,
        .sequence = stint_sequence_of(1000),
        .syn = true};
    const struct wire_frame frame = wire_tcp(&envelope, &syn);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_TCP_PORT);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_true(seen.tcp.rst && seen.tcp.ack);
    assert_int_equal(seen.tcp.acknowledgment.number, 1001);
    wire_expect_nothing(wire);
    free(wire);
}

static void l1_padding_is_never_delivered(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp_any(wire);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    struct wire_frame datagram = wire_udp(&envelope, 4000, 7, "hi");
    memset(datagram.bytes + datagram.length, 0xee, 60 - datagram.length);
    datagram.length = 60;
    assert_int_equal(wire_take(wire, &datagram), STINT_DROP_NONE);
    expect_text(wire, socket, "hi");
    struct wire_frame request = wire_echo_request(&envelope, "x");
    memset(request.bytes + request.length, 0xee, 60 - request.length);
    request.length = 60;
    assert_int_equal(wire_take(wire, &request), STINT_DROP_NONE);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    test_assert_view_equal(seen.icmp.data, wire_text("x"));
    free(wire);
}

static void a_time_to_live_of_1_or_0_reaches_us(void **state)
{
    (void)state; /* RFC 1122 3.2.1.7: it is for routers to refuse */
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp_any(wire);
    struct wire_envelope envelope = wire_from(WIRE_HOST);
    for (uint8_t time_to_live = 0; time_to_live < 2; time_to_live++) {
        envelope.ip.time_to_live = time_to_live;
        const struct wire_frame datagram = wire_udp(&envelope, 4000, 7, "near");
        assert_int_equal(wire_take(wire, &datagram), STINT_DROP_NONE);
        assert_int_equal(expect_text(wire, socket, "near").time_to_live, time_to_live);
    }
    free(wire);
}

static void a_unicast_packet_in_a_broadcast_frame_is_dropped(void **state)
{
    (void)state; /* RFC 1122 3.3.6 */
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp_any(wire);
    struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct wire_frame before = wire_udp(&envelope, 4000, 7, "as it should be");
    assert_int_equal(wire_take(wire, &before), STINT_DROP_NONE);
    expect_text(wire, socket, "as it should be");
    envelope.to = stint_hardware_address_broadcast;
    const struct wire_frame datagram = wire_udp(&envelope, 4000, 7, "hole");
    assert_int_equal(wire_take(wire, &datagram), STINT_DROP_IPV4_DESTINATION);
    const struct wire_frame request = wire_echo_request(&envelope, "196");
    assert_int_equal(wire_take(wire, &request), STINT_DROP_IPV4_DESTINATION);
    expect_no_text(wire, socket);
    wire_expect_nothing(wire);
    free(wire);
}

static void broadcasts_reach_udp_and_nothing_else(void **state)
{
    (void)state; /* I4, T12 */
    static const uint8_t last[] = {255, 0};
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp_any(wire);
    for (unsigned i = 0; i < 3; i++) {
        struct wire_envelope envelope = wire_from(WIRE_HOST);
        envelope.to = stint_hardware_address_broadcast;
        envelope.ip.destination =
            i < 2 ? wire_address(last[i]) : stint_address_ipv4(255, 255, 255, 255);
        const struct wire_frame datagram = wire_udp(&envelope, 4000, 7, "all");
        assert_int_equal(wire_take(wire, &datagram), STINT_DROP_NONE);
        expect_text(wire, socket, "all");
        const struct wire_frame request = wire_echo_request(&envelope, "smurf");
        assert_int_equal(wire_take(wire, &request), STINT_DROP_ICMP_DESTINATION);
        const struct stint_tcp_segment syn = {
            .source_port = 1, .destination_port = 80, .syn = true};
        const struct wire_frame segment = wire_tcp(&envelope, &syn);
        assert_int_equal(wire_take(wire, &segment), STINT_DROP_TCP_ADDRESS);
    }
    wire_expect_nothing(wire);
    free(wire);
}

static void an_address_is_answered_on_its_own_interface_only(void **state)
{
    (void)state; /* I7: the strong host model */
    const struct wire_options options = {.interfaces = 2};
    struct wire *wire = wire_new(&options);
    const struct stint_handle socket = open_udp_any(wire);
    struct wire_envelope envelope = wire_from(WIRE_HOST);
    envelope.ip.destination = stint_address_ipv4(10, 0, 1, 1);
    const struct wire_frame astray = wire_udp(&envelope, 4000, 7, "astray");
    assert_int_equal(wire_take(wire, &astray), STINT_DROP_IPV4_DESTINATION);
    const struct stint_arp_packet question = {.operation = STINT_ARP_REQUEST,
        .sender_hardware = wire_hardware(WIRE_HOST),
        .sender = wire_address(WIRE_HOST),
        .target = envelope.ip.destination};
    const struct wire_frame arp = wire_arp(stint_hardware_address_broadcast, &question);
    assert_int_equal(wire_take(wire, &arp), STINT_DROP_ARP_NOT_OURS);
    wire_expect_nothing(wire);
    envelope.to = wire_our_hardware(1);
    envelope.ip.source = stint_address_ipv4(10, 0, 1, 7);
    const struct wire_frame at_home = wire_udp(&envelope, 4000, 7, "at home");
    assert_int_equal(wire_take_on(wire, 1, &at_home), STINT_DROP_NONE);
    assert_int_equal(expect_text(wire, socket, "at home").interface, 1);
    assert_int_equal(wire_take(wire, &at_home), STINT_DROP_ETHERNET_DESTINATION);
    envelope.to = wire_our_hardware(0); /* the same packet on the first interface */
    const struct wire_frame next_door = wire_udp(&envelope, 4000, 7, "next door");
    assert_int_equal(wire_take(wire, &next_door), STINT_DROP_IPV4_DESTINATION);
    envelope.to = wire_our_hardware(1);
    envelope.ip.source = wire_address(1); /* ours, on the other interface */
    const struct wire_frame forged = wire_udp(&envelope, 4000, 7, "forged");
    assert_int_equal(wire_take_on(wire, 1, &forged), STINT_DROP_IPV4_SOURCE);
    expect_no_text(wire, socket);
    free(wire);
}

static void fragments_are_dropped_and_counted(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp_any(wire);
    struct wire_envelope envelope = wire_from(WIRE_HOST);
    envelope.ip.more_fragments = true;
    const struct wire_frame first = wire_udp(&envelope, 4000, 7, "first");
    assert_int_equal(wire_take(wire, &first), STINT_DROP_IPV4_FRAGMENT);
    envelope.ip.more_fragments = false;
    envelope.ip.fragment_offset = 16;
    const struct wire_frame last = wire_ipv4(&envelope, STINT_PROTOCOL_UDP, wire_text("the rest"));
    assert_int_equal(wire_take(wire, &last), STINT_DROP_IPV4_FRAGMENT);
    expect_no_text(wire, socket);
    wire_expect_nothing(wire);
    free(wire);
}

static void harmless_options_are_skipped(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    struct wire_frame request = wire_echo_request(&envelope, "options");
    memmove(request.bytes + 38, request.bytes + 34, request.length - 34);
    memcpy(request.bytes + 34, "\x94\x04\x00\x00", 4); /* router alert */
    request.bytes[14] = 0x46;
    request.length += 4;
    stint_store16(request.bytes + 16, (uint16_t)(request.length - 14));
    wire_seal(&request);
    assert_int_equal(wire_take(wire, &request), STINT_DROP_NONE);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    test_assert_view_equal(seen.icmp.data, wire_text("options"));
    assert_int_equal(seen.frame.bytes[14], 0x45);
    free(wire);
}

static void frames_and_bytes_are_counted_both_ways(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct wire_frame question = wire_question(WIRE_HOST);
    assert_int_equal(wire_take(wire, &question), STINT_DROP_NONE);
    const struct stint_interface_counters *counters = &wire->stack.interfaces[0].counters;
    assert_int_equal(counters->frames_received, 1);
    assert_int_equal(counters->bytes_received, 42);
    assert_int_equal(counters->frames_sent, 1);
    assert_int_equal(counters->bytes_sent, 42);
    assert_int_equal(wire_drops(wire), 0);
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_echo_request_is_answered_byte_for_byte),
        cmocka_unit_test(an_echo_of_every_length_comes_back_whole),
        cmocka_unit_test(a_datagram_reaches_its_socket_with_its_endpoints),
        cmocka_unit_test(a_syn_for_a_listener_is_answered),
        cmocka_unit_test(a_syn_to_a_closed_port_is_reset),
        cmocka_unit_test(l1_padding_is_never_delivered),
        cmocka_unit_test(a_time_to_live_of_1_or_0_reaches_us),
        cmocka_unit_test(a_unicast_packet_in_a_broadcast_frame_is_dropped),
        cmocka_unit_test(broadcasts_reach_udp_and_nothing_else),
        cmocka_unit_test(an_address_is_answered_on_its_own_interface_only),
        cmocka_unit_test(fragments_are_dropped_and_counted),
        cmocka_unit_test(harmless_options_are_skipped),
        cmocka_unit_test(frames_and_bytes_are_counted_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
