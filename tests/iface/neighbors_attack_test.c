/* Neighbors: what liars and floods cannot do.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "neighbors_link.h"

static void L12_an_answer_to_no_question_changes_nothing(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    assert_false(answer_from(&link, 1, 1));
    assert_int_equal(link.records[0].state, STINT_NEIGHBOR_FREE);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_ASKED);
    assert_false(answer_from(&link, 1, 1)); /* the question was not asked yet */
    ask(&link);
    assert_true(answer_from(&link, 1, 1));
    assert_false(answer_from(&link, 1, 66));
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
}

static void L12_a_check_is_answered_by_the_station_that_was_asked_alone(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 1);
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_REACHABLE_S));
    resolve(&link, 1);
    ask(&link);
    assert_false(answer_from(&link, 1, 66));
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
    assert_true(answer_from(&link, 1, 1));
}

static void L12_addresses_that_no_station_has_are_not_learnt(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    const struct stint_address good = host(1);
    const struct stint_hardware_address sender = station(1);
    const struct stint_hardware_address bad_hardware[] = {
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}, {{1, 0, 0x5e, 0, 0, 1}}, {{0}}};
    const struct stint_address bad_addresses[] = {{{0}}, stint_address_ipv4(0, 0, 0, 0),
        stint_address_ipv4(255, 255, 255, 255), stint_address_ipv4(224, 0, 0, 1),
        stint_address_ipv4(240, 0, 0, 1)};
    for (unsigned i = 0; i < sizeof bad_addresses / sizeof bad_addresses[0]; i++) {
        stint_neighbors_hear(&link.neighbors, link.now, &bad_addresses[i], &sender);
        assert_false(
            stint_neighbors_take_answer(&link.neighbors, link.now, &bad_addresses[i], &sender));
    }
    assert_int_equal(link.records[0].state, STINT_NEIGHBOR_FREE);
    resolve(&link, 1);
    ask(&link);
    for (unsigned i = 0; i < sizeof bad_hardware / sizeof bad_hardware[0]; i++) {
        stint_neighbors_hear(&link.neighbors, link.now, &good, &bad_hardware[i]);
        assert_false(
            stint_neighbors_take_answer(&link.neighbors, link.now, &good, &bad_hardware[i]));
        assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_ASKED);
    }
}

static void a_known_neighbor_is_not_changed_by_a_claim_but_checked(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 1);
    hear(&link, 1, 1);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
    assert_idle(&link);
    hear(&link, 1, 66);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
    assert_asks(&link, 1, station(1));
}

static void C1_ten_thousand_spoofed_senders_push_nobody_out(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 0);
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_KEEP_S + 1));
    for (unsigned i = 1; i <= 10000; i++) {
        hear(&link, i, i);
        wait_for(&link, stint_milliseconds(20));
    }
    assert_int_equal(resolve(&link, 0), STINT_NEIGHBOR_KNOWN);
    assert_int_equal(resolve(&link, 12000), STINT_NEIGHBOR_ASKED); /* and those make room */
}

static void C1_ten_thousand_targets_push_out_nobody_in_use(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 0);
    make_known(&link, 1);
    for (unsigned i = 2; i <= 10001; i++) {
        resolve(&link, i);
        ask(&link);
        wait_for(&link, stint_milliseconds(10));
        if (i % 50 == 0) {
            assert_int_equal(resolve(&link, 0), STINT_NEIGHBOR_KNOWN);
            ask(&link);
            answer_from(&link, 0, 0);
        }
        if (i == 5000) {
            assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN); /* 50 s unused */
            ask(&link);
            answer_from(&link, 1, 1);
        }
    }
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
}

static void the_record_unused_for_longest_makes_room(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    for (unsigned i = 0; i < RECORDS; i++) {
        make_known(&link, i);
        wait_for(&link, stint_seconds(1));
    }
    resolve(&link, 0); /* used again: number 1 is now the oldest */
    assert_int_equal(resolve(&link, 100), STINT_NEIGHBOR_NO_RECORD);
    assert_int_equal(hold(&link, 100, 1), STINT_DROP_NEIGHBOR_TABLE);
    wait_for(&link, stint_milliseconds((STINT_NEIGHBOR_KEEP_S - RECORDS + 1) * 1000 - 1));
    assert_int_equal(resolve(&link, 100), STINT_NEIGHBOR_NO_RECORD);
    wait_for(&link, stint_milliseconds(1001)); /* numbers 1 and 2 may go, number 1 first */
    assert_int_equal(resolve(&link, 100), STINT_NEIGHBOR_ASKED);
    assert_int_equal(resolve(&link, 2), STINT_NEIGHBOR_KNOWN);
    assert_int_equal(resolve(&link, 0), STINT_NEIGHBOR_KNOWN);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_NO_RECORD); /* was displaced */
}

