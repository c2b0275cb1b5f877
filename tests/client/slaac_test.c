/* Addresses without a server: checked for duplicates, renewed, deprecated, taken back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stint/client/slaac.h"

struct link {
    struct stint_slaac slaac;
    struct stint_random random;
    struct stint_instant now;
    uint8_t options[128]; /* of the advertisement that is put together */
    size_t length;
};

static const struct stint_address own = {
    {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x02, 0x11, 0x22, 0xff, 0xfe, 0x33, 0x44, 0x55}};
static const struct stint_address router = {{0xfe, 0x80, [15] = 1}};
static const struct stint_address second_router = {{0xfe, 0x80, [15] = 2}};
static const struct stint_address global = {
    {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 7, 0x02, 0x11, 0x22, 0xff, 0xfe, 0x33, 0x44, 0x55}};
static const struct stint_address server = {{0x20, 0x01, 0x0d, 0xb8, [15] = 0x53}};

static struct link *link_new(void)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {5, 6, 7};
    static const struct stint_hardware_address hardware = {{0x00, 0x11, 0x22, 0x33, 0x44, 0x55}};
    struct link *link = calloc(1, sizeof *link);
    assert_non_null(link);
    assert_int_equal(
        stint_random_init(&link->random, stint_view_of(secret, sizeof secret)), STINT_OK);
    link->now = stint_instant_at(1000000);
    stint_slaac_init(&link->slaac, &hardware, 1500, &link->random);
    stint_slaac_start(&link->slaac, link->now);
    return link;
}

static void pass(struct link *link, int64_t milliseconds)
{
    link->now = stint_instant_after(link->now, stint_milliseconds(milliseconds));
}

/* The next step, done; within the time that the deadline tells. */
static struct stint_slaac_step expect_within(
    struct link *link, int64_t milliseconds, enum stint_slaac_kind kind)
{
    struct stint_slaac_step step;
    const struct stint_instant end =
        stint_instant_after(link->now, stint_milliseconds(milliseconds));
    while (!stint_slaac_next(&link->slaac, link->now, &step)) {
        const struct stint_instant deadline = stint_slaac_deadline(&link->slaac);
        assert_true(stint_instant_is_before(link->now, deadline));
        assert_true(stint_instant_has_come(deadline, end));
        link->now = deadline;
    }
    assert_int_equal(step.kind, kind);
    stint_slaac_done(&link->slaac, link->now, &step);
    return step;
}

static void expect_nothing_for(struct link *link, int64_t milliseconds)
{
    struct stint_slaac_step step;
    assert_false(stint_slaac_next(&link->slaac, link->now, &step));
    assert_true(
        stint_instant_is_before(stint_instant_after(link->now, stint_milliseconds(milliseconds)),
            stint_slaac_deadline(&link->slaac)));
    pass(link, milliseconds);
}

static void expect_address(const struct stint_slaac_step *step, const struct stint_address *address)
{
    assert_memory_equal(step->address.octets, address->octets, sizeof address->octets);
}

static void put(struct link *link, const uint8_t *bytes, size_t length)
{
    memcpy(link->options + link->length, bytes, length);
    link->length += length;
}

static void put_prefix(struct link *link, uint8_t flags, uint32_t valid_s, uint32_t preferred_s)
{
    const uint8_t option[32] = {3, 4, 64, flags, (uint8_t)(valid_s >> 24), (uint8_t)(valid_s >> 16),
        (uint8_t)(valid_s >> 8), (uint8_t)valid_s, (uint8_t)(preferred_s >> 24),
        (uint8_t)(preferred_s >> 16), (uint8_t)(preferred_s >> 8),
        (uint8_t)preferred_s, [16] = 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 7};
    put(link, option, sizeof option);
}

