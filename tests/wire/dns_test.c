/* DNS queries and responses.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"

/* The names of these messages: a.example at 12, its tail "example" at 14. */
#define ASKED         "01 61 07 6578616d706c65 00 "
#define QUESTION_A    ASKED "0001 0001 "
#define QUESTION_AAAA ASKED "001c 0001 "
#define A_RECORD      "c00c 0001 0001 00000e10 0004 c0000201 " /* 16 octets */

static const struct stint_dns_question asks_a = {"a.example", 0x1234, STINT_DNS_A};
static const struct stint_dns_question asks_aaaa = {"a.example", 0x1234, STINT_DNS_AAAA};

static struct stint_dns_response response;
static uint8_t storage[512];

static enum stint_drop said_to(const char *hex, const struct stint_dns_question *question)
{
    const struct stint_view message = test_hex(hex, stint_span_of(storage, sizeof storage));
    return stint_dns_response_parse(message, question, &response);
}

static enum stint_drop parse(struct stint_view message)
{
    struct stint_dns_response unused;
    return stint_dns_response_parse(message, &asks_a, &unused);
}

static void assert_next_is(uint32_t expected, uint32_t ttl_s)
{
    struct stint_address address;
    uint32_t ttl = 0;
    assert_true(stint_dns_address_next(&response, &address, &ttl));
    assert_true(stint_address_is_ipv4(&address));
    assert_int_equal(stint_load32(address.octets + 12), expected);
    assert_int_equal(ttl, ttl_s);
}

static void assert_no_more(void)
{
    struct stint_address address;
    uint32_t ttl = 0;
    assert_false(stint_dns_address_next(&response, &address, &ttl));
}

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_dns_query_emit(value, writer);
}

static void a_query_asks_one_question(void **state)
{
    (void)state;
    uint8_t buffer[64];
    uint8_t bytes[64];
    const struct stint_view expected = test_hex(
        "1234 0100 0001 0000 0000 0000 " QUESTION_AAAA, stint_span_of(bytes, sizeof bytes));
    const struct stint_dns_question dotted = {"a.example.", 0x1234, STINT_DNS_AAAA};
    test_assert_view_equal(
        test_emitted(emit, &asks_aaaa, stint_span_of(buffer, sizeof buffer)), expected);
    test_assert_view_equal(
        test_emitted(emit, &dotted, stint_span_of(buffer, sizeof buffer)), expected);
    test_assert_emit_keeps_to_its_room(emit, &asks_a, 27);
}

static void a_name_that_cannot_be_is_not_asked_for(void **state)
{
    (void)state;
    static const char *const names[] = {"", ".", "..", ".a", "a..b", "a..",
        "0123456789012345678901234567890123456789012345678901234567890123"};
    static uint8_t buffer[400];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct stint_dns_question question = {names[i], 1, STINT_DNS_A};
        struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
        assert_false(stint_dns_query_emit(&question, &writer));
    }
    /* 253 characters make 255 octets; one more is too long. */
    for (size_t length = 250; length <= 256; length++) {
        char name[257] = {0};
        for (size_t i = 0; i < length; i++) {
            name[i] = i % 50 == 49 && i + 1 < length ? '.' : 'x';
        }
        const struct stint_dns_question question = {name, 1, STINT_DNS_A};
        struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
        assert_int_equal(stint_dns_query_emit(&question, &writer), length <= 253);
        assert_true(length > 253 || writer.used == 12 + length + 2 + 4);
    }
}

static void addresses_of_the_name_are_walked(void **state)
{
    (void)state;
    assert_int_equal(said_to("1234 8180 0001 0003 0000 0000 " QUESTION_A A_RECORD
                             "c00e 0001 0001 00000e10 0004 c0000202 "       /* another name */
                             "01 41 c00e 0001 0001 00000007 0004 c0000203", /* A.example */
                         &asks_a),
        STINT_DROP_NONE);
    assert_int_equal(response.status, STINT_DNS_NO_ERROR);
    assert_false(response.is_truncated);
    assert_next_is(UINT32_C(0xc0000201), 3600);
    assert_next_is(UINT32_C(0xc0000203), 7);
    assert_no_more();
    assert_no_more();
}

