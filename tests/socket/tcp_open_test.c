/* Active and simultaneous opens (RFC 9293 3.5, 3.10.7.3), and the numbers they begin with.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static void an_open_offers_all_that_we_can(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_is_in(peer, STINT_TCP_SYN_SENT);
    host_sends(peer, "S 0:0 win 8192 <mss 1460, ws 0, sackok, ts 0 echo 0>");
    assert_int_equal(host_write_result(peer), STINT_WRONG_STATE);
    assert_int_equal(host_read_result(peer), STINT_WRONG_STATE);
    assert_int_equal(stint_tcp_shutdown(&peer->tcp, peer->socket), STINT_WRONG_STATE);
    peer_tells(peer, "S. 0:0 ack 1 win 1000 <mss 1000, ws 3, sackok, ts 77>");
    host_sends(peer, ". 1:1 ack 1 win 8192 <ts 0 echo 77>");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    assert_int_equal(peer_status(peer).peer_window, 1000); /* that of a SYN is not scaled */
    host_is_silent(peer);
    peer_end(peer);
}

static void an_open_tells_its_owner(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    struct stint_socket_event event;
    host_is_connected(peer, "S. 0:0 ack 1");
    assert_true(stint_tcp_next_event(&peer->tcp, &event));
    assert_int_equal(event.kind, STINT_SOCKET_TCP);
    assert_int_equal(event.owner, 3);
    assert_true(stint_handle_equal(event.handle, peer->socket));
    assert_false(stint_tcp_next_event(&peer->tcp, &event));
    peer_end(peer);
}

static void a_syn_is_sent_seven_times(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    for (int64_t wait = 1000; wait <= 32000; wait *= 2) {
        host_sends_after(peer, wait, "S 0:0");
    }
    assert_int_equal(time_passes(peer, 64000), 0);
    host_is_in(peer, STINT_TCP_CLOSED);
    assert_int_equal(host_read_result(peer), STINT_TIMED_OUT);
    assert_int_equal(peer->tcp.counters.failed_opens, 1);
    peer_end(peer);
}

static void a_user_timeout_ends_an_open(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    struct stint_tcp_options_set options = host_options(peer);
    options.user_timeout = stint_seconds(5);
    host_sets(peer, &options);
    assert_int_equal(time_passes(peer, 4999), 3); /* at 0, 1 and 3 s */
    host_is_in(peer, STINT_TCP_SYN_SENT);
    (void)time_passes(peer, 1);
    assert_int_equal(host_read_result(peer), STINT_TIMED_OUT);
    peer_end(peer);
}

static void a_reset_that_acknowledges_the_syn_refuses(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    assert_int_equal(peer_sends(peer, "R 0:0"), STINT_DROP_TCP_RESET);
    assert_int_equal(peer_sends(peer, "R. 0:0 ack 0"), STINT_DROP_TCP_ACK);
    assert_int_equal(peer_sends(peer, "R. 0:0 ack 2"), STINT_DROP_TCP_ACK);
    host_is_silent(peer);
    host_is_in(peer, STINT_TCP_SYN_SENT);
    peer_tells(peer, "R. 0:0 ack 1");
    assert_int_equal(host_read_result(peer), STINT_REFUSED);
    assert_int_equal(host_write_result(peer), STINT_REFUSED);
    host_is_silent_for(peer, 10000);
    peer_end(peer);
}

