/* Resets: given, taken, refused (RFC 9293 3.5.2, 3.10.7, RFC 5961 3).
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

static void T1_a_reset_at_the_next_byte_resets(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "P. 1:11 ack 1");
    host_writes(peer, 10);
    peer_tells(peer, "R 11:11");
    host_is_in(peer, STINT_TCP_CLOSED);
    assert_int_equal(host_read_result(peer), STINT_RESET); /* unread bytes are void */
    assert_int_equal(host_write_result(peer), STINT_RESET);
    assert_int_equal(peer->arena.in_use, 0);
    assert_int_equal(peer->tcp.counters.resets_received, 1);
    host_is_silent_for(peer, 10000);
    peer_end(peer);
}

static void T1_a_reset_inside_the_window_is_challenged(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    assert_int_equal(peer_sends(peer, "R 2:2"), STINT_DROP_TCP_RESET);
    host_sends(peer, ". 1:1 ack 1");
    assert_int_equal(peer_sends(peer, "R 8192:8192"), STINT_DROP_TCP_RESET);
    host_is_silent(peer); /* one challenge in 100 ms */
    host_is_silent_for(peer, 100);
    assert_int_equal(peer_sends(peer, "R. 8192:8192 ack 1"), STINT_DROP_TCP_RESET);
    host_sends(peer, ". 1:1 ack 1");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    assert_int_equal(peer->tcp.counters.challenge_acks, 2);
    peer_end(peer);
}

static void T1_a_reset_outside_the_window_is_ignored(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    assert_int_equal(peer_sends(peer, "R 0:0"), STINT_DROP_TCP_SEQUENCE);
    assert_int_equal(peer_sends(peer, "R 9000:9000"), STINT_DROP_TCP_SEQUENCE);
    host_is_silent(peer);
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    peer_end(peer);
}

static void a_reset_counts_behind_a_closed_window(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.receive_buffer = 1024});
    host_is_connected(peer, "S. 0:0 ack 1");
    peer_tells(peer, ". 1:1025 ack 1");
    host_sends_after(peer, 40, ". 1:1 ack 1025 win 0");
    peer_tells(peer, "R 1025:1025");
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

static void T1_a_syn_in_a_synchronized_state_is_challenged(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    assert_int_equal(peer_sends(peer, "S 5:5"), STINT_DROP_TCP_SYN);
    host_sends(peer, ". 1:1 ack 1");
    (void)peer_sends(peer, "S 90000:90000"); /* whatever its number */
    (void)peer_sends(peer, "S. 90000:90000 ack 1");
    host_is_silent(peer); /* the same ration for all of them */
    host_is_silent_for(peer, 100);
    (void)peer_sends(peer, "S 90000:90000");
    host_sends(peer, ". 1:1 ack 1");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    peer_end(peer);
}

static void T1_an_acknowledgment_out_of_range_is_challenged(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    assert_int_equal(peer_sends(peer, "P. 1:11 ack 2"), STINT_DROP_TCP_ACK);
    host_sends(peer, ". 1:1 ack 1");
    host_is_silent_for(peer, 100);
    assert_int_equal(peer_sends(peer, "P. 1:11 ack -10001"), STINT_DROP_TCP_ACK);
    host_sends(peer, ". 1:1 ack 1");
    assert_int_equal(host_read_result(peer), STINT_WOULD_BLOCK);
    peer_tells(peer, "P. 1:11 ack -9000"); /* as old as the largest window */
    host_reads(peer, 10);
    peer_end(peer);
}

static void an_abort_resets(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 100);
    host_sends(peer, "P. 1:101 ack 1");
    peer_tells(peer, "P. 1:11 ack 1");
    host_aborts(peer);
    host_sends(peer, "R. 101:101 ack 11");
    host_is_silent(peer);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    assert_int_equal(host_read_result(peer), STINT_BAD_HANDLE);
    peer_end(peer);
}

