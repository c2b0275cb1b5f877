/* IPv6 on the wire: neighbors, echoes, routers, and what is refused.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/ipv6_link.h"

static void solicitation_arrives(
    struct link *link, struct stint_ipv6_header header, enum stint_drop reason)
{
    uint8_t bytes[ROOM];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    const struct stint_ndp_neighbor neighbor = {
        .target = own, .link_address = theirs, .has_link_address = true};
    header.destination = stint_address_solicited_node(&own);
    assert_true(stint_ndp_neighbor_emit(&neighbor, STINT_ICMPV6_NEIGHBOR_SOLICITATION,
        &header.source, &header.destination, &writer));
    arrives(link, header, stint_writer_written(&writer), reason);
}

/* The ICMPv6 message that was sent first, to `destination`. */
static struct stint_icmpv6_message sent_to(
    struct link *link, const struct stint_address *destination)
{
    struct stint_ipv6_header header;
    struct stint_icmpv6_message message;
    struct stint_view payload;
    assert_true(link->sent > 14);
    const struct stint_view packet = stint_view_of(link->first + 14, link->sent - 14);
    assert_int_equal(stint_ipv6_header_parse(packet, &header, &payload), STINT_DROP_NONE);
    assert_memory_equal(header.destination.octets, destination->octets, 16);
    assert_int_equal(
        stint_icmpv6_message_parse(payload, &header.source, &header.destination, &message),
        STINT_DROP_NONE);
    return message;
}

static const struct stint_icmpv6_message echo = {
    .type = STINT_ICMPV6_ECHO_REQUEST, .parameter = 0x12340001};

/* --- the tests --- */

static void who_asks_for_us_is_answered_and_known(void **state)
{
    (void)state;
    struct link *link = link_with_address();
    solicitation_arrives(link, header_from(&peer), STINT_DROP_NONE);
    assert_int_equal(sent_to(link, &peer).type, STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT);
    assert_memory_equal(link->first, theirs.octets, 6);
    message_arrives(link, header_from(&peer), &echo, STINT_DROP_NONE);
    assert_int_equal(sent_to(link, &peer).type, STINT_ICMPV6_ECHO_REPLY);
    free(link);
}

static void C3_who_probes_for_our_address_is_told_that_it_is_taken(void **state)
{
    (void)state;
    static const struct stint_address nobody = {{0}};
    static const struct stint_address all_nodes = {{0xff, 0x02, [15] = 1}};
    struct link *link = link_with_address();
    uint8_t bytes[ROOM];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    struct stint_ipv6_header header = header_from(&nobody);
    const struct stint_ndp_neighbor probe = {.target = own};
    header.destination = stint_address_solicited_node(&own);
    assert_true(stint_ndp_neighbor_emit(
        &probe, STINT_ICMPV6_NEIGHBOR_SOLICITATION, &nobody, &header.destination, &writer));
    arrives(link, header, stint_writer_written(&writer), STINT_DROP_NONE);
    assert_int_equal(sent_to(link, &all_nodes).type, STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT);
    free(link);
}

static void L8_a_solicitation_that_a_router_passed_on_changes_nothing(void **state)
{
    (void)state;
    struct link *link = link_with_address();
    struct stint_ipv6_header header = header_from(&peer);
    header.hop_limit = 254;
    solicitation_arrives(link, header, STINT_DROP_NDP_HOP_LIMIT);
    assert_int_equal(link->sent, 0);
    struct stint_hardware_address hardware;
    assert_false(stint_neighbors_look_up(&link->stack.interfaces[0].neighbors, &peer, &hardware));
    free(link);
}

