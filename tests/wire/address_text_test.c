/* Addresses as text.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/address_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

/* Text that people write, and the text that it becomes (RFC 5952). */
static const struct {
    const char *written;
    const char *canonical;
} addresses[] = {
    {"0.0.0.0", "0.0.0.0"},
    {"192.168.1.2", "192.168.1.2"},
    {"255.255.255.255", "255.255.255.255"},
    {"::", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"0:0:0:0:0:0:0:0", "::"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"}, /* the first of equal runs */
    {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* never for a single group */
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"2001:DB8::AbCd", "2001:db8::abcd"},
    {"2001:0db8::0001", "2001:db8::1"},
    {"2001:db8::1:0:0", "2001:db8::1:0:0"},
    {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    {"::1.2.3.4", "::102:304"},
    {"::ffff:1.2.3.4", "1.2.3.4"},
    {"::ffff:102:304", "1.2.3.4"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
};

static const char *const refused[] = {
    "",
    " ",
    "1",
    "1.2.3",
    "1.2.3.",
    ".1.2.3",
    "1.2.3.4.",
    "1.2.3.4.5",
    "1..2.3",
    "256.1.1.1",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.04",
    "1.2.3.00",
    "0x1.2.3.4",
    "1.2.3.4 ",
    " 1.2.3.4",
    "1.2.3.a",
    "1.2.3.-4",
    "1.2.3.+4",
    "1.2.3.1000",
    "1.2.3.4/24",
    ":",
    ":::",
    "1:",
    ":1",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    ":2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8:",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "1:::2",
    "::1::",
    "12345::",
    "::12345",
    "::g",
    "1:2:3:4:5:6:7::8",
    "::1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::1.2.3.4:5",
    "1.2.3.4::",
    "::1.2.3",
    "::1.2.3.256",
    "::01.2.3.4",
    "::ffff:1.2.3.4.5",
    "fe80::1%eth0",
    "::1 ",
    "[::1]",
    "::/0",
    "::a.1.2.3",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff0",
};

static void addresses_are_read_and_written_canonically(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct stint_address address;
        char text[STINT_ADDRESS_TEXT_LENGTH];
        assert_true(stint_address_parse(addresses[i].written, &address));
        assert_int_equal(
            stint_address_format(&address, text, sizeof text), strlen(addresses[i].canonical));
        assert_string_equal(text, addresses[i].canonical);
        struct stint_address again;
        assert_true(stint_address_parse(text, &again));
        assert_true(stint_address_equal(&address, &again));
    }
}

static void what_is_no_address_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    const struct stint_address before = stint_address_ipv4(9, 9, 9, 9);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct stint_address address = before;
        const struct stint_span copy =
            test_exact_copy(stint_view_of(refused[i], strlen(refused[i]) + 1));
        if (stint_address_parse((const char *)copy.bytes, &address)) {
            fail_msg("accepted: %s", refused[i]);
        }
        assert_true(stint_address_equal(&address, &before));
        test_release(copy);
    }
}

static void a_text_without_end_is_refused_before_its_end(void **state)
{
    (void)state;
    static char endless[1000];
    memset(endless, '1', sizeof endless);
    struct stint_address address;
    struct stint_prefix prefix;
    struct stint_hardware_address hardware;
    assert_false(stint_address_parse(endless, &address));
    assert_false(stint_prefix_parse(endless, &prefix));
    assert_false(stint_hardware_address_parse(endless, &hardware));
    memset(endless, ':', sizeof endless);
    assert_false(stint_address_parse(endless, &address));
}

static void the_octets_are_those_of_the_text(void **state)
{
    (void)state;
    const uint8_t expected[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0xab, 1, 2};
    struct stint_address address;
    assert_true(stint_address_parse("2001:db8::1:ab:102", &address));
    assert_memory_equal(address.octets, expected, sizeof expected);
    const struct stint_address ipv4 = stint_address_ipv4(10, 20, 30, 40);
    assert_true(stint_address_parse("10.20.30.40", &address));
    assert_true(stint_address_equal(&address, &ipv4));
}

static void every_address_survives_its_text(void **state)
{
    (void)state;
    struct noise noise = {1};
    for (int round = 0; round < 20000; round++) {
        struct stint_address address;
        noise_fill(&noise, address.octets, 16);
        const uint32_t zeroed = noise_next(&noise);
        for (size_t group = 0; group < 8; group++) {
            if (zeroed >> group & 1) {
                stint_store16(address.octets + 2 * group, 0);
            }
        }
        char text[STINT_ADDRESS_TEXT_LENGTH];
        struct stint_address again;
        assert_int_not_equal(stint_address_format(&address, text, sizeof text), 0);
        assert_true(stint_address_parse(text, &again));
        assert_true(stint_address_equal(&address, &again));
    }
}

