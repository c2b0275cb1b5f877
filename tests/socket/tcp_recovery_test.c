/* Repairing losses: limited transmit, fast retransmit, NewReno (RFC 3042, RFC 5681, RFC 6582).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

/* Eight segments of 1000 bytes are out, the congestion window is 10,000, twelve are queued. */
static struct tcp_peer *sending(const char *syn_ack)
{
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.send_buffer = 32768});
    host_is_connected(peer, syn_ack);
    host_writes(peer, 8000);
    (void)time_passes(peer, 0);
    return peer;
}

static void the_initial_window_is_ten_segments(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.send_buffer = 32768});
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1000>");
    host_writes(peer, 20000);
    assert_int_equal(time_passes(peer, 0), 10);
    peer_tells(peer, ". 1:1 ack 1001");
    assert_int_equal(time_passes(peer, 0), 2); /* slow start */
    peer_tells(peer, ". 1:1 ack 3001");
    assert_int_equal(time_passes(peer, 0), 4);
    peer_end(peer);
}

static void the_third_duplicate_sends_the_first_segment_again(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000>");
    peer_tells(peer, ". 1:1 ack 1");
    peer_tells(peer, ". 1:1 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 1");
    host_sends(peer, ". 1:1001 ack 1");
    host_is_silent(peer);
    assert_int_equal(peer->tcp.counters.fast_retransmits, 1);
    assert_int_equal(peer_status(peer).congestion_window, 4000);
    peer_tells(peer, ". 1:1 ack 8001");
    assert_int_equal(peer_status(peer).congestion_window, 4000);
    host_is_silent_for(peer, 1000);
    assert_int_equal(peer->tcp.counters.retransmission_timeouts, 0);
    peer_end(peer);
}

static void two_duplicates_let_two_new_segments_out(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.send_buffer = 32768});
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1000>");
    host_writes(peer, 20000);
    assert_int_equal(time_passes(peer, 0), 10);
    peer_tells(peer, ". 1:1 ack 1");
    host_sends(peer, ". 10001:11001 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 1");
    host_sends(peer, ". 11001:12001 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 1");
    host_sends(peer, ". 1:1001 ack 1");
    /* RFC 5681 3.2 step 2: those two do not count as in flight */
    assert_int_equal(peer_status(peer).congestion_window, 5000);
    peer_end(peer);
}

static void duplicates_in_recovery_let_new_segments_out(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000>");
    for (int i = 0; i < 3; i++) {
        peer_tells(peer, ". 1:1 ack 1");
    }
    host_sends(peer, ". 1:1001 ack 1");
    host_writes(peer, 4000);
    host_is_silent(peer); /* 4 + 3 segments are not more than the 8 in flight */
    peer_tells(peer, ". 1:1 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 1");
    host_sends(peer, ". 8001:9001 ack 1");
    peer_tells(peer, ". 1:1 ack 1");
    host_sends(peer, ". 9001:10001 ack 1");
    peer_tells(peer, ". 1:1 ack 8001"); /* all that was out when the loss was seen */
    host_sends(peer, ". 10001:11001 ack 1");
    host_sends(peer, "P. 11001:12001 ack 1");
    host_is_silent(peer);
    peer_end(peer);
}

static void a_partial_acknowledgment_sends_the_next_hole(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000>");
    for (int i = 0; i < 3; i++) {
        peer_tells(peer, ". 1:1 ack 1");
    }
    host_sends(peer, ". 1:1001 ack 1");
    peer_tells(peer, ". 1:1 ack 3001");
    host_sends(peer, ". 3001:4001 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 6001");
    host_sends(peer, ". 6001:7001 ack 1");
    peer_tells(peer, ". 1:1 ack 8001");
    host_is_silent_for(peer, 1000);
    assert_int_equal(peer->tcp.counters.fast_retransmits, 1);
    assert_int_equal(peer->tcp.counters.retransmission_timeouts, 0);
    peer_end(peer);
}

static void a_lost_retransmission_waits_for_the_timer(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000>");
    for (int i = 0; i < 3; i++) {
        peer_tells(peer, ". 1:1 ack 1");
    }
    host_sends(peer, ". 1:1001 ack 1");
    for (int i = 0; i < 4; i++) {
        peer_tells(peer, ". 1:1 ack 1");
    }
    host_sends_after(peer, 300, ". 1:1001 ack 1");
    host_is_silent(peer);
    /* RFC 6582 3.2 step 1: duplicates of what was sent before the timeout mean nothing */
    for (int i = 0; i < 5; i++) {
        peer_tells(peer, ". 1:1 ack 1");
    }
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 8001");
    host_is_silent_for(peer, 1000);
    peer_end(peer);
}

static void text_and_news_of_the_window_are_no_duplicates(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 win 20000 <mss 1000>");
    peer_tells(peer, "P. 1:11 ack 1 win 20000");
    peer_tells(peer, "P. 11:21 ack 1 win 20000");
    peer_tells(peer, "P. 21:31 ack 1 win 20000");
    peer_tells(peer, ". 31:31 ack 1 win 21000");
    peer_tells(peer, ". 31:31 ack 1 win 22000");
    peer_tells(peer, ". 31:31 ack 1 win 23000");
    (void)time_passes(peer, 40);
    assert_int_equal(peer->tcp.counters.fast_retransmits, 0);
    assert_int_equal(peer->tcp.counters.segments_retransmitted, 0);
    peer_end(peer);
}