static void put_server(struct link *link, uint32_t lifetime_s)
{
    const uint8_t head[8] = {25, 3, 0, 0, (uint8_t)(lifetime_s >> 24), (uint8_t)(lifetime_s >> 16),
        (uint8_t)(lifetime_s >> 8), (uint8_t)lifetime_s};
    put(link, head, sizeof head);
    put(link, server.octets, sizeof server.octets);
}

static void advertise(struct link *link, const struct stint_address *source, uint16_t lifetime_s,
    enum stint_ndp_preference preference)
{
    const struct stint_ndp_router_advertisement advertisement = {
        .options = stint_view_of(link->options, link->length),
        .router_lifetime_s = lifetime_s,
        .preference = preference,
    };
    stint_slaac_take_advertisement(&link->slaac, link->now, source, &advertisement);
    link->length = 0;
}

enum { ON_LINK = 0x80, AUTONOMOUS = 0x40, BOTH = 0xc0 };

/* The link-local address is there, routers were asked once. */
static struct link *link_with_own_address(void)
{
    struct link *link = link_new();
    (void)expect_within(link, 1000, STINT_SLAAC_PROBE);
    (void)expect_within(link, 1000, STINT_SLAAC_SET_ADDRESS);
    (void)expect_within(link, 0, STINT_SLAAC_SOLICIT_ROUTERS);
    return link;
}

/* A router has advertised a prefix, and the address made from it is there. */
static struct link *link_with_prefix(uint32_t valid_s, uint32_t preferred_s)
{
    struct link *link = link_with_own_address();
    put_prefix(link, BOTH, valid_s, preferred_s);
    advertise(link, &router, 1800, STINT_NDP_PREFERENCE_MEDIUM);
    (void)expect_within(link, 0, STINT_SLAAC_SET_ROUTER);
    (void)expect_within(link, 1000, STINT_SLAAC_PROBE);
    (void)expect_within(link, 1000, STINT_SLAAC_SET_ADDRESS);
    return link;
}

static void the_link_local_address_is_probed_first(void **state)
{
    (void)state;
    struct link *link = link_new();
    assert_true(stint_slaac_is_tentative(&link->slaac, &own));
    struct stint_slaac_step step = expect_within(link, 1000, STINT_SLAAC_PROBE);
    expect_address(&step, &own);
    const struct stint_instant probed = link->now;
    step = expect_within(link, 1000, STINT_SLAAC_SET_ADDRESS);
    expect_address(&step, &own);
    assert_int_equal(step.prefix_length, 64);
    assert_int_equal(stint_instant_since(link->now, probed).microseconds, 1000000);
    assert_false(stint_slaac_is_tentative(&link->slaac, &own));
    step = expect_within(link, 0, STINT_SLAAC_SOLICIT_ROUTERS);
    expect_address(&step, &own);
    free(link);
}

static void a_step_that_was_not_done_comes_again(void **state)
{
    (void)state;
    struct link *link = link_new();
    struct stint_slaac_step step;
    pass(link, 1000);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(stint_slaac_next(&link->slaac, link->now, &step));
        assert_int_equal(step.kind, STINT_SLAAC_PROBE);
        pass(link, 5000);
    }
    free(link);
}

static void a_taken_address_gives_way_to_another(void **state)
{
    (void)state;
    struct link *link = link_new();
    (void)expect_within(link, 1000, STINT_SLAAC_PROBE);
    struct stint_address tried = own;
    for (unsigned i = 0; i < STINT_SLAAC_ATTEMPTS; i++) {
        assert_true(stint_slaac_take_conflict(&link->slaac, link->now, &tried));
        const struct stint_slaac_step step = expect_within(link, 1000, STINT_SLAAC_PROBE);
        assert_memory_not_equal(step.address.octets, tried.octets, 16);
        assert_memory_equal(step.address.octets, own.octets, 8);
        tried = step.address;
    }
    assert_true(stint_slaac_take_conflict(&link->slaac, link->now, &tried));
    assert_int_equal(link->slaac.duplicates, 4);
    struct stint_slaac_step step;
    assert_false(stint_slaac_next(&link->slaac, link->now, &step));
    assert_true(stint_instant_is_never(stint_slaac_deadline(&link->slaac)));
    free(link);
}