static void any_characters_are_read_within_their_text(void **state)
{
    (void)state;
    struct noise noise = {2};
    const char alphabet[] = "0123:::...4567/89abcdefx% ";
    for (int round = 0; round < 100000; round++) {
        char text[24];
        const size_t length = noise_below(&noise, sizeof text);
        for (size_t i = 0; i < length; i++) {
            text[i] = alphabet[noise_below(&noise, sizeof alphabet - 1)];
        }
        text[length] = '\0';
        struct stint_address address;
        struct stint_prefix prefix;
        const bool is_address = stint_address_parse(text, &address);
        const bool is_prefix = stint_prefix_parse(text, &prefix);
        assert_false(is_address && is_prefix);
    }
}

static void text_that_does_not_fit_is_empty(void **state)
{
    (void)state;
    const struct stint_address address = stint_address_ipv4(10, 20, 30, 40);
    for (size_t capacity = 0; capacity <= 12; capacity++) {
        char text[16];
        memset(text, '#', sizeof text);
        const size_t length = stint_address_format(&address, text, capacity);
        assert_int_equal(length, capacity < 12 ? 0 : 11);
        assert_int_equal(text[capacity], '#');
        if (capacity > 0) {
            assert_string_equal(text, capacity < 12 ? "" : "10.20.30.40");
        }
    }
}

static void prefixes_are_read(void **state)
{
    (void)state;
    const struct stint_address ipv4 = stint_address_ipv4(192, 168, 1, 2);
    struct stint_prefix prefix;
    assert_true(stint_prefix_parse("192.168.1.2/24", &prefix));
    assert_true(stint_address_equal(&prefix.address, &ipv4));
    assert_int_equal(prefix.length, 120);
    assert_true(stint_prefix_parse("0.0.0.0/0", &prefix));
    assert_int_equal(prefix.length, 96);
    assert_true(stint_prefix_parse("192.168.1.2/32", &prefix));
    assert_int_equal(prefix.length, 128);
    assert_true(stint_prefix_parse("2001:db8::/64", &prefix));
    assert_int_equal(prefix.length, 64);
    assert_true(stint_prefix_parse("::/0", &prefix));
    assert_int_equal(prefix.length, 0);
    assert_true(stint_prefix_parse("::1/128", &prefix));
    assert_int_equal(prefix.length, 128);
}

static void what_is_no_prefix_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"192.168.1.2", "192.168.1.2/", "192.168.1.2/33",
        "192.168.1.2/024", "192.168.1.2/-1", "192.168.1.2/24 ", "192.168.1.2/24/", "/24",
        "192.168.1/24", "::/129", "::/256", "::/1000", "::", "2001:db8:/64", "1.2.3.4/2a", ""};
    const struct stint_prefix before = stint_prefix_ipv4(9, 9, 9, 9, 9);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct stint_prefix prefix = before;
        if (stint_prefix_parse(wrong[i], &prefix)) {
            fail_msg("accepted: %s", wrong[i]);
        }
        assert_true(stint_address_equal(&prefix.address, &before.address));
        assert_int_equal(prefix.length, before.length);
    }
}

static void hardware_addresses_are_read_and_written(void **state)
{
    (void)state;
    const struct stint_hardware_address expected = {{0x02, 0x00, 0x5e, 0x10, 0xab, 0xff}};
    struct stint_hardware_address address;
    assert_true(stint_hardware_address_parse("02:00:5E:10:ab:fF", &address));
    assert_true(stint_hardware_address_equal(&address, &expected));
    char text[STINT_HARDWARE_ADDRESS_TEXT_LENGTH];
    assert_int_equal(stint_hardware_address_format(&address, text, sizeof text), 17);
    assert_string_equal(text, "02:00:5e:10:ab:ff");
    assert_int_equal(stint_hardware_address_format(&address, text, 17), 0);
    assert_string_equal(text, "");
}

static void what_is_no_hardware_address_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "02:00:00:00:00", "02:00:00:00:00:", "2:0:0:0:0:1",
        "02:00:00:00:00:01:", "02:00:00:00:00:01:02", "02-00-00-00-00-01", "020000000001",
        "02:00:00:00:00:0g", "02:00:00:00:00:1", " 02:00:00:00:00:01", "002:00:00:00:00:01"};
    const struct stint_hardware_address before = {{9, 9, 9, 9, 9, 9}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct stint_hardware_address address = before;
        if (stint_hardware_address_parse(wrong[i], &address)) {
            fail_msg("accepted: %s", wrong[i]);
        }
        assert_true(stint_hardware_address_equal(&address, &before));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_and_written_canonically),
        cmocka_unit_test(what_is_no_address_is_refused_and_changes_nothing),
        cmocka_unit_test(a_text_without_end_is_refused_before_its_end),
        cmocka_unit_test(the_octets_are_those_of_the_text),
        cmocka_unit_test(every_address_survives_its_text),
        cmocka_unit_test(any_characters_are_read_within_their_text),
        cmocka_unit_test(text_that_does_not_fit_is_empty),
        cmocka_unit_test(prefixes_are_read),
        cmocka_unit_test(what_is_no_prefix_is_refused),
        cmocka_unit_test(hardware_addresses_are_read_and_written),
        cmocka_unit_test(what_is_no_hardware_address_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