static void nothing_out_makes_no_duplicates(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1000>");
    for (int i = 0; i < 10; i++) {
        peer_tells(peer, ". 1:1 ack 1");
    }
    host_writes(peer, 1000);
    host_sends(peer, "P. 1:1001 ack 1");
    host_is_silent(peer);
    assert_int_equal(peer->tcp.counters.fast_retransmits, 0);
    peer_end(peer);
}

static void T6_sack_blocks_of_any_kind_change_nothing_that_is_bounded(void **state)
{
    (void)state;
    static const char *const blocks[] = {
        ". 1:1 ack 1 <sack 1001:2001 1001:2001 1501:2501 3001:4001>", /* overlapping */
        ". 1:1 ack 1 <sack 5000:4000>",                               /* backwards */
        ". 1:1 ack 1 <sack 90000:91000>",                             /* never sent */
        ". 1:1 ack 1 <sack 1:1001>",                                  /* D-SACK */
        ". 1:1 ack 1 <sack -2000000000:2000000000>",                  /* half the circle */
    };
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000, sackok>");
        for (int j = 0; j < 20; j++) {
            (void)peer_sends(peer, blocks[i]);
            (void)time_passes(peer, 0);
        }
        assert_in_range(peer->tcp.counters.segments_retransmitted, 1, 1);
        assert_int_equal(peer_status(peer).unacknowledged, 8000);
        peer_tells(peer, ". 1:1 ack 8001");
        host_is_silent_for(peer, 1000);
        peer_end(peer);
    }
}

static void T2_T7_acknowledging_the_future_frees_nothing_and_opens_nothing(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000>");
    const uint32_t window = peer_status(peer).congestion_window;
    assert_int_equal(peer_sends(peer, ". 1:1 ack 8002"), STINT_DROP_TCP_ACK);
    assert_int_equal(peer_status(peer).unacknowledged, 8000);
    assert_int_equal(peer_status(peer).congestion_window, window);
    host_sends(peer, ". 8001:8001 ack 1");
    peer_end(peer);
}

static void T7_an_acknowledgment_in_many_pieces_opens_no_more_than_one(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000>");
    const uint32_t window = peer_status(peer).congestion_window;
    for (unsigned byte = 2; byte <= 1001; byte++) {
        char text[64];
        (void)snprintf(text, sizeof text, ". 1:1 ack %u", byte);
        peer_tells(peer, text);
    }
    assert_in_range(peer_status(peer).congestion_window, window, window + 1000);
    peer_end(peer);
}

static void an_idle_connection_begins_slowly_again(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000>");
    peer_tells(peer, ". 1:1 ack 2001");
    peer_tells(peer, ". 1:1 ack 4001");
    peer_tells(peer, ". 1:1 ack 8001");
    assert_true(peer_status(peer).congestion_window > 10000);
    host_is_silent_for(peer, 10000);
    host_writes(peer, 20000);
    assert_int_equal(time_passes(peer, 0), 10);
    peer_end(peer);
}

static void I1_a_smaller_path_mtu_sends_smaller_segments_at_once(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1400>");
    const struct stint_sequence first = stint_sequence_of(peer->host_initial + 1);
    static const uint16_t implausible[] = {0, 68, 575, 1500, 9000};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(
            stint_tcp_take_path_mtu(&peer->tcp, peer->now, &peer->flow, first, implausible[i]),
            STINT_DROP_ICMP_QUOTE);
    }
    assert_int_equal(stint_tcp_take_path_mtu(&peer->tcp, peer->now, &peer->flow,
                         stint_sequence_after(first, 8000), 1000),
        STINT_DROP_ICMP_QUOTE); /* not in flight */
    host_is_silent(peer);
    assert_int_equal(
        stint_tcp_take_path_mtu(&peer->tcp, peer->now, &peer->flow, first, 1000), STINT_DROP_NONE);
    peer->mtu = 1000;
    host_sends(peer, ". 1:961 ack 1");
    host_sends(peer, ". 961:1921 ack 1");
    assert_int_equal(time_passes(peer, 0), 6);
    peer_tells(peer, ". 1:1 ack 7681");
    host_sends(peer, "P. 7681:8001 ack 1");
    peer_end(peer);
}

/* Sends that many bytes of no pattern, each acknowledged at once, past the peer that looks at them;
 * the stream is counted anew after them. */
