/* Routes: which is taken, which is refused.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/iface/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { COUNT = 4 };

struct table {
    struct stint_routes routes;
    struct stint_route entries[COUNT];
};

static void set_up(struct table *table)
{
    stint_routes_init(&table->routes, table->entries, COUNT);
}

/* A route by gateway 10.0.0.`gateway`. */
static struct stint_route by(struct stint_prefix prefix, uint8_t gateway, uint8_t metric)
{
    const struct stint_route route = {prefix, stint_address_ipv4(10, 0, 0, gateway), 0, metric};
    return route;
}

static enum stint_result add(struct table *table, struct stint_route route)
{
    return stint_routes_add(&table->routes, &route);
}

static uint8_t gateway_for(const struct table *table, struct stint_address destination)
{
    const struct stint_route *const route = stint_routes_find(&table->routes, &destination);
    return route == NULL ? 0 : stint_address_ipv4_octets(&route->gateway)[3];
}

static void the_longest_prefix_wins(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    assert_int_equal(gateway_for(&table, stint_address_ipv4(8, 8, 8, 8)), 0);
    assert_int_equal(add(&table, by(stint_routes_default_ipv4(), 1, 0)), STINT_OK);
    assert_int_equal(add(&table, by(stint_prefix_ipv4(172, 16, 0, 0, 12), 2, 9)), STINT_OK);
    assert_int_equal(add(&table, by(stint_prefix_ipv4(172, 16, 5, 0, 24), 3, 9)), STINT_OK);
    assert_int_equal(gateway_for(&table, stint_address_ipv4(8, 8, 8, 8)), 1);
    assert_int_equal(gateway_for(&table, stint_address_ipv4(172, 31, 0, 1)), 2);
    assert_int_equal(gateway_for(&table, stint_address_ipv4(172, 16, 5, 1)), 3);
}

static void among_equal_prefixes_the_lowest_metric_wins(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    add(&table, by(stint_routes_default_ipv4(), 1, 5));
    add(&table, by(stint_routes_default_ipv4(), 2, 3));
    add(&table, by(stint_routes_default_ipv4(), 3, 3));
    assert_int_equal(gateway_for(&table, stint_address_ipv4(8, 8, 8, 8)), 2);
}

static void the_same_route_is_replaced(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    add(&table, by(stint_prefix_ipv4(172, 16, 5, 0, 24), 1, 5));
    add(&table, by(stint_prefix_ipv4(172, 16, 5, 77, 24), 1, 2));
    assert_int_equal(table.routes.used, 1);
    assert_int_equal(table.entries[0].metric, 2);
    add(&table, by(stint_prefix_ipv4(172, 16, 5, 0, 25), 1, 2));
    assert_int_equal(table.routes.used, 2);
}

static void another_prefix_or_interface_is_another_route(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    struct stint_route route = by(stint_prefix_ipv4(172, 16, 5, 0, 24), 1, 0);
    add(&table, route);
    add(&table, by(stint_prefix_ipv4(172, 16, 6, 0, 24), 1, 0));
    route.interface = 1;
    add(&table, route);
    assert_int_equal(table.routes.used, 3);
    assert_true(stint_routes_remove(&table.routes, &route));
    assert_int_equal(table.routes.used, 2);
    assert_int_equal(table.entries[0].interface, 0);
}

static void routes_that_cannot_work_are_refused(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    struct stint_route route = by(stint_routes_default_ipv4(), 1, 0);
    route.gateway = stint_address_ipv4(0, 0, 0, 0);
    assert_int_equal(add(&table, route), STINT_INVALID);
    route.gateway = stint_address_ipv4(224, 0, 0, 1);
    assert_int_equal(add(&table, route), STINT_INVALID);
    route.gateway = stint_address_ipv4(255, 255, 255, 255);
    assert_int_equal(add(&table, route), STINT_INVALID);
    const struct stint_address ipv6 = {{0xfe, 0x80, [15] = 1}};
    route.gateway = ipv6;
    assert_int_equal(add(&table, route), STINT_INVALID);
    route = by(stint_routes_default_ipv4(), 1, 0);
    route.prefix.length = 95;
    assert_int_equal(add(&table, route), STINT_INVALID);
    route.prefix.length = 129;
    assert_int_equal(add(&table, route), STINT_INVALID);
    assert_int_equal(table.routes.used, 0);
}

static void no_ipv4_packet_takes_the_default_route_of_ipv6(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    const struct stint_route route = {{{{0}}, 0}, {{0xfe, 0x80, [15] = 1}}, 0, 0};
    const struct stint_address ipv4 = stint_address_ipv4(8, 8, 8, 8);
    const struct stint_address ipv6 = {{0x20, 0x01, [15] = 1}};
    assert_int_equal(add(&table, route), STINT_OK);
    assert_null(stint_routes_find(&table.routes, &ipv4));
    assert_non_null(stint_routes_find(&table.routes, &ipv6));
}

static void a_full_table_takes_no_more(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    for (uint8_t i = 1; i <= COUNT; i++) {
        assert_int_equal(add(&table, by(stint_routes_default_ipv4(), i, 0)), STINT_OK);
    }
    assert_int_equal(add(&table, by(stint_routes_default_ipv4(), 9, 0)), STINT_EXHAUSTED);
    assert_int_equal(add(&table, by(stint_routes_default_ipv4(), COUNT, 1)), STINT_OK);
}

static void a_removed_route_is_not_taken(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    add(&table, by(stint_routes_default_ipv4(), 1, 0));
    add(&table, by(stint_routes_default_ipv4(), 2, 1));
    const struct stint_route first = by(stint_routes_default_ipv4(), 1, 99);
    assert_true(stint_routes_remove(&table.routes, &first));
    assert_false(stint_routes_remove(&table.routes, &first));
    assert_int_equal(gateway_for(&table, stint_address_ipv4(8, 8, 8, 8)), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_prefix_wins),
        cmocka_unit_test(among_equal_prefixes_the_lowest_metric_wins),
        cmocka_unit_test(the_same_route_is_replaced),
        cmocka_unit_test(another_prefix_or_interface_is_another_route),
        cmocka_unit_test(routes_that_cannot_work_are_refused),
        cmocka_unit_test(no_ipv4_packet_takes_the_default_route_of_ipv6),
        cmocka_unit_test(a_full_table_takes_no_more),
        cmocka_unit_test(a_removed_route_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
