/* Options of neighbor discovery.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address_text.h"
#include "stint/wire/ndp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"

static struct stint_view options_of(const char *hex, uint8_t *bytes)
{
    return test_hex(hex, stint_span_of(bytes, 64));
}

static void assert_address(const struct stint_address *address, const char *expected)
{
    char text[STINT_ADDRESS_TEXT_LENGTH];
    stint_address_format(address, text, sizeof text);
    assert_string_equal(text, expected);
}

static void each_option_tells_what_its_type_has(void **state)
{
    (void)state;
    uint8_t bytes[64];
    struct stint_ndp_option option;
    struct stint_view options = options_of("0304 40c0 00000e10 00000708 00000000"
                                           "20010db800000000ffffffffffffffff 0501000000000500",
        bytes);
    assert_true(stint_ndp_option_next(&options, &option));
    assert_int_equal(option.type, STINT_NDP_PREFIX_INFORMATION);
    assert_int_equal(option.prefix_length, 64);
    assert_true(option.on_link);
    assert_true(option.is_autonomous);
    assert_int_equal(option.lifetime_s, 3600);
    assert_int_equal(option.preferred_lifetime_s, 1800);
    assert_address(&option.address, "2001:db8::"); /* bits past the prefix are 0 */
    assert_true(stint_ndp_option_next(&options, &option));
    assert_int_equal(option.type, STINT_NDP_MTU);
    assert_int_equal(option.mtu, 1280);
    assert_false(stint_ndp_option_next(&options, &option));

    options = options_of("1802 2f18 00000e10 20010db8fffffff1"
                         "1903 0000 00000010 20010db8000000000000000000000053"
                         "1f02 0000 00000020 03616263 00000000",
        bytes);
    assert_true(stint_ndp_option_next(&options, &option));
    assert_int_equal(option.type, STINT_NDP_ROUTE_INFORMATION);
    assert_int_equal(option.preference, STINT_NDP_PREFERENCE_LOW);
    assert_int_equal(option.prefix_length, 47);
    assert_address(&option.address, "2001:db8:fffe::");
    assert_true(stint_ndp_option_next(&options, &option));
    assert_int_equal(option.type, STINT_NDP_DNS_SERVERS);
    assert_int_equal(option.lifetime_s, 16);
    assert_int_equal(option.list.length, 16);
    assert_true(stint_ndp_option_next(&options, &option));
    assert_int_equal(option.type, STINT_NDP_DNS_SEARCH_LIST);
    assert_int_equal(option.list.length, 8);
    assert_false(stint_ndp_option_next(&options, &option));

    options = options_of("0101020000000007 0402000000000000 6000000000000000", bytes);
    assert_true(stint_ndp_option_next(&options, &option));
    assert_int_equal(option.link_address.octets[5], 7);
    assert_true(stint_ndp_option_next(&options, &option));
    assert_int_equal(option.type, STINT_NDP_REDIRECTED_HEADER);
    assert_int_equal(option.list.length, 8);
}

/* Each is followed by an MTU option, which is found. */
static const char *const skipped[] = {
    "0e01000000000000",                    /* nonce: unknown here */
    "0102000000000000 0000000000000000",   /* a link address of another link */
    "0302 4000 00000000 0000000000000000", /* a prefix too short */
    "0304 81c0 ffffffff ffffffff 00000000 20010db8000000000000000000000000", /* longer than 128 */
    "0304 40c0 00000001 00000002 00000000 20010db8000000000000000000000000", /* preferred > valid */
    "0501 0000 000004ff",                                                    /* an MTU below 1280 */
    "0502 0000 00000500 0000000000000000", /* an MTU of two units */
    "1801 4000 00000001",                  /* a route without its prefix */
    "1802 4010 00000001 20010db800000000", /* the reserved preference */
    "1804 4000 00000001 20010db8000000000000000000000000 0000000000000000",
    "1901 0000 00000001",                  /* no server */
    "1902 0000 00000001 20010db800000000", /* half a server */
    "1f01 0000 00000001",                  /* no name */
};

static void what_is_unknown_or_wrong_for_its_type_is_skipped(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof skipped / sizeof skipped[0]; i++) {
        uint8_t bytes[64];
        const size_t length = options_of(skipped[i], bytes).length;
        const struct stint_view mtu =
            test_hex("05010000000005dc", stint_span_of(bytes + length, 8));
        const struct stint_span copy = test_exact_copy(stint_view_of(bytes, length + mtu.length));
        struct stint_view options = stint_span_as_view(copy);
        struct stint_ndp_option option;
        assert_true(stint_ndp_option_next(&options, &option));
        assert_int_equal(option.mtu, 1500);
        assert_false(stint_ndp_option_next(&options, &option));
        test_release(copy);
    }
}

static void L2_an_option_of_length_zero_or_past_the_end_ends_the_walk(void **state)
{
    (void)state;
    static const char *const ends[] = {"", "05", "0500000000000500", "0502000000000500", "050100"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        uint8_t bytes[64];
        const struct stint_span copy = test_exact_copy(options_of(ends[i], bytes));
        struct stint_view options = stint_span_as_view(copy);
        struct stint_ndp_option option;
        assert_false(stint_ndp_option_next(&options, &option));
        assert_int_equal(options.length, 0);
        test_release(copy);
    }
}

static void L2_more_than_thirty_two_options_are_refused(void **state)
{
    (void)state;
    static uint8_t bytes[33 * 8];
    for (size_t i = 0; i < 33; i++) {
        bytes[i * 8 + 1] = 1;
    }
    const struct stint_ipv6_header header = {.hop_limit = STINT_NDP_HOP_LIMIT};
    struct stint_icmpv6_message message = {
        .type = STINT_ICMPV6_ROUTER_SOLICITATION, .data = stint_view_of(bytes, 32 * 8)};
    struct stint_ndp_router_solicitation solicitation;
    assert_int_equal(
        stint_ndp_router_solicitation_parse(&header, &message, &solicitation), STINT_DROP_NONE);
    message.data.length = 33 * 8;
    assert_int_equal(stint_ndp_router_solicitation_parse(&header, &message, &solicitation),
        STINT_DROP_NDP_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_option_tells_what_its_type_has),
        cmocka_unit_test(what_is_unknown_or_wrong_for_its_type_is_skipped),
        cmocka_unit_test(L2_an_option_of_length_zero_or_past_the_end_ends_the_walk),
        cmocka_unit_test(L2_more_than_thirty_two_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
