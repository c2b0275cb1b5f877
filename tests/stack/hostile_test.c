/* What must not come in: every frame that is refused is counted once, for its own reason, and
 * nothing follows from it. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"
#include "support/wire.h"

enum kind { ARP, ECHO, UDP, TCP };

/* A sound frame with some bytes written over, cut or lengthened, and its IP header sealed again. */
struct refusal {
    const char *what;
    enum kind kind;
    unsigned offset;
    const char *hex;
    size_t length; /* of the frame; 0: as it was */
    bool unsealed;
    enum stint_drop expected;
};

enum { E = 0, A = 14, I = 14, P = 34 }; /* where Ethernet, ARP, IPv4 and its payload begin */

static const struct refusal refusals[] = {
    {"a runt", UDP, E, "02", 13, false, STINT_DROP_ETHERNET_SHORT},
    {"nothing but addresses", UDP, E, "02", 12, false, STINT_DROP_ETHERNET_SHORT},
    {"one byte", UDP, E, "02", 1, false, STINT_DROP_ETHERNET_SHORT},
    {"L13 a frame longer than the MTU", UDP, E, "02", 1515, false, STINT_DROP_ETHERNET_LONG},
    {"L13 an 802.3 length", UDP, 12, "0040", 0, false, STINT_DROP_ETHERNET_TYPE},
    {"L13 a VLAN tag", UDP, 12, "8100", 0, false, STINT_DROP_ETHERNET_TYPE},
    {"L13 a service VLAN tag", UDP, 12, "88a8", 0, false, STINT_DROP_ETHERNET_TYPE},
    {"LLDP", UDP, 12, "88cc", 0, false, STINT_DROP_ETHERNET_TYPE},
    {"IPv6", UDP, 12, "86dd", 0, false, STINT_DROP_IPV6_UNSUPPORTED},
    {"another station's", UDP, E, "020000000002", 0, false, STINT_DROP_ETHERNET_DESTINATION},
    {"a group we are not in", UDP, E, "01005e000001", 0, false, STINT_DROP_ETHERNET_DESTINATION},
    {"from a group", UDP, 6, "030000000107", 0, false, STINT_DROP_ETHERNET_SOURCE},
    {"from nobody", UDP, 6, "000000000000", 0, false, STINT_DROP_ETHERNET_SOURCE},
    {"from everybody", UDP, 6, "ffffffffffff", 0, false, STINT_DROP_ETHERNET_SOURCE},
    {"from ourselves", UDP, 6, "020000000001", 0, false, STINT_DROP_ETHERNET_SOURCE},

    {"L12 ARP cut short", ARP, E, "ff", 41, false, STINT_DROP_ARP_MALFORMED},
    {"L12 ARP for token ring", ARP, A, "0006", 0, false, STINT_DROP_ARP_MALFORMED},
    {"L12 ARP for another protocol", ARP, A + 2, "86dd", 0, false, STINT_DROP_ARP_MALFORMED},
    {"L12 ARP hardware length", ARP, A + 4, "08", 0, false, STINT_DROP_ARP_MALFORMED},
    {"L12 ARP protocol length", ARP, A + 5, "10", 0, false, STINT_DROP_ARP_MALFORMED},
    {"L12 ARP operation 0", ARP, A + 6, "0000", 0, false, STINT_DROP_ARP_MALFORMED},
    {"reverse ARP", ARP, A + 6, "0003", 0, false, STINT_DROP_ARP_MALFORMED},
    {"ARP for a neighbor", ARP, A + 24, "0a000009", 0, false, STINT_DROP_ARP_NOT_OURS},

    {"L1 half an IPv4 header", UDP, E, "02", 33, false, STINT_DROP_IPV4_SHORT},
    {"L1 total length past the frame", UDP, I + 2, "0030", 0, false, STINT_DROP_IPV4_SHORT},
    {"L1 total length 65535", UDP, I + 2, "ffff", 0, false, STINT_DROP_IPV4_SHORT},
    {"L1 total length below the header", UDP, I + 2, "0013", 0, false, STINT_DROP_IPV4_HEADER},
    {"L1 total length 0", UDP, I + 2, "0000", 0, false, STINT_DROP_IPV4_HEADER},
    {"L1 IHL 4", UDP, I, "44", 0, false, STINT_DROP_IPV4_HEADER},
    {"L1 IHL 0", UDP, I, "40", 0, true, STINT_DROP_IPV4_HEADER},
    {"IHL past the total length", UDP, I, "4f", 0, true, STINT_DROP_IPV4_HEADER},
    {"version 6 in an IPv4 frame", UDP, I, "65", 0, false, STINT_DROP_IPV4_VERSION},
    {"version 0", UDP, I, "05", 0, false, STINT_DROP_IPV4_VERSION},
    {"a damaged header", UDP, I + 8, "41", 0, true, STINT_DROP_IPV4_CHECKSUM},
    {"L5 loose source route", UDP, I, "47", 0, true, STINT_DROP_IPV4_OPTION},
    {"L5 strict source route", UDP, I, "47", 0, true, STINT_DROP_IPV4_OPTION},
    {"L2 option of length 0", UDP, I, "47", 0, true, STINT_DROP_IPV4_OPTION},
    {"L2 option of length 1", UDP, I, "47", 0, true, STINT_DROP_IPV4_OPTION},
    {"L2 option past the end", UDP, I, "47", 0, true, STINT_DROP_IPV4_OPTION},
    {"a first fragment", UDP, I + 6, "2000", 0, false, STINT_DROP_IPV4_FRAGMENT},
    {"a later fragment", UDP, I + 6, "0002", 0, false, STINT_DROP_IPV4_FRAGMENT},
    {"F1 a fragment past 65535", UDP, I + 6, "1fff", 0, false, STINT_DROP_IPV4_FRAGMENT},
    {"I7 from 127.0.0.1", UDP, I + 12, "7f000001", 0, false, STINT_DROP_IPV4_SOURCE},
    {"I7 from class E", UDP, I + 12, "f0000001", 0, false, STINT_DROP_IPV4_SOURCE},
    {"I7 from ourselves", UDP, I + 12, "0a000001", 0, false, STINT_DROP_IPV4_SOURCE},
    {"T12 land", TCP, I + 12, "0a000001", 0, false, STINT_DROP_IPV4_SOURCE},
    {"from 0.0.0.0", UDP, I + 12, "00000000", 0, false, STINT_DROP_IPV4_SOURCE},
    {"from a group", UDP, I + 12, "e0000001", 0, false, STINT_DROP_IPV4_SOURCE},
    {"from everybody", UDP, I + 12, "ffffffff", 0, false, STINT_DROP_IPV4_SOURCE},
    {"from our subnet's broadcast", UDP, I + 12, "0a0000ff", 0, false, STINT_DROP_IPV4_SOURCE},
    {"to a neighbor", UDP, I + 16, "0a000009", 0, false, STINT_DROP_IPV4_DESTINATION},
    {"to a group", UDP, I + 16, "e00000fb", 0, false, STINT_DROP_GROUP_NOT_JOINED},
    {"to 127.0.0.1", UDP, I + 16, "7f000001", 0, false, STINT_DROP_IPV4_DESTINATION},
    {"to 0.0.0.0", UDP, I + 16, "00000000", 0, false, STINT_DROP_IPV4_DESTINATION},
    {"L6 IPv4 in IPv4", UDP, I + 9, "04", 0, false, STINT_DROP_IPV4_PROTOCOL},
    {"L6 IPv6 in IPv4", UDP, I + 9, "29", 0, false, STINT_DROP_IPV4_PROTOCOL},
    {"L6 GRE", UDP, I + 9, "2f", 0, false, STINT_DROP_IPV4_PROTOCOL},
    {"protocol 255", UDP, I + 9, "ff", 0, false, STINT_DROP_IPV4_PROTOCOL},
    {"ICMPv6 in IPv4", ECHO, I + 9, "3a", 0, false, STINT_DROP_IPV4_PROTOCOL},

    {"L1 ICMP of 7 bytes", ECHO, I + 2, "001b", 0, false, STINT_DROP_ICMP_SHORT},
    {"L1 ICMP of no bytes", ECHO, I + 2, "0014", 0, false, STINT_DROP_ICMP_SHORT},
    {"a damaged message", ECHO, P + 8, "00", 0, false, STINT_DROP_ICMP_CHECKSUM},

    {"L1 UDP of 7 bytes", UDP, I + 2, "001b", 0, false, STINT_DROP_UDP_SHORT},
    {"L1 UDP length past the packet", UDP, P + 4, "0100", 0, false, STINT_DROP_UDP_SHORT},
    {"L1 UDP length 7", UDP, P + 4, "0007", 0, false, STINT_DROP_UDP_LENGTH},
    {"L1 UDP length 0", UDP, P + 4, "0000", 0, false, STINT_DROP_UDP_LENGTH},
    {"a damaged datagram", UDP, P + 8, "00", 0, false, STINT_DROP_UDP_CHECKSUM},

    {"L1 TCP of 19 bytes", TCP, I + 2, "0027", 0, false, STINT_DROP_TCP_SHORT},
    {"L1 TCP offset past the packet", TCP, P + 12, "f0", 0, false, STINT_DROP_TCP_SHORT},
    {"L1 TCP offset 4", TCP, P + 12, "40", 0, false, STINT_DROP_TCP_OFFSET},
    {"L1 TCP offset 0", TCP, P + 12, "00", 0, false, STINT_DROP_TCP_OFFSET},
    {"a damaged segment", TCP, P + 14, "77", 0, false, STINT_DROP_TCP_CHECKSUM},
};

