/* Windows: ours and theirs, scaled, silly, closed and probed (RFC 9293 3.8.6, RFC 7323 2).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static void the_window_shrinks_by_what_is_unread(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, ". 1:1461 ack 1");
    peer_tells(peer, ". 1461:2921 ack 1");
    host_sends(peer, ". 1:1 ack 2921 win 5272");
    host_reads(peer, 2920);
    host_is_silent(peer); /* there is room enough: the next ACK tells */
    peer_tells(peer, "P. 2921:2931 ack 1");
    host_sends_after(peer, 40, ". 1:1 ack 2931 win 8182");
    peer_end(peer);
}

static void a_full_buffer_closes_the_window_and_reading_opens_it(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 4096});
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1000>");
    peer_tells(peer, ". 1:2001 ack 1");
    peer_tells(peer, ". 2001:4097 ack 1");
    host_sends(peer, ". 1:1 ack 4097 win 0");
    assert_int_equal(peer_sends(peer, ". 4097:4098 ack 1"), STINT_DROP_TCP_SEQUENCE);
    host_sends(peer, ". 1:1 ack 4097 win 0"); /* a probe is answered */
    host_reads(peer, 4096);
    host_sends(peer, ". 1:1 ack 4097 win 4096");
    host_is_silent_for(peer, 1000);
    peer_tells(peer, ". 4097:5097 ack 1");
    host_reads(peer, 1000);
    peer_end(peer);
}

static void T8_reading_one_byte_at_a_time_never_opens_a_silly_window(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 4096});
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1000>");
    peer_tells(peer, ". 1:4097 ack 1");
    host_sends_after(peer, 40, ". 1:1 ack 4097 win 0");
    for (int i = 0; i < 999; i++) {
        host_reads(peer, 1);
        (void)peer_sends(peer, ". 4097:4098 ack 1");
        host_sends(peer, ". 1:1 ack 4097 win 0");
    }
    host_reads(peer, 1);
    host_sends(peer, ". 1:1 ack 4097 win 1000");
    peer_end(peer);
}

static void T8_a_small_buffer_opens_by_half(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1024});
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, ". 1:1025 ack 1");
    host_sends_after(peer, 40, ". 1:1 ack 1025 win 0");
    host_reads(peer, 511);
    host_is_silent(peer);
    host_reads(peer, 1);
    host_sends(peer, ". 1:1 ack 1025 win 512");
    peer_end(peer);
}

static void a_buffer_of_one_segment_opens_by_whole_segments(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1024});
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1000>");
    peer_tells(peer, ". 1:1001 ack 1");
    host_reads(peer, 512);
    host_sends_after(peer, 40, ". 1:1 ack 1001 win 24"); /* 536 would hold no second one */
    host_reads(peer, 488);
    host_sends(peer, ". 1:1 ack 1001 win 1024");
    peer_tells(peer, "P. 1001:1101 ack 1");
    host_reads(peer, 100);
    host_sends_after(peer, 40, ". 1:1 ack 1101 win 1024"); /* little gain: no ACK of its own */
    peer_tells(peer, "P. 1101:1201 ack 1");
    host_sends_after(peer, 40, ". 1:1 ack 1201 win 924");
    host_reads(peer, 100);
    host_sends(peer, ". 1:1 ack 1201 win 1024"); /* which the peer may be waiting for */
    peer_end(peer);
}

static void our_windows_are_scaled_but_for_the_syn(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1 << 18});
    host_connects(peer);
    host_sends(peer, "S 0:0 win 65535 <mss 1460, ws 3, sackok, ts 0 echo 0>");
    peer_tells(peer, "S. 0:0 ack 1 <mss 1460, ws 0>");
    host_sends(peer, ". 1:1 ack 1 win 32768");
    peer_tells(peer, ". 1:4 ack 1");
    host_reads(peer, 3);
    host_sends_after(peer, 40, ". 1:1 ack 4 win 32768"); /* 262,141 bytes, rounded up */
    peer_tells(peer, ". 262001:262002 ack 1");           /* near the end of the scaled window */
    host_sends(peer, ". 1:1 ack 4 win 32768");
    peer_end(peer);
}

static void a_peer_that_does_not_scale_gets_65535_and_no_repetitions(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1 << 18});
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1460>");
    for (uint32_t next = 1; next < 14600; next += 2920) {
        char text[64];
        (void)snprintf(text, sizeof text, ". %u:%u ack 1", next, next + 1460);
        peer_tells(peer, text);
        (void)snprintf(text, sizeof text, ". %u:%u ack 1", next + 1460, next + 2920);
        peer_tells(peer, text);
        (void)snprintf(text, sizeof text, ". 1:1 ack %u win 65535", next + 2920);
        host_sends(peer, text);
        host_reads(peer, 2920);
        host_is_silent(peer); /* the same window again would look like a duplicate */
    }
    peer_end(peer);
}

