/* What a DNS resolver remembers and for how long, and what it asks nobody for (RFC 2308, RFC 6761).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/dns_fixture.h"

static struct dns_fixture fixture;

static int with_one_server(void **state)
{
    (void)state;
    dns_fixture_start(&fixture, 1);
    return 0;
}

/* Looks up, is answered by `host` for `ttl_s`, ends. */
static void learn(const char *name, uint32_t ttl_s)
{
    struct stint_dns_lookup lookup = dns_begin(&fixture, name, STINT_DNS_IPV4);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    dns_reply_address(&fixture, &sent, 1, ttl_s);
    stint_dns_client_end(&fixture.client, &lookup);
}

static void pass(int64_t seconds)
{
    fixture.now = stint_instant_after(fixture.now, stint_seconds(seconds));
}

/* True when the name is known without a query. */
static bool remembers(const char *name)
{
    struct stint_dns_lookup lookup = dns_begin(&fixture, name, STINT_DNS_IPV4);
    struct dns_sent sent;
    const bool asked = dns_next_query(&fixture, &sent);
    if (asked) {
        dns_reply_status(&fixture, &sent, STINT_DNS_NO_ERROR);
    }
    stint_dns_client_end(&fixture.client, &lookup);
    return !asked;
}

static void an_answer_is_remembered_for_its_time_and_no_longer(void **state)
{
    (void)state;
    learn("A.Example.", 60);
    pass(59);
    assert_true(remembers("a.example"));
    pass(1);
    assert_false(remembers("a.example"));
}

static void an_answer_for_no_time_serves_who_asked(void **state)
{
    (void)state;
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    dns_reply_address(&fixture, &sent, 1, 0);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_FOUND);
    assert_int_equal(dns_count(&fixture, &lookup), 1);
    assert_false(remembers("a.example"));
}

static void nothing_is_remembered_for_more_than_a_day(void **state)
{
    (void)state;
    learn("a.example", 604800);
    pass(86399);
    assert_true(remembers("a.example"));
    pass(1);
    assert_false(remembers("a.example"));
}

static void that_there_is_none_is_remembered_as_the_zone_says(void **state)
{
    (void)state;
    static const struct {
        uint32_t ttl_s;
        uint32_t minimum_s;
        int64_t kept_s;
    } zones[] = {{60, 30, 30}, {30, 60, 30}, {86400, 86400, STINT_DNS_CLIENT_NEGATIVE_S}};
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        uint8_t bytes[DNS_MESSAGE_LENGTH];
        dns_fixture_start(&fixture, 1);
        struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
        const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
        struct stint_writer writer = dns_answer(&sent, stint_span_of(bytes, sizeof bytes),
            DNS_FLAGS_ANSWER + STINT_DNS_NO_SUCH_NAME, 0, 1);
        dns_put_soa(&writer, zones[i].ttl_s, zones[i].minimum_s);
        dns_reply(&fixture, &sent, &writer);
        dns_expect_outcome(&fixture, &lookup, STINT_DNS_NAME_UNKNOWN);
        stint_dns_client_end(&fixture.client, &lookup);
        pass(zones[i].kept_s - 1);
        assert_true(remembers("a.example"));
        pass(1);
        assert_false(remembers("a.example"));
    }
}

static void that_there_is_none_is_forgotten_when_no_zone_says_how_long(void **state)
{
    (void)state;
    assert_false(remembers("a.example"));
    assert_false(remembers("a.example"));
}

static void a_failure_is_remembered_for_a_second(void **state)
{
    (void)state;
    struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    dns_reply_status(&fixture, &sent, STINT_DNS_REFUSED);
    stint_dns_client_end(&fixture.client, &lookup);
    assert_true(remembers("a.example"));
    pass(1);
    assert_false(remembers("a.example"));
}

static void other_servers_may_know_better(void **state)
{
    (void)state;
    const struct stint_endpoint servers[] = {at(53, 0)};
    learn("a.example", 60);
    assert_int_equal(
        stint_dns_client_set_servers(&fixture.client, fixture.now, servers, 1), STINT_OK);
    assert_false(remembers("a.example"));
}

static void the_name_that_was_used_longest_ago_is_forgotten(void **state)
{
    (void)state;
    learn("a.example", 600);
    pass(1);
    learn("b.example", 600);
    pass(1);
    learn("c.example", 600);
    pass(1);
    assert_true(remembers("a.example"));
    learn("d.example", 600);
    assert_true(remembers("a.example"));
    assert_true(remembers("c.example"));
    assert_false(remembers("b.example"));
}

static void what_is_asked_for_already_is_asked_for_once(void **state)
{
    (void)state;
    struct stint_dns_lookup first = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct stint_dns_lookup second = dns_begin(&fixture, "A.EXAMPLE", STINT_DNS_IPV4);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    dns_expect_silence(&fixture);
    stint_dns_client_end(&fixture.client, &first);
    dns_reply_address(&fixture, &sent, 1, 60);
    dns_expect_outcome(&fixture, &second, STINT_DNS_FOUND);
}

