/* ARP on the wire: what is answered, what is learnt, and what waits for an answer.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/bytes.h"
#include "support/wire.h"

static struct stint_hardware_address everybody(void)
{
    return stint_hardware_address_broadcast;
}

static struct stint_handle open_udp(struct wire *wire)
{
    struct stint_handle socket;
    assert_int_equal(stint_udp_open(&wire->stack.udp, 0, &socket), STINT_OK);
    return socket;
}

static void send_to(struct wire *wire, struct stint_handle socket, uint8_t host, const char *text)
{
    const struct stint_endpoint to = {wire_address(host), 9};
    assert_int_equal(stint_udp_send(&wire->stack.udp, socket, &to, wire_text(text)), STINT_OK);
}

static unsigned known_records(const struct wire *wire)
{
    const struct stint_neighbors_config *config = &wire->stack.interfaces[0].neighbors.config;
    unsigned known = 0;
    for (unsigned i = 0; i < config->record_count; i++) {
        known += config->records[i].state != STINT_NEIGHBOR_FREE;
    }
    return known;
}

/* The cache has not changed when a datagram to `host` still begins with a question to everybody. */
static void expect_unknown(struct wire *wire, uint8_t host)
{
    const struct stint_handle socket = open_udp(wire);
    send_to(wire, socket, host, "x");
    wire_poll(wire);
    wire_expect_question(wire, host, everybody());
    wire_expect_nothing(wire);
}

static void a_question_for_our_address_is_answered_byte_for_byte(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    struct wire_frame question = {.length = 0};
    question.length = test_hex("ffffffffffff 020000000107 0806 0001 0800 06 04 0001"
                               "020000000107 0a000007 000000000000 0a000001",
        stint_span_of(question.bytes, sizeof question.bytes))
                          .length;
    assert_int_equal(wire_take(wire, &question), STINT_DROP_NONE);
    uint8_t bytes[64];
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    test_assert_view_equal(stint_view_of(seen.frame.bytes, seen.frame.length),
        test_hex("020000000107 020000000001 0806 0001 0800 06 04 0002"
                 "020000000001 0a000001 020000000107 0a000007",
            stint_span_of(bytes, sizeof bytes)));
    wire_expect_nothing(wire);
    free(wire);
}

static void a_question_teaches_who_asked(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct wire_frame question = wire_question(WIRE_HOST);
    assert_int_equal(wire_take(wire, &question), STINT_DROP_NONE);
    wire_forget(wire);
    send_to(wire, open_udp(wire), WIRE_HOST, "at once");
    wire_poll(wire);
    wire_expect_udp(wire, "at once");
    wire_expect_question(wire, WIRE_HOST, wire_hardware(WIRE_HOST)); /* and is checked */
    wire_expect_nothing(wire);
    free(wire);
}

static void a_padded_question_is_answered_too(void **state)
{
    (void)state; /* L12: frames of 42 to 60 bytes */
    struct wire *wire = wire_new(NULL);
    for (size_t length = 42; length <= 60; length++) {
        struct wire_frame question = wire_question(WIRE_HOST);
        question.length = length;
        assert_int_equal(wire_take(wire, &question), STINT_DROP_NONE);
        struct wire_seen seen;
        assert_true(wire_next(wire, &seen));
        assert_int_equal(seen.frame.length, 42);
    }
    free(wire);
}

static void c3_a_probe_is_answered_but_teaches_nothing(void **state)
{
    (void)state; /* RFC 5227: who looks for a free address asks from 0.0.0.0 */
    struct wire *wire = wire_new(NULL);
    const struct stint_arp_packet probe = {.operation = STINT_ARP_REQUEST,
        .sender_hardware = wire_hardware(WIRE_HOST),
        .sender = stint_address_ipv4(0, 0, 0, 0),
        .target = wire_address(1)};
    const struct wire_frame frame = wire_arp(everybody(), &probe);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_NONE);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_int_equal(seen.arp.operation, STINT_ARP_REPLY);
    assert_true(stint_address_equal(&seen.arp.sender, &probe.target));
    assert_true(stint_hardware_address_equal(&seen.ethernet.destination, &probe.sender_hardware));
    wire_expect_nothing(wire);
    assert_int_equal(known_records(wire), 0);
    free(wire);
}

