/* What the host sends of what was written: segments, PSH, Nagle, cork, and how text arrives.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static struct tcp_peer *connected(void)
{
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000 <mss 1000>");
    return peer;
}

static void text_goes_in_full_segments(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 3000);
    host_sends(peer, ". 1:1001 ack 1");
    host_sends(peer, ". 1001:2001 ack 1");
    host_sends(peer, "P. 2001:3001 ack 1");
    host_is_silent(peer);
    peer_end(peer);
}

static void nagle_holds_back_a_small_segment_while_others_are_out(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 1");
    host_writes(peer, 10);
    host_writes(peer, 10);
    host_is_silent_for(peer, 100);
    peer_tells(peer, ". 1:1 ack 11");
    host_sends(peer, "P. 11:31 ack 1");
    host_writes(peer, 1010);
    host_sends(peer, ". 31:1031 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 1031");
    host_sends(peer, "P. 1031:1041 ack 1");
    peer_end(peer);
}

static void no_delay_sends_at_once(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 1");
    host_writes(peer, 10);
    host_is_silent(peer);
    struct stint_tcp_options_set options = host_options(peer);
    options.no_delay = true;
    host_sets(peer, &options);
    host_sends(peer, "P. 11:21 ack 1"); /* what Nagle held back goes too */
    host_writes(peer, 10);
    host_sends(peer, "P. 21:31 ack 1");
    peer_end(peer);
}

static void cork_waits_for_full_segments(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    struct stint_tcp_options_set options = host_options(peer);
    options.cork = true;
    options.no_delay = true;
    host_sets(peer, &options);
    host_writes(peer, 1500);
    host_sends(peer, ". 1:1001 ack 1");
    peer_tells(peer, ". 1:1 ack 1001");
    host_is_silent_for(peer, 10000);
    options.cork = false;
    host_sets(peer, &options);
    host_sends(peer, "P. 1001:1501 ack 1");
    peer_end(peer);
}

static void cork_does_not_hold_back_the_end(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    struct stint_tcp_options_set options = host_options(peer);
    options.cork = true;
    host_sets(peer, &options);
    host_writes(peer, 100);
    host_is_silent(peer);
    host_closes(peer);
    host_sends(peer, "FP. 1:101 ack 1");
    peer_end(peer);
}

static void T3_a_closed_window_is_probed_for_corked_text_too(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    struct stint_tcp_options_set options = host_options(peer);
    options.cork = true;
    host_sets(peer, &options);
    peer_tells(peer, ". 1:1 ack 1 win 0");
    host_writes(peer, 1500);
    host_sends_after(peer, 300, ". 0:0 ack 1");
    peer_tells(peer, ". 1:1 ack 1 win 0");
    host_sends_after(peer, 600, ". 0:0 ack 1");
    peer_end(peer);
}

static void the_buffer_takes_what_fits(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    static const uint8_t bytes[9000];
    size_t written = 0;
    assert_int_equal(
        stint_tcp_write(&peer->tcp, peer->socket, stint_view_of(bytes, sizeof bytes), &written),
        STINT_OK);
    assert_int_equal(written, 8192);
    assert_int_equal(host_write_result(peer), STINT_WOULD_BLOCK);
    assert_false(peer_status(peer).can_write);
    assert_int_equal(peer_status(peer).unacknowledged, 8192);
    assert_int_equal(stint_tcp_abort(&peer->tcp, peer->now, peer->socket), STINT_OK);
    peer_end(peer);
}

static void text_in_order_is_read_in_order(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    size_t length = 0;
    uint8_t bytes[10];
    peer_tells(peer, "P. 1:101 ack 1");
    peer_tells(peer, "P. 101:201 ack 1");
    assert_int_equal(
        stint_tcp_peek(&peer->tcp, peer->socket, stint_span_of(bytes, sizeof bytes), &length),
        STINT_OK);
    assert_int_equal(length, 10);
    assert_int_equal(peer_status(peer).readable, 200);
    host_reads(peer, 200);
    assert_int_equal(host_read_result(peer), STINT_WOULD_BLOCK);
    assert_int_equal(peer->arena.in_use, 0); /* an empty ring is given back */
    peer_end(peer);
}

