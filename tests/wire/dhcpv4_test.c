/* DHCP for IPv4.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/wire/dhcpv4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/noise.h"

static bool emit(const void *value, struct stint_writer *writer)
{
    return stint_dhcpv4_message_emit(value, writer);
}

static enum stint_drop parse(struct stint_view bytes)
{
    static struct stint_dhcpv4_message message;
    struct stint_dhcpv4_areas areas;
    return stint_dhcpv4_message_parse(bytes, &message, &areas);
}

/* A message of operation `operation` with these options, in 548 bytes. */
static struct stint_view message_of(uint8_t operation, const char *options, uint8_t *bytes)
{
    memset(bytes, 0, 548);
    bytes[0] = operation;
    bytes[1] = 1;
    bytes[2] = 6;
    stint_store32(bytes + 236, UINT32_C(0x63825363));
    return stint_view_of(bytes, 240 + test_hex(options, stint_span_of(bytes + 240, 308)).length);
}

static uint8_t storage[548];
static struct stint_dhcpv4_areas areas;

/* What an ACK with these options says. */
static struct stint_dhcpv4_message said_by_ack(const char *options)
{
    struct stint_dhcpv4_message message;
    const struct stint_view bytes = message_of(2, options, storage);
    assert_int_equal(stint_dhcpv4_message_parse(bytes, &message, &areas), STINT_DROP_NONE);
    return message;
}

static void assert_ipv4(const struct stint_address *address, uint32_t expected)
{
    assert_true(stint_address_is_ipv4(address));
    assert_int_equal(stint_load32(stint_address_ipv4_octets(address)), expected);
}

static struct stint_address random_ipv4(struct noise *noise)
{
    uint8_t octets[4];
    stint_store32(octets, noise_next(noise) | 1u);
    return stint_address_from_ipv4(octets);
}

static struct stint_dhcpv4_message random_message(struct noise *noise)
{
    struct stint_dhcpv4_message message = {
        .type = (enum stint_dhcpv4_type)(1 + noise_below(noise, 8)),
        .transaction = noise_next(noise),
        .lease_s = noise_below(noise, 2) * noise_next(noise),
        .renewal_s = noise_below(noise, 2) * noise_next(noise),
        .rebinding_s = noise_below(noise, 2) * noise_next(noise),
        .elapsed_s = (uint16_t)noise_next(noise),
        .mtu = (uint16_t)(68 + noise_below(noise, 9000)),
        .maximum_size = (uint16_t)noise_next(noise),
        .wants_broadcast = noise_below(noise, 2) == 0,
        .subnet_length = (uint8_t)noise_below(noise, 33),
        .dns_server_count = (uint8_t)noise_below(noise, 4),
        .ntp_server_count = (uint8_t)noise_below(noise, 3),
        .route_count = (uint8_t)noise_below(noise, 9),
        .client = random_ipv4(noise),
        .yours = random_ipv4(noise),
        .relay = random_ipv4(noise),
        .requested = random_ipv4(noise),
        .server = random_ipv4(noise),
        .broadcast = random_ipv4(noise),
    };
    noise_fill(noise, message.client_hardware.octets, 6);
    message.router_count = message.route_count > 0 ? 0 : (uint8_t)noise_below(noise, 3);
    for (size_t i = 0; i < message.router_count; i++) {
        message.routers[i] = random_ipv4(noise);
    }
    for (size_t i = 0; i < message.dns_server_count; i++) {
        message.dns_servers[i] = random_ipv4(noise);
    }
    for (size_t i = 0; i < message.ntp_server_count; i++) {
        message.ntp_servers[i] = random_ipv4(noise);
    }
    for (size_t i = 0; i < message.route_count; i++) {
        const unsigned length = noise_below(noise, 33);
        uint8_t octets[4];
        stint_store32(octets, (uint32_t)(noise_next(noise) & ~(UINT64_C(0xffffffff) >> length)));
        message.routes[i].destination =
            stint_prefix_ipv4(octets[0], octets[1], octets[2], octets[3], (uint8_t)length);
        message.routes[i].router = random_ipv4(noise);
    }
    return message;
}

