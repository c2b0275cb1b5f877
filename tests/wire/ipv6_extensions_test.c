/* IPv6 extension headers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/ipv6_extensions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"

enum { HOP = 0, UDP = 17, ROUTING = 43, FRAGMENT = 44, NOTHING = 59, DESTINATION = 60 };

/* Chains that reach an upper layer, which begins after `walked` bytes. */
static const struct {
    const char *payload;
    uint8_t first;
    uint8_t protocol;
    size_t walked;
    size_t pointer;
} accepted[] = {
    {"", UDP, UDP, 0, 6}, {"0102", UDP, UDP, 0, 6}, {"", NOTHING, NOTHING, 0, 6},
    {"1100010400000000 0102", HOP, UDP, 8, 40}, {"1100010400000000 0102", DESTINATION, UDP, 8, 40},
    {"1100000000000000 0102", HOP, UDP, 8, 40}, /* six times Pad1 */
    {"1100050200000100 0102", HOP, UDP, 8, 40}, /* router alert */
    {"11001e0400000000", HOP, UDP, 8, 40},      /* unknown, skipped */
    {"3c00010400000000 1100010400000000 0102", HOP, UDP, 16, 48},
    {"1101 010c000000000000000000000000 aa", DESTINATION, UDP, 16, 40},
    {"1100000000000000", ROUTING, UDP, 8, 40},                    /* type 0, no segments left */
    {"1100040000000000", ROUTING, UDP, 8, 40},                    /* type 4, no segments left */
    {"1100000000000007 0102", FRAGMENT, UDP, 8, 40},              /* atomic */
    {"3c00000600000007 1100010400000000", FRAGMENT, UDP, 16, 48}, /* reserved bits */
    {"3300010400000000 0102", HOP, 51, 8, 40},                    /* AH: nobody handles it */
};

/* Chains that are refused; `answer` and what is told to the sender. */
static const struct {
    const char *payload;
    uint8_t first;
    enum stint_drop said;
    enum stint_ipv6_answer answer;
    enum stint_ipv6_problem problem;
    size_t pointer;
} refused[] = {
    {"1100 4004 00000000", HOP, STINT_DROP_IPV6_OPTION, STINT_IPV6_ANSWER_NEVER, 0, 0},
    {"1100 8004 00000000", HOP, STINT_DROP_IPV6_OPTION, STINT_IPV6_ANSWER_ALWAYS, 2, 42},
    {"1100 c204 00000000", HOP, STINT_DROP_IPV6_OPTION, STINT_IPV6_ANSWER_UNICAST, 2, 42},
    {"1100 0100 0000 c300", DESTINATION, STINT_DROP_IPV6_OPTION, STINT_IPV6_ANSWER_UNICAST, 2, 46},
    {"1100 0502 0000 1e01", HOP, STINT_DROP_IPV6_OPTION, STINT_IPV6_ANSWER_UNICAST, 0, 47},
    {"1100 0000 0000 0001", HOP, STINT_DROP_IPV6_OPTION, STINT_IPV6_ANSWER_UNICAST, 0, 48},
    {"1100 0105 00000000", HOP, STINT_DROP_IPV6_OPTION, STINT_IPV6_ANSWER_UNICAST, 0, 43},
    {"1102 0001 00000000 0000000000000000 0000000000000000", ROUTING, STINT_DROP_IPV6_ROUTING,
        STINT_IPV6_ANSWER_UNICAST, 0, 42},
    {"1100 0401 00000000", ROUTING, STINT_DROP_IPV6_ROUTING, STINT_IPV6_ANSWER_UNICAST, 0, 42},
    {"0000 0104 00000000 1100010400000000", HOP, STINT_DROP_IPV6_NEXT_HEADER,
        STINT_IPV6_ANSWER_UNICAST, 1, 40},
    {"3c00 0104 00000000 0000010400000000 1100", DESTINATION, STINT_DROP_IPV6_NEXT_HEADER,
        STINT_IPV6_ANSWER_UNICAST, 1, 48},
    {"0000000100000007 0000000000000000", FRAGMENT, STINT_DROP_IPV6_NEXT_HEADER,
        STINT_IPV6_ANSWER_UNICAST, 1, 40},
    {"1100000100000007 000000000000", FRAGMENT, STINT_DROP_IPV6_FRAGMENT, STINT_IPV6_ANSWER_UNICAST,
        0, 4},
    {"1100fff800000007 0000000000000000", FRAGMENT, STINT_DROP_IPV6_FRAGMENT,
        STINT_IPV6_ANSWER_UNICAST, 0, 42},
    {"2c00010400000000 1100fff800000007", HOP, STINT_DROP_IPV6_FRAGMENT, STINT_IPV6_ANSWER_UNICAST,
        0, 50},
    {"", HOP, STINT_DROP_IPV6_EXTENSION, STINT_IPV6_ANSWER_NEVER, 0, 0},
    {"", FRAGMENT, STINT_DROP_IPV6_EXTENSION, STINT_IPV6_ANSWER_NEVER, 0, 0},
    {"", ROUTING, STINT_DROP_IPV6_EXTENSION, STINT_IPV6_ANSWER_NEVER, 0, 0},
    {"11ff010400000000", HOP, STINT_DROP_IPV6_EXTENSION, STINT_IPV6_ANSWER_NEVER, 0, 0},
};

