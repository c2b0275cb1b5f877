/* The retransmission timer and when to give up (RFC 6298, RFC 9293 3.8.1 and 3.8.3).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static struct tcp_peer *connected(void)
{
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000 <mss 1000>");
    return peer;
}

static void lost_text_is_sent_again_with_backoff(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 500);
    host_sends(peer, "P. 1:501 ack 1");
    for (int64_t wait = 300; wait < 60000; wait *= 2) {
        host_sends_after(peer, wait, "P. 1:501 ack 1");
    }
    assert_int_equal(peer->tcp.counters.retransmission_timeouts, 8);
    assert_int_equal(peer_status(peer).retransmits, 8);
    host_is_silent_for(peer, 43499); /* 120 s after the first */
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    host_is_silent_for(peer, 2);
    assert_int_equal(host_read_result(peer), STINT_TIMED_OUT);
    peer_end(peer);
}

static void the_backoff_lasts_until_a_fresh_sample(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 500);
    host_sends(peer, "P. 1:501 ack 1");
    host_sends_after(peer, 300, "P. 1:501 ack 1");
    peer_tells(peer, ". 1:1 ack 501"); /* of which copy? Karn: no sample */
    assert_int_equal(peer_status(peer).round_trip.microseconds, 100000);
    host_writes(peer, 500);
    host_sends(peer, "P. 501:1001 ack 1");
    host_is_silent_for(peer, 100);
    peer_tells(peer, ". 1:1 ack 1001");
    host_writes(peer, 500);
    host_sends(peer, "P. 1001:1501 ack 1");
    host_sends_after(peer, 300, "P. 1001:1501 ack 1");
    peer_end(peer);
}

static void timestamps_end_the_backoff(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000 <mss 1000, ts 1>");
    host_writes(peer, 500);
    host_sends(peer, "P. 1:501 ack 1");
    host_sends_after(peer, 300, "P. 1:501 ack 1 <ts 391 echo 1>");
    host_is_silent_for(peer, 100);
    peer_tells(peer, ". 1:1 ack 501 <ts 2 echo 391>");
    assert_in_range(peer_status(peer).round_trip.microseconds, 99000, 101000);
    host_writes(peer, 500);
    host_sends(peer, "P. 501:1001 ack 1");
    host_is_silent_for(peer, 299); /* three times what the echo says: 97 ticks and a half */
    assert_int_equal(time_passes(peer, 1), 1);
    peer_end(peer);
}

static void the_timer_begins_anew_with_every_acknowledgment(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 3000);
    (void)time_passes(peer, 0);
    host_is_silent_for(peer, 100);
    peer_tells(peer, ". 1:1 ack 1001");
    host_is_silent_for(peer, 299);
    host_sends_after(peer, 1, ". 1001:2001 ack 1");
    host_is_silent(peer); /* a window of one segment */
    peer_tells(peer, ". 1:1 ack 2001");
    host_sends(peer, "P. 2001:3001 ack 1");
    peer_tells(peer, ". 1:1 ack 3001");
    host_is_silent_for(peer, 100000); /* nothing out: no timer */
    assert_true(stint_instant_is_never(stint_tcp_deadline(&peer->tcp)));
    peer_end(peer);
}

static void a_timeout_begins_slow_start(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 8000);
    assert_int_equal(time_passes(peer, 0), 8);
    host_sends_after(peer, 300, ". 1:1001 ack 1");
    assert_int_equal(peer_status(peer).congestion_window, 1000);
    peer_tells(peer, ". 1:1 ack 1001");
    host_sends(peer, ". 1001:2001 ack 1");
    host_sends(peer, ". 2001:3001 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 8001"); /* the rest had arrived */
    host_is_silent_for(peer, 1000);
    peer_end(peer);
}

static void T20_after_a_timeout_an_acknowledgment_still_has_the_real_number(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 3000);
    (void)time_passes(peer, 0);
    host_sends_after(peer, 300, ". 1:1001 ack 1");
    peer_tells(peer, "P. 1:11 ack 1");
    host_sends_after(peer, 40, ". 3001:3001 ack 11");
    peer_end(peer);
}

static void small_segments_are_sent_again_together(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    struct stint_tcp_options_set options = host_options(peer);
    options.no_delay = true;
    host_sets(peer, &options);
    for (int i = 0; i < 3; i++) {
        host_writes(peer, 10);
        (void)time_passes(peer, 0);
    }
    host_sends_after(peer, 300, "P. 1:31 ack 1");
    peer_end(peer);
}

