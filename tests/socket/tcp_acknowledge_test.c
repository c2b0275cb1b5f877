/* When the host acknowledges: delays, duplicates, SACK blocks (RFC 5681 4.2, RFC 2018).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static struct tcp_peer *connected(const char *syn_ack)
{
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 65536 / 2});
    host_is_connected(peer, syn_ack);
    return peer;
}

static void a_single_segment_is_acknowledged_after_40_ms(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, ". 1:1461 ack 1");
    host_sends_after(peer, 40, ". 1:1 ack 1461");
    host_is_silent_for(peer, 1000);
    peer_end(peer);
}

static void every_second_full_segment_is_acknowledged_at_once(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, ". 1:1461 ack 1");
    host_is_silent_for(peer, 10);
    peer_tells(peer, ". 1461:2921 ack 1");
    host_sends(peer, ". 1:1 ack 2921");
    host_is_silent_for(peer, 100);
    peer_tells(peer, ". 2921:4381 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 4381:5841 ack 1");
    host_sends(peer, ". 1:1 ack 5841");
    peer_end(peer);
}

static void small_segments_wait_together(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, "P. 1:11 ack 1");
    host_is_silent_for(peer, 20);
    peer_tells(peer, "P. 11:21 ack 1");
    host_sends_after(peer, 20, ". 1:1 ack 21");
    peer_end(peer);
}

static void an_answer_carries_the_acknowledgment(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, "P. 1:11 ack 1");
    host_writes(peer, 5);
    host_sends(peer, "P. 1:6 ack 11");
    host_is_silent_for(peer, 100);
    peer_end(peer);
}

static void each_segment_out_of_order_is_acknowledged(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460, sackok>");
    peer_tells(peer, ". 1461:2921 ack 1");
    host_sends(peer, ". 1:1 ack 1 <sack 1461:2921>");
    peer_tells(peer, ". 2921:4381 ack 1");
    host_sends(peer, ". 1:1 ack 1 <sack 1461:4381>");
    peer_tells(peer, ". 5841:7301 ack 1");
    host_sends(peer, ". 1:1 ack 1 <sack 5841:7301 1461:4381>"); /* the latest first */
    peer_tells(peer, ". 8761:8800 ack 1");
    host_sends(peer, ". 1:1 ack 1 <sack 8761:8800 1461:4381 5841:7301>");
    peer_tells(peer, ". 5841:5842 ack 1"); /* again */
    host_sends(peer, ". 1:1 ack 1 <sack 5841:7301 1461:4381 8761:8800>");
    peer_tells(peer, ". 1:1461 ack 1");
    host_sends(peer, ". 1:1 ack 4381 <sack 5841:7301 8761:8800>");
    peer_tells(peer, ". 4381:5841 ack 1");
    host_sends(peer, ". 1:1 ack 7301 <sack 8761:8800>");
    peer_tells(peer, ". 7301:8761 ack 1");
    host_sends(peer, ". 1:1 ack 8800");
    host_is_silent_for(peer, 1000);
    host_reads(peer, 8799);
    peer_end(peer);
}

static void no_sack_without_agreement(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, ". 1461:2921 ack 1");
    host_sends(peer, ". 1:1 ack 1");
    peer_end(peer);
}

static void duplicates_are_as_many_as_segments_even_when_sent_together(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, ". 1461:2921 ack 1");
    peer_tells(peer, ". 2921:4381 ack 1");
    peer_tells(peer, ". 4381:5841 ack 1");
    host_sends(peer, ". 1:1 ack 1");
    host_sends(peer, ". 1:1 ack 1");
    host_sends(peer, ". 1:1 ack 1");
    host_is_silent_for(peer, 1000);
    peer_end(peer);
}

static void reordering_taken_in_one_go_is_acknowledged_once(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, ". 1461:2921 ack 1");
    peer_tells(peer, ". 2921:4381 ack 1");
    peer_tells(peer, ". 4381:5841 ack 1");
    peer_tells(peer, ". 1:1461 ack 1");
    host_sends(peer, ". 1:1 ack 5841");
    host_is_silent_for(peer, 1000); /* repetitions of the new number would look like a loss */
    peer_end(peer);
}

