/* A DHCP server: who gets which address, keeps it, gives it back, is refused (RFC 2131 4.3).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "stint/client/dhcpv4.h"
#include "stint/client/dhcpv4_server.h"

enum { CLIENTS = 4, LEASE_S = 7200 };

struct network {
    struct stint_dhcpv4_server server;
    struct stint_dhcpv4_grant grants[CLIENTS];
    struct stint_instant now;
};

static const struct stint_address nobody = {{0}};

static struct stint_address host(uint8_t number)
{
    return stint_address_ipv4(192, 168, 4, number);
}

static struct stint_dhcpv4_server_config config_of(struct network *network)
{
    return (struct stint_dhcpv4_server_config){
        .address = host(1),
        .first = host(1),
        .last = host(5),
        .router = host(1),
        .dns_servers = {host(1)},
        .dns_server_count = 1,
        .subnet_length = 24,
        .grant_count = CLIENTS,
        .lease_s = LEASE_S,
        .grants = network->grants,
    };
}

static void network_begin(struct network *network)
{
    memset(network, 0, sizeof *network);
    network->now = stint_instant_at(1000000);
    const struct stint_dhcpv4_server_config config = config_of(network);
    assert_int_equal(stint_dhcpv4_server_init(&network->server, &config), STINT_OK);
}

static struct stint_hardware_address hardware_of(uint8_t client)
{
    return (struct stint_hardware_address){{2, 0, 0, 0, 1, client}};
}

static struct stint_dhcpv4_message message_of(uint8_t client, enum stint_dhcpv4_type type)
{
    return (struct stint_dhcpv4_message){
        .type = type, .transaction = 1000u + client, .client_hardware = hardware_of(client)};
}

static bool takes(struct network *network, const struct stint_dhcpv4_message *message)
{
    return stint_dhcpv4_server_take(&network->server, network->now, message);
}

/* The one answer that is owed, sent. */
static struct stint_dhcpv4_answer answer_of(struct network *network, enum stint_dhcpv4_type type)
{
    struct stint_dhcpv4_answer answer;
    struct stint_dhcpv4_answer another;
    assert_true(stint_dhcpv4_server_next(&network->server, &answer));
    assert_int_equal(answer.message.type, type);
    stint_dhcpv4_server_done(&network->server, &answer);
    assert_false(stint_dhcpv4_server_next(&network->server, &another));
    return answer;
}

static void expect_address(const struct stint_address *address, struct stint_address wanted)
{
    assert_memory_equal(address->octets, wanted.octets, sizeof wanted.octets);
}

static struct stint_address offer_to(struct network *network, uint8_t client)
{
    const struct stint_dhcpv4_message discover = message_of(client, STINT_DHCPV4_DISCOVER);
    assert_true(takes(network, &discover));
    return answer_of(network, STINT_DHCPV4_OFFER).message.yours;
}

/* From DISCOVER to ACK; the address. */
static struct stint_address join(struct network *network, uint8_t client)
{
    struct stint_dhcpv4_message request = message_of(client, STINT_DHCPV4_REQUEST);
    request.requested = offer_to(network, client);
    request.server = host(1);
    assert_true(takes(network, &request));
    const struct stint_address given = answer_of(network, STINT_DHCPV4_ACK).message.yours;
    expect_address(&given, request.requested);
    return given;
}

static void pass(struct network *network, int64_t seconds)
{
    network->now = stint_instant_after(network->now, stint_seconds(seconds));
}

/* --- tests --- */

static void each_client_gets_an_address_of_its_own_and_keeps_it(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    for (uint8_t client = 0; client < CLIENTS; client++) {
        const struct stint_address given = join(&network, client);
        expect_address(&given, host((uint8_t)(2 + client))); /* not our own */
    }
    for (uint8_t client = 0; client < CLIENTS; client++) {
        const struct stint_address given = join(&network, client);
        expect_address(&given, host((uint8_t)(2 + client)));
    }
    const struct stint_dhcpv4_message one_more = message_of(9, STINT_DHCPV4_DISCOVER);
    assert_false(takes(&network, &one_more));
}

static void an_answer_tells_all_and_goes_where_it_can_be_heard(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    struct stint_dhcpv4_message discover = message_of(7, STINT_DHCPV4_DISCOVER);
    assert_true(takes(&network, &discover));
    struct stint_dhcpv4_answer answer = answer_of(&network, STINT_DHCPV4_OFFER);
    assert_int_equal(answer.message.transaction, discover.transaction);
    assert_int_equal(answer.message.lease_s, LEASE_S);
    assert_int_equal(answer.message.subnet_length, 24);
    assert_int_equal(answer.message.router_count, 1);
    assert_int_equal(answer.message.dns_server_count, 1);
    expect_address(&answer.message.server, host(1));
    expect_address(&answer.destination, host(2));
    assert_memory_equal(answer.hardware.octets, hardware_of(7).octets, 6);
    discover.wants_broadcast = true;
    assert_true(takes(&network, &discover));
    answer = answer_of(&network, STINT_DHCPV4_OFFER);
    expect_address(&answer.destination, stint_address_ipv4(255, 255, 255, 255));
    assert_memory_equal(answer.hardware.octets, stint_hardware_address_broadcast.octets, 6);
}