static void a_conflict_about_an_address_in_use_changes_nothing(void **state)
{
    (void)state;
    struct link *link = link_with_own_address();
    assert_false(stint_slaac_take_conflict(&link->slaac, link->now, &own));
    assert_false(stint_slaac_take_conflict(&link->slaac, link->now, &global));
    free(link);
}

static void routers_are_asked_ever_more_rarely(void **state)
{
    (void)state;
    struct link *link = link_with_own_address();
    unsigned asked = 0;
    const struct stint_instant day = stint_instant_after(link->now, stint_seconds(86400));
    while (stint_instant_is_before(link->now, day)) {
        (void)expect_within(link, 3960001, STINT_SLAAC_SOLICIT_ROUTERS);
        asked++;
    }
    assert_in_range(asked, 28, 42); /* 10 in the first hour, then one an hour */
    free(link);
}

static void a_prefix_becomes_an_address(void **state)
{
    (void)state;
    struct link *link = link_with_own_address();
    put_prefix(link, BOTH, 86400, 14400);
    put_server(link, 600);
    advertise(link, &router, 1800, STINT_NDP_PREFERENCE_MEDIUM);
    struct stint_slaac_step step = expect_within(link, 0, STINT_SLAAC_SET_ROUTER);
    expect_address(&step, &router);
    (void)expect_within(link, 0, STINT_SLAAC_SERVERS_CHANGED);
    expect_address(&(struct stint_slaac_step){.address = link->slaac.servers[0].address}, &server);
    step = expect_within(link, 1000, STINT_SLAAC_PROBE);
    expect_address(&step, &global);
    step = expect_within(link, 1000, STINT_SLAAC_SET_ADDRESS);
    expect_address(&step, &global);
    assert_int_equal(step.prefix_length, 64);
    assert_false(step.deprecated);
    (void)expect_within(link, 600000, STINT_SLAAC_SERVERS_CHANGED); /* its time is up */
    step = expect_within(link, 1800000, STINT_SLAAC_REMOVE_ROUTER);
    step = expect_within(link, 14400000, STINT_SLAAC_SET_ADDRESS);
    assert_true(step.deprecated);
    step = expect_within(link, 86400000, STINT_SLAAC_REMOVE_ADDRESS);
    expect_address(&step, &global);
    assert_true(stint_instant_is_never(stint_slaac_deadline(&link->slaac)));
    free(link);
}

static void a_prefix_that_is_not_on_link_is_nobodys_neighborhood(void **state)
{
    (void)state;
    struct link *link = link_with_own_address();
    put_prefix(link, AUTONOMOUS, 86400, 14400);
    advertise(link, &router, 0, STINT_NDP_PREFERENCE_MEDIUM);
    (void)expect_within(link, 1000, STINT_SLAAC_PROBE);
    assert_int_equal(expect_within(link, 1000, STINT_SLAAC_SET_ADDRESS).prefix_length, 128);
    free(link);
}

static void prefixes_that_make_no_address_are_ignored(void **state)
{
    (void)state;
    struct link *link = link_with_own_address();
    put_prefix(link, ON_LINK, 86400, 14400);
    put_prefix(link, BOTH, 0, 0);
    advertise(link, &router, 0, STINT_NDP_PREFERENCE_MEDIUM);
    expect_nothing_for(link, 1000000);
    free(link);
}

static void one_advertisement_ends_no_address_within_two_hours(void **state)
{
    (void)state;
    struct link *link = link_with_prefix(86400, 14400);
    put_prefix(link, BOTH, 1, 1); /* RFC 4862 5.5.3 e */
    advertise(link, &router, 1800, STINT_NDP_PREFERENCE_MEDIUM);
    assert_true(expect_within(link, 1000, STINT_SLAAC_SET_ADDRESS).deprecated);
    (void)expect_within(link, 1800000, STINT_SLAAC_REMOVE_ROUTER);
    expect_nothing_for(link, 5390000);
    (void)expect_within(link, 20000, STINT_SLAAC_REMOVE_ADDRESS);
    free(link);
}

