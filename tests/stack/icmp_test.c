/* ICMP errors on the wire: which are believed, which are sent, and how many.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/wire.h"

static const struct stint_icmpv4_message port_unreachable = {
    .type = STINT_ICMPV4_UNREACHABLE, .code = STINT_ICMPV4_PORT_UNREACHABLE};

static struct stint_handle open_udp(struct wire *wire, uint16_t port)
{
    const struct stint_endpoint local = {.port = port};
    struct stint_handle socket;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    assert_int_equal(stint_udp_bind(&wire->stack.udp, socket, &local), STINT_OK);
    return socket;
}

static struct stint_handle connect_udp(struct wire *wire, uint16_t port)
{
    const struct stint_endpoint remote = {wire_address(WIRE_HOST), 9};
    const struct stint_handle socket = open_udp(wire, port);
    assert_int_equal(stint_udp_connect(&wire->stack.udp, socket, &remote), STINT_OK);
    return socket;
}

/* What the socket hears of an error; STINT_WOULD_BLOCK: nothing. */
static enum stint_result heard(struct wire *wire, struct stint_handle socket)
{
    struct stint_datagram_info info;
    size_t length = 0;
    return stint_udp_receive(
        &wire->stack.udp, socket, stint_span_of(NULL, 0), false, &info, &length);
}

/* An error from `host` that quotes `length` bytes of a packet that the stack sent. */
static struct wire_frame error_about(uint8_t host, const struct stint_icmpv4_message *error,
    const struct wire_seen *sent, size_t length)
{
    const struct wire_envelope envelope = wire_from(host);
    struct stint_icmpv4_message message = *error;
    message.data = stint_view_of(sent->frame.bytes + STINT_ETHERNET_HEADER_LENGTH, length);
    return wire_icmp(&envelope, &message);
}

static struct wire_seen send_udp(struct wire *wire, struct stint_handle socket)
{
    struct wire_seen seen;
    const struct stint_endpoint remote = {wire_address(WIRE_HOST), 9};
    assert_int_equal(
        stint_udp_send(&wire->stack.udp, socket, &remote, wire_text("anybody")), STINT_OK);
    wire_poll(wire);
    assert_true(wire_next(wire, &seen));
    return seen;
}

static void a_connected_socket_hears_what_became_of_its_datagram(void **state)
{
    (void)state;
    static const struct {
        uint8_t type;
        uint8_t code;
        enum stint_result expected;
    } errors[] = {
        {STINT_ICMPV4_UNREACHABLE, STINT_ICMPV4_PORT_UNREACHABLE, STINT_REFUSED},
        {STINT_ICMPV4_UNREACHABLE, STINT_ICMPV4_PROTOCOL_UNREACHABLE, STINT_REFUSED},
        {STINT_ICMPV4_UNREACHABLE, STINT_ICMPV4_NET_UNREACHABLE, STINT_UNREACHABLE},
        {STINT_ICMPV4_UNREACHABLE, STINT_ICMPV4_HOST_UNREACHABLE, STINT_UNREACHABLE},
        {STINT_ICMPV4_UNREACHABLE, 13, STINT_UNREACHABLE},
        {STINT_ICMPV4_TIME_EXCEEDED, 0, STINT_UNREACHABLE},
    };
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = connect_udp(wire, 7);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        const struct wire_seen sent = send_udp(wire, socket);
        const struct stint_icmpv4_message error = {.type = errors[i].type, .code = errors[i].code};
        const struct wire_frame frame = error_about(WIRE_HOST, &error, &sent, 28);
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_NONE);
        assert_int_equal(heard(wire, socket), errors[i].expected);
        assert_int_equal(heard(wire, socket), STINT_WOULD_BLOCK); /* once */
    }
    wire_expect_nothing(wire);
    free(wire);
}