static void an_answer_that_was_not_sent_comes_again(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    const struct stint_dhcpv4_message one = message_of(1, STINT_DHCPV4_DISCOVER);
    const struct stint_dhcpv4_message two = message_of(2, STINT_DHCPV4_DISCOVER);
    struct stint_dhcpv4_answer first;
    struct stint_dhcpv4_answer again;
    assert_true(takes(&network, &one));
    assert_true(takes(&network, &two));
    assert_true(stint_dhcpv4_server_next(&network.server, &first));
    assert_true(stint_dhcpv4_server_next(&network.server, &again));
    assert_int_equal(first.message.transaction, again.message.transaction);
    stint_dhcpv4_server_done(&network.server, &first);
    assert_int_equal(answer_of(&network, STINT_DHCPV4_OFFER).message.transaction, two.transaction);
}

static void the_owner_is_told_who_has_what(void **state)
{
    (void)state;
    struct network network;
    struct stint_hardware_address hardware;
    struct stint_address address;
    network_begin(&network);
    (void)offer_to(&network, 3);
    assert_false(stint_dhcpv4_server_next_client(&network.server, &hardware, &address));
    const struct stint_hardware_address client = hardware_of(3);
    assert_false(stint_dhcpv4_server_find(&network.server, network.now, &client, &address));
    (void)join(&network, 3);
    assert_true(stint_dhcpv4_server_next_client(&network.server, &hardware, &address));
    assert_memory_equal(hardware.octets, client.octets, 6);
    expect_address(&address, host(2));
    assert_false(stint_dhcpv4_server_next_client(&network.server, &hardware, &address));
    assert_true(stint_dhcpv4_server_find(&network.server, network.now, &client, &address));
    expect_address(&address, host(2));
    pass(&network, LEASE_S);
    assert_false(stint_dhcpv4_server_find(&network.server, network.now, &client, &address));
}

static void a_lease_is_renewed_from_its_address(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    struct stint_dhcpv4_message renewal = message_of(1, STINT_DHCPV4_REQUEST);
    renewal.client = join(&network, 1);
    for (unsigned i = 0; i < 3; i++) {
        pass(&network, LEASE_S / 2);
        assert_true(takes(&network, &renewal));
        const struct stint_dhcpv4_answer answer = answer_of(&network, STINT_DHCPV4_ACK);
        expect_address(&answer.destination, renewal.client);
        expect_address(&answer.message.yours, renewal.client);
    }
}

static void a_client_asks_for_the_address_that_it_had(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    struct stint_dhcpv4_message request = message_of(1, STINT_DHCPV4_REQUEST);
    request.requested = host(4); /* from before the server was restarted */
    assert_true(takes(&network, &request));
    struct stint_dhcpv4_answer answer = answer_of(&network, STINT_DHCPV4_ACK);
    expect_address(&answer.message.yours, host(4));
    struct stint_dhcpv4_message other = message_of(2, STINT_DHCPV4_REQUEST);
    other.requested = host(4);
    assert_true(takes(&network, &other));
    answer = answer_of(&network, STINT_DHCPV4_NAK);
    expect_address(&answer.destination, stint_address_ipv4(255, 255, 255, 255));
    other.requested = stint_address_ipv4(10, 0, 0, 4); /* from another network */
    assert_true(takes(&network, &other));
    (void)answer_of(&network, STINT_DHCPV4_NAK);
    other.requested = nobody;
    assert_false(takes(&network, &other));
}

static void an_offer_lapses_or_is_given_up_for_another_server(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    for (uint8_t client = 0; client < CLIENTS; client++) {
        (void)offer_to(&network, client);
    }
    const struct stint_dhcpv4_message discover = message_of(9, STINT_DHCPV4_DISCOVER);
    assert_false(takes(&network, &discover));
    struct stint_dhcpv4_message chooses = message_of(2, STINT_DHCPV4_REQUEST);
    chooses.requested = host(4);
    chooses.server = host(77);
    assert_false(takes(&network, &chooses));
    const struct stint_address given = offer_to(&network, 9);
    expect_address(&given, host(4));
    pass(&network, STINT_DHCPV4_OFFER_S);
    (void)join(&network, 10);
}

