/* Our addresses: what is refused, what is broadcast, what is on the link, from which to speak.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/iface/addresses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { COUNT = 3 };

struct table {
    struct stint_addresses addresses;
    struct stint_local_address entries[COUNT];
};

static struct stint_local_address local(
    uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint8_t ipv4_length)
{
    const struct stint_local_address address = {.address = stint_address_ipv4(a, b, c, d),
        .prefix_length = (uint8_t)(STINT_IPV4_MAPPED_BITS + ipv4_length)};
    return address;
}

static struct stint_local_address local_ipv6(uint8_t first, uint8_t last, uint8_t prefix_length)
{
    const struct stint_local_address address = {
        .address = {{first, 0x01, [15] = last}}, .prefix_length = prefix_length};
    return address;
}

static enum stint_result add(struct table *table, struct stint_local_address address)
{
    return stint_addresses_add(&table->addresses, &address);
}

static void set_up(struct table *table)
{
    stint_addresses_init(&table->addresses, table->entries, COUNT);
}

static void addresses_that_no_host_may_have_are_refused(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    assert_int_equal(add(&table, local(0, 0, 0, 0, 24)), STINT_INVALID);
    assert_int_equal(add(&table, local(224, 0, 0, 1, 24)), STINT_INVALID);
    assert_int_equal(add(&table, local(255, 255, 255, 255, 24)), STINT_INVALID);
    assert_int_equal(add(&table, local(240, 0, 0, 1, 24)), STINT_INVALID);
    assert_int_equal(add(&table, local(10, 0, 0, 255, 24)), STINT_INVALID);
    assert_int_equal(add(&table, local(10, 0, 0, 0, 24)), STINT_INVALID);
    assert_int_equal(add(&table, local_ipv6(0xff, 1, 64)), STINT_INVALID);
    const struct stint_local_address none = {.prefix_length = 64};
    assert_int_equal(add(&table, none), STINT_INVALID);
    assert_int_equal(table.addresses.used, 0);
}

static void prefix_lengths_must_fit_the_family(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    struct stint_local_address address = local(10, 0, 0, 1, 24);
    address.prefix_length = 95;
    assert_int_equal(add(&table, address), STINT_INVALID);
    address.prefix_length = 129;
    assert_int_equal(add(&table, address), STINT_INVALID);
    assert_int_equal(add(&table, local(10, 0, 0, 1, 32)), STINT_OK);
    assert_int_equal(add(&table, local_ipv6(0xfd, 1, 129)), STINT_INVALID);
    assert_int_equal(add(&table, local_ipv6(0xfd, 1, 0)), STINT_OK);
}

static void a_full_table_takes_no_more_but_changes_what_it_has(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    for (uint8_t i = 1; i <= COUNT; i++) {
        assert_int_equal(add(&table, local(10, 0, 0, i, 24)), STINT_OK);
    }
    assert_int_equal(add(&table, local(10, 0, 0, 9, 24)), STINT_EXHAUSTED);
    assert_int_equal(add(&table, local(10, 0, 0, 2, 16)), STINT_OK);
    assert_int_equal(table.addresses.used, COUNT);
    assert_int_equal(table.entries[1].prefix_length, 112);
}

static void a_removed_address_is_not_ours(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    for (uint8_t i = 1; i <= COUNT; i++) {
        add(&table, local(10, 0, 0, i, 24));
    }
    const struct stint_address first = stint_address_ipv4(10, 0, 0, 1);
    const struct stint_address last = stint_address_ipv4(10, 0, 0, COUNT);
    assert_true(stint_addresses_contain(&table.addresses, &first));
    assert_true(stint_addresses_remove(&table.addresses, &first));
    assert_false(stint_addresses_contain(&table.addresses, &first));
    assert_false(stint_addresses_remove(&table.addresses, &first));
    assert_true(stint_addresses_contain(&table.addresses, &last));
    assert_int_equal(table.addresses.used, COUNT - 1);
}

static void broadcast_is_all_ones_or_all_zeros_of_a_subnet(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    add(&table, local(10, 1, 2, 3, 20));
    add(&table, local(192, 168, 0, 1, 30));
    const struct {
        uint8_t octets[4];
        bool broadcast;
    } cases[] = {
        {{255, 255, 255, 255}, true},
        {{10, 1, 15, 255}, true},
        {{10, 1, 0, 0}, true},
        {{10, 1, 2, 255}, false},
        {{10, 1, 16, 0}, false},
        {{10, 1, 31, 255}, false},
        {{192, 168, 0, 3}, true},
        {{192, 168, 0, 0}, true},
        {{192, 168, 0, 2}, false},
        {{192, 168, 0, 7}, false},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct stint_address address = stint_address_from_ipv4(cases[i].octets);
        assert_int_equal(
            stint_addresses_is_broadcast(&table.addresses, &address), cases[i].broadcast);
    }
}

static void a_subnet_of_two_or_one_has_no_broadcast(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    assert_int_equal(add(&table, local(10, 0, 0, 1, 31)), STINT_OK);
    assert_int_equal(add(&table, local(10, 0, 1, 0, 31)), STINT_OK);
    assert_int_equal(add(&table, local(10, 0, 2, 0, 32)), STINT_OK);
    const struct stint_address addresses[] = {stint_address_ipv4(10, 0, 0, 0),
        stint_address_ipv4(10, 0, 0, 1), stint_address_ipv4(10, 0, 2, 0)};
    for (unsigned i = 0; i < 3; i++) {
        assert_false(stint_addresses_is_broadcast(&table.addresses, &addresses[i]));
    }
}

static void a_whole_internet_as_subnet_has_only_the_limited_broadcast(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    assert_int_equal(add(&table, local(10, 0, 0, 1, 0)), STINT_OK);
    const struct stint_address limited = stint_address_ipv4(255, 255, 255, 255);
    const struct stint_address host = stint_address_ipv4(10, 255, 255, 255);
    assert_true(stint_addresses_is_broadcast(&table.addresses, &limited));
    assert_false(stint_addresses_is_broadcast(&table.addresses, &host));
}

static void on_link_is_what_a_subnet_of_the_same_family_contains(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    add(&table, local_ipv6(0xfd, 1, 0));
    const struct stint_address ipv4 = stint_address_ipv4(10, 0, 0, 9);
    const struct stint_address outside = stint_address_ipv4(10, 0, 1, 9);
    const struct stint_address ipv6 = local_ipv6(0xfe, 7, 0).address;
    assert_true(stint_addresses_is_on_link(&table.addresses, &ipv6));
    assert_false(stint_addresses_is_on_link(&table.addresses, &ipv4));
    add(&table, local(10, 0, 0, 1, 24));
    assert_true(stint_addresses_is_on_link(&table.addresses, &ipv4));
    assert_false(stint_addresses_is_on_link(&table.addresses, &outside));
}

static void the_source_is_the_address_most_like_the_destination(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    const struct stint_address destination = stint_address_ipv4(10, 1, 2, 200);
    assert_null(stint_addresses_select_source(&table.addresses, &destination));
    add(&table, local_ipv6(0xfd, 1, 64));
    assert_null(stint_addresses_select_source(&table.addresses, &destination));
    add(&table, local(10, 1, 2, 100, 24));
    add(&table, local(10, 1, 2, 201, 24));
    const struct stint_address *source =
        stint_addresses_select_source(&table.addresses, &destination);
    assert_ptr_equal(source, &table.entries[2].address);
    const struct stint_address elsewhere = stint_address_ipv4(192, 168, 0, 1);
    source = stint_addresses_select_source(&table.addresses, &elsewhere);
    assert_ptr_equal(source, &table.entries[1].address); /* the first of equals */
    source = stint_addresses_select_source(&table.addresses, &table.entries[2].address);
    assert_ptr_equal(source, &table.entries[2].address);
}