static void too_many_queries_and_names_are_refused(void **state)
{
    (void)state;
    (void)dns_begin(&fixture, "a.example", STINT_DNS_BOTH);
    (void)dns_begin(&fixture, "b.example", STINT_DNS_BOTH);
    struct stint_dns_lookup third = dns_begin(&fixture, "c.example", STINT_DNS_BOTH);
    dns_expect_outcome(&fixture, &third, STINT_DNS_TOO_MANY);
    assert_int_equal(fixture.client.refused, 2);
    const struct stint_dns_lookup fourth = dns_begin(&fixture, "d.example", STINT_DNS_IPV4);
    dns_expect_outcome(&fixture, &fourth, STINT_DNS_TOO_MANY);
    assert_int_equal(fixture.client.refused, 3);
    /* An answer makes room. */
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    dns_reply_address(&fixture, &sent, 1, 60);
    stint_dns_client_end(&fixture.client, &third);
    const struct stint_dns_lookup fifth = dns_begin(&fixture, "d.example", STINT_DNS_IPV4);
    dns_expect_outcome(&fixture, &fifth, STINT_DNS_ASKING);
}

static void without_sockets_it_is_said_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < UDP_SOCKETS; i++) {
        (void)udp_open(&fixture.net, 0);
    }
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_TOO_MANY);
    assert_int_equal(fixture.client.queries_under_way, 0);
}

static void no_more_addresses_than_the_limit_are_remembered(void **state)
{
    (void)state;
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV6);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_AAAA);
    struct stint_writer writer =
        dns_answer(&sent, stint_span_of(bytes, sizeof bytes), DNS_FLAGS_ANSWER, 5, 0);
    for (uint8_t i = 0; i < 5; i++) {
        dns_put_address(&writer, &sent, i, 60);
    }
    dns_reply(&fixture, &sent, &writer);
    assert_int_equal(dns_count(&fixture, &lookup), fixture.client.limits.addresses);
}

static void some_names_are_asked_of_nobody(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum stint_dns_families families;
        enum stint_dns_outcome outcome;
        size_t count;
    } names[] = {
        {"localhost", STINT_DNS_BOTH, STINT_DNS_FOUND, 2},
        {"a.LocalHost.", STINT_DNS_IPV6, STINT_DNS_FOUND, 1},
        {"localhost", STINT_DNS_IPV4, STINT_DNS_FOUND, 1},
        {"10.1.2.3", STINT_DNS_BOTH, STINT_DNS_FOUND, 1},
        {"fe80::1", STINT_DNS_BOTH, STINT_DNS_FOUND, 1},
        {"fe80::1", STINT_DNS_IPV4, STINT_DNS_NO_ADDRESS, 0},
        {"10.1.2.3", STINT_DNS_IPV6, STINT_DNS_NO_ADDRESS, 0},
        {"printer.local", STINT_DNS_BOTH, STINT_DNS_NAME_NOT_ASKED, 0},
        {"local.", STINT_DNS_BOTH, STINT_DNS_NAME_NOT_ASKED, 0},
        {"a.onion", STINT_DNS_BOTH, STINT_DNS_NAME_NOT_ASKED, 0},
        {"a.invalid", STINT_DNS_BOTH, STINT_DNS_NAME_UNKNOWN, 0},
        {"", STINT_DNS_BOTH, STINT_DNS_NAME_INVALID, 0},
        {".", STINT_DNS_BOTH, STINT_DNS_NAME_INVALID, 0},
        {"a..b", STINT_DNS_BOTH, STINT_DNS_NAME_INVALID, 0},
        {"a b", STINT_DNS_BOTH, STINT_DNS_NAME_INVALID, 0},
        {"a\n.example", STINT_DNS_BOTH, STINT_DNS_NAME_INVALID, 0},
        {"b\xc3\xbc.example", STINT_DNS_BOTH, STINT_DNS_NAME_INVALID, 0},
        {"0123456789012345678901234567890.012345678901234567890123456789ab", STINT_DNS_BOTH,
            STINT_DNS_NAME_INVALID, 0}, /* one longer than the limit */
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct stint_dns_lookup lookup =
            dns_begin(&fixture, names[i].name, names[i].families);
        dns_expect_outcome(&fixture, &lookup, names[i].outcome);
        assert_int_equal(dns_count(&fixture, &lookup), names[i].count);
        dns_expect_silence(&fixture);
    }
    (void)dns_begin(&fixture, "mylocalhost", STINT_DNS_IPV4);
    (void)dns_expect_query(&fixture, 53, STINT_DNS_A);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, with_one_server)
    const struct CMUnitTest tests[] = {
        TEST(an_answer_is_remembered_for_its_time_and_no_longer),
        TEST(an_answer_for_no_time_serves_who_asked),
        TEST(nothing_is_remembered_for_more_than_a_day),
        TEST(that_there_is_none_is_remembered_as_the_zone_says),
        TEST(that_there_is_none_is_forgotten_when_no_zone_says_how_long),
        TEST(a_failure_is_remembered_for_a_second),
        TEST(other_servers_may_know_better),
        TEST(the_name_that_was_used_longest_ago_is_forgotten),
        TEST(what_is_asked_for_already_is_asked_for_once),
        TEST(too_many_queries_and_names_are_refused),
        TEST(without_sockets_it_is_said_at_once),
        TEST(no_more_addresses_than_the_limit_are_remembered),
        TEST(some_names_are_asked_of_nobody),
    };
#undef TEST
    return cmocka_run_group_tests_name("client/dns_names", tests, NULL, NULL);
}
