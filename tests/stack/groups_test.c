/* IPv4 groups on the wire: reports, queries, leaves, and datagrams in and out.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/wire.h"

#include "stint/stack/bounds.h"
#include "stint/stack/groups.h"

enum { PORT = 5000 };

static const struct wire_options with_igmp = {.igmp = &stint_igmp, .interfaces = 2};

static struct stint_address group(void)
{
    return stint_address_ipv4(239, 1, 2, 3);
}

static struct stint_handle open_at_port(struct wire *wire)
{
    const struct stint_endpoint local = {.port = PORT};
    struct stint_handle socket;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    stint_udp_get(&wire->stack.udp, socket)->reuse_address = true;
    assert_int_equal(stint_udp_bind(&wire->stack.udp, socket, &local), STINT_OK);
    return socket;
}

static enum stint_result join_on(struct wire *wire, struct stint_handle socket, uint8_t interface)
{
    const struct stint_address joined = group();
    return stint_stack_join_group(&wire->stack, wire->now, socket, interface, &joined);
}

static enum stint_result leave(struct wire *wire, struct stint_handle socket)
{
    const struct stint_address left = group();
    return stint_stack_leave_group(&wire->stack, wire->now, socket, 0, &left);
}

/* A member whose first reports are sent and forgotten. */
static struct stint_handle open_member(struct wire *wire)
{
    const struct stint_handle socket = open_at_port(wire);
    assert_int_equal(join_on(wire, socket, 0), STINT_OK);
    wire_pass(wire, stint_seconds(15));
    wire_forget(wire);
    return socket;
}

static struct wire_envelope to_group(struct stint_address destination)
{
    struct wire_envelope envelope = wire_from(WIRE_HOST);
    envelope.to = stint_hardware_address_of_group(&destination);
    envelope.ip.destination = destination;
    envelope.ip.time_to_live = 1;
    return envelope;
}

/* A message of IGMP from a neighbor, to `destination` with this time to live. */
static struct wire_frame igmp_to(struct stint_address destination, uint8_t time_to_live,
    uint8_t type, uint8_t code, struct stint_address about)
{
    uint8_t bytes[STINT_IGMP_MESSAGE_LENGTH] = {type, code};
    struct wire_envelope envelope = to_group(destination);
    envelope.ip.time_to_live = time_to_live;
    for (unsigned i = 0; i < 4; i++) {
        bytes[4 + i] = stint_address_ipv4_octets(&about)[i];
    }
    stint_store16(bytes + 2, stint_checksum_of(stint_view_of(bytes, sizeof bytes)));
    return wire_ipv4(&envelope, STINT_PROTOCOL_IGMP, stint_view_of(bytes, sizeof bytes));
}

static struct wire_frame general_query(uint8_t code)
{
    return igmp_to(stint_address_ipv4(224, 0, 0, 1), 1, STINT_IGMP_QUERY, code,
        stint_address_ipv4(0, 0, 0, 0));
}

/* The next frame is this message about the group, to `destination`, as RFC 2236 2 has it. */
static void expect_igmp(
    struct wire *wire, uint8_t interface, uint8_t type, struct stint_address destination)
{
    struct wire_seen seen;
    assert_true(wire_next_on(wire, interface, &seen));
    const struct stint_hardware_address to = stint_hardware_address_of_group(&destination);
    const uint8_t *packet = seen.frame.bytes + STINT_ETHERNET_HEADER_LENGTH;
    const struct stint_address expected = group();
    assert_memory_equal(seen.ethernet.destination.octets, to.octets, sizeof to.octets);
    assert_true(stint_address_equal(&seen.ip.destination, &destination));
    assert_int_equal(seen.ip.protocol, STINT_PROTOCOL_IGMP);
    assert_int_equal(seen.ip.time_to_live, 1);
    assert_int_equal(stint_load32(packet + 20), 0x94040000); /* router alert */
    assert_int_equal(seen.igmp.type, type);
    assert_true(stint_address_equal(&seen.igmp.group, &expected));
}