static void an_error_that_concerns_nobody_is_dropped(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle unconnected = open_udp(wire, 7);
    const struct stint_handle connected = connect_udp(wire, 8);
    struct wire_seen sent = send_udp(wire, unconnected);
    struct wire_frame frame = error_about(WIRE_HOST, &port_unreachable, &sent, 28);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_ICMP_QUOTE);
    sent = send_udp(wire, connected);
    static const unsigned changed[] = {
        29, 33, 35, 37, 23}; /* our address, theirs, our port, theirs, the protocol */
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        struct wire_seen other = sent;
        other.frame.bytes[changed[i]] ^= 4;
        frame = error_about(WIRE_HOST, &port_unreachable, &other, 28);
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_ICMP_QUOTE);
    }
    for (size_t length = 0; length < 28; length++) {
        frame = error_about(WIRE_HOST, &port_unreachable, &sent, length);
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_ICMP_QUOTE);
    }
    assert_int_equal(heard(wire, unconnected), STINT_WOULD_BLOCK);
    assert_int_equal(heard(wire, connected), STINT_WOULD_BLOCK);
    wire_expect_nothing(wire); /* I3: an error is not answered with one */
    free(wire);
}

static void i2_redirects_and_source_quench_are_ignored(void **state)
{
    (void)state;
    static const uint8_t types[] = {STINT_ICMPV4_REDIRECT, STINT_ICMPV4_SOURCE_QUENCH,
        STINT_ICMPV4_PARAMETER_PROBLEM, 9, 10, 13, 15, 17, 255};
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = connect_udp(wire, 7);
    const struct wire_seen sent = send_udp(wire, socket);
    for (size_t i = 0; i < sizeof types; i++) {
        const struct stint_icmpv4_message message = {
            .type = types[i], .code = 1, .identifier = 0x0a00, .sequence = 0x0009};
        const struct wire_frame frame = error_about(WIRE_HOST, &message, &sent, 28);
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_ICMP_TYPE);
    }
    assert_int_equal(heard(wire, socket), STINT_WOULD_BLOCK);
    (void)send_udp(wire, socket); /* still directly, and to the same station */
    wire_expect_nothing(wire);
    free(wire);
}

/* A connection to the host's port 80 in SYN-SENT; its SYN. */
static struct wire_seen begin_connecting(struct wire *wire, struct stint_handle *connection)
{
    const struct stint_endpoint remote = {wire_address(WIRE_HOST), 80};
    struct wire_seen syn;
    assert_int_equal(
        stint_stack_connect(&wire->stack, wire->now, NULL, &remote, 0, connection), STINT_OK);
    wire_poll(wire);
    assert_true(wire_next(wire, &syn));
    assert_true(syn.tcp.syn);
    return syn;
}

static void establish(struct wire *wire, const struct wire_seen *syn)
{
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct stint_tcp_segment answer = {.source_port = 80,
        .destination_port = syn->tcp.source_port,
        .sequence = stint_sequence_of(5000),
        .acknowledgment = stint_sequence_after(syn->tcp.sequence, 1),
        .syn = true,
        .ack = true,
        .window = 8192,
        .options = {.maximum_segment_size = 1460}};
    const struct wire_frame frame = wire_tcp(&envelope, &answer);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_NONE);
    wire_forget(wire);
}

static struct stint_tcp_status status(const struct wire *wire, struct stint_handle connection)
{
    struct stint_tcp_status found;
    assert_int_equal(stint_tcp_get_status(&wire->stack.tcp, connection, &found), STINT_OK);
    return found;
}

static void i1_an_error_about_our_syn_ends_the_attempt(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    struct stint_handle connection;
    wire_introduce(wire, WIRE_HOST);
    const struct wire_seen syn = begin_connecting(wire, &connection);
    struct wire_seen guessed = syn;
    guessed.frame.bytes[14 + 20 + 4] ^= 1; /* the sequence number */
    struct wire_frame frame = error_about(WIRE_HOST, &port_unreachable, &guessed, 28);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_ICMP_QUOTE);
    assert_int_equal(status(wire, connection).state, STINT_TCP_SYN_SENT);
    frame = error_about(WIRE_HOST, &port_unreachable, &syn, 28);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_NONE);
    assert_int_equal(status(wire, connection).failure, STINT_REFUSED);
    free(wire);
}

