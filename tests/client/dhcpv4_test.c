/* A DHCP client: asks, checks, keeps, loses and gives back an address (RFC 2131).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stint/client/dhcpv4.h"

enum { LEASE_S = 86400 };

struct network {
    struct stint_dhcpv4_client client;
    struct stint_random random;
    struct stint_instant now;
    struct stint_dhcpv4_message sent; /* the last message of the client */
};

static const struct stint_hardware_address hardware = {{2, 0, 0, 0, 0, 9}};

static struct stint_address offered(void)
{
    return stint_address_ipv4(192, 168, 7, 23);
}

static struct stint_address server(void)
{
    return stint_address_ipv4(192, 168, 7, 1);
}

static struct network *network_new(void)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {8, 9};
    struct network *network = calloc(1, sizeof *network);
    assert_non_null(network);
    assert_int_equal(
        stint_random_init(&network->random, stint_view_of(secret, sizeof secret)), STINT_OK);
    network->now = stint_instant_at(7000000);
    stint_dhcpv4_client_init(
        &network->client, &hardware, stint_view_of("kettle", strlen("kettle")), &network->random);
    stint_dhcpv4_client_start(&network->client, network->now);
    return network;
}

static void expect_address(const struct stint_address *address, struct stint_address wanted)
{
    assert_memory_equal(address->octets, wanted.octets, sizeof wanted.octets);
}

/* The next step, done, within the time that the deadline tells. */
static struct stint_dhcpv4_step expect_within(
    struct network *network, int64_t milliseconds, enum stint_dhcpv4_kind kind)
{
    struct stint_dhcpv4_step step;
    const struct stint_instant end =
        stint_instant_after(network->now, stint_milliseconds(milliseconds));
    while (!stint_dhcpv4_client_next(&network->client, network->now, &step)) {
        const struct stint_instant deadline = stint_dhcpv4_client_deadline(&network->client);
        assert_true(stint_instant_is_before(network->now, deadline));
        assert_true(stint_instant_has_come(deadline, end));
        network->now = deadline;
    }
    assert_int_equal(step.kind, kind);
    if (kind == STINT_DHCPV4_SEND) {
        stint_dhcpv4_client_message(&network->client, network->now, &network->sent);
    }
    stint_dhcpv4_client_done(&network->client, network->now, &step);
    return step;
}

static void expect_message_within(
    struct network *network, int64_t milliseconds, enum stint_dhcpv4_type type)
{
    const struct stint_dhcpv4_step step = expect_within(network, milliseconds, STINT_DHCPV4_SEND);
    assert_int_equal(network->sent.type, type);
    const bool broadcast = stint_address_is_limited_broadcast(&step.destination);
    assert_int_equal(broadcast, stint_address_is_unspecified(&network->sent.client) ||
                                    network->client.state == STINT_DHCPV4_REBINDING);
}

static struct stint_dhcpv4_message answer(
    const struct network *network, enum stint_dhcpv4_type type)
{
    return (struct stint_dhcpv4_message){
        .type = type,
        .transaction = network->client.transaction,
        .client_hardware = hardware,
        .yours = offered(),
        .server = server(),
        .lease_s = LEASE_S,
        .subnet_length = 24,
        .router_count = 1,
        .routers = {server()},
        .dns_server_count = 1,
        .dns_servers = {server()},
    };
}

static bool hears(struct network *network, const struct stint_dhcpv4_message *message)
{
    return stint_dhcpv4_client_take(&network->client, network->now, message);
}

static void hear(struct network *network, enum stint_dhcpv4_type type)
{
    const struct stint_dhcpv4_message message = answer(network, type);
    assert_true(hears(network, &message));
}

static struct network *network_with_request(void)
{
    struct network *network = network_new();
    expect_message_within(network, 1000, STINT_DHCPV4_DISCOVER);
    hear(network, STINT_DHCPV4_OFFER);
    expect_message_within(network, 0, STINT_DHCPV4_REQUEST);
    return network;
}

static struct network *network_with_lease(void)
{
    struct network *network = network_with_request();
    hear(network, STINT_DHCPV4_ACK);
    (void)expect_within(network, 0, STINT_DHCPV4_PROBE);
    (void)expect_within(network, 300, STINT_DHCPV4_PROBE);
    (void)expect_within(network, 300, STINT_DHCPV4_CONFIGURE);
    return network;
}