static void overlapping_segments_change_no_byte(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, ". 51:151 ack 1");
    peer_tells(peer, ". 101:201 ack 1");
    peer_tells(peer, ". 1:61 ack 1");
    peer_tells(peer, ". 141:301 ack 1");
    host_reads(peer, 300);
    peer_end(peer);
}

static void T5_one_byte_pieces_cost_a_bounded_number_of_holes(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    unsigned refused = 0;
    for (unsigned byte = 2; byte < 2000; byte += 2) {
        char text[64];
        (void)snprintf(text, sizeof text, ". %u:%u ack 1", byte, byte + 1);
        refused += peer_sends(peer, text) == STINT_DROP_TCP_REASSEMBLY ? 1 : 0;
    }
    assert_int_equal(refused, 999 - STINT_ASSEMBLER_RANGES);
    assert_in_range(time_passes(peer, 0), 1, 255);
    peer_tells(peer, ". 1:2000 ack 1");
    host_reads(peer, 1999);
    peer_end(peer);
}

static void without_memory_text_is_left_to_come_again(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    const struct stint_span all = stint_arena_take(&peer->arena, sizeof peer->buffers);
    size_t written = 0;
    assert_int_equal(peer_sends(peer, "P. 1:11 ack 1"), STINT_DROP_TCP_MEMORY);
    assert_int_equal(peer_sends(peer, "FP. 1:11 ack 1"), STINT_DROP_TCP_MEMORY);
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    assert_int_equal(stint_tcp_write(&peer->tcp, peer->socket, stint_view_of("x", 1), &written),
        STINT_WOULD_BLOCK);
    stint_arena_give(&peer->arena, all);
    peer_tells(peer, "FP. 1:11 ack 1");
    host_reads(peer, 10);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void urgent_text_is_text(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "PU. 1:11 ack 1 win 10000 urg 5");
    peer_tells(peer, "PU. 11:21 ack 1 win 10000 urg 65535");
    peer_tells(peer, "FU. 21:31 ack 1 win 10000 urg 0");
    host_reads(peer, 30);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void a_segment_without_an_acknowledgment_is_dropped(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    assert_int_equal(peer_sends(peer, "P 1:11"), STINT_DROP_TCP_FLAGS);
    assert_int_equal(peer_sends(peer, "F 1:1"), STINT_DROP_TCP_FLAGS);
    host_is_silent(peer);
    assert_int_equal(host_read_result(peer), STINT_WOULD_BLOCK);
    peer_end(peer);
}

static void text_that_arrives_tells_the_owner(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    struct stint_socket_event event;
    while (stint_tcp_next_event(&peer->tcp, &event)) {
    }
    peer_tells(peer, ". 11:21 ack 1");
    assert_false(stint_tcp_next_event(&peer->tcp, &event)); /* nothing to be read yet */
    peer_tells(peer, ". 1:11 ack 1");
    assert_true(stint_tcp_next_event(&peer->tcp, &event));
    assert_int_equal(stint_tcp_set_owner(&peer->tcp, peer->socket, 77), STINT_OK);
    peer_tells(peer, "F. 21:21 ack 1");
    assert_true(stint_tcp_next_event(&peer->tcp, &event));
    assert_int_equal(event.owner, 77);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_goes_in_full_segments),
        cmocka_unit_test(nagle_holds_back_a_small_segment_while_others_are_out),
        cmocka_unit_test(no_delay_sends_at_once),
        cmocka_unit_test(cork_waits_for_full_segments),
        cmocka_unit_test(cork_does_not_hold_back_the_end),
        cmocka_unit_test(T3_a_closed_window_is_probed_for_corked_text_too),
        cmocka_unit_test(the_buffer_takes_what_fits),
        cmocka_unit_test(text_in_order_is_read_in_order),
        cmocka_unit_test(overlapping_segments_change_no_byte),
        cmocka_unit_test(T5_one_byte_pieces_cost_a_bounded_number_of_holes),
        cmocka_unit_test(without_memory_text_is_left_to_come_again),
        cmocka_unit_test(urgent_text_is_text),
        cmocka_unit_test(a_segment_without_an_acknowledgment_is_dropped),
        cmocka_unit_test(text_that_arrives_tells_the_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
