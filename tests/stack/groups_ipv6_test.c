/* IPv6 groups on the wire: those of addresses, those of sockets, reports by MLD.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/ipv6_link.h"

#include "stint/stack/groups.h"
#include "stint/wire/ipv4.h"
#include "stint/wire/ipv6_extensions.h"
#include "stint/wire/mld.h"
#include "stint/wire/udp.h"

enum { PORT = 5000, IPV6 = STINT_ETHERNET_HEADER_LENGTH };

static const struct stint_address group = {{0xff, 0x05, [14] = 7, 7}};
static const struct stint_address link_local = {{0xfe, 0x80, [15] = 1}};
static const struct stint_address nobody = {{0}};

static struct link *link_with(const struct stint_address *address)
{
    struct link *link = link_new_with(&stint_ipv6, &stint_mld);
    const struct stint_local_address local = {.address = *address, .prefix_length = 64};
    assert_int_equal(stint_stack_add_address(&link->stack, 0, &local), STINT_OK);
    return link;
}

static void polls(struct link *link)
{
    link->sent = 0;
    (void)stint_stack_poll(&link->stack, link->now);
}

/* Polls when the stack wants it; what was sent is forgotten. */
static void polls_for(struct link *link, int64_t seconds)
{
    const struct stint_instant end = stint_instant_after(link->now, stint_seconds(seconds));
    while (stint_instant_is_before(link->now, end)) {
        const struct stint_instant next = stint_stack_poll(&link->stack, link->now);
        link->now =
            stint_instant_is_before(link->now, next) ? stint_instant_earlier(next, end) : link->now;
    }
    polls(link);
}

static struct stint_handle open_member(struct link *link)
{
    const struct stint_endpoint local = {.port = PORT};
    struct stint_handle socket;
    assert_int_equal(stint_udp_open(&link->stack.udp, 0, &socket), STINT_OK);
    assert_int_equal(stint_udp_bind(&link->stack.udp, socket, &local), STINT_OK);
    assert_int_equal(stint_stack_join_group(&link->stack, link->now, socket, 0, &group), STINT_OK);
    return socket;
}

/* The first frame sent is this message about `about`, from `source`, with a router alert. */
static void expect_mld(const struct link *link, uint8_t type, const struct stint_address *source,
    const struct stint_address *destination, const struct stint_address *about)
{
    const struct stint_hardware_address to = stint_hardware_address_of_group(destination);
    const uint8_t *packet = link->first + IPV6;
    assert_int_equal(link->sent, IPV6 + STINT_MLD_PACKET_LENGTH);
    assert_memory_equal(link->first, to.octets, sizeof to.octets);
    assert_int_equal(packet[6], 0); /* hop by hop */
    assert_int_equal(packet[7], 1); /* hop limit */
    assert_memory_equal(packet + 8, source->octets, 16);
    assert_memory_equal(packet + 24, destination->octets, 16);
    assert_int_equal(stint_load32(packet + 40), 0x3a000502);
    assert_int_equal(packet[48], type);
    assert_memory_equal(packet + 56, about->octets, 16);
}

/* A message of MLD arrives, under a hop-by-hop header with or without the router alert. */
static void mld_arrives(struct link *link, const struct stint_mld_message *message, bool alert,
    struct stint_address destination, enum stint_drop reason)
{
    uint8_t payload[STINT_MLD_PACKET_LENGTH];
    struct stint_writer writer = stint_writer_into(stint_span_of(payload, sizeof payload));
    struct stint_ipv6_header header = header_from(&router);
    const struct stint_icmpv6_message icmp = {
        .type = (uint8_t)message->type,
        .parameter = message->maximum_response_ms * 65536u,
        .data = stint_view_of(message->group.octets, sizeof message->group.octets),
    };
    header.destination = destination;
    header.next_header = STINT_NEXT_HEADER_HOP_BY_HOP;
    header.hop_limit = 1;
    assert_true(stint_ipv6_router_alert_emit(STINT_PROTOCOL_ICMPV6, &writer));
    assert_true(stint_icmpv6_message_emit(&icmp, &router, &destination, &writer));
    if (!alert) {
        memcpy(payload + 2, (uint8_t[]){1, 4, 0, 0, 0, 0}, 6); /* padding */
    }
    arrives(link, header, stint_writer_written(&writer), reason);
}

