/* How the rings of a connection grow, how they share the arena, and how little is enough.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static const struct stint_tcp_limits small_at_first = {
    .receive_buffer = 65536,
    .send_buffer = 65536,
    .first_buffer = 4096,
};

static struct tcp_peer *host_with_small_rings(void)
{
    struct tcp_peer *peer = peer_new(&small_at_first);
    host_connects(peer);
    host_sends(peer, "S 0:0 win 4096");
    peer_tells(peer, "S. 0:0 ack 1 win 65535 <mss 1000>");
    host_sends(peer, ". 1:1 ack 1 win 4096");
    return peer;
}

static uint32_t memory_in_use(const struct tcp_peer *peer)
{
    uint32_t by_others = 0;
    for (uint32_t i = 0; i < peer->taken_count; i++) {
        by_others += (uint32_t)peer->taken[i].length;
    }
    return peer->arena.in_use - by_others;
}

static void an_idle_connection_holds_no_memory(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_with_small_rings();
    assert_int_equal(memory_in_use(peer), 0);
    peer_tells(peer, "P. 1:101 ack 1");
    host_writes(peer, 100);
    assert_int_equal(memory_in_use(peer), 2 * 4096);
    host_reads(peer, 100);
    host_sends(peer, "P. 1:101 ack 101");
    peer_tells(peer, ". 101:101 ack 101");
    assert_int_equal(memory_in_use(peer), 0);
    peer_end(peer);
}

static void a_window_that_the_peer_fills_and_the_reader_empties_doubles(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_with_small_rings();
    peer_tells(peer, ". 1:3501 ack 1");
    host_reads(peer, 3500);
    host_sends(peer, ". 1:1 ack 3501 win 8192");
    peer_tells(peer, ". 3501:11501 ack 1");
    assert_int_equal(memory_in_use(peer), 8192);
    host_reads(peer, 8000);
    host_sends(peer, ". 1:1 ack 11501 win 16384");
    peer_end(peer);
}

static void a_window_that_is_not_filled_stays(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_with_small_rings();
    peer_tells(peer, ". 1:3001 ack 1");
    host_reads(peer, 3000);
    host_sends(peer, ". 1:1 ack 3001 win 4096");
    peer_end(peer);
}

static void a_window_grows_no_further_than_its_limit(void **state)
{
    (void)state;
    struct tcp_peer *peer =
        peer_new(&(struct stint_tcp_limits){.receive_buffer = 8192, .first_buffer = 4096});
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1000>");
    peer_tells(peer, ". 1:4097 ack 1");
    host_reads(peer, 4096);
    host_sends(peer, ". 1:1 ack 4097 win 8192");
    peer_tells(peer, ". 4097:12289 ack 1");
    host_reads(peer, 8192);
    host_sends(peer, ". 1:1 ack 12289 win 8192");
    peer_end(peer);
}

static void growing_keeps_what_is_unread_and_what_came_out_of_order(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_with_small_rings();
    peer_tells(peer, ". 1:2001 ack 1");
    (void)time_passes(peer, 100);
    peer_tells(peer, ". 3001:4097 ack 1"); /* to the edge, behind a hole */
    host_sends(peer, ". 1:1 ack 2001");
    host_reads(peer, 1000);
    assert_int_equal(memory_in_use(peer), 8192);
    peer_tells(peer, ". 2001:3001 ack 1");
    host_sends(peer, ". 1:1 ack 4097");
    host_reads(peer, 3096); /* which compares the pattern */
    peer_end(peer);
}

static void a_full_send_ring_grows_to_the_congestion_window(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_with_small_rings();
    host_writes(peer, 16384); /* a first window of ten segments of 1000 bytes */
    assert_int_equal(memory_in_use(peer), 16384);
    assert_int_equal(host_write_result(peer), STINT_WOULD_BLOCK);
    peer_end(peer);
}

static void a_send_ring_grows_no_further_than_the_peer_takes(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&small_at_first);
    host_is_connected(peer, "S. 0:0 ack 1 win 5000 <mss 1000>");
    host_writes(peer, 8192);
    assert_int_equal(host_write_result(peer), STINT_WOULD_BLOCK);
    assert_int_equal(memory_in_use(peer), 8192);
    peer_end(peer);
}

static void no_ring_takes_more_than_it_leaves(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_with_small_rings();
    memory_is_taken(peer, 12 * TCP_PEER_UNIT);
    host_writes(peer, 4096);
    assert_int_equal(host_write_result(peer), STINT_WOULD_BLOCK);
    peer_tells(peer, ". 1:101 ack 1");
    assert_int_equal(memory_in_use(peer), 2 * 4096);
    memory_is_given_back(peer);
    peer_end(peer);
}

static void whoever_comes_late_still_finds_some(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_with_small_rings();
    memory_is_taken(peer, 2 * TCP_PEER_UNIT);
    host_writes(peer, 1024);
    assert_int_equal(host_write_result(peer), STINT_WOULD_BLOCK);
    peer_tells(peer, ". 1:1001 ack 1");
    assert_int_equal(memory_in_use(peer), 2 * 1024);
    memory_is_given_back(peer);
    peer_end(peer);
}

static void what_was_promised_beyond_memory_is_dropped_and_comes_again(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_with_small_rings();
    memory_is_taken(peer, TCP_PEER_UNIT);
    peer_tells(peer, ". 1:1001 ack 1");
    assert_int_equal(peer_sends(peer, ". 2001:3001 ack 1"), STINT_DROP_TCP_MEMORY);
    peer_tells(peer, ". 1001:2001 ack 1");                 /* 24 bytes of it fit */
    host_sends_after(peer, 40, ". 1:1 ack 1025 win 3072"); /* a promise is not taken back */
    host_reads(peer, 1024);
    memory_is_given_back(peer);
    peer_tells(peer, ". 1025:2001 ack 1");
    host_reads(peer, 976);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_connection_holds_no_memory),
        cmocka_unit_test(a_window_that_the_peer_fills_and_the_reader_empties_doubles),
        cmocka_unit_test(a_window_that_is_not_filled_stays),
        cmocka_unit_test(a_window_grows_no_further_than_its_limit),
        cmocka_unit_test(growing_keeps_what_is_unread_and_what_came_out_of_order),
        cmocka_unit_test(a_full_send_ring_grows_to_the_congestion_window),
        cmocka_unit_test(a_send_ring_grows_no_further_than_the_peer_takes),
        cmocka_unit_test(no_ring_takes_more_than_it_leaves),
        cmocka_unit_test(whoever_comes_late_still_finds_some),
        cmocka_unit_test(what_was_promised_beyond_memory_is_dropped_and_comes_again),
    };
    return cmocka_run_group_tests_name("socket/tcp_rings", tests, NULL, NULL);
}
