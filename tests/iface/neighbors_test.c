/* Neighbors: how they are found, how long they are believed, what waits for them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "neighbors_link.h"

static void a_question_goes_to_everybody_and_its_answer_is_believed(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    assert_idle(&link);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_ASKED);
    assert_asks(&link, 1, stint_hardware_address_broadcast);
    assert_true(answer_from(&link, 1, 1));
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
    assert_idle(&link);
}

static void questions_are_repeated_at_their_interval_and_then_given_up(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    resolve(&link, 1);
    assert_int_equal(hold(&link, 1, 7), STINT_DROP_NONE);
    for (unsigned i = 0; i < STINT_NEIGHBOR_ATTEMPTS; i++) {
        assert_asks(&link, 1, stint_hardware_address_broadcast);
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS - 1));
        assert_int_equal(ask(&link), 0);
        assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_ASKED);
        wait_for(&link, stint_milliseconds(1));
        assert_int_equal(
            stint_neighbors_deadline(&link.neighbors).microseconds, link.now.microseconds);
    }
    assert_int_equal(ask(&link), 0);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_UNKNOWN);
    assert_int_equal(hold(&link, 1, 7), STINT_DROP_NEIGHBOR_SILENT);
    assert_idle(&link);
}

static void frames_are_held_no_longer_than_to_the_second_question(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    resolve(&link, 1);
    assert_int_equal(hold(&link, 1, 7), STINT_DROP_NONE);
    assert_asks(&link, 1, stint_hardware_address_broadcast);
    wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS - 1));
    assert_int_equal(ask(&link), 0);
    assert_int_equal(link.dropped, 0);
    wait_for(&link, stint_milliseconds(1));
    assert_asks(&link, 1, stint_hardware_address_broadcast);
    assert_int_equal(link.dropped, 1);
    assert_int_equal(link.pool.in_use, 0);
    assert_int_equal(hold(&link, 1, 7), STINT_DROP_NONE); /* the next one waits again */
}

static void a_silent_neighbor_is_asked_again_after_a_while(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    resolve(&link, 1);
    for (unsigned i = 0; i <= STINT_NEIGHBOR_ATTEMPTS; i++) {
        ask(&link);
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    }
    wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_SILENT_S * 1000 - 1001));
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_UNKNOWN);
    wait_for(&link, stint_milliseconds(1));
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_ASKED);
    assert_asks(&link, 1, stint_hardware_address_broadcast);
}

static void an_old_answer_is_used_and_checked_by_asking_that_station(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 1);
    wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_REACHABLE_S * 1000 - 1));
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
    assert_idle(&link);
    wait_for(&link, stint_milliseconds(1));
    assert_idle(&link); /* nobody uses it: nobody is woken */
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
    assert_asks(&link, 1, station(1));
    assert_true(answer_from(&link, 1, 1));
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
    assert_idle(&link);
}

static void a_station_that_fails_its_check_may_have_moved(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 1);
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_REACHABLE_S));
    resolve(&link, 1);
    for (unsigned i = 0; i < STINT_NEIGHBOR_ATTEMPTS; i++) {
        assert_asks(&link, 1, station(1));
        assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    }
    for (unsigned i = 0; i < STINT_NEIGHBOR_ATTEMPTS; i++) {
        assert_asks(&link, 1, stint_hardware_address_broadcast);
        assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_ASKED);
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    }
    assert_int_equal(ask(&link), 0);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_UNKNOWN);
}

static void a_moved_neighbor_is_found_at_its_new_station(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 1);
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_REACHABLE_S));
    resolve(&link, 1);
    for (unsigned i = 0; i <= STINT_NEIGHBOR_ATTEMPTS; i++) {
        ask(&link);
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    }
    assert_true(answer_from(&link, 1, 99));
    const struct stint_address address = host(1);
    struct stint_hardware_address hardware;
    assert_int_equal(stint_neighbors_resolve(&link.neighbors, link.now, &address, &hardware),
        STINT_NEIGHBOR_KNOWN);
    assert_memory_equal(hardware.octets, station(99).octets, 6);
}

static void the_deadline_is_that_of_the_earliest_question(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    const struct stint_instant start = link.now;
    resolve(&link, 1);
    ask(&link);
    wait_for(&link, stint_milliseconds(300));
    resolve(&link, 2);
    assert_int_equal(stint_neighbors_deadline(&link.neighbors).microseconds, link.now.microseconds);
    ask(&link);
    assert_int_equal(stint_neighbors_deadline(&link.neighbors).microseconds,
        start.microseconds + STINT_NEIGHBOR_RETRY_MS * 1000);
    answer_from(&link, 1, 1);
    assert_int_equal(stint_neighbors_deadline(&link.neighbors).microseconds,
        link.now.microseconds + STINT_NEIGHBOR_RETRY_MS * 1000);
    hear(&link, 2, 2);
    assert_idle(&link);
}

static void who_speaks_to_us_is_known_and_checked_when_used(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    hear(&link, 1, 1);
    assert_idle(&link);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
    assert_asks(&link, 1, station(1));
}

