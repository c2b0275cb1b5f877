/* What an ICMP error quotes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/icmp_quote.h"
#include "stint/wire/ipv4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"

/* The first 28 bytes of a SYN that a Linux kernel sent, as a router quotes them: with another time
 * to live, and the checksum not told of it. */
static const char quoted_syn[] = "4500003c f7264000 01062b85 0a00020f 0a000202 cd760050 b1e9bf0e";

static bool parse(struct stint_view bytes, struct stint_icmp_quote *quote)
{
    const struct stint_span copy = test_exact_copy(bytes);
    const bool parsed = stint_icmp_quote_parse_ipv4(stint_span_as_view(copy), quote);
    test_release(copy);
    return parsed;
}

static void a_quoted_syn_tells_its_endpoints_and_its_sequence(void **state)
{
    (void)state;
    uint8_t bytes[28];
    const struct stint_endpoint source = {stint_address_ipv4(10, 0, 2, 15), 0xcd76};
    const struct stint_endpoint destination = {stint_address_ipv4(10, 0, 2, 2), 80};
    struct stint_icmp_quote quote;
    assert_true(parse(test_hex(quoted_syn, stint_span_of(bytes, sizeof bytes)), &quote));
    assert_true(stint_endpoint_equal(&quote.source, &source));
    assert_true(stint_endpoint_equal(&quote.destination, &destination));
    assert_int_equal(quote.protocol, STINT_PROTOCOL_TCP);
    assert_int_equal(quote.sequence.number, UINT32_C(0xb1e9bf0e));
}

static void a_quote_of_udp_has_no_sequence_and_one_of_icmp_no_ports(void **state)
{
    (void)state;
    uint8_t bytes[28];
    const struct stint_view view = test_hex(quoted_syn, stint_span_of(bytes, sizeof bytes));
    struct stint_icmp_quote quote;
    bytes[9] = STINT_PROTOCOL_UDP;
    assert_true(parse(view, &quote));
    assert_int_equal(quote.source.port, 0xcd76);
    assert_int_equal(quote.sequence.number, 0);
    bytes[9] = STINT_PROTOCOL_ICMPV4;
    assert_true(parse(view, &quote));
    assert_int_equal(quote.source.port, 0);
    assert_int_equal(quote.destination.port, 0);
}

static void L5_a_quote_with_options_of_any_length_stays_in_its_buffer(void **state)
{
    (void)state;
    for (size_t words = 5; words <= 15; words++) {
        uint8_t bytes[68] = {0};
        test_hex(quoted_syn, stint_span_of(bytes, sizeof bytes));
        bytes[0] = (uint8_t)(0x40 + words);
        stint_store16(bytes + 2, 1500);
        stint_store16(bytes + words * 4, 7777);
        struct stint_icmp_quote quote;
        for (size_t length = 0; length < words * 4 + 8; length++) {
            assert_false(parse(stint_view_of(bytes, length), &quote));
        }
        assert_true(parse(stint_view_of(bytes, words * 4 + 8), &quote));
        assert_int_equal(quote.source.port, 7777);
    }
}

static void a_later_fragment_or_no_ipv4_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[28];
    const struct stint_view view = test_hex(quoted_syn, stint_span_of(bytes, sizeof bytes));
    struct stint_icmp_quote quote;
    stint_store16(bytes + 6, 0x2000);
    assert_true(parse(view, &quote));
    stint_store16(bytes + 6, 0x0001);
    assert_false(parse(view, &quote));
    stint_store16(bytes + 6, 0);
    bytes[0] = 0x65;
    assert_false(parse(view, &quote));
    bytes[0] = 0x44;
    assert_false(parse(view, &quote));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quoted_syn_tells_its_endpoints_and_its_sequence),
        cmocka_unit_test(a_quote_of_udp_has_no_sequence_and_one_of_icmp_no_ports),
        cmocka_unit_test(L5_a_quote_with_options_of_any_length_stays_in_its_buffer),
        cmocka_unit_test(a_later_fragment_or_no_ipv4_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