static void what_is_emitted_parses_to_the_same(void **state)
{
    (void)state;
    struct noise noise = {1};
    for (int round = 0; round < 5000; round++) {
        const struct stint_dhcpv4_message message = random_message(&noise);
        uint8_t buffer[600];
        uint8_t again[600];
        const struct stint_view bytes =
            test_emitted(emit, &message, stint_span_of(buffer, sizeof buffer));
        assert_true(bytes.length >= STINT_DHCPV4_MINIMUM_LENGTH);
        struct stint_dhcpv4_message parsed;
        assert_int_equal(stint_dhcpv4_message_parse(bytes, &parsed, &areas), STINT_DROP_NONE);
        assert_int_equal(parsed.type, message.type);
        assert_int_equal(parsed.subnet_length, message.subnet_length);
        assert_int_equal(parsed.lease_s, message.lease_s);
        assert_int_equal(parsed.route_count, message.route_count);
        test_assert_view_equal(
            test_emitted(emit, &parsed, stint_span_of(again, sizeof again)), bytes);
    }
}

static void each_option_is_read(void **state)
{
    (void)state;
    const struct stint_dhcpv4_message ack =
        said_by_ack("350105 3604c0a80001 330400000e10 3a0400000708 3b0400000c4e 0104ffffff00"
                    "1c04c0a800ff 0308c0a80001c0a80002 0604c0a80035 2a08c0a80007c0a80008 1a0205dc"
                    "00 390204b0 3204c0a80064 ff");
    assert_int_equal(ack.type, STINT_DHCPV4_ACK);
    assert_int_equal(ack.lease_s, 3600);
    assert_int_equal(ack.renewal_s, 1800);
    assert_int_equal(ack.rebinding_s, 3150);
    assert_int_equal(ack.subnet_length, 24);
    assert_int_equal(ack.mtu, 1500);
    assert_int_equal(ack.maximum_size, 1200);
    assert_int_equal(ack.router_count, 2);
    assert_int_equal(ack.dns_server_count, 1);
    assert_int_equal(ack.ntp_server_count, 2);
    assert_ipv4(&ack.server, UINT32_C(0xc0a80001));
    assert_ipv4(&ack.broadcast, UINT32_C(0xc0a800ff));
    assert_ipv4(&ack.requested, UINT32_C(0xc0a80064));
    assert_ipv4(&ack.routers[1], UINT32_C(0xc0a80002));
    assert_ipv4(&ack.dns_servers[0], UINT32_C(0xc0a80035));
    assert_ipv4(&ack.ntp_servers[1], UINT32_C(0xc0a80008));
}

static void what_is_wrong_for_its_option_is_as_good_as_absent(void **state)
{
    (void)state;
    const struct stint_dhcpv4_message ack = said_by_ack(
        "350105 3603c0a800 33030000e1 0104ff00ff00 1c00 0305c0a80001c0 06020102 1a020043"
        "7906 21c0a80001 c0 39010a 3a05000000ffff");
    assert_int_equal(ack.lease_s, 0);
    assert_int_equal(ack.renewal_s, 0);
    assert_int_equal(ack.subnet_length, 0);
    assert_int_equal(ack.mtu, 0);
    assert_int_equal(ack.maximum_size, 0);
    assert_int_equal(ack.router_count, 0);
    assert_int_equal(ack.dns_server_count, 0);
    assert_int_equal(ack.route_count, 0);
    assert_true(stint_address_is_unspecified(&ack.server));
}

static void more_than_is_kept_is_left_out(void **state)
{
    (void)state;
    const struct stint_dhcpv4_message ack = said_by_ack(
        "350105 030c0a0000010a0000020a000003 06140a0000010a0000020a0000030a0000040a000005");
    assert_int_equal(ack.router_count, STINT_DHCPV4_ROUTERS);
    assert_int_equal(ack.dns_server_count, STINT_DHCPV4_DNS_SERVERS);
    assert_ipv4(&ack.dns_servers[2], UINT32_C(0x0a000003));
}