static void l12_senders_that_cannot_be_are_neither_learnt_nor_answered(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_hardware_address good = wire_hardware(WIRE_HOST);
    const struct {
        struct stint_hardware_address hardware;
        struct stint_address address;
    } senders[] = {
        {everybody(), wire_address(WIRE_HOST)}, {{{1, 0, 0x5e, 0, 0, 1}}, wire_address(WIRE_HOST)},
        {{{0}}, wire_address(WIRE_HOST)}, {wire_our_hardware(0), wire_address(WIRE_HOST)},
        {everybody(), stint_address_ipv4(0, 0, 0, 0)}, /* as a probe */
        {{{1, 0, 0x5e, 0, 0, 1}}, stint_address_ipv4(0, 0, 0, 0)},
        {{{0}}, stint_address_ipv4(0, 0, 0, 0)},
        {wire_our_hardware(0), stint_address_ipv4(0, 0, 0, 0)}, {good, wire_address(255)},
        {good, wire_address(0)}, {good, stint_address_ipv4(255, 255, 255, 255)},
        {good, stint_address_ipv4(224, 0, 0, 1)}, {good, stint_address_ipv4(127, 0, 0, 1)},
        {good, stint_address_ipv4(10, 0, 1, 7)}, /* not on this link */
        {good, wire_address(1)},                 /* ours */
    };
    for (unsigned i = 0; i < 2 * sizeof senders / sizeof senders[0]; i++) {
        const struct stint_arp_packet packet = {
            .operation = i % 2 == 0 ? STINT_ARP_REQUEST : STINT_ARP_REPLY,
            .sender_hardware = senders[i / 2].hardware,
            .sender = senders[i / 2].address,
            .target = wire_address(1)};
        struct wire_frame frame = wire_arp(wire_our_hardware(0), &packet);
        memcpy(frame.bytes + 6, good.octets, 6); /* the frame itself comes from a station */
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_ARP_ADDRESS);
        wire_expect_nothing(wire);
        assert_int_equal(known_records(wire), 0);
    }
    free(wire);
}

static void l12_an_answer_that_nobody_asked_for_changes_nothing(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct wire_frame answer = wire_answer(WIRE_HOST);
    assert_int_equal(wire_take(wire, &answer), STINT_DROP_ARP_ADDRESS);
    assert_int_equal(known_records(wire), 0);
    expect_unknown(wire, WIRE_HOST);
    free(wire);
}

static void l12_gratuitous_arp_changes_nothing(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    for (unsigned i = 0; i < 4; i++) {
        const uint8_t host = i < 2 ? WIRE_HOST : 9; /* a known and an unknown one */
        const struct stint_arp_packet packet = {
            .operation = i % 2 == 0 ? STINT_ARP_REQUEST : STINT_ARP_REPLY,
            .sender_hardware = {{2, 0, 0, 0, 6, 6}},
            .sender = wire_address(host),
            .target = wire_address(host)};
        const struct wire_frame frame = wire_arp(everybody(), &packet);
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_ARP_NOT_OURS);
    }
    send_to(wire, open_udp(wire), WIRE_HOST, "to whom it was");
    wire_poll(wire);
    struct wire_seen seen;
    assert_true(wire_next(wire, &seen));
    assert_memory_equal(seen.ethernet.destination.octets, wire_hardware(WIRE_HOST).octets, 6);
    wire_expect_nothing(wire);
    expect_unknown(wire, 9);
    free(wire);
}