/* The eight bytes of IPv4 options of the L2 and L5 rows, in their order. */
static const char *const options[] = {"8308040a00000900", "8908040a00000900", "9400010101010101",
    "9401010101010101", "9409010101010101"};

static struct wire_frame sound(enum kind kind)
{
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct stint_tcp_segment syn = {.source_port = 5000,
        .destination_port = 80,
        .syn = true,
        .options = {.maximum_segment_size = 1460}};
    switch (kind) {
    case ARP:
        return wire_question(WIRE_HOST);
    case ECHO:
        return wire_echo_request(&envelope, "12345678");
    case UDP:
        return wire_udp(&envelope, 4000, 7, "12345678");
    case TCP:
        break;
    }
    return wire_tcp(&envelope, &syn);
}

static struct wire_frame spoilt(const struct refusal *refusal, const char *const **option)
{
    struct wire_frame frame = sound(refusal->kind);
    if (refusal->expected == STINT_DROP_IPV4_OPTION) {
        memmove(frame.bytes + P + 8, frame.bytes + P, frame.length - P);
        test_hex(**option, stint_span_of(frame.bytes + P, 8));
        (*option)++;
        frame.length += 8;
        stint_store16(frame.bytes + I + 2, (uint16_t)(frame.length - I));
    }
    test_hex(
        refusal->hex, stint_span_of(frame.bytes + refusal->offset, WIRE_FRAME - refusal->offset));
    frame.length = refusal->length != 0 ? refusal->length : frame.length;
    if (refusal->kind != ARP && frame.bytes[I] % 16 >= 5 &&
        (!refusal->unsealed || refusal->expected == STINT_DROP_IPV4_OPTION)) {
        wire_seal(&frame);
    }
    return frame;
}

