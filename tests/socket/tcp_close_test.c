/* Every way in which both ends close (RFC 9293 3.6, figure 5).
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

static void the_host_closes_first(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_closes(peer);
    host_is_in(peer, STINT_TCP_FIN_WAIT_1);
    host_sends(peer, "F. 1:1 ack 1");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 2");
    host_is_in(peer, STINT_TCP_FIN_WAIT_2);
    host_is_silent_for(peer, 1000);
    peer_tells(peer, "F. 1:1 ack 2");
    host_sends(peer, ". 2:2 ack 2");
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    assert_int_equal(peer->tcp.connections_in_use, 0); /* a small record remains */
    host_is_silent_for(peer, 59999);
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    host_is_silent_for(peer, RECORD_TICK_MS + 1);
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

static void the_host_closes_first_and_one_segment_answers_it_all(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_closes(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "F. 1:1 ack 2");
    host_sends(peer, ". 2:2 ack 2");
    host_is_silent(peer);
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    peer_end(peer);
}

static void the_peer_closes_first(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "F. 1:1 ack 1");
    host_is_in(peer, STINT_TCP_CLOSE_WAIT);
    host_sends(peer, ". 1:1 ack 2");
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 2");
    peer_tells(peer, ". 2:2 ack 11");
    host_closes(peer);
    host_is_in(peer, STINT_TCP_LAST_ACK);
    host_sends(peer, "F. 11:11 ack 2");
    host_is_silent(peer);
    peer_tells(peer, ". 2:2 ack 12");
    host_is_in(peer, STINT_TCP_CLOSED);
    host_is_silent_for(peer, 100000);
    peer_end(peer);
}

static void T22_both_close_at_once(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_closes(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "F. 1:1 ack 1");
    host_is_in(peer, STINT_TCP_CLOSING);
    host_sends(peer, ". 2:2 ack 2");
    peer_tells(peer, ". 2:2 ack 2");
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    host_is_silent_for(peer, 60000 + RECORD_TICK_MS);
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

static void a_fin_in_closing_is_repeated(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_closes(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "F. 1:1 ack 1");
    host_sends(peer, ". 2:2 ack 2");
    host_sends_after(peer, 300, "F. 1:1 ack 2");
    host_sends_after(peer, 600, "F. 1:1 ack 2");
    peer_tells(peer, ". 2:2 ack 2");
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    peer_end(peer);
}

static void a_half_closed_connection_goes_on_receiving(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_shuts_down(peer);
    host_sends(peer, "F. 1:1 ack 1");
    assert_int_equal(host_write_result(peer), STINT_WRONG_STATE);
    peer_tells(peer, "P. 1:101 ack 2");
    host_is_in(peer, STINT_TCP_FIN_WAIT_2);
    host_sends_after(peer, 40, ". 2:2 ack 101");
    host_reads(peer, 100);
    (void)time_passes(peer, 100000); /* no limit while somebody owns it */
    host_is_in(peer, STINT_TCP_FIN_WAIT_2);
    peer_tells(peer, "FP. 101:111 ack 2");
    host_sends(peer, ". 2:2 ack 112");
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    host_reads(peer, 10);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    host_closes(peer);
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    peer_end(peer);
}

static void what_is_queued_goes_before_the_fin(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 1000);
    host_closes(peer);
    host_sends(peer, ". 1:537 ack 1");
    host_sends(peer, "FP. 537:1001 ack 1");
    host_is_silent_for(peer, 100);
    peer_tells(peer, ". 1:1 ack 1001"); /* all but the FIN */
    host_is_in(peer, STINT_TCP_FIN_WAIT_1);
    host_sends_after(peer, 300, "F. 1001:1001 ack 1");
    peer_tells(peer, ". 1:1 ack 1002");
    host_is_in(peer, STINT_TCP_FIN_WAIT_2);
    peer_end(peer);
}

static void a_fin_waits_for_a_closed_window(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, ". 1:1 ack 1 win 0");
    host_writes(peer, 10);
    host_closes(peer);
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 1 win 100");
    host_sends(peer, "FP. 1:11 ack 1");
    peer_end(peer);
}

static void T22_closing_with_unread_data_is_a_reset(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "P. 1:11 ack 1");
    host_writes(peer, 5);
    host_closes(peer);
    host_sends(peer, "R. 1:1 ack 11");
    host_is_silent(peer);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    peer_end(peer);
}

static void T22_closing_with_unread_data_after_the_fin_is_a_reset(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "FP. 1:11 ack 1");
    host_sends(peer, ". 1:1 ack 12");
    host_closes(peer);
    host_sends(peer, "R. 1:1 ack 12");
    assert_int_equal(peer->tcp.connections_in_use, 0);
    peer_end(peer);
}