static uint8_t first;

static enum stint_drop parse(struct stint_view payload)
{
    struct stint_ipv6_chain chain;
    return stint_ipv6_chain_parse(payload, first, &chain);
}

static void chains_are_walked_to_the_upper_layer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        uint8_t bytes[64];
        const struct stint_view payload =
            test_hex(accepted[i].payload, stint_span_of(bytes, sizeof bytes));
        const struct stint_span copy = test_exact_copy(payload);
        struct stint_ipv6_chain chain;
        assert_int_equal(
            stint_ipv6_chain_parse(stint_span_as_view(copy), accepted[i].first, &chain),
            STINT_DROP_NONE);
        assert_int_equal(chain.protocol, accepted[i].protocol);
        assert_int_equal(chain.headers_length, accepted[i].walked);
        assert_int_equal(chain.pointer, accepted[i].pointer);
        assert_false(chain.is_fragment);
        test_assert_view_equal(
            chain.payload, stint_view_without_first(payload, accepted[i].walked));
        test_release(copy);
    }
}

static void what_is_refused_tells_the_sender_as_it_asks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        uint8_t bytes[64];
        const struct stint_span copy =
            test_exact_copy(test_hex(refused[i].payload, stint_span_of(bytes, sizeof bytes)));
        struct stint_ipv6_chain chain;
        const enum stint_drop said =
            stint_ipv6_chain_parse(stint_span_as_view(copy), refused[i].first, &chain);
        if (said != refused[i].said || chain.answer != refused[i].answer) {
            fail_msg("%s: %s", refused[i].payload, stint_drop_name(said));
        }
        if (chain.answer != STINT_IPV6_ANSWER_NEVER) {
            assert_int_equal(chain.problem, refused[i].problem);
            assert_int_equal(chain.pointer, refused[i].pointer);
        }
        test_release(copy);
    }
}

static void L2_every_truncation_of_the_headers_is_refused(void **state)
{
    (void)state;
    static const uint8_t kinds[] = {HOP, DESTINATION, ROUTING, FRAGMENT};
    for (size_t i = 0; i < sizeof kinds; i++) {
        uint8_t bytes[24];
        const struct stint_view payload =
            test_hex("3c00000000000000 1101010c00000000 0000000000000000",
                stint_span_of(bytes, sizeof bytes));
        first = kinds[i];
        test_assert_parse_says(parse, payload, STINT_DROP_NONE);
        for (size_t length = 0; length < payload.length; length++) {
            test_assert_parse_says(
                parse, stint_view_first(payload, length), STINT_DROP_IPV6_EXTENSION);
        }
    }
}

static void a_router_alert_is_noticed_among_the_hop_by_hop_options_only(void **state)
{
    (void)state;
    uint8_t bytes[8];
    const struct stint_view alert =
        test_hex("1100050200000100", stint_span_of(bytes, sizeof bytes));
    struct stint_ipv6_chain chain;
    assert_int_equal(stint_ipv6_chain_parse(alert, HOP, &chain), STINT_DROP_NONE);
    assert_true(chain.router_alert);
    assert_int_equal(stint_ipv6_chain_parse(alert, DESTINATION, &chain), STINT_DROP_NONE);
    assert_false(chain.router_alert);
}