static void somebody_who_claims_our_address_is_not_believed(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_arp_packet claim = {.operation = STINT_ARP_REQUEST,
        .sender_hardware = wire_hardware(WIRE_HOST),
        .sender = wire_address(1),
        .target = wire_address(1)};
    const struct wire_frame frame = wire_arp(everybody(), &claim);
    assert_int_equal(wire_take(wire, &frame), STINT_DROP_ARP_ADDRESS);
    wire_expect_nothing(wire);
    assert_int_equal(known_records(wire), 0);
    free(wire);
}

static void frames_wait_for_the_answer_and_leave_in_order(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp(wire);
    send_to(wire, socket, WIRE_HOST, "one");
    send_to(wire, socket, WIRE_HOST, "two");
    send_to(wire, socket, WIRE_HOST, "three");
    wire_poll(wire);
    wire_expect_question(wire, WIRE_HOST, everybody());
    wire_expect_nothing(wire);
    const struct wire_frame answer = wire_answer(WIRE_HOST);
    assert_int_equal(wire_take(wire, &answer), STINT_DROP_NONE);
    wire_expect_udp(wire, "one");
    wire_expect_udp(wire, "two");
    wire_expect_udp(wire, "three");
    wire_expect_nothing(wire);
    assert_int_equal(wire->stack.held.in_use, 0);
    free(wire);
}

static void c2_what_waits_is_capped_for_each_neighbor_and_for_all(void **state)
{
    (void)state; /* three for one neighbor, six altogether */
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp(wire);
    for (unsigned i = 0; i < 5; i++) {
        send_to(wire, socket, WIRE_HOST, "flood");
    }
    wire_poll(wire);
    assert_int_equal(wire->stack.drops[STINT_DROP_NEIGHBOR_QUEUE], 2);
    assert_int_equal(wire->stack.held.in_use, 3);
    for (uint8_t host = 20; host < 26; host++) {
        send_to(wire, socket, host, "one each");
    }
    wire_poll(wire);
    assert_int_equal(wire->stack.drops[STINT_DROP_NEIGHBOR_QUEUE], 5);
    assert_int_equal(wire->stack.held.in_use, 6);
    assert_int_equal(wire_waiting(wire, 0), 7); /* every neighbor is asked all the same */
    wire_forget(wire);
    const struct wire_frame answer = wire_answer(WIRE_HOST);
    assert_int_equal(wire_take(wire, &answer), STINT_DROP_NONE);
    assert_int_equal(wire_waiting(wire, 0), 3);
    wire_pass(wire, stint_seconds(10));
    assert_int_equal(wire->stack.held.in_use, 0);
    assert_int_equal(wire->stack.drops[STINT_DROP_NEIGHBOR_SILENT], 3);
    free(wire);
}

static void a_silent_neighbor_is_asked_three_times_and_then_left_alone(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    const struct stint_handle socket = open_udp(wire);
    const struct stint_instant start = wire->now;
    send_to(wire, socket, WIRE_HOST, "anybody?");
    for (unsigned attempt = 0; attempt < STINT_NEIGHBOR_ATTEMPTS; attempt++) {
        wire_poll(wire);
        wire_expect_question(wire, WIRE_HOST, everybody());
        wire_expect_nothing(wire);
        assert_int_equal(stint_instant_since(wire->poll_at, wire->now).microseconds,
            STINT_NEIGHBOR_RETRY_MS * 1000);
        wire->now = wire->poll_at;
    }
    wire_poll(wire);
    assert_int_equal(stint_instant_since(wire->now, start).microseconds, 3000000);
    assert_int_equal(wire->stack.drops[STINT_DROP_NEIGHBOR_SILENT], 1);
    assert_int_equal(wire->stack.held.in_use, 0);
    assert_true(stint_instant_is_never(wire->poll_at));
    send_to(wire, socket, WIRE_HOST, "still there?");
    wire_poll(wire);
    wire_expect_nothing(wire);
    assert_int_equal(wire->stack.drops[STINT_DROP_NEIGHBOR_SILENT], 2);
    wire_pass(wire, stint_seconds(STINT_NEIGHBOR_SILENT_S));
    expect_unknown(wire, WIRE_HOST); /* is asked again */
    free(wire);
}

