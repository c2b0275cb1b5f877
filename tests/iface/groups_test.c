/* Group memberships: when they are reported, to whom a leave is told, what a query asks for.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/iface/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { COUNT = 4, SECOND = 1000000 };

struct table {
    struct stint_groups groups;
    struct stint_group records[COUNT];
    struct stint_random random;
    struct stint_instant now;
};

static struct stint_address group(uint8_t number)
{
    return stint_address_ipv4(239, 1, 2, number);
}

static void set_up(struct table *table)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};
    *table = (struct table){.now = stint_instant_at(SECOND)};
    assert_int_equal(
        stint_random_init(&table->random, stint_view_of(secret, sizeof secret)), STINT_OK);
    stint_groups_init(&table->groups, table->records, COUNT, &table->random);
}

static void join(struct table *table, struct stint_address address)
{
    assert_int_equal(stint_groups_join(&table->groups, table->now, &address), STINT_OK);
}

static void leave(struct table *table, struct stint_address address)
{
    assert_true(stint_groups_leave(&table->groups, table->now, &address));
}

static void query(struct table *table, struct stint_address address, int64_t milliseconds)
{
    stint_groups_take_query(&table->groups, table->now, &address, stint_milliseconds(milliseconds));
}

/* Sends what is due now; how many. */
static unsigned send(struct table *table, enum stint_groups_kind kind)
{
    struct stint_groups_step step;
    unsigned sent = 0;
    while (stint_groups_next(&table->groups, table->now, &step)) {
        assert_int_equal(step.kind, kind);
        stint_groups_done(&table->groups, table->now, &step);
        sent++;
    }
    return sent;
}

/* Lets time pass and sends when it is due; how many. */
static unsigned send_within(struct table *table, int64_t milliseconds, enum stint_groups_kind kind)
{
    const struct stint_instant end =
        stint_instant_after(table->now, stint_milliseconds(milliseconds));
    unsigned sent = 0;
    while (!stint_instant_is_before(end, table->groups.deadline)) {
        table->now = table->groups.deadline;
        sent += send(table, kind);
    }
    table->now = end;
    return sent;
}

static const struct stint_address all = {{[10] = 0xff, 0xff}}; /* 0.0.0.0 */

static void G1_a_new_membership_is_reported_twice(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    join(&table, group(1));
    assert_int_equal(send(&table, STINT_GROUPS_REPORT), 1);
    assert_int_equal(send_within(&table, 10000, STINT_GROUPS_REPORT), 1);
    assert_true(stint_instant_is_never(table.groups.deadline));
}

static void a_report_that_could_not_be_sent_comes_again(void **state)
{
    (void)state;
    struct table table;
    struct stint_groups_step step;
    set_up(&table);
    join(&table, group(1));
    assert_true(stint_groups_next(&table.groups, table.now, &step));
    assert_true(stint_groups_next(&table.groups, table.now, &step));
    assert_int_equal(send(&table, STINT_GROUPS_REPORT), 1);
}

static void a_second_user_changes_nothing_and_the_last_one_leaves(void **state)
{
    (void)state;
    struct table table;
    const struct stint_address one = group(1);
    set_up(&table);
    join(&table, one);
    (void)send_within(&table, 10000, STINT_GROUPS_REPORT);
    join(&table, one);
    leave(&table, one);
    assert_int_equal(send_within(&table, 60000, STINT_GROUPS_REPORT), 0);
    assert_true(stint_groups_contain(&table.groups, &one));
    leave(&table, one);
    assert_false(stint_groups_contain(&table.groups, &one));
    assert_int_equal(table.groups.used, 1);
    assert_int_equal(send(&table, STINT_GROUPS_LEAVE), 1);
    assert_int_equal(table.groups.used, 0);
    assert_false(stint_groups_leave(&table.groups, table.now, &one));
}

static void a_query_is_answered_once_within_its_time(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    join(&table, group(1));
    join(&table, group(2));
    (void)send_within(&table, 20000, STINT_GROUPS_REPORT);
    query(&table, all, 3000);
    assert_int_equal(send(&table, STINT_GROUPS_REPORT), 0);
    assert_int_equal(send_within(&table, 3000, STINT_GROUPS_REPORT), 2);
    query(&table, group(2), 1000);
    assert_int_equal(send_within(&table, 1000, STINT_GROUPS_REPORT), 1);
    query(&table, group(3), 1000);
    query(&table, (struct stint_address){{0}}, 1000); /* all of IPv6 */
    assert_true(stint_instant_is_never(table.groups.deadline));
}