static void i1_a_hard_error_is_soft_once_a_connection_stands(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    struct stint_handle connection;
    size_t written = 0;
    wire_introduce(wire, WIRE_HOST);
    const struct wire_seen syn = begin_connecting(wire, &connection);
    establish(wire, &syn);
    assert_int_equal(
        stint_tcp_write(&wire->stack.tcp, connection, wire_text("data"), &written), STINT_OK);
    wire_poll(wire);
    struct wire_seen sent;
    assert_true(wire_next(wire, &sent));
    const struct wire_frame frame = error_about(WIRE_HOST, &port_unreachable, &sent, 28);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_NONE);
    assert_int_equal(status(wire, connection).state, STINT_TCP_ESTABLISHED);
    assert_int_equal(status(wire, connection).failure, STINT_OK);
    const struct wire_frame old = error_about(WIRE_HOST, &port_unreachable, &syn, 28);
    assert_int_equal(wire_take(wire, &old), STINT_DROP_ICMP_QUOTE); /* not in flight */
    free(wire);
}

static void i1_only_a_plausible_path_mtu_is_believed(void **state)
{
    (void)state;
    static const struct {
        uint16_t mtu;
        enum stint_drop expected;
    } claims[] = {{0, STINT_DROP_ICMP_QUOTE}, {68, STINT_DROP_ICMP_QUOTE},
        {575, STINT_DROP_ICMP_QUOTE}, {1500, STINT_DROP_ICMP_QUOTE}, {65535, STINT_DROP_ICMP_QUOTE},
        {1400, STINT_DROP_NONE}, {1400, STINT_DROP_ICMP_QUOTE}, {1401, STINT_DROP_ICMP_QUOTE},
        {576, STINT_DROP_NONE}};
    static const uint8_t data[3000] = {0};
    struct wire *wire = wire_new(NULL);
    struct stint_handle connection;
    size_t written = 0;
    wire_introduce(wire, WIRE_HOST);
    const struct wire_seen syn = begin_connecting(wire, &connection);
    establish(wire, &syn);
    assert_int_equal(
        stint_tcp_write(&wire->stack.tcp, connection, stint_view_of(data, sizeof data), &written),
        STINT_OK);
    wire_poll(wire);
    struct wire_seen sent;
    assert_true(wire_next(wire, &sent));
    assert_int_equal(sent.frame.length, 1514);
    wire_forget(wire);
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        const struct stint_icmpv4_message error = {.type = STINT_ICMPV4_UNREACHABLE,
            .code = STINT_ICMPV4_FRAGMENTATION_NEEDED,
            .sequence = claims[i].mtu};
        const struct wire_frame frame = error_about(WIRE_HOST, &error, &sent, 28);
        assert_int_equal(wire_take(wire, &frame), claims[i].expected);
        struct wire_seen again = {.frame = {.length = 0}};
        assert_int_equal(wire_next(wire, &again), claims[i].expected == STINT_DROP_NONE);
        if (claims[i].expected == STINT_DROP_NONE) {
            assert_int_equal(again.frame.length, 14 + claims[i].mtu);
            assert_int_equal(again.tcp.sequence.number, sent.tcp.sequence.number);
        }
        wire_forget(wire);
    }
    free(wire);
}

static void a_datagram_for_nobody_is_answered_with_a_quote_of_it(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    char text[1473];
    memset(text, 'q', sizeof text);
    static const size_t lengths[] = {0, 1, 500, 520, 521, 1472};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        text[lengths[i]] = '\0';
        const struct wire_envelope envelope = wire_from(WIRE_HOST);
        struct wire_frame datagram = wire_udp(&envelope, 4000, 99, text);
        const size_t packet = datagram.length - 14;
        datagram.length = datagram.length < 60 ? 60 : datagram.length;
        assert_int_equal(wire_take(wire, &datagram), STINT_DROP_UDP_PORT);
        struct wire_seen seen;
        assert_true(wire_next(wire, &seen));
        assert_int_equal(seen.icmp.type, STINT_ICMPV4_UNREACHABLE);
        assert_int_equal(seen.icmp.code, STINT_ICMPV4_PORT_UNREACHABLE);
        test_assert_view_equal(
            seen.icmp.data, stint_view_of(datagram.bytes + 14, packet < 548 ? packet : 548));
        assert_in_range(seen.frame.length, 14 + 56, 14 + 576);
        text[lengths[i]] = 'q';
    }
    wire_expect_nothing(wire);
    free(wire);
}