static void an_address_is_offered_requested_checked_and_used(void **state)
{
    (void)state;
    struct network *network = network_new();
    expect_message_within(network, 1000, STINT_DHCPV4_DISCOVER);
    assert_int_equal(network->sent.host_name.length, 6);
    assert_true(network->sent.wants_broadcast);
    hear(network, STINT_DHCPV4_OFFER);
    expect_message_within(network, 0, STINT_DHCPV4_REQUEST);
    expect_address(&network->sent.requested, offered());
    expect_address(&network->sent.server, server());
    hear(network, STINT_DHCPV4_ACK);
    (void)expect_within(network, 0, STINT_DHCPV4_PROBE);
    (void)expect_within(network, 300, STINT_DHCPV4_PROBE);
    (void)expect_within(network, 300, STINT_DHCPV4_CONFIGURE);
    expect_address(&network->client.lease.address, offered());
    assert_int_equal(network->client.lease.subnet_length, 24);
    assert_int_equal(network->client.state, STINT_DHCPV4_BOUND);
    free(network);
}

static void silence_is_met_by_patience(void **state)
{
    (void)state;
    struct network *network = network_new();
    expect_message_within(network, 1000, STINT_DHCPV4_DISCOVER);
    static const int64_t waits[] = {4000, 8000, 16000, 32000, 64000, 64000};
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        const struct stint_instant before = network->now;
        expect_message_within(network, waits[i] + 1000, STINT_DHCPV4_DISCOVER);
        assert_true(
            stint_instant_since(network->now, before).microseconds >= (waits[i] - 1000) * 1000);
    }
    free(network);
}

static void what_is_not_for_us_is_ignored(void **state)
{
    (void)state;
    struct network *network = network_new();
    expect_message_within(network, 1000, STINT_DHCPV4_DISCOVER);
    struct stint_dhcpv4_message message = answer(network, STINT_DHCPV4_OFFER);
    message.transaction++;
    assert_false(hears(network, &message));
    message = answer(network, STINT_DHCPV4_OFFER);
    message.client_hardware.octets[5]++;
    assert_false(hears(network, &message));
    message = answer(network, STINT_DHCPV4_ACK); /* nothing was requested */
    assert_false(hears(network, &message));
    message = answer(network, STINT_DHCPV4_NAK);
    assert_false(hears(network, &message));
    message = answer(network, STINT_DHCPV4_OFFER);
    message.yours = stint_address_ipv4(224, 0, 0, 1);
    assert_false(hears(network, &message));
    message = answer(network, STINT_DHCPV4_OFFER);
    message.server = (struct stint_address){{0}};
    assert_false(hears(network, &message));
    message = answer(network, STINT_DHCPV4_OFFER);
    message.lease_s = 0;
    assert_false(hears(network, &message));
    hear(network, STINT_DHCPV4_OFFER);
    free(network);
}

static void a_server_that_grants_another_address_than_it_offered_is_ignored(void **state)
{
    (void)state;
    struct network *network = network_with_request();
    struct stint_dhcpv4_message message = answer(network, STINT_DHCPV4_ACK);
    message.yours = stint_address_ipv4(192, 168, 7, 24);
    assert_false(hears(network, &message));
    free(network);
}

static void an_unanswered_request_begins_anew(void **state)
{
    (void)state;
    struct network *network = network_with_request();
    expect_message_within(network, 5000, STINT_DHCPV4_REQUEST);
    expect_message_within(network, 9000, STINT_DHCPV4_REQUEST);
    expect_message_within(network, 17000, STINT_DHCPV4_REQUEST);
    expect_message_within(network, 33000, STINT_DHCPV4_DISCOVER);
    free(network);
}

static void a_refused_request_begins_anew(void **state)
{
    (void)state;
    struct network *network = network_with_request();
    struct stint_dhcpv4_message message = answer(network, STINT_DHCPV4_NAK);
    message.server = stint_address_ipv4(192, 168, 7, 66); /* who was not asked */
    assert_false(hears(network, &message));
    hear(network, STINT_DHCPV4_NAK);
    expect_message_within(network, 1000, STINT_DHCPV4_DISCOVER);
    free(network);
}