static void aliases_are_followed_in_any_order_and_cut_the_time_to_live(void **state)
{
    (void)state;
    /* b -> c (10 s), c: address (100 s), a -> b (20 s) */
    assert_int_equal(said_to("1234 8180 0001 0003 0000 0000 " QUESTION_A
                             "01 62 c00e 0005 0001 0000000a 0004 0163 c00e "
                             "01 63 c00e 0001 0001 00000064 0004 c0000209 "
                             "c00c 0005 0001 00000014 0002 c01b",
                         &asks_a),
        STINT_DROP_NONE);
    assert_next_is(UINT32_C(0xc0000209), 10);
    assert_no_more();
    char text[16];
    assert_int_equal(
        stint_dns_name_format(response.message, response.name_at, stint_span_of(text, 16)), 9);
    assert_string_equal(text, "c.example");
}

static void L2_aliases_in_a_circle_end(void **state)
{
    (void)state;
    assert_int_equal(said_to("1234 8180 0001 0002 0000 0000 " QUESTION_A
                             "c00c 0005 0001 00000014 0004 0162 c00e "
                             "01 62 c00e 0005 0001 0000000a 0002 c00c",
                         &asks_a),
        STINT_DROP_NONE);
    assert_no_more();
}

static void ipv6_addresses_are_read_but_never_mapped_ones(void **state)
{
    (void)state;
    assert_int_equal(said_to("1234 8180 0001 0002 0000 0000 " QUESTION_AAAA
                             "c00c 001c 0001 00000e10 0010 00000000000000000000ffffc0000201"
                             "c00c 001c 0001 ffffffff 0010 20010db8000000000000000000000001",
                         &asks_aaaa),
        STINT_DROP_NONE);
    struct stint_address address;
    uint32_t ttl = 1;
    assert_true(stint_dns_address_next(&response, &address, &ttl));
    assert_int_equal(address.octets[0], 0x20);
    assert_int_equal(ttl, 0); /* RFC 2181 8: the highest bit says 0 */
    assert_no_more();
}

static void a_long_time_to_live_is_cut_to_a_day(void **state)
{
    (void)state;
    assert_int_equal(
        said_to("1234 8180 0001 0001 0000 0000 " QUESTION_A "c00c 0001 0001 7fffffff 0004 c0000201",
            &asks_a),
        STINT_DROP_NONE);
    assert_next_is(UINT32_C(0xc0000201), 86400);
}

static void a_negative_answer_holds_as_long_as_its_soa_says(void **state)
{
    (void)state;
    static const struct {
        const char *ttl;
        const char *minimum;
        uint32_t expected;
    } soas[] = {{"00000e10", "0000003c", 60}, {"0000003c", "00000e10", 60},
        {"7fffffff", "7fffffff", 86400}, {"80000000", "0000003c", 0}};
    for (size_t i = 0; i < sizeof soas / sizeof soas[0]; i++) {
        char hex[300] = "1234 8183 0001 0000 0001 0000 " QUESTION_A "c00e 0006 0001 ";
        strcat(hex, soas[i].ttl);
        strcat(hex, "001a 0161 c00e c00e 00000001 00000002 00000003 00000004 ");
        strcat(hex, soas[i].minimum);
        assert_int_equal(said_to(hex, &asks_a), STINT_DROP_NONE);
        assert_int_equal(response.status, STINT_DNS_NO_SUCH_NAME);
        assert_no_more();
        uint32_t ttl = 1;
        assert_true(stint_dns_negative_ttl(&response, &ttl));
        assert_int_equal(ttl, soas[i].expected);
        storage[27 + 11] = 25; /* shorter than its numbers */
        const struct stint_view cut = stint_view_of(storage, response.message.length - 1);
        assert_int_equal(stint_dns_response_parse(cut, &asks_a, &response), STINT_DROP_NONE);
        assert_false(stint_dns_negative_ttl(&response, &ttl));
    }
}

static void of_a_truncated_response_what_is_whole_is_read(void **state)
{
    (void)state;
    assert_int_equal(
        said_to("1234 8380 0001 0002 0000 0000 " QUESTION_A A_RECORD "c00c 00", &asks_a),
        STINT_DROP_NONE);
    assert_true(response.is_truncated);
    assert_next_is(0xc0000201, 3600);
    assert_no_more();
}