static void a_wrong_acknowledgment_of_the_syn_is_reset(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    assert_int_equal(peer_sends(peer, ". 500:500 ack 300"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 300:300");
    assert_int_equal(peer_sends(peer, "S. 500:500 ack 0"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 0:0");
    assert_int_equal(peer_sends(peer, ". 1:1 ack 1"), STINT_DROP_TCP_FLAGS);
    assert_int_equal(peer_sends(peer, "F 1:1"), STINT_DROP_TCP_FLAGS);
    host_is_silent(peer);
    host_is_in(peer, STINT_TCP_SYN_SENT);
    peer_tells(peer, "S. 0:0 ack 1");
    host_sends(peer, ". 1:1 ack 1");
    peer_end(peer);
}

static void an_answer_before_the_syn_was_sent_is_reset(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    assert_int_equal(peer_sends(peer, "S. 0:0 ack 1"), STINT_DROP_TCP_ACK);
    assert_true(peer->reply.wanted && peer->reply.segment.rst);
    peer->reply.wanted = false;
    host_sends(peer, "S 0:0");
    peer_end(peer);
}

static void text_on_a_syn_ack_is_left_to_come_again(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    (void)peer_sends(peer, "S. 0:0 ack 1");
    host_sends(peer, ". 1:1 ack 1");
    peer_tells(peer, "P. 1:11 ack 1");
    host_reads(peer, 10);
    peer_end(peer);
}

static void T19_a_syn_ack_with_a_closed_window_is_probed(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 0 <mss 1460, ws 14>");
    host_writes(peer, 100);
    host_is_silent(peer);
    host_sends_after(peer, 300, ". 0:0 ack 1");
    peer_tells(peer, ". 1:1 ack 1 win 1");
    host_sends(peer, "P. 1:101 ack 1");
    peer_tells(peer, ". 1:1 ack 101 win 65535");
    assert_int_equal(peer_status(peer).peer_window, 65535u << 14);
    peer_end(peer);
}

static void T22_both_open_at_once(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    peer_tells(peer, "S 0:0 win 5000 <mss 1000, sackok, ts 9>");
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    host_sends(peer, "S. 0:0 ack 1 <mss 1460, sackok, ts 0 echo 9>");
    host_is_silent(peer);
    peer_tells(peer, ". 1:1 ack 1 <ts 10>");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 1");
    peer_tells(peer, "P. 1:6 ack 11 <ts 11>");
    host_reads(peer, 5);
    peer_end(peer);
}

static void T22_both_open_at_once_with_syn_acks_that_cross(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    (void)peer_sends(peer, "S. 0:0 ack 1"); /* figure 7 of RFC 9293 */
    host_sends(peer, ". 1:1 ack 1");
    peer_tells(peer, ". 1:1 ack 1");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    host_is_silent_for(peer, 5000);
    peer_end(peer);
}

static void a_simultaneous_open_repeats_its_syn_ack(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    host_sends_after(peer, 1000, "S. 0:0 ack 1");
    host_sends_after(peer, 2000, "S. 0:0 ack 1");
    peer_tells(peer, "R. 1:1 ack 1");
    assert_int_equal(host_read_result(peer), STINT_REFUSED);
    peer_end(peer);
}

static void a_simultaneous_open_refuses_what_was_never_sent(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    assert_int_equal(peer_sends(peer, ". 1:1 ack 2"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 2:2");
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    peer_end(peer);
}

static void T21_a_close_in_syn_received_keeps_the_syn(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    host_closes(peer);
    host_is_silent(peer);
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    host_sends_after(peer, 1000, "S. 0:0 ack 1");
    peer_tells(peer, ". 1:1 ack 1");
    host_is_in(peer, STINT_TCP_FIN_WAIT_1);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "F. 1:1 ack 2");
    host_sends(peer, ". 2:2 ack 2");
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    peer_end(peer);
}

static void an_open_is_closed_or_aborted_in_silence(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    host_closes(peer);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    assert_int_equal(host_read_result(peer), STINT_BAD_HANDLE);
    (void)peer_sends(peer, "S. 0:0 ack 1");
    host_sends(peer, "R 1:1");
    host_connects(peer);
    host_aborts(peer);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    host_is_silent_for(peer, 10000);
    peer_end(peer);
}

static void an_abort_in_syn_received_resets(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    host_aborts(peer);
    host_sends(peer, "R. 1:1 ack 1");
    assert_int_equal(peer->tcp.connections_in_use, 0);
    peer_end(peer);
}

static void I1_an_icmp_error_about_our_syn_ends_the_open(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    const struct stint_sequence syn = stint_sequence_of(peer->host_initial);
    assert_int_equal(stint_tcp_take_error(&peer->tcp, peer->now, &peer->flow,
                         stint_sequence_after(syn, 1), STINT_REFUSED),
        STINT_DROP_ICMP_QUOTE);
    assert_int_equal(
        stint_tcp_take_error(&peer->tcp, peer->now, &peer->flow, syn, STINT_UNREACHABLE),
        STINT_DROP_NONE);
    assert_int_equal(host_read_result(peer), STINT_UNREACHABLE);
    peer_end(peer);
}

static void a_syn_is_not_acknowledged_before_it_was_sent(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_connects(peer);
    peer_tells(peer, "S 0:0");
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    peer->host_initial = peer->tcp.connections[peer->socket.index].sender.next.number;
    assert_int_equal(peer_sends(peer, ". 1:1 ack 0"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 0:0");
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    host_sends(peer, "S. 0:0 ack 1");
    peer_tells(peer, ". 1:1 ack 1");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_offers_all_that_we_can),
        cmocka_unit_test(an_open_tells_its_owner),
        cmocka_unit_test(a_syn_is_sent_seven_times),
        cmocka_unit_test(a_user_timeout_ends_an_open),
        cmocka_unit_test(a_reset_that_acknowledges_the_syn_refuses),
        cmocka_unit_test(a_wrong_acknowledgment_of_the_syn_is_reset),
        cmocka_unit_test(an_answer_before_the_syn_was_sent_is_reset),
        cmocka_unit_test(text_on_a_syn_ack_is_left_to_come_again),
        cmocka_unit_test(T19_a_syn_ack_with_a_closed_window_is_probed),
        cmocka_unit_test(T22_both_open_at_once),
        cmocka_unit_test(T22_both_open_at_once_with_syn_acks_that_cross),
        cmocka_unit_test(a_simultaneous_open_repeats_its_syn_ack),
        cmocka_unit_test(a_simultaneous_open_refuses_what_was_never_sent),
        cmocka_unit_test(T21_a_close_in_syn_received_keeps_the_syn),
        cmocka_unit_test(an_open_is_closed_or_aborted_in_silence),
        cmocka_unit_test(an_abort_in_syn_received_resets),
        cmocka_unit_test(I1_an_icmp_error_about_our_syn_ends_the_open),
        cmocka_unit_test(a_syn_is_not_acknowledged_before_it_was_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