/* The right edge of the window that the host last sent. */
static uint32_t edge(const struct tcp_peer *peer, unsigned scale)
{
    return peer->sent.acknowledgment.number - peer->peer_initial +
           ((uint32_t)peer->sent.window << scale);
}

static void a_scaled_window_moves_back_by_less_than_its_unit(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1 << 18});
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1460, ws 0>");
    uint32_t most = edge(peer, 3);
    for (uint32_t next = 1; next < 260000; next += 1459) { /* no multiple of the scale's unit */
        char text[64];
        (void)snprintf(text, sizeof text, ". %u:%u ack 1", next, next + 1459);
        peer_tells(peer, text);
        (void)time_passes(peer, 40);
        assert_true(edge(peer, 3) > most - 8);       /* RFC 7323 2.4 */
        assert_true(edge(peer, 3) <= 1 + (1 << 18)); /* and promises no more than there is */
        most = edge(peer, 3) > most ? edge(peer, 3) : most;
    }
    char last[64]; /* what was once promised is taken */
    (void)snprintf(last, sizeof last, ". %u:%u ack 1", most - 1, most);
    peer_tells(peer, last);
    peer_end(peer);
}

static void the_peers_windows_are_scaled_but_for_the_syn(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 200 <mss 100, ws 2>");
    host_writes(peer, 1000);
    host_sends(peer, ". 1:101 ack 1");
    host_sends(peer, ". 101:201 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 201 win 100");
    for (int i = 0; i < 4; i++) {
        host_sends(peer, (const char *const[]){". 201:301 ack 1", ". 301:401 ack 1",
                             ". 401:501 ack 1", ". 501:601 ack 1"}[i]);
    }
    host_is_silent(peer);
    peer_end(peer);
}

static void a_zero_window_is_probed_ever_more_slowly(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 0");
    host_writes(peer, 1000);
    host_is_silent(peer);
    for (int64_t wait = 300; wait < 60000; wait *= 2) {
        host_sends_after(peer, wait, ". 0:0 ack 1");
        peer_tells(peer, ". 1:1 ack 1 win 0");
    }
    for (int i = 0; i < 10; i++) { /* as long as the peer answers, for ever */
        host_sends_after(peer, 60000, ". 0:0 ack 1");
        peer_tells(peer, ". 1:1 ack 1 win 0");
    }
    assert_int_equal(peer->tcp.counters.zero_window_probes, 18);
    peer_tells(peer, ". 1:1 ack 1 win 600");
    host_sends(peer, ". 1:537 ack 1");
    host_is_silent(peer);
    host_sends_after(peer, 300, ". 1:537 ack 1"); /* the backoff is over */
    peer_end(peer);
}

static void a_zero_window_that_nobody_answers_for_ends_in_a_timeout(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 0");
    host_writes(peer, 1000);
    (void)time_passes(peer, 119999);
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    (void)time_passes(peer, 2);
    assert_int_equal(host_read_result(peer), STINT_TIMED_OUT);
    peer_end(peer);
}

static void T3_a_window_that_shrinks_and_reopens_does_not_stall(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 2000 <mss 1000>");
    host_writes(peer, 3000);
    host_sends(peer, ". 1:1001 ack 1");
    host_sends(peer, ". 1001:2001 ack 1");
    peer_tells(peer, ". 1:1 ack 1 win 0"); /* both dropped */
    for (int64_t wait = 300; wait <= 600; wait *= 2) {
        host_sends_after(peer, wait, ". 0:0 ack 1");
        peer_tells(peer, ". 1:1 ack 1 win 0");
    }
    peer_tells(peer, ". 1:1 ack 1 win 2000");
    host_sends_after(peer, 300, ". 1:1001 ack 1");
    peer_tells(peer, ". 1:1 ack 1001 win 2000");
    host_sends(peer, ". 1001:2001 ack 1");
    host_sends(peer, "P. 2001:3001 ack 1");
    peer_end(peer);
}

static void T3_a_window_that_shrinks_below_what_is_out_is_respected(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 3000 <mss 1000>");
    host_writes(peer, 3000);
    (void)time_passes(peer, 0);
    peer_tells(peer, ". 1:1 ack 1 win 500");
    host_sends_after(peer, 300, ". 1:501 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 501 win 500");
    host_sends(peer, ". 501:1001 ack 1");
    peer_end(peer);
}

