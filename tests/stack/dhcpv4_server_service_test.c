/* A DHCP server on an interface: who has no address yet is heard when there is a server, and only
 * by it. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stint/stack/dhcpv4_server_service.h"
#include "support/wire.h"

enum { CLIENTS = 8, ROOM = 576 };

struct link {
    struct wire *wire;
    struct stint_dhcpv4_server_service dhcp;
    struct stint_dhcpv4_grant grants[CLIENTS];
};

static void link_begin(struct link *link)
{
    memset(link, 0, sizeof *link);
    link->wire = wire_new(NULL);
    const struct stint_dhcpv4_server_config config = {
        .address = stint_address_ipv4(10, 0, 0, 1),
        .first = wire_address(100),
        .last = wire_address(150),
        .subnet_length = 24,
        .grant_count = CLIENTS,
        .lease_s = 3600,
        .grants = link->grants,
    };
    assert_int_equal(
        stint_dhcpv4_server_service_start(&link->dhcp, &link->wire->stack, 0, &config), STINT_OK);
}

/* A message of a client as it leaves one without address. */
static struct wire_frame question(uint8_t client, const struct stint_dhcpv4_message *message)
{
    uint8_t bytes[ROOM];
    uint8_t packet[ROOM + STINT_UDP_HEADER_LENGTH];
    struct wire_envelope envelope = wire_from(client);
    envelope.to = stint_hardware_address_broadcast;
    envelope.ip.source = stint_address_ipv4(0, 0, 0, 0);
    envelope.ip.destination = stint_address_ipv4(255, 255, 255, 255);
    struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
    assert_true(stint_dhcpv4_message_emit(message, &writer));
    const struct stint_udp_datagram datagram = {
        .source_port = STINT_DHCPV4_CLIENT_PORT,
        .destination_port = STINT_DHCPV4_SERVER_PORT,
        .payload = stint_writer_written(&writer),
    };
    writer = stint_writer_into(stint_span_of(packet, sizeof packet));
    assert_true(
        stint_udp_datagram_emit(&datagram, &envelope.ip.source, &envelope.ip.destination, &writer));
    return wire_ipv4(&envelope, STINT_PROTOCOL_UDP, stint_writer_written(&writer));
}

static struct wire_frame discover(uint8_t client)
{
    const struct stint_dhcpv4_message message = {.type = STINT_DHCPV4_DISCOVER,
        .transaction = client,
        .client_hardware = wire_hardware(client)};
    return question(client, &message);
}

static struct stint_dhcpv4_message expect_answer(struct link *link, uint8_t client)
{
    struct wire_seen seen;
    struct stint_dhcpv4_message answer;
    struct stint_dhcpv4_areas areas;
    assert_true(wire_next(link->wire, &seen));
    assert_int_equal(seen.udp.source_port, STINT_DHCPV4_SERVER_PORT);
    assert_int_equal(seen.udp.destination_port, STINT_DHCPV4_CLIENT_PORT);
    assert_memory_equal(seen.ethernet.destination.octets, wire_hardware(client).octets, 6);
    assert_int_equal(
        stint_dhcpv4_message_parse(seen.udp.payload, &answer, &areas), STINT_DROP_NONE);
    assert_int_equal(answer.transaction, client);
    return answer;
}

static void eight_clients_without_address_get_one_each(void **state)
{
    (void)state;
    struct link link;
    link_begin(&link);
    for (uint8_t client = 10; client < 10 + CLIENTS; client++) {
        const struct wire_frame asks = discover(client);
        assert_int_equal(wire_take(link.wire, &asks), STINT_DROP_NONE);
        const struct stint_dhcpv4_message offer = expect_answer(&link, client);
        assert_int_equal(offer.type, STINT_DHCPV4_OFFER);
        const struct stint_dhcpv4_message request = {.type = STINT_DHCPV4_REQUEST,
            .transaction = client,
            .client_hardware = wire_hardware(client),
            .requested = offer.yours,
            .server = offer.server};
        const struct wire_frame takes = question(client, &request);
        assert_int_equal(wire_take(link.wire, &takes), STINT_DROP_NONE);
        const struct stint_dhcpv4_message answer = expect_answer(&link, client);
        assert_int_equal(answer.type, STINT_DHCPV4_ACK);
        const struct stint_address wanted = wire_address((uint8_t)(90 + client));
        assert_memory_equal(answer.yours.octets, wanted.octets, sizeof wanted.octets);
    }
    wire_expect_nothing(link.wire);
    free(link.wire);
}

static void I7_nobody_is_heard_where_no_server_is(void **state)
{
    (void)state;
    struct link link;
    link_begin(&link);
    struct wire_frame asks = discover(10);
    assert_int_equal(wire_take(link.wire, &asks), STINT_DROP_NONE);
    (void)expect_answer(&link, 10);
    stint_dhcpv4_server_service_stop(&link.dhcp, &link.wire->stack);
    assert_int_equal(wire_take(link.wire, &asks), STINT_DROP_IPV4_SOURCE);
    wire_expect_nothing(link.wire);
    free(link.wire);
}

static void I7_nobody_may_say_nothing_else(void **state)
{
    (void)state;
    struct link link;
    link_begin(&link);
    struct wire_envelope envelope = wire_from(10);
    envelope.to = stint_hardware_address_broadcast;
    envelope.ip.source = stint_address_ipv4(0, 0, 0, 0);
    envelope.ip.destination = stint_address_ipv4(255, 255, 255, 255);
    const struct wire_frame other = wire_udp(&envelope, 68, 69, "x");
    assert_int_equal(wire_take(link.wire, &other), STINT_DROP_IPV4_SOURCE);
    const struct wire_frame ping = wire_echo_request(&envelope, "x");
    assert_int_equal(wire_take(link.wire, &ping), STINT_DROP_IPV4_SOURCE);
    envelope.ip.destination = stint_address_ipv4(10, 0, 0, 255);
    const struct wire_frame subnet = wire_udp(&envelope, 68, 67, "x");
    assert_int_equal(wire_take(link.wire, &subnet), STINT_DROP_IPV4_SOURCE);
    envelope.to = wire_our_hardware(0);
    envelope.ip.destination = stint_address_ipv4(255, 255, 255, 255);
    const struct wire_frame alone = wire_udp(&envelope, 68, 67, "x");
    assert_int_equal(wire_take(link.wire, &alone), STINT_DROP_IPV4_SOURCE);
    wire_expect_nothing(link.wire);
    free(link.wire);
}

static void an_answer_waits_for_a_full_device(void **state)
{
    (void)state;
    struct link link;
    link_begin(&link);
    link.wire->devices[0].room = 0;
    const struct wire_frame one = discover(10);
    const struct wire_frame two = discover(11);
    assert_int_equal(wire_take(link.wire, &one), STINT_DROP_NONE);
    assert_int_equal(wire_take(link.wire, &two), STINT_DROP_NONE);
    wire_expect_nothing(link.wire);
    link.wire->devices[0].room = WIRE_ENDLESS;
    wire_poll(link.wire);
    (void)expect_answer(&link, 10);
    (void)expect_answer(&link, 11);
    wire_expect_nothing(link.wire);
    free(link.wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_clients_without_address_get_one_each),
        cmocka_unit_test(I7_nobody_is_heard_where_no_server_is),
        cmocka_unit_test(I7_nobody_may_say_nothing_else),
        cmocka_unit_test(an_answer_waits_for_a_full_device),
    };
    return cmocka_run_group_tests_name("stack/dhcpv4_server_service", tests, NULL, NULL);
}
