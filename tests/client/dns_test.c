/* A DNS resolver: asks for both families, fails over, believes only what answers its question
 * (RFC 1035, RFC 5452). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/client/dns.h"

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

static void limits_that_cannot_work_are_refused(void **state)
{
    (void)state;
    static const struct stint_dns_client_limits wrong[] = {
        {0, 1, 1, 64}, {1, 0, 1, 64}, {1, 1, 0, 64}, {1, 1, 1, 1}, {1, 1, 1, 255}};
    struct stint_dns_client client;
    struct stint_carve counting = stint_carve_from(stint_span_of(NULL, 0));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(
            stint_dns_client_init(&client, &wrong[i], NULL, NULL, NULL, &counting), STINT_INVALID);
    }
    struct stint_carve little = stint_carve_from(stint_span_of(fixture.memory, 64));
    const struct stint_dns_client_limits many = {9, 9, 9, 99};
    assert_int_equal(
        stint_dns_client_init(&client, &many, NULL, NULL, NULL, &little), STINT_EXHAUSTED);
}

static void servers_that_no_host_can_be_are_refused(void **state)
{
    (void)state;
    const struct stint_endpoint many[STINT_DNS_CLIENT_SERVERS + 1] = {at(1, 0)};
    assert_int_equal(
        stint_dns_client_set_servers(&fixture.client, fixture.now, many, 5), STINT_INVALID);
    const struct stint_endpoint wrong[] = {at(0, 0), {stint_address_ipv4(255, 255, 255, 255), 0},
        {stint_address_ipv4(224, 0, 0, 251), 0}, {stint_address_ipv4(240, 0, 0, 1), 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(stint_dns_client_set_servers(&fixture.client, fixture.now, &wrong[i], 1),
            STINT_INVALID);
    }
    assert_int_equal(fixture.client.server_count, 1);
}

static void both_families_are_asked_for_at_once(void **state)
{
    (void)state;
    struct stint_dns_lookup lookup = dns_begin(&fixture, "www.example.", STINT_DNS_BOTH);
    const struct dns_sent a = dns_expect_query(&fixture, 53, STINT_DNS_A);
    const struct dns_sent aaaa = dns_expect_query(&fixture, 53, STINT_DNS_AAAA);
    assert_int_not_equal(a.from.port, aaaa.from.port);
    dns_reply_address(&fixture, &aaaa, 6, 60);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_ASKING);
    dns_reply_address(&fixture, &a, 4, 60);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_FOUND);
    struct stint_address found[3];
    assert_int_equal(stint_dns_client_addresses(&fixture.client, &lookup, found, 3), 2);
    const struct stint_address expected = stint_address_ipv4(10, 9, 9, 4);
    assert_true(stint_address_equal(&found[0], &expected));
    assert_int_equal(found[1].octets[15], 6);
    assert_int_equal(stint_dns_client_addresses(&fixture.client, &lookup, found, 1), 1);
    stint_dns_client_end(&fixture.client, &lookup);
    dns_expect_idle(&fixture);
}

static void one_family_that_is_found_is_enough(void **state)
{
    (void)state;
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "www.example", STINT_DNS_BOTH);
    const struct dns_sent a = dns_expect_query(&fixture, 53, STINT_DNS_A);
    const struct dns_sent aaaa = dns_expect_query(&fixture, 53, STINT_DNS_AAAA);
    dns_reply_status(&fixture, &aaaa, STINT_DNS_NO_ERROR);
    dns_reply_address(&fixture, &a, 4, 60);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_FOUND);
    assert_int_equal(dns_count(&fixture, &lookup), 1);
}

static void silence_is_met_by_waiting_longer_and_then_by_a_reason(void **state)
{
    (void)state;
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const int64_t waits_ms[] = {1000, 2000, 4000};
    for (size_t i = 0; i < 3; i++) {
        (void)dns_expect_query(&fixture, 53, STINT_DNS_A);
        dns_expect_outcome(&fixture, &lookup, STINT_DNS_ASKING);
        dns_wait(&fixture, waits_ms[i]);
    }
    dns_expect_silence(&fixture);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_SERVERS_SILENT);
    dns_expect_idle(&fixture);
}

static void servers_are_asked_in_turn(void **state)
{
    (void)state;
    dns_fixture_start(&fixture, 3);
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    for (uint8_t server = 53; server < 56; server++) {
        (void)dns_expect_query(&fixture, server, STINT_DNS_A);
        dns_wait(&fixture, 1000);
    }
    (void)dns_expect_query(&fixture, 53, STINT_DNS_A);
    dns_wait(&fixture, 2000);
    const struct dns_sent second = dns_expect_query(&fixture, 54, STINT_DNS_A);
    dns_reply_address(&fixture, &second, 1, 60);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_FOUND);
}

static void a_server_that_fails_or_refuses_gives_way_to_the_next_at_once(void **state)
{
    (void)state;
    dns_fixture_start(&fixture, 3);
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct dns_sent first = dns_expect_query(&fixture, 53, STINT_DNS_A);
    dns_reply_status(&fixture, &first, STINT_DNS_SERVER_FAILURE);
    const struct dns_sent second = dns_expect_query(&fixture, 54, STINT_DNS_A);
    dns_reply_status(&fixture, &second, STINT_DNS_REFUSED);
    const struct dns_sent third = dns_expect_query(&fixture, 55, STINT_DNS_A);
    dns_reply_address(&fixture, &third, 1, 60);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_FOUND);
}

static void what_servers_say_is_the_reason(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        unsigned queries;
        enum stint_dns_outcome outcome;
    } answers[] = {
        {STINT_DNS_SERVER_FAILURE, 3, STINT_DNS_SERVERS_FAIL},
        {STINT_DNS_REFUSED, 1, STINT_DNS_SERVERS_REFUSE},
        {STINT_DNS_FORMAT_ERROR, 1, STINT_DNS_SERVERS_REFUSE},
        {STINT_DNS_NOT_IMPLEMENTED, 1, STINT_DNS_SERVERS_REFUSE},
        {STINT_DNS_NO_SUCH_NAME, 1, STINT_DNS_NAME_UNKNOWN},
        {STINT_DNS_NO_ERROR, 1, STINT_DNS_NO_ADDRESS},
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        dns_fixture_start(&fixture, 1);
        const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV6);
        for (unsigned query = 0; query < answers[i].queries; query++) {
            const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_AAAA);
            dns_reply_status(&fixture, &sent, answers[i].status);
        }
        dns_expect_outcome(&fixture, &lookup, answers[i].outcome);
        dns_expect_idle(&fixture);
    }
}

static void an_unreachable_server_gives_way_at_once(void **state)
{
    (void)state;
    dns_fixture_start(&fixture, 2);
    (void)dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    assert_true(stint_udp_take_error(&fixture.net.udp, &sent.from, &sent.to, STINT_REFUSED));
    stint_dns_client_poll(&fixture.client, fixture.now);
    (void)dns_expect_query(&fixture, 54, STINT_DNS_A);
}

static void every_query_has_a_port_and_an_identifier_of_its_own(void **state)
{
    (void)state;
    enum { QUERIES = 300 };
    static struct dns_sent sent[QUERIES];
    unsigned same_port = 0;
    unsigned same_identifier = 0;
    for (size_t i = 0; i < QUERIES; i += 3) {
        char name[16] = "n000.example";
        name[1] = (char)('a' + i / 3 % 26);
        name[2] = (char)('a' + i / 78);
        struct stint_dns_lookup lookup = dns_begin(&fixture, name, STINT_DNS_IPV4);
        for (size_t j = 0; j < 3; j++) {
            sent[i + j] = dns_expect_query(&fixture, 53, STINT_DNS_A);
            dns_wait(&fixture, (int64_t)1000 << j);
        }
        stint_dns_client_end(&fixture.client, &lookup);
    }
    for (size_t i = 1; i < QUERIES; i++) {
        same_port += sent[i].from.port == sent[i - 1].from.port;
        same_identifier += sent[i].identifier == sent[i - 1].identifier;
        assert_true(sent[i].from.port >= 1024);
    }
    assert_in_range(same_port, 0, 2);
    assert_in_range(same_identifier, 0, 2);
}

static void forged_answers_are_counted_and_the_query_goes_on(void **state)
{
    (void)state;
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    struct stint_writer writer =
        dns_answer(&sent, stint_span_of(bytes, sizeof bytes), DNS_FLAGS_ANSWER, 1, 0);
    dns_put_address(&writer, &sent, 66, 60);
    const struct stint_view answer = stint_writer_written(&writer);
    assert_int_equal(dns_arrive(&fixture, &sent, at(66, 53), answer), STINT_DROP_UDP_PORT);
    assert_int_equal(dns_arrive(&fixture, &sent, at(53, 54), answer), STINT_DROP_UDP_PORT);
    bytes[1] ^= 1; /* another identifier */
    assert_int_equal(dns_arrive(&fixture, &sent, sent.to, answer), STINT_DROP_NONE);
    bytes[1] ^= 1;
    bytes[13] ^= 3; /* another question */
    assert_int_equal(dns_arrive(&fixture, &sent, sent.to, answer), STINT_DROP_NONE);
    bytes[13] ^= 3;
    assert_int_equal(fixture.drops[STINT_DROP_DNS_QUESTION], 2);
    assert_int_equal(
        dns_arrive(&fixture, &sent, sent.to, stint_view_first(answer, answer.length - 1)),
        STINT_DROP_NONE);
    assert_int_equal(fixture.drops[STINT_DROP_DNS_MALFORMED], 1);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_ASKING);
    dns_reply_address(&fixture, &sent, 1, 60);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_FOUND);
}