static void an_address_joins_its_solicited_node_group(void **state)
{
    (void)state;
    const struct stint_address solicited = stint_address_solicited_node(&link_local);
    const struct stint_address global = {{0x20, 0x01, [15] = 9}};
    const struct stint_local_address added = {.address = global, .prefix_length = 64};
    struct link *link = link_with(&link_local);
    polls(link);
    expect_mld(link, STINT_ICMPV6_MLD_REPORT, &link_local, &solicited, &solicited);
    assert_int_equal(stint_stack_add_address(&link->stack, 0, &added), STINT_OK);
    polls_for(link, 20);
    assert_int_equal(link->stack.interfaces[0].groups.used, 2);
    assert_true(stint_stack_remove_address(&link->stack, 0, &global));
    polls(link);
    assert_int_equal(link->stack.interfaces[0].groups.used, 1);
    expect_mld(link, STINT_ICMPV6_MLD_REPORT, &link_local, &solicited, &solicited);
    free(link);
}

static void an_address_that_is_checked_is_reported_from_nobody(void **state)
{
    (void)state;
    struct link *link = link_new_with(&stint_ipv6, &stint_mld);
    assert_int_equal(stint_slaac_service_start(&link->slaac, &link->stack, link->now, 0), STINT_OK);
    while (link->stack.interfaces[0].groups.used == 0) {
        const struct stint_instant next = stint_stack_poll(&link->stack, link->now);
        link->now = stint_instant_is_before(link->now, next) ? next : link->now;
    }
    const struct stint_address own_link_local = link->slaac.slaac.addresses[0].address;
    const struct stint_address solicited = stint_address_solicited_node(&own_link_local);
    assert_int_equal(link->stack.interfaces[0].addresses.used, 0);
    assert_true(stint_groups_contain(&link->stack.interfaces[0].groups, &solicited));
    polls_for(link, 60);
    assert_int_equal(link->stack.interfaces[0].addresses.used, 1);
    assert_int_equal(link->stack.interfaces[0].groups.used, 1);
    assert_int_equal(link->stack.interfaces[0].groups.records[0].unasked, 0);
    free(link);
}

static void a_socket_joins_and_leaves(void **state)
{
    (void)state;
    const struct stint_address all_routers = stint_address_link_group(STINT_GROUP_ALL_ROUTERS);
    struct link *link = link_with(&link_local);
    polls_for(link, 20);
    const struct stint_handle socket = open_member(link);
    polls(link);
    expect_mld(link, STINT_ICMPV6_MLD_REPORT, &link_local, &group, &group);
    polls_for(link, 20);
    assert_int_equal(stint_stack_leave_group(&link->stack, link->now, socket, 0, &group), STINT_OK);
    polls(link);
    expect_mld(link, STINT_ICMPV6_MLD_DONE, &link_local, &all_routers, &group);
    free(link);
}

static void without_a_link_local_address_reports_come_from_nobody_and_nobody_leaves(void **state)
{
    (void)state;
    struct link *link = link_new_with(&stint_ipv6, &stint_mld);
    const struct stint_handle socket = open_member(link);
    polls(link);
    expect_mld(link, STINT_ICMPV6_MLD_REPORT, &nobody, &group, &group);
    polls_for(link, 20);
    assert_int_equal(stint_stack_leave_group(&link->stack, link->now, socket, 0, &group), STINT_OK);
    polls(link);
    assert_int_equal(link->sent, 0);
    assert_int_equal(link->stack.interfaces[0].groups.used, 0);
    free(link);
}

static void a_query_is_answered_in_its_time(void **state)
{
    (void)state;
    const struct stint_mld_message general = {
        .type = STINT_ICMPV6_MLD_QUERY, .version = 1, .maximum_response_ms = 1000};
    struct stint_mld_message specific = general;
    specific.group = group;
    struct link *link = link_with(&link_local);
    (void)open_member(link);
    polls_for(link, 20);
    mld_arrives(link, &general, true, stint_address_link_group(1), STINT_DROP_NONE);
    const uint32_t before = link->stack.interfaces[0].counters.frames_sent;
    polls_for(link, 1);
    assert_int_equal(link->stack.interfaces[0].counters.frames_sent - before, 2);
    mld_arrives(link, &specific, true, group, STINT_DROP_NONE);
    link->now = stint_instant_after(link->now, stint_seconds(1));
    polls(link);
    expect_mld(link, STINT_ICMPV6_MLD_REPORT, &link_local, &group, &group);
    free(link);
}