static bool may_be_answered(enum stint_drop reason)
{
    return reason == STINT_DROP_IPV4_PROTOCOL;
}

static void every_refused_frame_is_counted_once_for_its_reason(void **state)
{
    (void)state;
    const char *const *option = options;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_endpoint local = {.port = 7};
    const struct stint_endpoint web = {.port = 80};
    struct stint_handle socket;
    struct stint_handle listener;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    assert_int_equal(stint_udp_bind(&wire->stack.udp, socket, &local), STINT_OK);
    assert_int_equal(stint_tcp_listen(&wire->stack.tcp, &web, 4, 0, &listener), STINT_OK);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const struct refusal *refusal = &refusals[i];
        const struct wire_frame frame = spoilt(refusal, &option);
        const enum stint_drop reason = wire_take(wire, &frame);
        if (reason != refusal->expected) {
            fail_msg("%s: %s instead of %s", refusal->what, stint_drop_name(reason),
                stint_drop_name(refusal->expected));
        }
        if (!may_be_answered(reason) && wire_waiting(wire, 0) > 0) {
            fail_msg("%s was answered", refusal->what);
        }
        wire_forget(wire);
    }
    assert_int_equal(wire->stack.tcp.half_opens_in_use, 0);
    assert_int_equal(wire->stack.udp.datagrams_received, 0);
    free(wire);
}