static void a_deprecated_address_speaks_only_when_no_other_can(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    struct stint_local_address like = local_ipv6(0xfd, 1, 64);
    const struct stint_address destination = local_ipv6(0xfd, 7, 0).address;
    like.deprecated = true;
    add(&table, like);
    assert_ptr_equal(
        stint_addresses_select_source(&table.addresses, &destination), &table.entries[0].address);
    add(&table, local_ipv6(0x20, 1, 64));
    assert_ptr_equal(
        stint_addresses_select_source(&table.addresses, &destination), &table.entries[1].address);
    like.deprecated = false;
    add(&table, like);
    assert_ptr_equal(
        stint_addresses_select_source(&table.addresses, &destination), &table.entries[0].address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_no_host_may_have_are_refused),
        cmocka_unit_test(prefix_lengths_must_fit_the_family),
        cmocka_unit_test(a_full_table_takes_no_more_but_changes_what_it_has),
        cmocka_unit_test(a_removed_address_is_not_ours),
        cmocka_unit_test(broadcast_is_all_ones_or_all_zeros_of_a_subnet),
        cmocka_unit_test(a_subnet_of_two_or_one_has_no_broadcast),
        cmocka_unit_test(a_whole_internet_as_subnet_has_only_the_limited_broadcast),
        cmocka_unit_test(on_link_is_what_a_subnet_of_the_same_family_contains),
        cmocka_unit_test(the_source_is_the_address_most_like_the_destination),
        cmocka_unit_test(a_deprecated_address_speaks_only_when_no_other_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
