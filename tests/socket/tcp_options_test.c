/* Timestamps, PAWS and segment sizes (RFC 7323, RFC 9293 3.7.1).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static struct tcp_peer *with_timestamps(void)
{
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000 <mss 1000, ts 1000>");
    return peer;
}

static void every_segment_carries_timestamps_once_agreed(void **state)
{
    (void)state;
    struct tcp_peer *peer = with_timestamps();
    host_is_silent_for(peer, 50);
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 1 <ts 147 echo 1000>");
    peer_tells(peer, ". 1:1 ack 11 <ts 1001>");
    host_closes(peer);
    host_sends(peer, "F. 11:11 ack 1 <ts 147 echo 1001>");
    peer_tells(peer, "F. 1:1 ack 12 <ts 1002>");
    host_sends(peer, ". 12:12 ack 2 <ts 147 echo 1002>");
    (void)peer_sends(peer, "F. 1:1 ack 12 <ts 1003>");
    host_sends(peer, ". 12:12 ack 2 <ts 147 echo 1002>");
    peer_end(peer);
}

static void no_timestamps_without_agreement(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1000>");
    assert_false(peer->sent.options.has_timestamps);
    peer_tells(peer, "P. 1:11 ack 1 <ts 5>"); /* ignored */
    peer_tells(peer, "P. 11:21 ack 1 <ts 4>");
    host_writes(peer, 1000);
    host_sends(peer, "P. 1:1001 ack 21");
    assert_false(peer->sent.options.has_timestamps);
    peer_end(peer);
}

static void T15_an_older_timestamp_is_an_old_duplicate(void **state)
{
    (void)state;
    struct tcp_peer *peer = with_timestamps();
    peer_tells(peer, "P. 1:11 ack 1 <ts 2000>");
    assert_int_equal(peer_sends(peer, "P. 11:21 ack 1 <ts 1999>"), STINT_DROP_TCP_TIMESTAMP);
    host_sends(peer, ". 1:1 ack 11 <ts 98 echo 2000>");
    peer_tells(peer, "P. 11:21 ack 1 <ts 2000>");
    assert_int_equal(peer_sends(peer, "P. 21:31 ack 1 <ts -2147481647>"), STINT_DROP_TCP_TIMESTAMP);
    peer_tells(peer, "P. 21:31 ack 1 <ts 2001>");
    host_reads(peer, 30);
    peer_end(peer);
}

static void T15_a_reset_is_taken_whatever_its_timestamp(void **state)
{
    (void)state;
    struct tcp_peer *peer = with_timestamps();
    peer_tells(peer, "R 1:1 <ts 1>");
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
    peer = with_timestamps();
    peer_tells(peer, "R 1:1");
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

static void T15_a_segment_without_the_agreed_timestamps_is_dropped(void **state)
{
    (void)state;
    struct tcp_peer *peer = with_timestamps();
    assert_int_equal(peer_sends(peer, "P. 1:11 ack 1"), STINT_DROP_TCP_TIMESTAMP);
    host_is_silent_for(peer, 1000); /* RFC 7323 3.2: silently */
    peer_tells(peer, "P. 1:11 ack 1 <ts 1001>");
    peer_end(peer);
}

static void T15_after_24_days_of_silence_any_timestamp_will_do(void **state)
{
    (void)state;
    struct tcp_peer *peer = with_timestamps();
    host_is_silent_for(peer, 23 * 86400 * 1000L);
    assert_int_equal(peer_sends(peer, "P. 1:11 ack 1 <ts 900>"), STINT_DROP_TCP_TIMESTAMP);
    (void)time_passes(peer, 2 * 86400 * 1000L);
    peer_tells(peer, "P. 1:11 ack 1 <ts 900>");
    host_sends_after(peer, 40, ". 1:1 ack 11 <ts 2109375137 echo 900>");
    peer_end(peer);
}

static void T18_timestamps_wrap(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000 <mss 1000, ts -2>");
    peer_tells(peer, "P. 1:11 ack 1 <ts -1>");
    peer_tells(peer, "P. 11:21 ack 1 <ts 0>");
    peer_tells(peer, "P. 21:31 ack 1 <ts 1>");
    assert_int_equal(peer_sends(peer, "P. 31:41 ack 1 <ts -2>"), STINT_DROP_TCP_TIMESTAMP);
    host_reads(peer, 30);
    peer_end(peer);
}

static void T18_clocks_of_32_bits_wrap_unnoticed(void **state)
{
    (void)state;
    static const int64_t wraps[] = {INT64_C(1) << 31, INT64_C(1) << 32};
    for (int i = 0; i < 2; i++) {
        struct tcp_peer *peer = peer_new(NULL);
        peer->now = stint_instant_at(wraps[i] * 1000 - 150000); /* 24.8 and 49.7 days */
        peer->start = peer->now;
        host_is_connected(peer, "S. 0:0 ack 1 win 10000 <mss 1000, ts 7>");
        host_writes(peer, 10);
        host_sends(peer, "P. 1:11 ack 1 <ts 98 echo 7>");
        host_is_silent_for(peer, 300);
        assert_int_equal(time_passes(peer, 100), 1);
        peer_tells(peer, ". 1:1 ack 11 <ts 8>");
        host_is_silent_for(peer, 1000);
        peer_end(peer);
    }
}

static void the_echo_is_of_the_oldest_segment_not_acknowledged(void **state)
{
    (void)state;
    struct tcp_peer *peer = with_timestamps();
    peer_tells(peer, ". 1:101 ack 1 <ts 2001>");
    peer_tells(peer, ". 101:201 ack 1 <ts 2002>"); /* delayed ACK: case A of RFC 7323 4.3 */
    host_sends_after(peer, 40, ". 1:1 ack 201 <ts 137 echo 2001>");
    peer_tells(peer, ". 301:401 ack 1 <ts 2004>"); /* a hole: case B */
    host_sends(peer, ". 1:1 ack 201 <ts 137 echo 2001>");
    peer_tells(peer, ". 201:301 ack 1 <ts 2005>"); /* that fills it: case C */
    host_sends(peer, ". 1:1 ack 401 <ts 137 echo 2005>");
    peer_end(peer);
}

static void L3_any_segment_size_is_brought_within_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *syn_ack, *first;
    } offers[] = {
        {"S. 0:0 ack 1", ". 1:537 ack 1"},
        {"S. 0:0 ack 1 <mss 0>", ". 1:537 ack 1"},
        {"S. 0:0 ack 1 <mss 1>", ". 1:89 ack 1"},
        {"S. 0:0 ack 1 <mss 7>", ". 1:89 ack 1"},
        {"S. 0:0 ack 1 <mss 65535>", ". 1:1461 ack 1"},
        {"S. 0:0 ack 1 <mss 65535, ts 5>", ". 1:1449 ack 1"},
        {"S. 0:0 ack 1 <mss 1, ts 5>", ". 1:77 ack 1"},
    };
    for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++) {
        struct tcp_peer *peer = peer_new(NULL);
        host_is_connected(peer, offers[i].syn_ack);
        host_writes(peer, 5000);
        host_sends(peer, offers[i].first);
        peer_end(peer);
    }
}