static void the_sound_frames_themselves_are_accepted(void **state)
{
    (void)state; /* or else the table above would prove nothing */
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_endpoint local = {.port = 7};
    const struct stint_endpoint web = {.port = 80};
    struct stint_handle socket;
    struct stint_handle listener;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    assert_int_equal(stint_udp_bind(&wire->stack.udp, socket, &local), STINT_OK);
    assert_int_equal(stint_tcp_listen(&wire->stack.tcp, &web, 4, 0, &listener), STINT_OK);
    for (enum kind kind = ARP; kind <= TCP; kind++) {
        const struct wire_frame frame = sound(kind);
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_NONE);
    }
    free(wire);
}

static void l6_nothing_is_unwrapped(void **state)
{
    (void)state;
    static const uint8_t tunnels[] = {4, 41, 47, 94, 137};
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct wire_frame inner = wire_echo_request(&envelope, "inside");
    for (size_t i = 0; i < sizeof tunnels; i++) {
        const struct wire_frame frame =
            wire_ipv4(&envelope, tunnels[i], stint_view_of(inner.bytes + I, inner.length - I));
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_IPV4_PROTOCOL);
        struct wire_seen seen;
        assert_true(wire_next(wire, &seen));
        assert_int_equal(seen.icmp.type, STINT_ICMPV4_UNREACHABLE);
        assert_int_equal(seen.icmp.code, STINT_ICMPV4_PROTOCOL_UNREACHABLE);
        wire_expect_nothing(wire);
    }
    free(wire);
}

static void t12_port_0_is_refused_without_a_reset(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct wire_envelope envelope = wire_from(WIRE_HOST);
    const struct stint_tcp_segment syns[] = {
        {.source_port = 0, .destination_port = 80, .syn = true},
        {.source_port = 5000, .destination_port = 0, .syn = true},
    };
    for (unsigned i = 0; i < 2; i++) {
        const struct wire_frame frame = wire_tcp(&envelope, &syns[i]);
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_TCP_PORT);
        wire_expect_nothing(wire);
    }
    free(wire);
}

static void noise_changes_nothing(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    struct noise noise = {4711};
    for (unsigned i = 0; i < 20000; i++) {
        struct wire_frame frame = sound((enum kind)(i % 4));
        const uint32_t hits = 1 + noise_below(&noise, 4);
        for (uint32_t hit = 0; hit < hits; hit++) {
            frame.bytes[noise_below(&noise, (uint32_t)frame.length)] = (uint8_t)noise_next(&noise);
        }
        frame.length -= noise_below(&noise, 8) == 0 ? noise_below(&noise, 40) : 0;
        wire_put(wire, 0, &frame);
        wire_poll(wire);
        wire_forget(wire);
    }
    wire_pass(wire, stint_seconds(200));
    wire_forget(wire);
    assert_int_equal(wire->stack.held.in_use, 0);
    assert_int_equal(wire->stack.tcp.half_opens_in_use, 0);
    assert_int_equal(wire->stack.tcp.connections_in_use, 0);
    assert_int_equal(wire->stack.arena.in_use, 0);
    const struct wire_frame question = wire_question(WIRE_HOST);
    assert_int_equal(wire_take(wire, &question), STINT_DROP_NONE);
    assert_int_equal(wire_waiting(wire, 0), 1);
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refused_frame_is_counted_once_for_its_reason),
        cmocka_unit_test(the_sound_frames_themselves_are_accepted),
        cmocka_unit_test(l6_nothing_is_unwrapped),
        cmocka_unit_test(t12_port_0_is_refused_without_a_reset),
        cmocka_unit_test(noise_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