static void a_known_neighbor_is_checked_after_a_while_without_delay(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp(wire);
    wire_pass(wire, stint_seconds(STINT_NEIGHBOR_REACHABLE_S));
    wire_expect_nothing(wire); /* nobody used it: nobody asks */
    send_to(wire, socket, WIRE_HOST, "check");
    wire_poll(wire);
    wire_expect_udp(wire, "check");
    wire_expect_question(wire, WIRE_HOST, wire_hardware(WIRE_HOST));
    const struct wire_frame answer = wire_answer(WIRE_HOST);
    assert_int_equal(wire_take(wire, &answer), STINT_DROP_NONE);
    assert_true(stint_instant_is_never(wire->poll_at));
    free(wire);
}

static void c1_ten_thousand_spoofed_neighbors_do_not_push_out_the_one_in_use(void **state)
{
    (void)state;
    struct wire *wire = wire_new(NULL);
    wire_introduce(wire, WIRE_HOST);
    const struct stint_handle socket = open_udp(wire);
    for (unsigned i = 0; i < 10000; i++) {
        struct stint_arp_packet spoof = {.operation = STINT_ARP_REQUEST,
            .sender_hardware = {{2, 6, 6, 6, (uint8_t)(i / 256), (uint8_t)i}},
            .sender = wire_address((uint8_t)(10 + i % 240)),
            .target = wire_address(1)};
        const struct wire_frame frame = wire_arp(everybody(), &spoof);
        assert_int_equal(wire_take(wire, &frame), STINT_DROP_NONE);
        wire_forget(wire);
    }
    send_to(wire, socket, WIRE_HOST, "still known");
    wire_poll(wire);
    wire_expect_udp(wire, "still known");
    send_to(wire, socket, 9, "found all the same"); /* the spoofed ones were never used */
    wire_poll(wire);
    wire_expect_question(wire, 9, everybody());
    free(wire);
}

static void c4_a_full_cache_raises_no_storm_of_questions(void **state)
{
    (void)state;
    const struct wire_options options = {.neighbors = 4};
    struct wire *wire = wire_new(&options);
    const struct stint_handle socket = open_udp(wire);
    for (uint8_t host = 10; host < 250; host++) {
        send_to(wire, socket, host, "scan");
        wire_poll(wire);
    }
    assert_int_equal(wire_waiting(wire, 0), 4);
    assert_int_equal(wire->stack.drops[STINT_DROP_NEIGHBOR_TABLE], 240 - 4);
    free(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_for_our_address_is_answered_byte_for_byte),
        cmocka_unit_test(a_question_teaches_who_asked),
        cmocka_unit_test(a_padded_question_is_answered_too),
        cmocka_unit_test(c3_a_probe_is_answered_but_teaches_nothing),
        cmocka_unit_test(l12_senders_that_cannot_be_are_neither_learnt_nor_answered),
        cmocka_unit_test(l12_an_answer_that_nobody_asked_for_changes_nothing),
        cmocka_unit_test(l12_gratuitous_arp_changes_nothing),
        cmocka_unit_test(somebody_who_claims_our_address_is_not_believed),
        cmocka_unit_test(frames_wait_for_the_answer_and_leave_in_order),
        cmocka_unit_test(c2_what_waits_is_capped_for_each_neighbor_and_for_all),
        cmocka_unit_test(a_silent_neighbor_is_asked_three_times_and_then_left_alone),
        cmocka_unit_test(a_known_neighbor_is_checked_after_a_while_without_delay),
        cmocka_unit_test(c1_ten_thousand_spoofed_neighbors_do_not_push_out_the_one_in_use),
        cmocka_unit_test(c4_a_full_cache_raises_no_storm_of_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