static void an_abort_in_every_closing_state_resets(void **state)
{
    (void)state;
    static const struct {
        bool peer_first, peer_too, acknowledged;
        enum stint_tcp_state state;
        const char *reset;
    } ways[] = {
        {false, false, false, STINT_TCP_FIN_WAIT_1, "R. 2:2 ack 1"},
        {false, false, true, STINT_TCP_FIN_WAIT_2, "R. 2:2 ack 1"},
        {false, true, false, STINT_TCP_CLOSING, "R. 2:2 ack 2"},
        {true, false, false, STINT_TCP_LAST_ACK, "R. 2:2 ack 2"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct tcp_peer *peer = connected();
        if (ways[i].peer_first) {
            peer_tells(peer, "F. 1:1 ack 1");
        }
        host_shuts_down(peer);
        (void)time_passes(peer, 0);
        if (ways[i].peer_too) {
            peer_tells(peer, "F. 1:1 ack 1");
        }
        if (ways[i].acknowledged) {
            peer_tells(peer, ". 1:1 ack 2");
        }
        host_is_in(peer, ways[i].state);
        host_aborts(peer);
        host_sends(peer, ways[i].reset);
        host_is_silent(peer);
        assert_int_equal(peer->tcp.connections_in_use, 0);
        peer_end(peer);
    }
}

static void an_abort_in_close_wait_resets_and_in_time_wait_forgets(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    peer_tells(peer, "F. 1:1 ack 1");
    host_aborts(peer);
    host_sends(peer, "R. 1:1 ack 2");
    peer_end(peer);

    peer = connected();
    host_shuts_down(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "F. 1:1 ack 2");
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    host_aborts(peer);
    host_is_silent(peer);
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

static void a_reset_ends_every_closing_state(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_closes(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "R 1:1");
    assert_int_equal(peer->tcp.connections_in_use, 0);
    peer_end(peer);

    peer = connected();
    peer_tells(peer, "F. 1:1 ack 1");
    host_closes(peer);
    (void)time_passes(peer, 0);
    peer_tells(peer, "R. 2:2 ack 2");
    assert_int_equal(peer->tcp.connections_in_use, 0);
    peer_end(peer);
}

static void a_reset_that_no_device_takes_is_given_up(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_aborts(peer);
    peer->now = stint_instant_after(peer->now, stint_seconds(3));
    stint_tcp_expire(&peer->tcp, peer->now);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    host_is_silent(peer);
    peer_end(peer);
}

static void a_segment_for_a_connection_being_reset_is_dropped(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_aborts(peer);
    assert_int_equal(peer_sends(peer, "P. 1:11 ack 1"), STINT_DROP_TCP_PORT);
    host_sends(peer, "R. 1:1 ack 1");
    assert_int_equal(peer_sends(peer, "P. 1:11 ack 1"), STINT_DROP_TCP_PORT);
    host_sends(peer, "R 1:1");
    peer_end(peer);
}

static void I1_an_icmp_error_does_not_end_an_established_connection(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 1");
    const struct stint_sequence first = stint_sequence_of(peer->host_initial + 1);
    assert_int_equal(stint_tcp_take_error(&peer->tcp, peer->now, &peer->flow,
                         stint_sequence_after(first, 10), STINT_REFUSED),
        STINT_DROP_ICMP_QUOTE); /* never sent */
    assert_int_equal(stint_tcp_take_error(&peer->tcp, peer->now, &peer->flow, first, STINT_REFUSED),
        STINT_DROP_NONE);
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    peer_tells(peer, ". 1:1 ack 11"); /* and is forgotten when the peer answers */
    host_writes(peer, 10);
    (void)time_passes(peer, 130000);
    assert_int_equal(host_read_result(peer), STINT_TIMED_OUT);
    peer_end(peer);
}

static void I1_an_icmp_error_is_told_when_the_peer_never_answers(void **state)
{
    (void)state;
    struct tcp_peer *peer = connected();
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 1");
    assert_int_equal(stint_tcp_take_error(&peer->tcp, peer->now, &peer->flow,
                         stint_sequence_of(peer->host_initial + 1), STINT_UNREACHABLE),
        STINT_DROP_NONE);
    (void)time_passes(peer, 130000);
    assert_int_equal(host_read_result(peer), STINT_UNREACHABLE);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T1_a_reset_at_the_next_byte_resets),
        cmocka_unit_test(T1_a_reset_inside_the_window_is_challenged),
        cmocka_unit_test(T1_a_reset_outside_the_window_is_ignored),
        cmocka_unit_test(a_reset_counts_behind_a_closed_window),
        cmocka_unit_test(T1_a_syn_in_a_synchronized_state_is_challenged),
        cmocka_unit_test(T1_an_acknowledgment_out_of_range_is_challenged),
        cmocka_unit_test(an_abort_resets),
        cmocka_unit_test(an_abort_in_every_closing_state_resets),
        cmocka_unit_test(an_abort_in_close_wait_resets_and_in_time_wait_forgets),
        cmocka_unit_test(a_reset_ends_every_closing_state),
        cmocka_unit_test(a_reset_that_no_device_takes_is_given_up),
        cmocka_unit_test(a_segment_for_a_connection_being_reset_is_dropped),
        cmocka_unit_test(I1_an_icmp_error_does_not_end_an_established_connection),
        cmocka_unit_test(I1_an_icmp_error_is_told_when_the_peer_never_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
