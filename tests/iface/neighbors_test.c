/* Neighbors: what is learnt, how long it is believed, what floods cannot do.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/iface/neighbors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDS = 8, FRAMES = 10, FRAME_SIZE = 64, HOLD_LIMIT = 3 };

struct link {
    struct stint_neighbors neighbors;
    struct stint_neighbor records[RECORDS];
    struct stint_frame_pool pool;
    uint16_t links[FRAMES];
    uint16_t held_lengths[FRAMES];
    uint8_t bytes[FRAMES * FRAME_SIZE];
    struct stint_instant now;
    uint32_t dropped;
};

static void set_up(struct link *link)
{
    memset(link, 0, sizeof *link);
    stint_frame_pool_init(&link->pool, stint_span_of(link->bytes, sizeof link->bytes), FRAME_SIZE,
        link->links, FRAMES);
    const struct stint_neighbors_config config = {
        .records = link->records,
        .record_count = RECORDS,
        .hold_limit = HOLD_LIMIT,
        .pool = &link->pool,
        .held_lengths = link->held_lengths,
    };
    stint_neighbors_init(&link->neighbors, &config);
    link->now = stint_instant_at(1000000);
}

/* 10.0.0.1 is the gateway; hosts are numbered from there. */
static struct stint_address host(unsigned number)
{
    return stint_address_ipv4(
        10, (uint8_t)(number >> 14), (uint8_t)(number >> 7 & 127), (uint8_t)(1 + number % 128));
}

static struct stint_hardware_address station(unsigned number)
{
    const struct stint_hardware_address address = {
        {2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number}};
    return address;
}

static void wait_for(struct link *link, struct stint_duration duration)
{
    link->now = stint_instant_after(link->now, duration);
}

static enum stint_neighbor_answer resolve(struct link *link, unsigned number)
{
    const struct stint_address address = host(number);
    const struct stint_hardware_address expected = station(number);
    struct stint_hardware_address hardware;
    const enum stint_neighbor_answer answer =
        stint_neighbors_resolve(&link->neighbors, link->now, &address, &hardware);
    if (answer == STINT_NEIGHBOR_KNOWN) {
        assert_true(stint_hardware_address_equal(&hardware, &expected));
    }
    return answer;
}

static bool answer_from(struct link *link, unsigned number, unsigned from)
{
    const struct stint_address address = host(number);
    const struct stint_hardware_address hardware = station(from);
    return stint_neighbors_take_answer(&link->neighbors, link->now, &address, &hardware);
}

static void hear(struct link *link, unsigned number, unsigned from)
{
    const struct stint_address address = host(number);
    const struct stint_hardware_address hardware = station(from);
    stint_neighbors_hear(&link->neighbors, link->now, &address, &hardware);
}

static bool next_question(struct link *link, struct stint_neighbor_question *question)
{
    return stint_neighbors_next_question(&link->neighbors, link->now, question, &link->dropped);
}

/* Asks all that is due; how many questions that were. */
static unsigned ask(struct link *link)
{
    struct stint_neighbor_question question;
    unsigned count = 0;
    while (next_question(link, &question)) {
        count++;
    }
    return count;
}

static void make_known(struct link *link, unsigned number)
{
    assert_int_equal(resolve(link, number), STINT_NEIGHBOR_ASKED);
    ask(link);
    assert_true(answer_from(link, number, number));
}

/* The next question there is goes to `to`; nothing else is due. */
static void assert_asks(struct link *link, unsigned number, struct stint_hardware_address to)
{
    struct stint_neighbor_question question;
    const struct stint_address address = host(number);
    assert_true(stint_instant_has_come(stint_neighbors_deadline(&link->neighbors), link->now));
    assert_true(next_question(link, &question));
    assert_true(stint_address_equal(&question.target, &address));
    assert_true(stint_hardware_address_equal(&question.to, &to));
    assert_false(next_question(link, &question));
}

static void assert_idle(const struct link *link)
{
    assert_true(stint_instant_is_never(stint_neighbors_deadline(&link->neighbors)));
}

static enum stint_drop hold(struct link *link, unsigned number, uint8_t mark)
{
    const uint8_t frame[20] = {0, 0, 0, 0, 0, 0, mark};
    const struct stint_address address = host(number);
    return stint_neighbors_hold(&link->neighbors, &address, stint_view_of(frame, sizeof frame));
}