static void an_old_segment_is_acknowledged_at_once(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460>");
    peer_tells(peer, ". 1:1461 ack 1");
    host_sends_after(peer, 40, ". 1:1 ack 1461");
    assert_int_equal(peer_sends(peer, ". 1:1461 ack 1"), STINT_DROP_TCP_SEQUENCE);
    host_sends(peer, ". 1:1 ack 1461");
    peer_end(peer);
}

static void text_behind_the_window_is_acknowledged_and_dropped(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460>");
    assert_int_equal(peer_sends(peer, ". 32769:32770 ack 1"), STINT_DROP_TCP_SEQUENCE);
    host_sends(peer, ". 1:1 ack 1");
    peer_end(peer);
}

static void sack_blocks_leave_room_for_the_text(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected("S. 0:0 ack 1 <mss 1460, sackok, ts 1>");
    peer_tells(peer, ". 1461:2921 ack 1 <ts 2>");
    host_writes(peer, 3000); /* no packet is longer than the path carries: the peer looks */
    host_sends(peer, ". 1:1437 ack 1 <sack 1461:2921>");
    peer_tells(peer, ". 4461:4462 ack 1 <ts 3>");
    host_sends(peer, ". 1437:2865 ack 1 <sack 4461:4462 1461:2921>");
    peer_end(peer);
}

static void four_blocks_fit_without_timestamps_and_three_beside_them(void **state)
{
    (void)state;
    static const char *const syn_acks[] = {
        "S. 0:0 ack 1 <mss 1460, sackok>", "S. 0:0 ack 1 <mss 1460, sackok, ts 1>"};
    for (int i = 0; i < 2; i++) {
        struct tcp_peer *peer = connected(syn_acks[i]);
        const char *const texts[] = {". 10:20 ack 1 <ts 2>", ". 30:40 ack 1 <ts 2>",
            ". 50:60 ack 1 <ts 2>", ". 70:80 ack 1 <ts 2>", ". 90:95 ack 1 <ts 2>"};
        for (int j = 0; j < 5; j++) {
            peer_tells(peer, texts[j]);
            (void)time_passes(peer, 0);
        }
        uint8_t bytes[40];
        struct stint_writer writer = stint_writer_into(stint_span_of(bytes, sizeof bytes));
        assert_true(stint_tcp_options_emit(&peer->sent.options, &writer));
        struct stint_tcp_options options;
        assert_int_equal(
            stint_tcp_options_parse(stint_writer_written(&writer), &options), STINT_DROP_NONE);
        assert_int_equal(options.sack_count, i == 0 ? 4 : 3);
        assert_int_equal(options.sack[0].begin.number - peer->peer_initial, 90);
        peer_end(peer);
    }
}

static void every_second_segment_of_a_peer_with_short_ones_is_acknowledged(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    peer_is_connected(peer, "S 0:0", 10000);
    peer_tells(peer, ". 1:601 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 601:1201 ack 1");
    host_sends(peer, ". 1:1 ack 1201");
    peer_tells(peer, ". 1201:1301 ack 1"); /* piecemeal: these may wait */
    peer_tells(peer, ". 1301:1401 ack 1");
    host_is_silent(peer);
    host_sends_after(peer, 40, ". 1:1 ack 1401");
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_second_segment_of_a_peer_with_short_ones_is_acknowledged),
        cmocka_unit_test(a_single_segment_is_acknowledged_after_40_ms),
        cmocka_unit_test(every_second_full_segment_is_acknowledged_at_once),
        cmocka_unit_test(small_segments_wait_together),
        cmocka_unit_test(an_answer_carries_the_acknowledgment),
        cmocka_unit_test(each_segment_out_of_order_is_acknowledged),
        cmocka_unit_test(no_sack_without_agreement),
        cmocka_unit_test(duplicates_are_as_many_as_segments_even_when_sent_together),
        cmocka_unit_test(reordering_taken_in_one_go_is_acknowledged_once),
        cmocka_unit_test(an_old_segment_is_acknowledged_at_once),
        cmocka_unit_test(text_behind_the_window_is_acknowledged_and_dropped),
        cmocka_unit_test(sack_blocks_leave_room_for_the_text),
        cmocka_unit_test(four_blocks_fit_without_timestamps_and_three_beside_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