static void what_lapsed_is_remembered_until_the_place_is_needed(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    for (uint8_t client = 0; client < CLIENTS; client++) {
        (void)join(&network, client);
        pass(&network, 1);
    }
    struct stint_dhcpv4_message release = message_of(1, STINT_DHCPV4_RELEASE);
    release.client = host(3);
    release.server = host(1);
    assert_true(takes(&network, &release));
    struct stint_address given = join(&network, 1);
    expect_address(&given, host(3));
    assert_true(takes(&network, &release));
    given = join(&network, 20);
    expect_address(&given, host(3));
    pass(&network, 2 * LEASE_S);
    given = join(&network, 21);
    expect_address(&given, host(2)); /* whose lease ended first */
}

static void an_address_that_somebody_has_is_left_alone(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    struct stint_dhcpv4_message decline = message_of(1, STINT_DHCPV4_DECLINE);
    decline.requested = join(&network, 1);
    decline.server = host(1);
    assert_true(takes(&network, &decline));
    const struct stint_address given = join(&network, 1);
    expect_address(&given, host(3));
    struct stint_dhcpv4_message asks = message_of(2, STINT_DHCPV4_DISCOVER);
    asks.requested = host(2);
    assert_true(takes(&network, &asks));
    const struct stint_dhcpv4_answer answer = answer_of(&network, STINT_DHCPV4_OFFER);
    expect_address(&answer.message.yours, host(4));
    decline = message_of(3, STINT_DHCPV4_DECLINE); /* of an address of another's */
    decline.requested = host(3);
    decline.server = host(1);
    assert_false(takes(&network, &decline));
}

static void parameters_are_told_to_who_has_an_address(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    struct stint_dhcpv4_message inform = message_of(1, STINT_DHCPV4_INFORM);
    assert_false(takes(&network, &inform));
    inform.client = host(200);
    assert_true(takes(&network, &inform));
    const struct stint_dhcpv4_answer answer = answer_of(&network, STINT_DHCPV4_ACK);
    expect_address(&answer.destination, host(200));
    assert_int_equal(answer.message.lease_s, 0);
    assert_int_equal(answer.message.router_count, 1);
    assert_true(stint_address_is_unspecified(&answer.message.yours));
}

static void L10_what_no_client_may_say_changes_nothing(void **state)
{
    (void)state;
    struct network network;
    network_begin(&network);
    struct stint_dhcpv4_message hostile[5];
    for (unsigned i = 0; i < 5; i++) {
        hostile[i] = message_of(1, STINT_DHCPV4_DISCOVER);
    }
    hostile[0].relay = host(9);
    hostile[1].client_hardware = stint_hardware_address_broadcast;
    hostile[2].client_hardware = (struct stint_hardware_address){{0}};
    hostile[3].type = STINT_DHCPV4_OFFER;
    hostile[4].type = STINT_DHCPV4_NAK;
    for (unsigned i = 0; i < 5; i++) {
        struct stint_dhcpv4_answer answer;
        assert_false(takes(&network, &hostile[i]));
        assert_false(stint_dhcpv4_server_next(&network.server, &answer));
    }
    static const struct stint_dhcpv4_grant none[CLIENTS];
    assert_memory_equal(network.grants, none, sizeof none);
}

static void a_pool_outside_of_the_subnet_is_refused(void **state)
{
    (void)state;
    struct network network;
    struct stint_dhcpv4_server_config configs[6];
    network_begin(&network);
    for (unsigned i = 0; i < 6; i++) {
        configs[i] = config_of(&network);
    }
    configs[0].first = stint_address_ipv4(192, 168, 3, 1);
    configs[1].last = host(255);
    configs[2].first = host(6);
    configs[3].subnet_length = 31;
    configs[4].grant_count = 0;
    configs[5].first = (struct stint_address){{0x20, 1}};
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(stint_dhcpv4_server_init(&network.server, &configs[i]), STINT_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_client_gets_an_address_of_its_own_and_keeps_it),
        cmocka_unit_test(an_answer_tells_all_and_goes_where_it_can_be_heard),
        cmocka_unit_test(an_answer_that_was_not_sent_comes_again),
        cmocka_unit_test(the_owner_is_told_who_has_what),
        cmocka_unit_test(a_lease_is_renewed_from_its_address),
        cmocka_unit_test(a_client_asks_for_the_address_that_it_had),
        cmocka_unit_test(an_offer_lapses_or_is_given_up_for_another_server),
        cmocka_unit_test(what_lapsed_is_remembered_until_the_place_is_needed),
        cmocka_unit_test(an_address_that_somebody_has_is_left_alone),
        cmocka_unit_test(parameters_are_told_to_who_has_an_address),
        cmocka_unit_test(L10_what_no_client_may_say_changes_nothing),
        cmocka_unit_test(a_pool_outside_of_the_subnet_is_refused),
    };
    return cmocka_run_group_tests_name("client/dhcpv4_server", tests, NULL, NULL);
}