static void l5_forty_bytes_of_options_are_quoted_in_bounds(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    char text[1433];
    memset(text, 'o', sizeof text);
    text[1432] = '\0';
    struct wire_frame datagram = wire_udp(&envelope, 4000, 99, text);
    memmove(datagram.bytes + 74, datagram.bytes + 34, datagram.length - 34);
    memset(datagram.bytes + 34, 1, 40);
    datagram.bytes[14] = 0x4f;
    datagram.length += 40;
    stint_store16(datagram.bytes + 16, (uint16_t)(datagram.length - 14));
    wire_seal(&datagram);
    assert_int_equal(wire_take(wire, &datagram), STINT_DROP_UDP_PORT);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    test_assert_view_equal(seen.icmp.data, stint_view_of(datagram.bytes + 14, 548));
    free(wire);
}

static void i3_no_error_answers_a_broadcast_a_fragment_or_an_error(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    struct wire_envelope envelope = wire_from(WIRE_HOST);
    envelope.ip.destination = wire_address(255);
    struct wire_frame frame = wire_udp(&envelope, 4000, 99, "to all");
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_UDP_PORT);
    frame = wire_ipv4(&envelope, 132, wire_text("to all"));
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_IPV4_PROTOCOL);
    envelope.to = stint_hardware_address_broadcast;
    frame = wire_udp(&envelope, 4000, 99, "to all");
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_UDP_PORT);
    envelope = wire_from(WIRE_HOST);
    envelope.ip.fragment_offset = 8;
    frame = wire_ipv4(&envelope, 132, wire_text("later"));
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_IPV4_FRAGMENT);
    wire_expect_nothing(wire);
    free(wire);
}

static void i5_errors_are_rationed_and_how_many_is_not_to_be_guessed(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct wire_frame datagram = wire_udp(&envelope, 4000, 99, "scan");
    enum { SCANS = 200, SECONDS = 20 };
    unsigned least = SCANS;
    unsigned most = 0;
    for (unsigned second = 0; second < SECONDS; second++) {
        const uint32_t withheld = wire->stack.drops[STINT_DROP_ICMP_RATE];
        for (unsigned i = 0; i < SCANS; i++) {
            wire_put(wire, 0, &datagram);
        }
        wire_poll(wire);
        const unsigned answers = wire_waiting(wire, 0);
        assert_int_equal(answers + wire->stack.drops[STINT_DROP_ICMP_RATE] - withheld, SCANS);
        least = answers < least ? answers : least;
        most = answers > most ? answers : most;
        wire_forget(wire);
        wire_pass(wire, stint_seconds(1));
    }
    assert_in_range(least, 10, 60);
    assert_in_range(most, least + 1, 100);
    assert_int_equal(wire->stack.drops[STINT_DROP_UDP_PORT], SCANS * SECONDS);
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connected_socket_hears_what_became_of_its_datagram),
        cmocka_unit_test(an_error_that_concerns_nobody_is_dropped),
        cmocka_unit_test(i2_redirects_and_source_quench_are_ignored),
        cmocka_unit_test(i1_an_error_about_our_syn_ends_the_attempt),
        cmocka_unit_test(i1_a_hard_error_is_soft_once_a_connection_stands),
        cmocka_unit_test(i1_only_a_plausible_path_mtu_is_believed),
        cmocka_unit_test(a_datagram_for_nobody_is_answered_with_a_quote_of_it),
        cmocka_unit_test(l5_forty_bytes_of_options_are_quoted_in_bounds),
        cmocka_unit_test(i3_no_error_answers_a_broadcast_a_fragment_or_an_error),
        cmocka_unit_test(i5_errors_are_rationed_and_how_many_is_not_to_be_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