static void a_fragment_is_told_by_its_fields(void **state)
{
    (void)state;
    uint8_t bytes[32];
    const struct stint_view payload = test_hex(
        "2c00010400000000 1100 05a9 12345678 0102030405060708", stint_span_of(bytes, sizeof bytes));
    struct stint_ipv6_chain chain;
    assert_int_equal(stint_ipv6_chain_parse(payload, HOP, &chain), STINT_DROP_NONE);
    assert_true(chain.is_fragment);
    assert_true(chain.more_fragments);
    assert_int_equal(chain.fragment_offset, 0x05a8);
    assert_int_equal(chain.identification, 0x12345678);
    assert_int_equal(chain.protocol, UDP);
    assert_int_equal(chain.payload.length, 8);
    uint8_t buffer[8];
    struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
    assert_true(stint_ipv6_fragment_header_emit(&chain, &writer));
    test_assert_view_equal(stint_writer_written(&writer), stint_view_of(bytes + 8, 8));
    assert_false(stint_ipv6_fragment_header_emit(&chain, &writer));
}

static void a_quoted_fragment_may_be_cut_off(void **state)
{
    (void)state;
    uint8_t bytes[16];
    const struct stint_view payload =
        test_hex("1100000112345678 010203", stint_span_of(bytes, sizeof bytes));
    struct stint_ipv6_chain chain;
    assert_int_equal(stint_ipv6_chain_parse(payload, FRAGMENT, &chain), STINT_DROP_IPV6_FRAGMENT);
    assert_int_equal(stint_ipv6_chain_parse_quote(payload, FRAGMENT, &chain), STINT_DROP_NONE);
    assert_int_equal(chain.payload.length, 3);
}

static void L2_a_chain_of_more_than_eight_headers_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[9 * 8] = {0};
    for (size_t i = 0; i < 9; i++) {
        bytes[i * 8] = DESTINATION;
    }
    first = DESTINATION;
    bytes[7 * 8] = UDP;
    test_assert_parse_says(parse, stint_view_of(bytes, sizeof bytes), STINT_DROP_NONE);
    bytes[7 * 8] = DESTINATION;
    bytes[8 * 8] = UDP;
    test_assert_parse_says(parse, stint_view_of(bytes, sizeof bytes), STINT_DROP_IPV6_EXTENSION);
}

static void L2_a_header_of_more_than_sixteen_options_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[24] = {UDP, 2};
    first = HOP;
    bytes[16] = 1; /* fourteen times Pad1 and PadN to the end */
    bytes[17] = 6;
    test_assert_parse_says(parse, stint_view_of(bytes, sizeof bytes), STINT_DROP_NONE);
    bytes[16] = 0;
    bytes[17] = 0;
    test_assert_parse_says(parse, stint_view_of(bytes, sizeof bytes), STINT_DROP_IPV6_OPTION);
}

static void a_router_alert_is_written_as_it_is_read(void **state)
{
    (void)state;
    uint8_t bytes[8];
    const struct stint_view expected =
        test_hex("3a00050200000100", stint_span_of(bytes, sizeof bytes));
    uint8_t buffer[8];
    for (size_t room = 0; room <= sizeof buffer; room++) {
        struct stint_writer writer = stint_writer_into(stint_span_of(buffer, room));
        assert_int_equal(stint_ipv6_router_alert_emit(58, &writer), room == 8);
        assert_int_equal(writer.used, room == 8 ? 8 : 0);
    }
    test_assert_view_equal(stint_view_of(buffer, sizeof buffer), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_are_walked_to_the_upper_layer),
        cmocka_unit_test(what_is_refused_tells_the_sender_as_it_asks),
        cmocka_unit_test(L2_every_truncation_of_the_headers_is_refused),
        cmocka_unit_test(a_router_alert_is_noticed_among_the_hop_by_hop_options_only),
        cmocka_unit_test(a_fragment_is_told_by_its_fields),
        cmocka_unit_test(a_quoted_fragment_may_be_cut_off),
        cmocka_unit_test(L2_a_chain_of_more_than_eight_headers_is_refused),
        cmocka_unit_test(L2_a_header_of_more_than_sixteen_options_is_refused),
        cmocka_unit_test(a_router_alert_is_written_as_it_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