static void T4_two_closed_windows_do_not_livelock(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1024});
    host_is_connected(peer, "S. 0:0 ack 1 win 0");
    host_writes(peer, 100);
    peer_tells(peer, ". 1:1025 ack 1 win 0");
    host_sends_after(peer, 40, ". 1:1 ack 1025 win 0");
    unsigned sent = 0;
    for (int i = 0; i < 100; i++) {
        (void)peer_sends(peer, ". 1024:1024 ack 1 win 0"); /* probes as Linux sends them */
        sent += time_passes(peer, 10);
    }
    assert_in_range(sent, 1, 13);
    (void)peer_sends(peer, ". 1025:1026 ack 1 win 0"); /* and with a byte */
    (void)time_passes(peer, 100);
    (void)peer_sends(peer, ". 1026:1026 ack 1 win 300"); /* the byte counts for the peer */
    assert_int_equal(peer_status(peer).peer_window, 300);
    host_sends(peer, "P. 1:101 ack 1025");
    peer_end(peer);
}

static void the_sender_avoids_silly_windows(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 2000 <mss 1000>");
    host_writes(peer, 5000);
    host_sends(peer, ". 1:1001 ack 1");
    host_sends(peer, ". 1001:2001 ack 1");
    peer_tells(peer, ". 1:1 ack 2001 win 400"); /* less than half of the largest window */
    host_is_silent_for(peer, 99);
    peer_tells(peer, ". 1:1 ack 2001 win 1000");
    host_sends(peer, ". 2001:3001 ack 1");
    peer_end(peer);
}

static void a_silly_window_is_used_when_nothing_better_comes(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 2000 <mss 1000>");
    host_writes(peer, 5000);
    (void)time_passes(peer, 0);
    host_is_silent_for(peer, 100);
    peer_tells(peer, ". 1:1 ack 2001 win 400");
    host_sends_after(peer, 300, ". 2001:2401 ack 1");
    peer_tells(peer, ". 1:1 ack 2401 win 0");
    peer_end(peer);
}

static void an_old_segment_does_not_move_the_window(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 2000");
    peer_tells(peer, ". 1:101 ack 1 win 3000");
    assert_int_equal(peer_status(peer).peer_window, 3000);
    (void)peer_sends(peer, ". 1:101 ack 1 win 100");
    (void)peer_sends(peer, ". 1:1 ack 1 win 100");
    assert_int_equal(peer_status(peer).peer_window, 3000);
    peer_tells(peer, ". 151:161 ack 1 win 3000");
    peer_tells(peer, ". 101:111 ack 1 win 50"); /* new text, but sent before */
    assert_int_equal(peer_status(peer).peer_window, 3000);
    peer_tells(peer, ". 161:161 ack 1 win 100");
    assert_int_equal(peer_status(peer).peer_window, 100);
    peer_end(peer);
}

static void T19_the_window_of_a_syn_ack_is_not_scaled_either(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1 << 18});
    host_connects(peer);
    host_sends(peer, "S 0:0");
    peer_tells(peer, "S 0:0 <mss 1460, ws 0>");
    host_sends(peer, "S. 0:0 ack 1 win 65535");
    assert_int_equal(peer_sends(peer, ". 65536:65537 ack 1"), STINT_DROP_TCP_SEQUENCE);
    host_sends(peer, ". 1:1 ack 1 win 32768");
    peer_tells(peer, ". 65536:65537 ack 1");
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_shrinks_by_what_is_unread),
        cmocka_unit_test(a_full_buffer_closes_the_window_and_reading_opens_it),
        cmocka_unit_test(T8_reading_one_byte_at_a_time_never_opens_a_silly_window),
        cmocka_unit_test(T8_a_small_buffer_opens_by_half),
        cmocka_unit_test(a_buffer_of_one_segment_opens_by_whole_segments),
        cmocka_unit_test(our_windows_are_scaled_but_for_the_syn),
        cmocka_unit_test(a_peer_that_does_not_scale_gets_65535_and_no_repetitions),
        cmocka_unit_test(a_scaled_window_moves_back_by_less_than_its_unit),
        cmocka_unit_test(the_peers_windows_are_scaled_but_for_the_syn),
        cmocka_unit_test(a_zero_window_is_probed_ever_more_slowly),
        cmocka_unit_test(a_zero_window_that_nobody_answers_for_ends_in_a_timeout),
        cmocka_unit_test(T3_a_window_that_shrinks_and_reopens_does_not_stall),
        cmocka_unit_test(T3_a_window_that_shrinks_below_what_is_out_is_respected),
        cmocka_unit_test(T4_two_closed_windows_do_not_livelock),
        cmocka_unit_test(the_sender_avoids_silly_windows),
        cmocka_unit_test(a_silly_window_is_used_when_nothing_better_comes),
        cmocka_unit_test(an_old_segment_does_not_move_the_window),
        cmocka_unit_test(T19_the_window_of_a_syn_ack_is_not_scaled_either),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