static void a_join_is_reported_at_once_and_the_last_leave_is_told(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    const struct stint_handle socket = open_at_port(wire);
    assert_int_equal(join_on(wire, socket, 0), STINT_OK);
    wire_poll(wire);
    expect_igmp(wire, 0, STINT_IGMP_V2_REPORT, group());
    wire_expect_nothing(wire);
    wire_pass(wire, stint_seconds(15));
    expect_igmp(wire, 0, STINT_IGMP_V2_REPORT, group());
    wire_expect_nothing(wire);
    assert_int_equal(leave(wire, socket), STINT_OK);
    wire_poll(wire);
    expect_igmp(wire, 0, STINT_IGMP_LEAVE, stint_address_ipv4(224, 0, 0, 2));
    wire_expect_nothing(wire);
    free(wire);
}

static void members_are_counted_by_socket_and_interface(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    const struct stint_address host = wire_address(9);
    const struct stint_handle one = open_member(wire);
    const struct stint_handle two = open_at_port(wire);
    assert_int_equal(join_on(wire, one, 0), STINT_ADDRESS_IN_USE);
    assert_int_equal(join_on(wire, one, 2), STINT_INVALID);
    assert_int_equal(stint_stack_join_group(&wire->stack, wire->now, one, 0, &host), STINT_INVALID);
    assert_int_equal(leave(wire, two), STINT_ADDRESS_NOT_LOCAL);
    assert_int_equal(join_on(wire, two, 0), STINT_OK);
    assert_int_equal(leave(wire, one), STINT_OK);
    wire_pass(wire, stint_seconds(60));
    wire_expect_nothing(wire);
    assert_int_equal(join_on(wire, two, 1), STINT_OK);
    wire_poll(wire);
    expect_igmp(wire, 1, STINT_IGMP_V2_REPORT, group());
    assert_int_equal(stint_stack_bound(&wire->stack, STINT_BOUND_MEMBERSHIPS).in_use, 2);
    assert_int_equal(stint_stack_bound(&wire->stack, STINT_BOUND_GROUPS).in_use, 2);
    free(wire);
}

static void a_closed_socket_leaves(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    const struct stint_handle socket = open_member(wire);
    assert_int_equal(stint_udp_close(&wire->stack.udp, socket), STINT_OK);
    wire_poll(wire);
    expect_igmp(wire, 0, STINT_IGMP_LEAVE, stint_address_ipv4(224, 0, 0, 2));
    assert_int_equal(stint_stack_bound(&wire->stack, STINT_BOUND_MEMBERSHIPS).in_use, 0);
    assert_int_equal(stint_stack_bound(&wire->stack, STINT_BOUND_GROUPS).in_use, 0);
    free(wire);
}

static void G1_more_than_the_bound_is_refused(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    const struct stint_handle socket = open_at_port(wire);
    const struct stint_address more = stint_address_ipv4(239, 0, 0, 99);
    for (uint8_t i = 0; i < 8; i++) {
        const struct stint_address joined = stint_address_ipv4(239, 0, 0, i);
        assert_int_equal(
            stint_stack_join_group(&wire->stack, wire->now, socket, 0, &joined), STINT_OK);
    }
    assert_int_equal(
        stint_stack_join_group(&wire->stack, wire->now, socket, 0, &more), STINT_EXHAUSTED);
    free(wire);
}

static void a_query_is_answered_in_its_time(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    (void)open_member(wire);
    const struct wire_frame query = general_query(10);
    assert_int_equal(wire_take(wire, &query), STINT_DROP_NONE);
    wire_pass(wire, stint_seconds(1));
    expect_igmp(wire, 0, STINT_IGMP_V2_REPORT, group());
    wire_expect_nothing(wire);
    const struct wire_frame specific = igmp_to(group(), 1, STINT_IGMP_QUERY, 10, group());
    assert_int_equal(wire_take(wire, &specific), STINT_DROP_NONE);
    wire_pass(wire, stint_seconds(1));
    expect_igmp(wire, 0, STINT_IGMP_V2_REPORT, group());
    wire_expect_nothing(wire);
    free(wire);
}

static void a_switch_without_an_address_may_ask(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    (void)open_member(wire);
    struct wire_frame query = general_query(10);
    stint_store32(query.bytes + STINT_ETHERNET_HEADER_LENGTH + 12, 0);
    wire_seal(&query);
    assert_int_equal(wire_take(wire, &query), STINT_DROP_NONE);
    wire_pass(wire, stint_seconds(1));
    expect_igmp(wire, 0, STINT_IGMP_V2_REPORT, group());
    free(wire);
}

