/* Where the stream of the peer ends: a FIN early, late, trimmed, repeated (RFC 9293 3.10.7.4).
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
    host_is_connected(peer, "S. 0:0 ack 1 win 10000");
    return peer;
}

static void a_repeated_fin_is_acknowledged_again(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "F. 1:1 ack 1");
    host_sends(peer, ". 1:1 ack 2");
    assert_int_equal(peer_sends(peer, "F. 1:1 ack 1"), STINT_DROP_TCP_SEQUENCE);
    host_sends(peer, ". 1:1 ack 2");
    host_closes(peer);
    host_sends(peer, "F. 1:1 ack 2");
    (void)peer_sends(peer, "F. 1:1 ack 1");
    host_sends(peer, ". 2:2 ack 2");
    host_is_in(peer, STINT_TCP_LAST_ACK);
    peer_end(peer);
}

static void text_and_fin_in_one_segment_make_one_acknowledgment(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, ". 1:537 ack 1");
    peer_tells(peer, "FP. 537:1073 ack 1");
    host_sends(peer, ". 1:1 ack 1074");
    host_is_silent_for(peer, 100);
    host_reads(peer, 1072);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    host_is_silent_for(peer, 100);
    peer_end(peer);
}

static void T16_a_fin_before_a_hole_does_not_end_the_stream(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "FP. 101:111 ack 1");
    host_sends(peer, ". 1:1 ack 1");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    assert_int_equal(host_read_result(peer), STINT_WOULD_BLOCK);
    peer_tells(peer, ". 1:51 ack 1");
    host_reads(peer, 50);
    assert_int_equal(host_read_result(peer), STINT_WOULD_BLOCK);
    peer_tells(peer, ". 51:101 ack 1");
    host_is_in(peer, STINT_TCP_CLOSE_WAIT);
    host_reads(peer, 60);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void T16_a_fin_alone_before_a_hole_waits_for_it(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "F. 11:11 ack 1");
    host_sends(peer, ". 1:1 ack 1");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    peer_tells(peer, ". 1:11 ack 1");
    host_sends(peer, ". 1:1 ack 12");
    host_is_in(peer, STINT_TCP_CLOSE_WAIT);
    host_reads(peer, 10);
    peer_end(peer);
}

static void T16_a_fin_on_a_trimmed_segment_does_not_end_the_stream(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1024});
    host_is_connected(peer, "S. 0:0 ack 1");
    (void)peer_sends(peer, "F. 1:1101 ack 1"); /* 76 bytes and the FIN beyond the window */
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    host_sends_after(peer, 40, ". 1:1 ack 1025 win 0");
    host_reads(peer, 1024);
    assert_int_equal(host_read_result(peer), STINT_WOULD_BLOCK);
    host_sends(peer, ". 1:1 ack 1025 win 1024");
    peer_tells(peer, "F. 1025:1101 ack 1");
    host_reads(peer, 76);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void T16_a_fin_that_fills_the_window_counts(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1024});
    host_is_connected(peer, "S. 0:0 ack 1");
    peer_tells(peer, "F. 1:1025 ack 1");
    host_is_in(peer, STINT_TCP_CLOSE_WAIT);
    host_sends(peer, ". 1:1 ack 1026 win 0");
    host_reads(peer, 1024);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void a_fin_in_front_of_known_text_is_corrected_by_the_real_one(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, ". 11:21 ack 1");
    peer_tells(peer, "F. 15:15 ack 1"); /* cannot be: more is known to follow */
    peer_tells(peer, ". 1:11 ack 1");
    peer_tells(peer, "F. 21:31 ack 1");
    host_reads(peer, 30);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void a_second_fin_elsewhere_is_ignored(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "F. 21:31 ack 1");
    peer_tells(peer, "F. 11:41 ack 1");
    peer_tells(peer, ". 1:21 ack 1");
    host_is_in(peer, STINT_TCP_CLOSE_WAIT);
    host_reads(peer, 30);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void text_beyond_a_known_end_is_not_part_of_the_stream(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "F. 11:11 ack 1");
    peer_tells(peer, ". 1:31 ack 1");
    host_is_in(peer, STINT_TCP_CLOSE_WAIT);
    host_reads(peer, 10);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeated_fin_is_acknowledged_again),
        cmocka_unit_test(text_and_fin_in_one_segment_make_one_acknowledgment),
        cmocka_unit_test(T16_a_fin_before_a_hole_does_not_end_the_stream),
        cmocka_unit_test(T16_a_fin_alone_before_a_hole_waits_for_it),
        cmocka_unit_test(T16_a_fin_on_a_trimmed_segment_does_not_end_the_stream),
        cmocka_unit_test(T16_a_fin_that_fills_the_window_counts),
        cmocka_unit_test(a_fin_in_front_of_known_text_is_corrected_by_the_real_one),
        cmocka_unit_test(a_second_fin_elsewhere_is_ignored),
        cmocka_unit_test(text_beyond_a_known_end_is_not_part_of_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