static void a_late_answer_finds_no_port(void **state)
{
    (void)state;
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct dns_sent first = dns_expect_query(&fixture, 53, STINT_DNS_A);
    dns_wait(&fixture, 1000);
    const struct dns_sent second = dns_expect_query(&fixture, 53, STINT_DNS_A);
    struct stint_writer writer =
        dns_answer(&first, stint_span_of(bytes, sizeof bytes), DNS_FLAGS_ANSWER, 1, 0);
    dns_put_address(&writer, &first, 1, 60);
    assert_int_equal(
        dns_arrive(&fixture, &first, first.to, stint_writer_written(&writer)), STINT_DROP_UDP_PORT);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_ASKING);
    dns_reply_address(&fixture, &second, 1, 60);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_FOUND);
    assert_int_equal(dns_arrive(&fixture, &second, second.to, stint_writer_written(&writer)),
        STINT_DROP_UDP_PORT);
}

static void aliases_are_followed(void **state)
{
    (void)state;
    static const uint8_t alias[] = {1, 'b', 0xc0, 14};
    static const uint8_t record[] = {1, 'b', 0xc0, 14, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 9, 9, 7};
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    struct stint_writer writer =
        dns_answer(&sent, stint_span_of(bytes, sizeof bytes), DNS_FLAGS_ANSWER, 2, 0);
    dns_put_record(&writer, STINT_DNS_CNAME, 60, alias, sizeof alias);
    stint_writer_put(&writer, stint_view_of(record, sizeof record));
    dns_reply(&fixture, &sent, &writer);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_FOUND);
    assert_int_equal(dns_count(&fixture, &lookup), 1);
}