static void assert_sends(struct link *link, unsigned number, uint8_t mark)
{
    const struct stint_view frame = stint_neighbors_next_to_send(&link->neighbors);
    assert_int_equal(frame.length, 20);
    assert_memory_equal(frame.bytes, station(number).octets, 6);
    assert_int_equal(frame.bytes[6], mark);
}

static void a_question_goes_to_everybody_and_its_answer_is_believed(void **state)
{
    (void)state;
    struct link link;
    set_up(&link);
    assert_idle(&link);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_ASKED);
    assert_asks(&link, 1, stint_hardware_address_broadcast());
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
        assert_asks(&link, 1, stint_hardware_address_broadcast());
        wait_for(&link, stint_milliseconds(STINT_NEIGHBOR_RETRY_MS - 1));
        assert_int_equal(ask(&link), 0);
        assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_ASKED);
        wait_for(&link, stint_milliseconds(1));
        assert_int_equal(
            stint_neighbors_deadline(&link.neighbors).microseconds, link.now.microseconds);
    }
    assert_int_equal(link.dropped, 0);
    assert_int_equal(ask(&link), 0);
    assert_int_equal(link.dropped, 1);
    assert_int_equal(link.pool.in_use, 0);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_UNKNOWN);
    assert_int_equal(hold(&link, 1, 7), STINT_DROP_NEIGHBOR_SILENT);
    assert_idle(&link);
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
    assert_asks(&link, 1, stint_hardware_address_broadcast());
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
        assert_asks(&link, 1, stint_hardware_address_broadcast());
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
    assert_int_equal(resolve(&link, 100), STINT_NEIGHBOR_UNKNOWN);
    assert_int_equal(hold(&link, 100, 1), STINT_DROP_NEIGHBOR_TABLE);
    wait_for(&link, stint_seconds(STINT_NEIGHBOR_KEEP_S - (RECORDS - 1)));
    assert_int_equal(resolve(&link, 100), STINT_NEIGHBOR_ASKED);
    assert_int_equal(resolve(&link, 101), STINT_NEIGHBOR_UNKNOWN);
    assert_int_equal(resolve(&link, 0), STINT_NEIGHBOR_KNOWN);
    assert_int_equal(resolve(&link, 2), STINT_NEIGHBOR_KNOWN);
    assert_int_equal(resolve(&link, 1), STINT_NEIGHBOR_UNKNOWN); /* was displaced */
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
        STINT_NEIGHBOR_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_goes_to_everybody_and_its_answer_is_believed),
        cmocka_unit_test(questions_are_repeated_at_their_interval_and_then_given_up),
        cmocka_unit_test(a_silent_neighbor_is_asked_again_after_a_while),
        cmocka_unit_test(an_old_answer_is_used_and_checked_by_asking_that_station),
        cmocka_unit_test(a_station_that_fails_its_check_may_have_moved),
        cmocka_unit_test(a_moved_neighbor_is_found_at_its_new_station),
        cmocka_unit_test(the_deadline_is_that_of_the_earliest_question),
        cmocka_unit_test(L12_an_answer_to_no_question_changes_nothing),
        cmocka_unit_test(L12_a_check_is_answered_by_the_station_that_was_asked_alone),
        cmocka_unit_test(L12_addresses_that_no_station_has_are_not_learnt),
        cmocka_unit_test(who_speaks_to_us_is_known_and_checked_when_used),
        cmocka_unit_test(who_speaks_to_us_need_not_answer),
        cmocka_unit_test(a_known_neighbor_is_not_changed_by_a_claim_but_checked),
        cmocka_unit_test(C1_ten_thousand_spoofed_senders_push_nobody_out),
        cmocka_unit_test(C1_ten_thousand_targets_push_out_nobody_in_use),
        cmocka_unit_test(the_record_unused_for_longest_makes_room),
        cmocka_unit_test(C2_frames_that_wait_are_few_for_each_neighbor),
        cmocka_unit_test(C2_an_empty_pool_refuses_and_recovers),
        cmocka_unit_test(C4_a_full_table_asks_no_more_than_its_records),
        cmocka_unit_test(held_frames_leave_in_order_once_the_answer_is_there),
        cmocka_unit_test(a_frame_longer_than_the_pools_is_refused),
        cmocka_unit_test(frames_held_while_a_check_fails_wait_for_the_next_answer),
        cmocka_unit_test(a_lost_link_forgets_everything),
        cmocka_unit_test(a_table_without_records_knows_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