static void responses_that_are_none_of_ours_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum stint_drop said;
    } wrong[] = {
        {"1234 0100 0001 0000 0000 0000 " QUESTION_A, STINT_DROP_DNS_MALFORMED}, /* a query */
        {"1234 8900 0001 0000 0000 0000 " QUESTION_A, STINT_DROP_DNS_MALFORMED}, /* no QUERY */
        {"1235 8180 0001 0000 0000 0000 " QUESTION_A, STINT_DROP_DNS_QUESTION},
        {"1234 8180 0000 0000 0000 0000 " QUESTION_A, STINT_DROP_DNS_QUESTION},
        {"1234 8180 0002 0000 0000 0000 " QUESTION_A, STINT_DROP_DNS_QUESTION},
        {"1234 8180 0001 0000 0000 0000 " QUESTION_AAAA, STINT_DROP_DNS_QUESTION},
        {"1234 8180 0001 0000 0000 0000 " ASKED "0001 0003", STINT_DROP_DNS_QUESTION},
        {"1234 8180 0001 0000 0000 0000 01 62 07 6578616d706c65 00 00010001",
            STINT_DROP_DNS_QUESTION},
        {"1234 8180 0001 0000 0000 0000 01 61 00 00010001", STINT_DROP_DNS_QUESTION},
        {"1234 8180 0001 0000 0000 0000 c00c 00010001", STINT_DROP_DNS_QUESTION},
        {"1234 8180 0001 0000 0000 0000 01 61 40 00 00010001", STINT_DROP_DNS_QUESTION},
        {"1234 8180 0001 0001 0000 0000 " QUESTION_A, STINT_DROP_DNS_MALFORMED},
        {"1234 8180 0001 0000 0001 0000 " QUESTION_A "c00c", STINT_DROP_DNS_MALFORMED},
        {"1234 8180 0001 0001 0000 0000 " QUESTION_A "c01b 0001 0001 00000001 0000",
            STINT_DROP_DNS_MALFORMED}, /* a pointer to itself */
        {"1234 8180 0001 0001 0000 0000 " QUESTION_A "0161 c01b 0001 0001 00000001 0000",
            STINT_DROP_DNS_MALFORMED}, /* a name that ends in itself */
        {"1234 8180 0001 0001 0000 0000 " QUESTION_A "c020 0001 0001 00000001 0000",
            STINT_DROP_DNS_MALFORMED}, /* a pointer forwards */
        {"1234 8180 0001 0001 0000 0000 " QUESTION_A "80 00", STINT_DROP_DNS_MALFORMED},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const enum stint_drop said = said_to(wrong[i].hex, &asks_a);
        if (said != wrong[i].said) {
            fail_msg("%s: %s", wrong[i].hex, stint_drop_name(said));
        }
    }
}

static void L1_every_truncation_is_refused(void **state)
{
    (void)state;
    const struct stint_view whole =
        test_hex("1234 8180 0001 0001 0000 0000 " QUESTION_A A_RECORD, stint_span_of(storage, 512));
    test_assert_parse_says(parse, whole, STINT_DROP_NONE);
    test_assert_every_truncation_is_refused(parse, whole);
}

static void names_are_written_as_text_where_they_fit(void **state)
{
    (void)state;
    char text[10];
    const struct stint_view name = test_hex(ASKED, stint_span_of(storage, 512));
    assert_int_equal(stint_dns_name_format(name, 0, stint_span_of(text, 10)), 9);
    assert_string_equal(text, "a.example");
    assert_int_equal(stint_dns_name_format(name, 0, stint_span_of(text, 9)), 0);
    for (size_t length = 0; length < name.length; length++) {
        assert_int_equal(
            stint_dns_name_format(stint_view_first(name, length), 0, stint_span_of(text, 10)), 0);
    }
    storage[1] = '.'; /* a dot within a label would be another name */
    assert_int_equal(stint_dns_name_format(name, 0, stint_span_of(text, 10)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_asks_one_question),
        cmocka_unit_test(a_name_that_cannot_be_is_not_asked_for),
        cmocka_unit_test(addresses_of_the_name_are_walked),
        cmocka_unit_test(aliases_are_followed_in_any_order_and_cut_the_time_to_live),
        cmocka_unit_test(L2_aliases_in_a_circle_end),
        cmocka_unit_test(ipv6_addresses_are_read_but_never_mapped_ones),
        cmocka_unit_test(a_long_time_to_live_is_cut_to_a_day),
        cmocka_unit_test(a_negative_answer_holds_as_long_as_its_soa_says),
        cmocka_unit_test(of_a_truncated_response_what_is_whole_is_read),
        cmocka_unit_test(responses_that_are_none_of_ours_are_refused),
        cmocka_unit_test(L1_every_truncation_is_refused),
        cmocka_unit_test(names_are_written_as_text_where_they_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