static void an_address_that_somebody_has_is_declined(void **state)
{
    (void)state;
    struct network *network = network_with_request();
    hear(network, STINT_DHCPV4_ACK);
    (void)expect_within(network, 0, STINT_DHCPV4_PROBE);
    const struct stint_address other = stint_address_ipv4(192, 168, 7, 99);
    assert_false(stint_dhcpv4_client_take_conflict(&network->client, network->now, &other));
    const struct stint_address taken = offered();
    assert_true(stint_dhcpv4_client_take_conflict(&network->client, network->now, &taken));
    expect_message_within(network, 0, STINT_DHCPV4_DECLINE);
    expect_address(&network->sent.requested, offered());
    expect_address(&network->sent.server, server());
    const struct stint_instant declined = network->now;
    expect_message_within(network, 10000, STINT_DHCPV4_DISCOVER);
    assert_int_equal(stint_instant_since(network->now, declined).microseconds, 10000000);
    free(network);
}

static void a_lease_is_renewed_at_half_its_time(void **state)
{
    (void)state;
    struct network *network = network_with_lease();
    const struct stint_dhcpv4_step step = expect_within(network, LEASE_S * 500, STINT_DHCPV4_SEND);
    expect_address(&step.destination, server());
    expect_address(&step.source, offered());
    assert_int_equal(network->sent.type, STINT_DHCPV4_REQUEST);
    expect_address(&network->sent.client, offered());
    assert_true(stint_address_is_unspecified(&network->sent.requested));
    assert_true(stint_address_is_unspecified(&network->sent.server));
    hear(network, STINT_DHCPV4_ACK);
    assert_int_equal(network->client.state, STINT_DHCPV4_BOUND);
    (void)expect_within(network, LEASE_S * 500, STINT_DHCPV4_SEND); /* nothing in between */
    free(network);
}

static void a_renewal_that_changes_something_configures_anew(void **state)
{
    (void)state;
    struct network *network = network_with_lease();
    (void)expect_within(network, LEASE_S * 500, STINT_DHCPV4_SEND);
    struct stint_dhcpv4_message message = answer(network, STINT_DHCPV4_ACK);
    message.dns_servers[0] = stint_address_ipv4(9, 9, 9, 9);
    assert_true(hears(network, &message));
    (void)expect_within(network, 0, STINT_DHCPV4_CONFIGURE);
    expect_address(&network->client.lease.dns_servers[0], stint_address_ipv4(9, 9, 9, 9));
    free(network);
}

static void a_lease_that_nobody_renews_is_lost(void **state)
{
    (void)state;
    struct network *network = network_with_lease();
    const struct stint_instant end = network->client.lease.expires_at;
    unsigned renewals = 0;
    unsigned rebindings = 0;
    struct stint_dhcpv4_step step = {.kind = STINT_DHCPV4_SEND};
    for (;;) {
        const struct stint_instant deadline = stint_dhcpv4_client_deadline(&network->client);
        network->now = stint_instant_is_before(network->now, deadline) ? deadline : network->now;
        if (!stint_dhcpv4_client_next(&network->client, network->now, &step)) {
            continue;
        }
        if (step.kind != STINT_DHCPV4_SEND) {
            break;
        }
        const bool to_all = stint_address_is_limited_broadcast(&step.destination);
        renewals += to_all ? 0 : 1;
        rebindings += to_all ? 1 : 0;
        stint_dhcpv4_client_done(&network->client, network->now, &step);
    }
    assert_int_equal(step.kind, STINT_DHCPV4_UNCONFIGURE);
    stint_dhcpv4_client_done(&network->client, network->now, &step);
    assert_int_equal(network->now.microseconds, end.microseconds);
    assert_in_range(renewals, 5, 15); /* half of what is left each time, at least a minute */
    assert_in_range(rebindings, 5, 15);
    expect_message_within(network, 1000, STINT_DHCPV4_DISCOVER);
    free(network);
}