static void answers_are_spread_over_the_time(void **state)
{
    (void)state;
    struct table table;
    unsigned early = 0;
    set_up(&table);
    join(&table, group(1));
    (void)send_within(&table, 20000, STINT_GROUPS_REPORT);
    for (unsigned i = 0; i < 200; i++) {
        query(&table, all, 10000);
        early += send_within(&table, 5000, STINT_GROUPS_REPORT);
        (void)send_within(&table, 5000, STINT_GROUPS_REPORT);
    }
    assert_in_range(early, 60, 140);
}

static void a_more_urgent_query_hastens_the_answer_and_a_calmer_one_does_not_delay_it(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    join(&table, group(1));
    (void)send_within(&table, 20000, STINT_GROUPS_REPORT);
    query(&table, all, 1000000);
    query(&table, all, 1000);
    const struct stint_instant due = table.groups.deadline;
    query(&table, all, 1000000);
    assert_int_equal(table.groups.deadline.microseconds, due.microseconds);
    assert_int_equal(send_within(&table, 1000, STINT_GROUPS_REPORT), 1);
    assert_true(stint_instant_is_never(table.groups.deadline));
}

static void G1_ten_thousand_queries_bring_few_reports(void **state)
{
    (void)state;
    struct table table;
    unsigned sent = 0;
    set_up(&table);
    join(&table, group(1));
    (void)send_within(&table, 20000, STINT_GROUPS_REPORT);
    for (unsigned i = 0; i < 10000; i++) { /* in one second */
        table.now = stint_instant_after(table.now, stint_microseconds(100));
        query(&table, all, 0);
        sent += send(&table, STINT_GROUPS_REPORT);
    }
    assert_in_range(sent, 1, 40);
}

static void anothers_report_is_enough_and_then_nobody_is_told_of_leaving(void **state)
{
    (void)state;
    struct table table;
    const struct stint_address one = group(1);
    set_up(&table);
    join(&table, one);
    (void)send_within(&table, 20000, STINT_GROUPS_REPORT);
    query(&table, all, 1000);
    stint_groups_take_report(&table.groups, &one);
    assert_int_equal(send_within(&table, 10000, STINT_GROUPS_REPORT), 0);
    leave(&table, one);
    assert_int_equal(table.groups.used, 0);
    assert_true(stint_instant_is_never(table.groups.deadline));
}

static void who_comes_back_before_the_leave_was_sent_reports(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    join(&table, group(1));
    (void)send_within(&table, 20000, STINT_GROUPS_REPORT);
    leave(&table, group(1));
    join(&table, group(1));
    assert_int_equal(send_within(&table, 20000, STINT_GROUPS_REPORT), 2);
    assert_int_equal(table.groups.used, 1);
}

static void a_router_of_version_1_hears_its_own_reports_and_no_leaves(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    join(&table, group(1));
    (void)send_within(&table, 20000, STINT_GROUPS_REPORT);
    stint_groups_take_v1_router(&table.groups, table.now);
    query(&table, all, 10000);
    assert_int_equal(send_within(&table, 10000, STINT_GROUPS_V1_REPORT), 1);
    leave(&table, group(1));
    assert_int_equal(table.groups.used, 0);
    table.now = stint_instant_after(table.now, stint_seconds(400));
    join(&table, group(1));
    assert_int_equal(send(&table, STINT_GROUPS_REPORT), 1);
}

static void groups_that_every_host_is_in_are_never_reported(void **state)
{
    (void)state;
    struct table table;
    const struct stint_address never[] = {stint_address_ipv4(224, 0, 0, 1),
        stint_address_link_group(STINT_GROUP_ALL_NODES), {{0xff, 0x01, [15] = 0xfb}}};
    set_up(&table);
    for (unsigned i = 0; i < 3; i++) {
        join(&table, never[i]);
        assert_true(stint_groups_contain(&table.groups, &never[i]));
    }
    query(&table, all, 100);
    query(&table, (struct stint_address){{0}}, 100);
    stint_groups_announce(&table.groups, table.now);
    assert_int_equal(send_within(&table, 20000, STINT_GROUPS_REPORT), 0);
    for (unsigned i = 0; i < 3; i++) {
        leave(&table, never[i]);
    }
    assert_int_equal(table.groups.used, 0);
    assert_true(stint_groups_contain(&table.groups, &never[0]));
    assert_true(stint_groups_contain(&table.groups, &never[1]));
    assert_false(stint_groups_contain(&table.groups, &never[2]));
}