static void segments_are_cut_so_that_the_send_ring_holds_two(void **state)
{
    (void)state;
    static const struct {
        uint32_t send_buffer;
        const char *syn_ack, *first;
    } rings[] = {
        {4096, "S. 0:0 ack 1 <mss 1460>", ". 1:1461 ack 1"},
        {2048, "S. 0:0 ack 1 <mss 1460>", ". 1:1025 ack 1"},
        {2048, "S. 0:0 ack 1 <mss 1460, ts 5>", ". 1:1013 ack 1"},
        {1024, "S. 0:0 ack 1", ". 1:513 ack 1"},
        {128, "S. 0:0 ack 1 <mss 1460, ts 5>", ". 1:77 ack 1"}, /* but hold something */
    };
    for (size_t i = 0; i < sizeof rings / sizeof rings[0]; i++) {
        struct tcp_peer *peer =
            peer_new(&(struct stint_tcp_limits){.send_buffer = rings[i].send_buffer});
        host_is_connected(peer, rings[i].syn_ack);
        host_writes(peer, rings[i].send_buffer);
        host_sends(peer, rings[i].first);
        peer_end(peer);
    }
}

static void T15_the_timestamp_of_the_syn_counts(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0 <ts 100>");
    host_sends(peer, "S. 0:0 ack 1 <ts 0 echo 100>");
    assert_int_equal(peer_sends(peer, "P. 1:11 ack 1 <ts 99>"), STINT_DROP_TCP_TIMESTAMP);
    peer_tells(peer, "P. 1:11 ack 1 <ts 101>");
    host_accepts(peer);
    host_reads(peer, 10);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_segment_carries_timestamps_once_agreed),
        cmocka_unit_test(no_timestamps_without_agreement),
        cmocka_unit_test(T15_an_older_timestamp_is_an_old_duplicate),
        cmocka_unit_test(T15_a_reset_is_taken_whatever_its_timestamp),
        cmocka_unit_test(T15_a_segment_without_the_agreed_timestamps_is_dropped),
        cmocka_unit_test(T15_after_24_days_of_silence_any_timestamp_will_do),
        cmocka_unit_test(T18_timestamps_wrap),
        cmocka_unit_test(T18_clocks_of_32_bits_wrap_unnoticed),
        cmocka_unit_test(the_echo_is_of_the_oldest_segment_not_acknowledged),
        cmocka_unit_test(L3_any_segment_size_is_brought_within_bounds),
        cmocka_unit_test(segments_are_cut_so_that_the_send_ring_holds_two),
        cmocka_unit_test(T15_the_timestamp_of_the_syn_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