static void carry(struct tcp_peer *peer, uint64_t total)
{
    static const uint8_t bytes[1 << 20];
    struct stint_tcp_segment acknowledgment = {
        .ack = true, .window = 65535, .sequence = stint_sequence_of(peer->peer_initial + 1)};
    struct stint_tcp_offer offer;
    uint64_t queued = 0;
    uint64_t sent = 0;
    while (queued < total || sent < queued) {
        size_t written = 0;
        (void)stint_tcp_write(&peer->tcp, peer->socket,
            stint_view_of(bytes, queued < total ? sizeof bytes : 0), &written);
        queued += written;
        while (stint_tcp_next_offer(&peer->tcp, peer->now, &offer)) {
            const uint32_t length = stint_tcp_segment_length(&offer.segment);
            acknowledgment.acknowledgment = stint_sequence_after(offer.segment.sequence, length);
            sent += length;
            stint_tcp_sent(&peer->tcp, peer->now, &offer);
        }
        assert_int_equal(stint_tcp_receive(&peer->tcp, peer->now, &peer->flow, &acknowledgment,
                             peer->mtu, &peer->reply),
            STINT_DROP_NONE);
    }
    peer->host_initial += (uint32_t)sent;
}

static void T18_losses_are_repaired_after_two_gigabytes_without_one(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.send_buffer = 1 << 20});
    peer->mtu = 65535;
    host_is_connected(peer, "S. 0:0 ack 1 <mss 65495, ws 14>");
    carry(peer, (UINT64_C(1) << 31) + (1 << 20));
    host_writes(peer, 6 * 65495);
    (void)time_passes(peer, 0);
    for (int i = 0; i < 3; i++) {
        peer_tells(peer, ". 1:1 ack 1");
    }
    host_sends(peer, ". 1:65496 ack 1");
    peer_end(peer);
}

static void duplicates_are_counted_in_a_row(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000>");
    peer_tells(peer, ". 1:1 ack 1");
    peer_tells(peer, ". 1:1 ack 1");
    peer_tells(peer, ". 1:1 ack 1001");
    peer_tells(peer, ". 1:1 ack 1001");
    peer_tells(peer, ". 1:1 ack 1001");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 1001");
    host_sends(peer, ". 1001:2001 ack 1");
    peer_end(peer);
}

static void duplicates_of_what_a_timeout_sent_again_mean_nothing(void **state)
{
    (void)state;
    struct tcp_peer *peer = sending("S. 0:0 ack 1 <mss 1000>");
    host_sends_after(peer, 300, ". 1:1001 ack 1");
    for (int i = 0; i < 5; i++) {
        peer_tells(peer, ". 1:1 ack 1");
    }
    host_is_silent(peer);
    assert_int_equal(peer->tcp.counters.fast_retransmits, 0);
    peer_end(peer);
}

static void a_window_that_is_not_used_does_not_grow(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1000>");
    const uint32_t window = peer_status(peer).congestion_window;
    for (uint32_t next = 1; next < 50000; next += 1000) {
        char text[64];
        host_writes(peer, 1000);
        (void)time_passes(peer, 0);
        (void)snprintf(text, sizeof text, ". 1:1 ack %u", next + 1000);
        peer_tells(peer, text);
    }
    assert_int_equal(peer_status(peer).congestion_window, window);
    peer_end(peer);
}

static void a_passive_end_repairs_losses_too(void **state)
{
    (void)state;
    for (uint16_t port = 1; port <= 8; port++) { /* initial numbers on all sides of the circle */
        struct tcp_peer *peer = peer_new(NULL);
        peer->flow.remote.port = port;
        peer_is_connected(peer, "S 0:0 <mss 1000>", 65535);
        host_writes(peer, 5000);
        (void)time_passes(peer, 0);
        for (int i = 0; i < 3; i++) {
            peer_tells(peer, ". 1:1 ack 1");
        }
        host_sends(peer, ". 1:1001 ack 1");
        peer_end(peer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_initial_window_is_ten_segments),
        cmocka_unit_test(the_third_duplicate_sends_the_first_segment_again),
        cmocka_unit_test(two_duplicates_let_two_new_segments_out),
        cmocka_unit_test(duplicates_in_recovery_let_new_segments_out),
        cmocka_unit_test(a_partial_acknowledgment_sends_the_next_hole),
        cmocka_unit_test(a_lost_retransmission_waits_for_the_timer),
        cmocka_unit_test(text_and_news_of_the_window_are_no_duplicates),
        cmocka_unit_test(nothing_out_makes_no_duplicates),
        cmocka_unit_test(T6_sack_blocks_of_any_kind_change_nothing_that_is_bounded),
        cmocka_unit_test(T2_T7_acknowledging_the_future_frees_nothing_and_opens_nothing),
        cmocka_unit_test(T7_an_acknowledgment_in_many_pieces_opens_no_more_than_one),
        cmocka_unit_test(an_idle_connection_begins_slowly_again),
        cmocka_unit_test(I1_a_smaller_path_mtu_sends_smaller_segments_at_once),
        cmocka_unit_test(T18_losses_are_repaired_after_two_gigabytes_without_one),
        cmocka_unit_test(duplicates_are_counted_in_a_row),
        cmocka_unit_test(duplicates_of_what_a_timeout_sent_again_mean_nothing),
        cmocka_unit_test(a_window_that_is_not_used_does_not_grow),
        cmocka_unit_test(a_passive_end_repairs_losses_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