static void a_query_of_version_1_is_answered_by_its_report(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    const struct stint_handle socket = open_member(wire);
    const struct wire_frame query = general_query(0);
    assert_int_equal(wire_take(wire, &query), STINT_DROP_NONE);
    wire_pass(wire, stint_seconds(10));
    expect_igmp(wire, 0, STINT_IGMP_V1_REPORT, group());
    assert_int_equal(leave(wire, socket), STINT_OK);
    wire_pass(wire, stint_seconds(10));
    wire_expect_nothing(wire);
    free(wire);
}

static void anothers_report_is_enough(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    (void)open_member(wire);
    const struct wire_frame query = general_query(100);
    const struct wire_frame report = igmp_to(group(), 1, STINT_IGMP_V2_REPORT, 0, group());
    assert_int_equal(wire_take(wire, &query), STINT_DROP_NONE);
    wire_forget(wire); /* the answer may go at once */
    assert_int_equal(wire_take(wire, &report), STINT_DROP_NONE);
    wire_pass(wire, stint_seconds(20));
    wire_expect_nothing(wire);
    free(wire);
}

static void G1_queries_from_afar_or_to_others_are_ignored(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    (void)open_member(wire);
    const struct stint_address none = stint_address_ipv4(0, 0, 0, 0);
    const struct stint_address all_hosts = stint_address_ipv4(224, 0, 0, 1);
    struct wire_frame frame = igmp_to(all_hosts, 2, STINT_IGMP_QUERY, 10, none);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_GROUP_SOURCE);
    frame = igmp_to(group(), 1, STINT_IGMP_QUERY, 10, none);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_GROUP_DESTINATION);
    frame = igmp_to(all_hosts, 1, STINT_IGMP_QUERY, 10, group());
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_GROUP_DESTINATION);
    frame = igmp_to(stint_address_ipv4(239, 9, 9, 9), 1, STINT_IGMP_QUERY, 10, none);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_GROUP_NOT_JOINED);
    frame = igmp_to(all_hosts, 1, 0x22, 0, none);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_GROUP_TYPE);
    wire_pass(wire, stint_seconds(20));
    wire_expect_nothing(wire);
    free(wire);
}

static void S4_a_link_that_comes_back_hears_of_its_members(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    (void)open_member(wire);
    stint_stack_set_link(&wire->stack, wire->now, 0, false);
    wire_pass(wire, stint_seconds(60));
    wire_expect_nothing(wire);
    stint_stack_set_link(&wire->stack, wire->now, 0, true);
    wire_poll(wire);
    expect_igmp(wire, 0, STINT_IGMP_V2_REPORT, group());
    free(wire);
}

static unsigned received(struct wire *wire, struct stint_handle socket)
{
    uint8_t bytes[64];
    struct stint_datagram_info info;
    size_t length;
    unsigned count = 0;
    while (stint_udp_receive(&wire->stack.udp, socket, stint_span_of(bytes, sizeof bytes), false,
               &info, &length) == STINT_OK) {
        count++;
    }
    return count;
}

static void datagrams_to_a_group_reach_every_socket_once_it_is_joined(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    const struct stint_handle one = open_at_port(wire);
    const struct stint_handle two = open_at_port(wire);
    const struct stint_endpoint at_group = {group(), PORT + 1};
    struct stint_handle bound;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &bound), STINT_OK);
    assert_int_equal(stint_udp_bind(&wire->stack.udp, bound, &at_group), STINT_OK);
    const struct wire_envelope envelope = to_group(group());
    const struct wire_frame frame = wire_udp(&envelope, 9, PORT, "all");
    const struct wire_frame other = wire_udp(&envelope, 9, PORT + 1, "one");
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_GROUP_NOT_JOINED);
    assert_int_equal(join_on(wire, one, 0), STINT_OK);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_NONE);
    assert_int_equal(wire_take_on(wire, 1, &frame), STINT_DROP_GROUP_NOT_JOINED);
    assert_int_equal(wire_take(wire, &other), STINT_DROP_NONE);
    assert_int_equal(received(wire, one), 1);
    assert_int_equal(received(wire, two), 1);
    assert_int_equal(received(wire, bound), 1);
    assert_int_equal(leave(wire, one), STINT_OK);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_GROUP_NOT_JOINED);
    free(wire);
}