static void a_refused_renewal_ends_the_lease(void **state)
{
    (void)state;
    struct network *network = network_with_lease();
    (void)expect_within(network, LEASE_S * 500, STINT_DHCPV4_SEND);
    hear(network, STINT_DHCPV4_NAK);
    (void)expect_within(network, 0, STINT_DHCPV4_UNCONFIGURE);
    expect_message_within(network, 1000, STINT_DHCPV4_DISCOVER);
    free(network);
}

static void a_lost_link_asks_for_the_same_address_again(void **state)
{
    (void)state;
    struct network *network = network_with_lease();
    stint_dhcpv4_client_stop(&network->client);
    (void)expect_within(network, 0, STINT_DHCPV4_UNCONFIGURE);
    assert_true(stint_instant_is_never(stint_dhcpv4_client_deadline(&network->client)));
    stint_dhcpv4_client_start(&network->client, network->now);
    expect_message_within(network, 0, STINT_DHCPV4_REQUEST);
    expect_address(&network->sent.requested, offered());
    assert_true(stint_address_is_unspecified(&network->sent.server)); /* INIT-REBOOT */
    hear(network, STINT_DHCPV4_ACK);
    (void)expect_within(network, 0, STINT_DHCPV4_PROBE);
    free(network);
}

static void a_link_to_another_network_begins_anew(void **state)
{
    (void)state;
    struct network *network = network_with_lease();
    stint_dhcpv4_client_stop(&network->client);
    (void)expect_within(network, 0, STINT_DHCPV4_UNCONFIGURE);
    stint_dhcpv4_client_start(&network->client, network->now);
    expect_message_within(network, 0, STINT_DHCPV4_REQUEST);
    expect_message_within(network, 5000, STINT_DHCPV4_REQUEST);
    expect_message_within(network, 9000, STINT_DHCPV4_DISCOVER);
    free(network);
}

static void a_lease_is_given_back(void **state)
{
    (void)state;
    struct network *network = network_with_lease();
    stint_dhcpv4_client_release(&network->client, network->now);
    const struct stint_dhcpv4_step step = expect_within(network, 0, STINT_DHCPV4_SEND);
    assert_int_equal(network->sent.type, STINT_DHCPV4_RELEASE);
    expect_address(&step.destination, server());
    expect_address(&network->sent.client, offered());
    expect_address(&network->sent.server, server());
    (void)expect_within(network, 0, STINT_DHCPV4_UNCONFIGURE);
    assert_true(stint_instant_is_never(stint_dhcpv4_client_deadline(&network->client)));
    free(network);
}

static void a_lease_for_ever_is_never_renewed(void **state)
{
    (void)state;
    struct network *network = network_with_request();
    struct stint_dhcpv4_message message = answer(network, STINT_DHCPV4_ACK);
    message.lease_s = UINT32_MAX;
    assert_true(hears(network, &message));
    (void)expect_within(network, 0, STINT_DHCPV4_PROBE);
    (void)expect_within(network, 300, STINT_DHCPV4_PROBE);
    (void)expect_within(network, 300, STINT_DHCPV4_CONFIGURE);
    assert_true(stint_instant_is_never(stint_dhcpv4_client_deadline(&network->client)));
    free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_offered_requested_checked_and_used),
        cmocka_unit_test(silence_is_met_by_patience),
        cmocka_unit_test(what_is_not_for_us_is_ignored),
        cmocka_unit_test(a_server_that_grants_another_address_than_it_offered_is_ignored),
        cmocka_unit_test(an_unanswered_request_begins_anew),
        cmocka_unit_test(a_refused_request_begins_anew),
        cmocka_unit_test(an_address_that_somebody_has_is_declined),
        cmocka_unit_test(a_lease_is_renewed_at_half_its_time),
        cmocka_unit_test(a_renewal_that_changes_something_configures_anew),
        cmocka_unit_test(a_lease_that_nobody_renews_is_lost),
        cmocka_unit_test(a_refused_renewal_ends_the_lease),
        cmocka_unit_test(a_lost_link_asks_for_the_same_address_again),
        cmocka_unit_test(a_link_to_another_network_begins_anew),
        cmocka_unit_test(a_lease_is_given_back),
        cmocka_unit_test(a_lease_for_ever_is_never_renewed),
    };
    return cmocka_run_group_tests_name("client/dhcpv4", tests, NULL, NULL);
}