static void G1_memberships_are_bounded_and_refusals_counted(void **state)
{
    (void)state;
    struct table table;
    const struct stint_address more = group(COUNT);
    const struct stint_address host = stint_address_ipv4(10, 0, 0, 1);
    set_up(&table);
    for (uint8_t i = 0; i < COUNT; i++) {
        join(&table, group(i));
    }
    assert_int_equal(stint_groups_join(&table.groups, table.now, &more), STINT_EXHAUSTED);
    assert_int_equal(stint_groups_join(&table.groups, table.now, &host), STINT_INVALID);
    assert_int_equal(table.groups.refused, 1);
    assert_int_equal(table.groups.most, COUNT);
}

static void addresses_have_their_groups_while_they_are_there(void **state)
{
    (void)state;
    struct table table;
    const struct stint_address link = {{0xfe, 0x80, [13] = 1, 2, 3}};
    const struct stint_address global = {{0x20, 0x01, [13] = 1, 2, 3}};
    const struct stint_address other = {{0x20, 0x01, [13] = 7, 8, 9}};
    const struct stint_address solicited = stint_address_solicited_node(&link);
    const struct stint_address ipv4 = group(1);
    set_up(&table);
    stint_groups_solicit(&table.groups, table.now, &link);
    stint_groups_solicit(&table.groups, table.now, &global);
    stint_groups_solicit(&table.groups, table.now, &other);
    stint_groups_solicit(&table.groups, table.now, &ipv4);
    assert_int_equal(table.groups.used, 2);
    assert_int_equal(send_within(&table, 20000, STINT_GROUPS_REPORT), 4);
    stint_groups_doubt_solicited(&table.groups);
    stint_groups_solicit(&table.groups, table.now, &global);
    stint_groups_leave_doubted(&table.groups, table.now);
    assert_true(stint_groups_contain(&table.groups, &solicited));
    assert_int_equal(send(&table, STINT_GROUPS_LEAVE), 1);
    assert_int_equal(table.groups.used, 1);
}

static void S4_every_membership_is_announced_anew(void **state)
{
    (void)state;
    struct table table;
    set_up(&table);
    join(&table, group(1));
    join(&table, group(2));
    (void)send_within(&table, 20000, STINT_GROUPS_REPORT);
    stint_groups_announce(&table.groups, table.now);
    assert_int_equal(send(&table, STINT_GROUPS_REPORT), 2);
    assert_int_equal(send_within(&table, 10000, STINT_GROUPS_REPORT), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(G1_a_new_membership_is_reported_twice),
        cmocka_unit_test(a_report_that_could_not_be_sent_comes_again),
        cmocka_unit_test(a_second_user_changes_nothing_and_the_last_one_leaves),
        cmocka_unit_test(a_query_is_answered_once_within_its_time),
        cmocka_unit_test(answers_are_spread_over_the_time),
        cmocka_unit_test(a_more_urgent_query_hastens_the_answer_and_a_calmer_one_does_not_delay_it),
        cmocka_unit_test(G1_ten_thousand_queries_bring_few_reports),
        cmocka_unit_test(anothers_report_is_enough_and_then_nobody_is_told_of_leaving),
        cmocka_unit_test(who_comes_back_before_the_leave_was_sent_reports),
        cmocka_unit_test(a_router_of_version_1_hears_its_own_reports_and_no_leaves),
        cmocka_unit_test(groups_that_every_host_is_in_are_never_reported),
        cmocka_unit_test(G1_memberships_are_bounded_and_refusals_counted),
        cmocka_unit_test(addresses_have_their_groups_while_they_are_there),
        cmocka_unit_test(S4_every_membership_is_announced_anew),
    };
    return cmocka_run_group_tests_name("iface/groups", tests, NULL, NULL);
}