static void of_a_truncated_answer_what_is_whole_is_used_and_not_remembered(void **state)
{
    (void)state;
    uint8_t bytes[DNS_MESSAGE_LENGTH];
    struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    struct stint_writer writer = dns_answer(
        &sent, stint_span_of(bytes, sizeof bytes), DNS_FLAGS_ANSWER | DNS_FLAG_TRUNCATED, 2, 0);
    dns_put_address(&writer, &sent, 1, 60);
    stint_writer_put16(&writer, 0xc00c);
    dns_reply(&fixture, &sent, &writer);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_FOUND);
    assert_int_equal(dns_count(&fixture, &lookup), 1);
    stint_dns_client_end(&fixture.client, &lookup);
    (void)dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    (void)dns_expect_query(&fixture, 53, STINT_DNS_A);
}

static void a_truncated_answer_without_address_fails(void **state)
{
    (void)state;
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    const struct dns_sent sent = dns_expect_query(&fixture, 53, STINT_DNS_A);
    dns_reply_status(&fixture, &sent, DNS_FLAG_TRUNCATED);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_ANSWER_TRUNCATED);
}

static void other_servers_are_asked_anew(void **state)
{
    (void)state;
    const struct stint_endpoint others[] = {at(77, 0)};
    (void)dns_begin(&fixture, "a.example", STINT_DNS_IPV4);
    (void)dns_expect_query(&fixture, 53, STINT_DNS_A);
    assert_int_equal(
        stint_dns_client_set_servers(&fixture.client, fixture.now, others, 1), STINT_OK);
    (void)dns_expect_query(&fixture, 77, STINT_DNS_A);
    const struct stint_dns_lookup lookup = dns_begin(&fixture, "b.example", STINT_DNS_IPV4);
    assert_int_equal(stint_dns_client_set_servers(&fixture.client, fixture.now, NULL, 0), STINT_OK);
    dns_expect_outcome(&fixture, &lookup, STINT_DNS_NO_SERVER);
    assert_int_equal(fixture.client.queries_under_way, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, with_one_server)
    const struct CMUnitTest tests[] = {
        TEST(limits_that_cannot_work_are_refused),
        TEST(servers_that_no_host_can_be_are_refused),
        TEST(both_families_are_asked_for_at_once),
        TEST(one_family_that_is_found_is_enough),
        TEST(silence_is_met_by_waiting_longer_and_then_by_a_reason),
        TEST(servers_are_asked_in_turn),
        TEST(a_server_that_fails_or_refuses_gives_way_to_the_next_at_once),
        TEST(what_servers_say_is_the_reason),
        TEST(an_unreachable_server_gives_way_at_once),
        TEST(every_query_has_a_port_and_an_identifier_of_its_own),
        TEST(forged_answers_are_counted_and_the_query_goes_on),
        TEST(a_late_answer_finds_no_port),
        TEST(aliases_are_followed),
        TEST(of_a_truncated_answer_what_is_whole_is_used_and_not_remembered),
        TEST(a_truncated_answer_without_address_fails),
        TEST(other_servers_are_asked_anew),
    };
#undef TEST
    return cmocka_run_group_tests_name("client/dns", tests, NULL, NULL);
}