static void a_neighbor_is_asked_before_it_is_answered(void **state)
{
    (void)state;
    struct link *link = link_with_address();
    const struct stint_address group = stint_address_solicited_node(&peer);
    message_arrives(link, header_from(&peer), &echo, STINT_DROP_NONE);
    while (link->sent == 0) {
        link->now = stint_stack_poll(&link->stack, link->now);
    }
    assert_int_equal(sent_to(link, &group).type, STINT_ICMPV6_NEIGHBOR_SOLICITATION);
    uint8_t bytes[ROOM];
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    const struct stint_ndp_neighbor answer = {.target = peer,
        .link_address = theirs,
        .has_link_address = true,
        .is_solicited = true,
        .overrides = true};
    assert_true(stint_ndp_neighbor_emit(
        &answer, STINT_ICMPV6_NEIGHBOR_ADVERTISEMENT, &peer, &own, &writer));
    arrives(link, header_from(&peer), stint_writer_written(&writer), STINT_DROP_NONE);
    assert_int_equal(sent_to(link, &peer).type, STINT_ICMPV6_ECHO_REPLY); /* which had waited */
    free(link);
}

static void I7_sources_that_cannot_be_are_dropped(void **state)
{
    (void)state;
    static const struct stint_address loopback = {{[15] = 1}};
    struct link *link = link_with_address();
    message_arrives(link, header_from(&loopback), &echo, STINT_DROP_IPV6_SOURCE);
    message_arrives(link, header_from(&own), &echo, STINT_DROP_IPV6_SOURCE);
    assert_int_equal(link->sent, 0);
    free(link);
}

static void L6_tunnels_are_never_opened(void **state)
{
    (void)state;
    static const uint8_t inner[40] = {0x45};
    static const uint8_t protocols[] = {4, 41, 47};
    struct link *link = link_with_address();
    solicitation_arrives(link, header_from(&peer), STINT_DROP_NONE);
    for (size_t i = 0; i < sizeof protocols; i++) {
        struct stint_ipv6_header header = header_from(&peer);
        header.next_header = protocols[i];
        arrives(link, header, stint_view_of(inner, sizeof inner), STINT_DROP_IPV6_NEXT_HEADER);
        const struct stint_icmpv6_message error = sent_to(link, &peer);
        assert_int_equal(error.type, STINT_ICMPV6_PARAMETER_PROBLEM);
        assert_int_equal(error.code, 1);
        assert_int_equal(error.parameter, 6); /* where the next header stands */
    }
    free(link);
}

static void I3_nothing_sent_to_a_group_is_answered_by_an_error(void **state)
{
    (void)state;
    static const uint8_t inner[40] = {0};
    struct link *link = link_with_address();
    solicitation_arrives(link, header_from(&peer), STINT_DROP_NONE);
    struct stint_ipv6_header header = header_from(&peer);
    header.destination = stint_address_link_group(1);
    header.next_header = 47;
    arrives(link, header, stint_view_of(inner, sizeof inner), STINT_DROP_IPV6_NEXT_HEADER);
    assert_int_equal(link->sent, 0);
    free(link);
}

static void without_ipv6_nothing_of_it_is_taken(void **state)
{
    (void)state;
    struct link *link = link_new(NULL);
    const struct stint_local_address address = {.address = own, .prefix_length = 64};
    assert_int_equal(stint_stack_add_address(&link->stack, 0, &address), STINT_INVALID);
    assert_int_equal(
        stint_slaac_service_start(&link->slaac, &link->stack, link->now, 0), STINT_INVALID);
    message_arrives(link, header_from(&peer), &echo, STINT_DROP_IPV6_UNSUPPORTED);
    free(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_for_us_is_answered_and_known),
        cmocka_unit_test(C3_who_probes_for_our_address_is_told_that_it_is_taken),
        cmocka_unit_test(L8_a_solicitation_that_a_router_passed_on_changes_nothing),
        cmocka_unit_test(a_neighbor_is_asked_before_it_is_answered),
        cmocka_unit_test(I7_sources_that_cannot_be_are_dropped),
        cmocka_unit_test(L6_tunnels_are_never_opened),
        cmocka_unit_test(I3_nothing_sent_to_a_group_is_answered_by_an_error),
        cmocka_unit_test(without_ipv6_nothing_of_it_is_taken),
    };
    return cmocka_run_group_tests_name("stack/ipv6", tests, NULL, NULL);
}