static void silent_records_make_room_first(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 0);
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_KEEP_S));
    for (unsigned i = 1; i < RECORDS; i++) {
        resolve(&link, i);
    }
    for (unsigned i = 0; i <= STINT_NEIGHBOR_ATTEMPTS; i++) {
        ask(&link);
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    }
    for (unsigned i = 1; i < RECORDS; i++) {
        assert_int_equal(resolve(&link, 100 + i), STINT_NEIGHBOR_ASKED);
    }
    assert_int_equal(resolve(&link, 0), STINT_NEIGHBOR_KNOWN);
}

static void a_record_that_frames_wait_for_makes_no_room(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    for (unsigned i = 0; i < RECORDS; i++) {
        make_known(&link, i);
    }
    hold(&link, 0, 1); /* the device is full, say */
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_KEEP_S));
    for (unsigned i = 1; i < RECORDS; i++) {
        assert_int_equal(resolve(&link, 100 + i), STINT_NEIGHBOR_ASKED);
    }
    assert_int_equal(resolve(&link, 200), STINT_NEIGHBOR_NO_RECORD);
    assert_sends(&link, 0, 1);
}

static void a_stranger_who_speaks_takes_nobodys_record(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    for (unsigned i = 0; i < RECORDS; i++) {
        make_known(&link, i);
    }
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_KEEP_S));
    hear(&link, 100, 100);
    for (unsigned i = 0; i < RECORDS; i++) {
        assert_int_equal(resolve(&link, i), STINT_NEIGHBOR_KNOWN);
    }
}

static void a_liar_cannot_prolong_a_check(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 1);
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_REACHABLE_S));
    resolve(&link, 1);
    for (unsigned i = 0; i < STINT_NEIGHBOR_ATTEMPTS; i++) {
        assert_asks(&link, 1, station(1));
        hear(&link, 1, 66);
        assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    }
    assert_asks(&link, 1, stint_hardware_address_broadcast);
}

static void a_displaced_record_leaves_no_deadline_behind(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    link.neighbors.config.record_count = 1;
    resolve(&link, 1); /* and nobody asks, for as long as records are kept */
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_KEEP_S));
    assert_int_equal(resolve(&link, 2), STINT_NEIGHBOR_ASKED);
    assert_int_equal(stint_neighbors_deadline(&link.neighbors).microseconds, link.now.microseconds);
}

static void C2_frames_that_wait_are_few_for_each_neighbor(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    resolve(&link, 1);
    for (uint8_t i = 0; i < HOLD_LIMIT; i++) {
        assert_int_equal(hold(&link, 1, i), STINT_DROP_NONE);
    }
    assert_int_equal(hold(&link, 1, 9), STINT_DROP_NEIGHBOR_QUEUE);
    assert_int_equal(link.pool.in_use, HOLD_LIMIT);
    resolve(&link, 2);
    assert_int_equal(hold(&link, 2, 9), STINT_DROP_NONE);
}

static void C2_an_empty_pool_refuses_and_recovers(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    unsigned held = 0;
    for (unsigned number = 1; number < RECORDS; number++) {
        resolve(&link, number);
        for (unsigned i = 0; i < HOLD_LIMIT; i++) {
            held += hold(&link, number, 1) == STINT_DROP_NONE;
        }
    }
    assert_int_equal(held, FRAMES);
    for (unsigned i = 0; i <= STINT_NEIGHBOR_ATTEMPTS; i++) {
        ask(&link);
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    }
    assert_int_equal(link.dropped, FRAMES);
    assert_int_equal(link.pool.in_use, 0);
}

static void C4_a_full_table_asks_no_more_than_its_records(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    unsigned questions = 0;
    for (unsigned i = 0; i < 9000; i++) { /* 9 s of a scan through us, 1,000 a second */
        resolve(&link, i);
        questions += ask(&link);
        wait_for(&link, stint_milliseconds(1));
    }
    const unsigned rounds = 9000 / STINT_NEIGHBOR_RETRY_MS + 1;
    assert_true(questions <= RECORDS * rounds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(L12_an_answer_to_no_question_changes_nothing),
        cmocka_unit_test(L12_a_check_is_answered_by_the_station_that_was_asked_alone),
        cmocka_unit_test(L12_addresses_that_no_station_has_are_not_learnt),
        cmocka_unit_test(a_known_neighbor_is_not_changed_by_a_claim_but_checked),
        cmocka_unit_test(C1_ten_thousand_spoofed_senders_push_nobody_out),
        cmocka_unit_test(C1_ten_thousand_targets_push_out_nobody_in_use),
        cmocka_unit_test(the_record_unused_for_longest_makes_room),
        cmocka_unit_test(silent_records_make_room_first),
        cmocka_unit_test(a_record_that_frames_wait_for_makes_no_room),
        cmocka_unit_test(a_stranger_who_speaks_takes_nobodys_record),
        cmocka_unit_test(a_liar_cannot_prolong_a_check),
        cmocka_unit_test(a_displaced_record_leaves_no_deadline_behind),
        cmocka_unit_test(C2_frames_that_wait_are_few_for_each_neighbor),
        cmocka_unit_test(C2_an_empty_pool_refuses_and_recovers),
        cmocka_unit_test(C4_a_full_table_asks_no_more_than_its_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