static void classless_routes_replace_routers(void **state)
{
    (void)state;
    /* 0.0.0.0/0, 10.17.0.0/16 on the link, and 10.229.0.128/25 with a bit past its length */
    const struct stint_dhcpv4_message ack = said_by_ack(
        "350105 03040a000001 7915 00 0a000002 10 0a11 00000000 19 0ae500ff 0a000003 ff");
    assert_int_equal(ack.router_count, 0);
    assert_int_equal(ack.route_count, 3);
    assert_int_equal(ack.routes[0].destination.length, 96);
    assert_ipv4(&ack.routes[0].destination.address, 0);
    assert_ipv4(&ack.routes[0].router, UINT32_C(0x0a000002));
    assert_int_equal(ack.routes[1].destination.length, 112);
    assert_ipv4(&ack.routes[1].destination.address, UINT32_C(0x0a110000));
    assert_true(stint_address_is_unspecified(&ack.routes[1].router));
    assert_int_equal(ack.routes[2].destination.length, 121);
    assert_ipv4(&ack.routes[2].destination.address, UINT32_C(0x0ae50080));
}

static void L2_split_options_are_joined_over_all_fields(void **state)
{
    (void)state;
    message_of(2, "350105 340103 0c02 6162 0104ffff0000 0c0163 ff", storage);
    uint8_t in_file[128];
    uint8_t in_name[64];
    const struct stint_view file =
        test_hex("0c026465 3604c0a80001 ff", stint_span_of(in_file, sizeof in_file));
    const struct stint_view name =
        test_hex("0000 0c0166 33040000000a", stint_span_of(in_name, sizeof in_name));
    memcpy(storage + 108, file.bytes, file.length);
    memcpy(storage + 44, name.bytes, name.length);
    struct stint_dhcpv4_message ack;
    assert_int_equal(
        stint_dhcpv4_message_parse(stint_view_of(storage, 300), &ack, &areas), STINT_DROP_NONE);
    assert_int_equal(ack.subnet_length, 16);
    assert_int_equal(ack.lease_s, 10);
    assert_ipv4(&ack.server, UINT32_C(0xc0a80001));
    char text[8] = {0};
    assert_int_equal(
        stint_dhcpv4_option_copy(&areas, STINT_DHCPV4_HOST_NAME, stint_span_of(text, 7)), 6);
    assert_string_equal(text, "abcdef");
    /* Too small a buffer is told by the length, and never overrun. */
    char small[4] = {0};
    assert_int_equal(
        stint_dhcpv4_option_copy(&areas, STINT_DHCPV4_HOST_NAME, stint_span_of(small, 3)), 6);
    assert_int_equal(small[3], 0);
    assert_int_equal(
        stint_dhcpv4_option_copy(&areas, STINT_DHCPV4_DOMAIN_NAME, stint_span_of(small, 3)), 0);
}

static void L2_overloaded_fields_are_read_only_when_the_option_says_so(void **state)
{
    (void)state;
    for (uint8_t overload = 0; overload < 5; overload++) {
        message_of(2, "350105 340100 ff", storage);
        storage[245] = overload;
        memcpy(storage + 108, "\x33\x04\0\0\0\1", 6);
        memcpy(storage + 44, "\x3a\x04\0\0\0\1", 6);
        struct stint_dhcpv4_message ack;
        assert_int_equal(
            stint_dhcpv4_message_parse(stint_view_of(storage, 300), &ack, &areas), STINT_DROP_NONE);
        assert_int_equal(ack.lease_s, overload == 1 || overload == 3);
        assert_int_equal(ack.renewal_s, overload == 2 || overload == 3);
    }
}

static void L2_an_option_past_the_end_of_its_field_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "35", "3501", "350105 36", "350105 3604c0a800", "350105 0c", "350105 0cff61"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        test_assert_parse_says(parse, message_of(2, wrong[i], storage), STINT_DROP_DHCP_MALFORMED);
    }
    message_of(2, "350105 340101 ff", storage);
    memset(storage + 108, 0, 128);
    storage[235] = 12;
    test_assert_parse_says(parse, stint_view_of(storage, 300), STINT_DROP_DHCP_MALFORMED);
}