static void what_little_is_left_is_not_shortened(void **state)
{
    (void)state;
    struct link *link = link_with_prefix(3600, 3600);
    put_prefix(link, BOTH, 60, 60);
    advertise(link, &router, 9000, STINT_NDP_PREFERENCE_MEDIUM);
    assert_true(expect_within(link, 60000, STINT_SLAAC_SET_ADDRESS).deprecated);
    expect_nothing_for(link, 3500000);
    (void)expect_within(link, 60000, STINT_SLAAC_REMOVE_ADDRESS);
    free(link);
}

static void the_preferred_router_is_used_while_it_answers(void **state)
{
    (void)state;
    struct link *link = link_with_own_address();
    advertise(link, &router, 1800, STINT_NDP_PREFERENCE_MEDIUM);
    (void)expect_within(link, 0, STINT_SLAAC_SET_ROUTER);
    advertise(link, &second_router, 1800, STINT_NDP_PREFERENCE_HIGH);
    struct stint_slaac_step step = expect_within(link, 0, STINT_SLAAC_REMOVE_ROUTER);
    expect_address(&step, &router);
    step = expect_within(link, 0, STINT_SLAAC_SET_ROUTER);
    expect_address(&step, &second_router);
    stint_slaac_router_failed(&link->slaac, &second_router);
    (void)expect_within(link, 0, STINT_SLAAC_REMOVE_ROUTER);
    step = expect_within(link, 0, STINT_SLAAC_SET_ROUTER);
    expect_address(&step, &router);
    stint_slaac_router_failed(&link->slaac, &router); /* the other gets another turn */
    (void)expect_within(link, 0, STINT_SLAAC_REMOVE_ROUTER);
    step = expect_within(link, 0, STINT_SLAAC_SET_ROUTER);
    expect_address(&step, &second_router);
    free(link);
}

static void a_lost_link_takes_everything_back(void **state)
{
    (void)state;
    struct link *link = link_with_prefix(86400, 14400);
    stint_slaac_stop(&link->slaac);
    (void)expect_within(link, 0, STINT_SLAAC_REMOVE_ADDRESS);
    (void)expect_within(link, 0, STINT_SLAAC_REMOVE_ADDRESS);
    (void)expect_within(link, 0, STINT_SLAAC_REMOVE_ROUTER);
    assert_true(stint_instant_is_never(stint_slaac_deadline(&link->slaac)));
    stint_slaac_start(&link->slaac, link->now);
    (void)expect_within(link, 1000, STINT_SLAAC_PROBE);
    (void)expect_within(link, 1000, STINT_SLAAC_SET_ADDRESS);
    (void)expect_within(link, 0, STINT_SLAAC_SOLICIT_ROUTERS);
    free(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_link_local_address_is_probed_first),
        cmocka_unit_test(a_step_that_was_not_done_comes_again),
        cmocka_unit_test(a_taken_address_gives_way_to_another),
        cmocka_unit_test(a_conflict_about_an_address_in_use_changes_nothing),
        cmocka_unit_test(routers_are_asked_ever_more_rarely),
        cmocka_unit_test(a_prefix_becomes_an_address),
        cmocka_unit_test(a_prefix_that_is_not_on_link_is_nobodys_neighborhood),
        cmocka_unit_test(prefixes_that_make_no_address_are_ignored),
        cmocka_unit_test(one_advertisement_ends_no_address_within_two_hours),
        cmocka_unit_test(what_little_is_left_is_not_shortened),
        cmocka_unit_test(the_preferred_router_is_used_while_it_answers),
        cmocka_unit_test(a_lost_link_takes_everything_back),
    };
    return cmocka_run_group_tests_name("client/slaac", tests, NULL, NULL);
}