static void T22_data_for_nobody_is_a_reset(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_closes(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "P. 1:11 ack 2");
    host_sends(peer, "R 2:2");
    assert_int_equal(peer->tcp.connections_in_use, 0);
    host_is_silent(peer);
    peer_end(peer);
}

static void T9_nobody_waits_for_ever_for_the_peers_fin(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_shuts_down(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, ". 1:1 ack 2");
    (void)time_passes(peer, 30000);
    host_closes(peer);
    host_is_silent_for(peer, 59999);
    host_is_in(peer, STINT_TCP_FIN_WAIT_2);
    host_is_silent_for(peer, 2);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    peer_end(peer);
}

static void T9_an_orphans_zero_window_is_probed_eight_times(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, ". 1:1 ack 1 win 0");
    host_writes(peer, 10);
    host_closes(peer);
    unsigned probes = 0;
    for (int second = 0; second < 600 && peer->tcp.connections_in_use > 0; second++) {
        if (time_passes(peer, 1000) > 0) {
            probes++;
            (void)peer_sends(peer, ". 1:1 ack 1 win 0");
        }
    }
    assert_int_equal(peer->tcp.connections_in_use, 0);
    assert_in_range(probes, 5, 8);
    peer_end(peer);
}

static void T21_a_lost_fin_is_repeated_until_the_user_timeout(void **state)
{
    (void)state;
    static const bool passive[] = {false, true};
    for (int i = 0; i < 2; i++) {
        struct tcp_peer *peer = connected();
        if (passive[i]) {
            peer_tells(peer, "F. 1:1 ack 1");
        }
        host_closes(peer);
        assert_in_range(time_passes(peer, 119999), 8, 12);
        host_is_in(peer, passive[i] ? STINT_TCP_LAST_ACK : STINT_TCP_FIN_WAIT_1);
        (void)time_passes(peer, 1);
        assert_int_equal(peer->tcp.connections_in_use, 0);
        peer_end(peer);
    }
}

static void closed_handles_are_stale(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    struct stint_tcp_status status;
    struct stint_tcp_options_set options = host_options(peer);
    host_closes(peer);
    assert_int_equal(host_read_result(peer), STINT_BAD_HANDLE);
    assert_int_equal(host_write_result(peer), STINT_BAD_HANDLE);
    assert_int_equal(stint_tcp_shutdown(&peer->tcp, peer->socket), STINT_BAD_HANDLE);
    assert_int_equal(stint_tcp_close(&peer->tcp, peer->now, peer->socket), STINT_BAD_HANDLE);
    assert_int_equal(stint_tcp_abort(&peer->tcp, peer->now, peer->socket), STINT_BAD_HANDLE);
    assert_int_equal(stint_tcp_get_status(&peer->tcp, peer->socket, &status), STINT_BAD_HANDLE);
    assert_int_equal(stint_tcp_get_options(&peer->tcp, peer->socket, &options), STINT_BAD_HANDLE);
    assert_int_equal(
        stint_tcp_set_options(&peer->tcp, peer->now, peer->socket, &options), STINT_BAD_HANDLE);
    assert_int_equal(stint_tcp_set_owner(&peer->tcp, peer->socket, 9), STINT_BAD_HANDLE);
    const struct stint_handle nobody = {60000, 1};
    assert_int_equal(stint_tcp_close(&peer->tcp, peer->now, nobody), STINT_BAD_HANDLE);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_closes_first),
        cmocka_unit_test(the_host_closes_first_and_one_segment_answers_it_all),
        cmocka_unit_test(the_peer_closes_first),
        cmocka_unit_test(T22_both_close_at_once),
        cmocka_unit_test(a_fin_in_closing_is_repeated),
        cmocka_unit_test(a_half_closed_connection_goes_on_receiving),
        cmocka_unit_test(what_is_queued_goes_before_the_fin),
        cmocka_unit_test(a_fin_waits_for_a_closed_window),
        cmocka_unit_test(T22_closing_with_unread_data_is_a_reset),
        cmocka_unit_test(T22_closing_with_unread_data_after_the_fin_is_a_reset),
        cmocka_unit_test(T22_data_for_nobody_is_a_reset),
        cmocka_unit_test(T9_nobody_waits_for_ever_for_the_peers_fin),
        cmocka_unit_test(T9_an_orphans_zero_window_is_probed_eight_times),
        cmocka_unit_test(T21_a_lost_fin_is_repeated_until_the_user_timeout),
        cmocka_unit_test(closed_handles_are_stale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