static void L1_every_truncation_of_the_fields_is_refused(void **state)
{
    (void)state;
    const struct stint_view whole = message_of(2, "350105", storage);
    test_assert_parse_says(parse, whole, STINT_DROP_NONE);
    test_assert_every_truncation_is_refused(parse, whole);
}

static void what_is_no_dhcp_over_ethernet_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t octet;
    } wrong[] = {{0, 0}, {0, 1}, {0, 3}, {1, 6}, {2, 0}, {2, 16}, {236, 0}, {239, 0x64}, {240, 0},
        {241, 0}, {242, 0}, {242, 1}, {242, 4}, {242, 9}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct stint_view bytes = message_of(2, "350105 ff0000", storage);
        storage[wrong[i].at] = wrong[i].octet;
        test_assert_parse_says(parse, bytes, STINT_DROP_DHCP_MALFORMED);
    }
}

static void a_discover_asks_for_parameters_and_names_its_client(void **state)
{
    (void)state;
    const struct stint_dhcpv4_message discover = {
        .type = STINT_DHCPV4_DISCOVER,
        .transaction = 0x01020304,
        .client_hardware = {{2, 0, 0, 0, 0, 1}},
        .maximum_size = 1500,
        .client_identifier = stint_view_of("\x01\x02\0\0\0\0\x01", 7),
        .host_name = stint_view_of("gull", 4),
    };
    uint8_t buffer[300];
    uint8_t expected[64];
    const struct stint_view bytes =
        test_emitted(emit, &discover, stint_span_of(buffer, sizeof buffer));
    const struct stint_view options =
        test_hex("350101 3d0701020000000001 390205dc 0c0467756c6c 370b017903060f1a1c2a333a3b ff",
            stint_span_of(expected, sizeof expected));
    assert_int_equal(bytes.bytes[0], 1);
    test_assert_view_equal(stint_view_of(bytes.bytes + 240, options.length), options);
    test_assert_emit_keeps_to_its_room(emit, &discover, 300);
}

static void what_does_not_fit_its_octets_is_not_written(void **state)
{
    (void)state;
    static const char long_name[256];
    static uint8_t buffer[2000];
    static const struct stint_dhcpv4_message wrong[] = {
        {.type = STINT_DHCPV4_ACK, .host_name = {(const uint8_t *)long_name, 256}},
        {.type = STINT_DHCPV4_ACK, .router_count = 3},
        {.type = STINT_DHCPV4_ACK, .dns_server_count = 4},
        {.type = STINT_DHCPV4_ACK, .ntp_server_count = 3},
        {.type = STINT_DHCPV4_ACK, .route_count = 9}, {.type = STINT_DHCPV4_ACK, .route_count = 1},
        {.type = STINT_DHCPV4_ACK, .subnet_length = 33}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct stint_writer writer = stint_writer_into(stint_span_of(buffer, sizeof buffer));
        assert_false(stint_dhcpv4_message_emit(&wrong[i], &writer));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_emitted_parses_to_the_same),
        cmocka_unit_test(each_option_is_read),
        cmocka_unit_test(what_is_wrong_for_its_option_is_as_good_as_absent),
        cmocka_unit_test(more_than_is_kept_is_left_out),
        cmocka_unit_test(classless_routes_replace_routers),
        cmocka_unit_test(L2_split_options_are_joined_over_all_fields),
        cmocka_unit_test(L2_overloaded_fields_are_read_only_when_the_option_says_so),
        cmocka_unit_test(L2_an_option_past_the_end_of_its_field_is_refused),
        cmocka_unit_test(L1_every_truncation_of_the_fields_is_refused),
        cmocka_unit_test(what_is_no_dhcp_over_ethernet_is_refused),
        cmocka_unit_test(a_discover_asks_for_parameters_and_names_its_client),
        cmocka_unit_test(what_does_not_fit_its_octets_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