static void send_to_group(struct wire *wire, struct stint_handle socket)
{
    const struct stint_endpoint remote = {group(), PORT};
    assert_int_equal(
        stint_udp_send(&wire->stack.udp, socket, &remote, wire_text("hello")), STINT_OK);
    wire_poll(wire);
}

static void what_goes_to_a_group_goes_one_hop_and_over_the_chosen_interface(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    const struct stint_handle socket = open_at_port(wire);
    struct stint_udp_socket *record = stint_udp_get(&wire->stack.udp, socket);
    struct wire_seen seen;
    send_to_group(wire, socket);
    assert_true(wire_next(wire, &seen));
    assert_int_equal(seen.ip.time_to_live, 1);
    record->multicast_interface = 2;
    record->multicast_hops = 9;
    record->time_to_live = 77;
    send_to_group(wire, socket);
    wire_expect_nothing(wire);
    assert_true(wire_next_on(wire, 1, &seen));
    const struct stint_address from = stint_address_ipv4(10, 0, 1, 1);
    const struct stint_address to = group();
    const struct stint_hardware_address station = stint_hardware_address_of_group(&to);
    assert_int_equal(seen.ip.time_to_live, 9);
    assert_true(stint_address_equal(&seen.ip.source, &from));
    assert_memory_equal(seen.ethernet.destination.octets, station.octets, sizeof station.octets);
    free(wire);
}

static void members_hear_what_this_host_sends_unless_the_sender_is_silent(void **state)
{
    (void)state;
    struct wire *wire = wire_new(&with_igmp);
    const struct stint_handle member = open_member(wire);
    struct stint_handle sender;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &sender), STINT_OK);
    send_to_group(wire, sender);
    assert_int_equal(received(wire, member), 1);
    stint_udp_get(&wire->stack.udp, sender)->multicast_silent = true;
    send_to_group(wire, sender);
    assert_int_equal(received(wire, member), 0);
    stint_udp_get(&wire->stack.udp, sender)->multicast_silent = false;
    stint_udp_get(&wire->stack.udp, sender)->multicast_interface = 2;
    send_to_group(wire, sender);
    assert_int_equal(received(wire, member), 0); /* a member on the other interface */
    free(wire);
}

static void without_igmp_there_are_no_groups(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_at_port(wire);
    const struct wire_envelope envelope = to_group(group());
    const struct wire_frame frame = wire_udp(&envelope, 9, PORT, "nobody");
    assert_int_equal(join_on(wire, socket, 0), STINT_INVALID);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_ETHERNET_DESTINATION);
    assert_int_equal(stint_stack_bound(&wire->stack, STINT_BOUND_GROUPS).limit, 0);
    assert_int_equal(stint_stack_bound(&wire->stack, STINT_BOUND_MEMBERSHIPS).limit, 0);
    send_to_group(wire, socket);
    wire_expect_udp(wire, "hello");
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_join_is_reported_at_once_and_the_last_leave_is_told),
        cmocka_unit_test(members_are_counted_by_socket_and_interface),
        cmocka_unit_test(a_closed_socket_leaves),
        cmocka_unit_test(G1_more_than_the_bound_is_refused),
        cmocka_unit_test(a_query_is_answered_in_its_time),
        cmocka_unit_test(a_switch_without_an_address_may_ask),
        cmocka_unit_test(a_query_of_version_1_is_answered_by_its_report),
        cmocka_unit_test(anothers_report_is_enough),
        cmocka_unit_test(G1_queries_from_afar_or_to_others_are_ignored),
        cmocka_unit_test(S4_a_link_that_comes_back_hears_of_its_members),
        cmocka_unit_test(datagrams_to_a_group_reach_every_socket_once_it_is_joined),
        cmocka_unit_test(what_goes_to_a_group_goes_one_hop_and_over_the_chosen_interface),
        cmocka_unit_test(members_hear_what_this_host_sends_unless_the_sender_is_silent),
        cmocka_unit_test(without_igmp_there_are_no_groups),
    };
    return cmocka_run_group_tests_name("stack/groups", tests, NULL, NULL);
}