static void anothers_report_is_enough(void **state)
{
    (void)state;
    const struct stint_mld_message query = {
        .type = STINT_ICMPV6_MLD_QUERY, .version = 1, .maximum_response_ms = 10000, .group = group};
    const struct stint_mld_message report = {.type = STINT_ICMPV6_MLD_REPORT, .group = group};
    struct link *link = link_with(&link_local);
    (void)open_member(link);
    polls_for(link, 20);
    mld_arrives(link, &query, true, group, STINT_DROP_NONE);
    mld_arrives(link, &report, true, group, STINT_DROP_NONE);
    const uint32_t before = link->stack.interfaces[0].counters.frames_sent;
    polls_for(link, 20);
    assert_int_equal(link->stack.interfaces[0].counters.frames_sent, before);
    free(link);
}

static void G1_queries_without_alert_or_to_others_are_ignored(void **state)
{
    (void)state;
    const struct stint_mld_message query = {
        .type = STINT_ICMPV6_MLD_QUERY, .version = 1, .maximum_response_ms = 1000};
    const struct stint_address unknown = {{0xff, 0x02, [15] = 0x77}};
    struct link *link = link_with(&own);
    (void)open_member(link);
    polls_for(link, 20);
    const uint32_t before = link->stack.interfaces[0].counters.frames_sent;
    mld_arrives(link, &query, false, stint_address_link_group(1), STINT_DROP_GROUP_SOURCE);
    mld_arrives(link, &query, true, group, STINT_DROP_GROUP_DESTINATION);
    mld_arrives(link, &query, true, unknown, STINT_DROP_GROUP_NOT_JOINED);
    polls_for(link, 10);
    assert_int_equal(link->stack.interfaces[0].counters.frames_sent, before);
    free(link);
}

static void datagrams_reach_members_only(void **state)
{
    (void)state;
    uint8_t bytes[64];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    const struct stint_udp_datagram datagram = {
        .source_port = 9, .destination_port = PORT, .payload = stint_view_of("hi", 2)};
    struct stint_ipv6_header header = header_from(&peer);
    struct link *link = link_with(&link_local);
    header.destination = group;
    header.next_header = STINT_PROTOCOL_UDP;
    assert_true(stint_udp_datagram_emit(&datagram, &peer, &group, &writer));
    arrives(link, header, stint_writer_written(&writer), STINT_DROP_GROUP_NOT_JOINED);
    const struct stint_handle socket = open_member(link);
    arrives(link, header, stint_writer_written(&writer), STINT_DROP_NONE);
    struct stint_datagram_info info;
    size_t length = 0;
    assert_int_equal(stint_udp_receive(&link->stack.udp, socket, stint_span_of(bytes, sizeof bytes),
                         false, &info, &length),
        STINT_OK);
    assert_int_equal(length, 2);
    free(link);
}

static void mld_needs_ipv6(void **state)
{
    (void)state;
    struct stint_stack_config config = stint_stack_config_default();
    config.mld = &stint_mld;
    assert_int_equal(stint_stack_memory_needed(&config), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_joins_its_solicited_node_group),
        cmocka_unit_test(an_address_that_is_checked_is_reported_from_nobody),
        cmocka_unit_test(a_socket_joins_and_leaves),
        cmocka_unit_test(without_a_link_local_address_reports_come_from_nobody_and_nobody_leaves),
        cmocka_unit_test(a_query_is_answered_in_its_time),
        cmocka_unit_test(anothers_report_is_enough),
        cmocka_unit_test(G1_queries_without_alert_or_to_others_are_ignored),
        cmocka_unit_test(datagrams_reach_members_only),
        cmocka_unit_test(mld_needs_ipv6),
    };
    return cmocka_run_group_tests_name("stack/groups_ipv6", tests, NULL, NULL);
}