static void a_configured_user_timeout_ends_the_connection(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    struct stint_tcp_options_set options = host_options(peer);
    options.user_timeout = stint_milliseconds(2500);
    host_sets(peer, &options);
    host_is_silent_for(peer, 100000); /* silence alone does not */
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 1");
    assert_int_equal(time_passes(peer, 2499), 3); /* after 300, 900 and 2100 ms */
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    (void)time_passes(peer, 1);
    host_is_in(peer, STINT_TCP_CLOSED);
    assert_int_equal(host_write_result(peer), STINT_TIMED_OUT);
    peer_end(peer);
}

static void a_user_timeout_counts_from_the_last_progress(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    struct stint_tcp_options_set options = host_options(peer);
    options.user_timeout = stint_milliseconds(2500);
    host_sets(peer, &options);
    host_writes(peer, 2000);
    (void)time_passes(peer, 2000);
    peer_tells(peer, ". 1:1 ack 1001");
    (void)time_passes(peer, 2499);
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    (void)time_passes(peer, 1);
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

static void what_arrived_before_a_timeout_can_be_read(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "P. 1:11 ack 1");
    host_writes(peer, 10);
    (void)time_passes(peer, 130000);
    host_is_in(peer, STINT_TCP_CLOSED);
    host_reads(peer, 10);
    assert_int_equal(host_read_result(peer), STINT_TIMED_OUT);
    peer_end(peer);
}

static void a_lost_syn_costs_the_initial_window(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    host_sends_after(peer, 1000, "S 0:0");
    peer_tells(peer, "S. 0:0 ack 1 win 10000 <mss 1000>");
    host_sends(peer, ". 1:1 ack 1");
    host_writes(peer, 3000);
    host_sends(peer, ". 1:1001 ack 1"); /* RFC 5681 3.1: one segment */
    host_is_silent(peer);
    peer_end(peer);
}

static void T18_sequence_numbers_wrap_in_a_transfer(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    host_aborts(peer);
    /* RFC 6528: the numbers move by one in 4 microseconds */
    peer->now = stint_instant_after(
        peer->now, stint_microseconds(4 * (int64_t)(UINT32_MAX - peer->host_initial - 1500)));
    peer->start = peer->now;
    host_is_connected(peer, "S. 0:0 ack 1 win 10000 <mss 1000>");
    host_writes(peer, 4000);
    assert_int_equal(time_passes(peer, 0), 4);
    assert_true(peer->host_initial > UINT32_MAX - 30000);
    host_sends_after(peer, 300, ". 1:1001 ack 1");
    peer_tells(peer, ". 1:1 ack 2001");
    host_sends(peer, ". 2001:3001 ack 1");
    host_sends(peer, "P. 3001:4001 ack 1");
    peer_tells(peer, ". 1:1 ack 4001");
    host_is_silent_for(peer, 1000);
    peer_end(peer);
}

static void a_wider_window_does_not_end_the_backoff(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 500);
    host_sends(peer, "P. 1:501 ack 1");
    host_sends_after(peer, 300, "P. 1:501 ack 1");
    host_is_silent_for(peer, 100);
    peer_tells(peer, ". 1:1 ack 1 win 20000");
    host_sends_after(peer, 500, "P. 1:501 ack 1");
    host_sends_after(peer, 1200, "P. 1:501 ack 1");
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_text_is_sent_again_with_backoff),
        cmocka_unit_test(the_backoff_lasts_until_a_fresh_sample),
        cmocka_unit_test(timestamps_end_the_backoff),
        cmocka_unit_test(the_timer_begins_anew_with_every_acknowledgment),
        cmocka_unit_test(a_timeout_begins_slow_start),
        cmocka_unit_test(T20_after_a_timeout_an_acknowledgment_still_has_the_real_number),
        cmocka_unit_test(small_segments_are_sent_again_together),
        cmocka_unit_test(a_configured_user_timeout_ends_the_connection),
        cmocka_unit_test(a_user_timeout_counts_from_the_last_progress),
        cmocka_unit_test(what_arrived_before_a_timeout_can_be_read),
        cmocka_unit_test(a_lost_syn_costs_the_initial_window),
        cmocka_unit_test(T18_sequence_numbers_wrap_in_a_transfer),
        cmocka_unit_test(a_wider_window_does_not_end_the_backoff),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