static void who_speaks_to_us_need_not_answer(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    resolve(&link, 1);
    hold(&link, 1, 5);
    ask(&link);
    hear(&link, 1, 1);
    assert_sends(&link, 1, 5);
    stint_neighbors_sent(&link.neighbors);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_KNOWN);
}

static void held_frames_leave_in_order_once_the_answer_is_there(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    resolve(&link, 1);
    resolve(&link, 2);
    hold(&link, 1, 11);
    hold(&link, 2, 21);
    hold(&link, 1, 12);
    ask(&link);
    assert_int_equal(stint_neighbors_next_to_send(&link.neighbors).length, 0);
    answer_from(&link, 1, 1);
    assert_sends(&link, 1, 11);
    assert_sends(&link, 1, 11); /* the device was full: it stays */
    stint_neighbors_sent(&link.neighbors);
    assert_sends(&link, 1, 12);
    stint_neighbors_sent(&link.neighbors);
    assert_int_equal(stint_neighbors_next_to_send(&link.neighbors).length, 0);
    assert_int_equal(link.pool.in_use, 1);
    answer_from(&link, 2, 2);
    assert_sends(&link, 2, 21);
    stint_neighbors_sent(&link.neighbors);
    assert_int_equal(link.pool.in_use, 0);
}

static void frames_for_a_silent_neighbor_hold_up_no_others(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    resolve(&link, 1);
    resolve(&link, 2);
    hold(&link, 1, 11);
    hold(&link, 2, 21);
    ask(&link);
    answer_from(&link, 2, 2);
    assert_sends(&link, 2, 21);
    stint_neighbors_sent(&link.neighbors);
    assert_int_equal(stint_neighbors_next_to_send(&link.neighbors).length, 0);
}

static void a_frame_longer_than_the_pools_is_refused(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    uint8_t frame[FRAME_SIZE + 1] = {0};
    const struct stint_address address = host(1);
    resolve(&link, 1);
    assert_int_equal(
        stint_neighbors_hold(&link.neighbors, &address, stint_view_of(frame, sizeof frame)),
        STINT_DROP_NEIGHBOR_QUEUE);
    assert_int_equal(
        stint_neighbors_hold(&link.neighbors, &address, stint_view_of(frame, FRAME_SIZE)),
        STINT_DROP_NONE);
}

static void frames_held_while_a_check_fails_wait_for_the_next_answer(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 1);
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_REACHABLE_S));
    resolve(&link, 1);
    hold(&link, 1, 3); /* the device was full, say */
    for (unsigned i = 0; i <= STINT_NEIGHBOR_ATTEMPTS; i++) {
        ask(&link);
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS));
    }
    assert_int_equal(stint_neighbors_next_to_send(&link.neighbors).length, 0);
    answer_from(&link, 1, 1);
    assert_sends(&link, 1, 3);
}

static void a_lost_link_forgets_everything(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    make_known(&link, 1);
    resolve(&link, 2);
    hold(&link, 1, 1);
    hold(&link, 2, 2);
    assert_int_equal(stint_neighbors_forget_all(&link.neighbors), 2);
    assert_int_equal(link.pool.in_use, 0);
    assert_idle(&link);
    assert_int_equal(stint_neighbors_next_to_send(&link.neighbors).length, 0);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_ASKED);
}

static void a_table_without_records_knows_nobody(void **state)
{
    (void)state;
    struct stint_neighbors neighbors;
    const struct stint_neighbors_config config = {.record_count = 0};
    const struct stint_address address = host(1);
    const struct stint_hardware_address sender = station(1);
    struct stint_hardware_address hardware;
    stint_neighbors_init(&neighbors, &config);
    stint_neighbors_hear(&neighbors, stint_instant_at(0), &address, &sender);
    assert_int_equal(stint_neighbors_resolve(&neighbors, stint_instant_at(0), &address, &hardware),
        STINT_NEIGHBOR_NO_RECORD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_goes_to_everybody_and_its_answer_is_believed),
        cmocka_unit_test(questions_are_repeated_at_their_interval_and_then_given_up),
        cmocka_unit_test(frames_are_held_no_longer_than_to_the_second_question),
        cmocka_unit_test(a_silent_neighbor_is_asked_again_after_a_while),
        cmocka_unit_test(an_old_answer_is_used_and_checked_by_asking_that_station),
        cmocka_unit_test(a_station_that_fails_its_check_may_have_moved),
        cmocka_unit_test(a_moved_neighbor_is_found_at_its_new_station),
        cmocka_unit_test(the_deadline_is_that_of_the_earliest_question),
        cmocka_unit_test(who_speaks_to_us_is_known_and_checked_when_used),
        cmocka_unit_test(who_speaks_to_us_need_not_answer),
        cmocka_unit_test(held_frames_leave_in_order_once_the_answer_is_there),
        cmocka_unit_test(frames_for_a_silent_neighbor_hold_up_no_others),
        cmocka_unit_test(a_frame_longer_than_the_pools_is_refused),
        cmocka_unit_test(frames_held_while_a_check_fails_wait_for_the_next_answer),
        cmocka_unit_test(a_lost_link_forgets_everything),
        cmocka_unit_test(a_table_without_records_knows_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
