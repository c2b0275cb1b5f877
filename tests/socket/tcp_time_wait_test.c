/* TIME_WAIT: what a closed connection still answers (RFC 9293 3.6.1, RFC 1337, RFC 6191).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

/* A TIME_WAIT record of a connection that the host closed: the host's next byte is 2, the peer's
 * too. */
static struct tcp_peer *remembered(const char *syn, const char *last)
{
    struct tcp_peer *peer = peer_new(NULL);
    peer_is_connected(peer, syn, 10000);
    host_closes(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, last);
    host_sends(peer, ". 2:2 ack 2");
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    assert_int_equal(peer->arena.in_use, 0);
    return peer;
}

static void a_repeated_fin_is_answered_and_begins_the_wait_anew(void **state)
{
    (void)state;
    struct tcp_peer *peer = remembered("S 0:0", "F. 1:1 ack 2");
    host_is_silent_for(peer, 40000);
    (void)peer_sends(peer, "F. 1:1 ack 2");
    host_sends(peer, ". 2:2 ack 2");
    host_is_silent_for(peer, 59999);
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    host_is_silent_for(peer, RECORD_TICK_MS + 1);
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

static void a_repeated_fin_begins_the_wait_anew_while_the_socket_is_open(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    peer_is_connected(peer, "S 0:0", 10000);
    host_shuts_down(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "F. 1:1 ack 2");
    host_sends(peer, ". 2:2 ack 2");
    host_is_silent_for(peer, 40000);
    (void)peer_sends(peer, "F. 1:1 ack 2");
    host_sends(peer, ". 2:2 ack 2");
    host_is_silent_for(peer, 59999);
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    host_is_silent_for(peer, RECORD_TICK_MS + 1);
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

static void a_reset_does_not_end_the_wait(void **state)
{
    (void)state;
    struct tcp_peer *peer = remembered("S 0:0", "F. 1:1 ack 2");
    assert_int_equal(peer_sends(peer, "R 2:2"), STINT_DROP_TCP_RESET);
    host_is_silent(peer);
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    peer_end(peer);
}

static void T17_a_reset_in_time_wait_leaves_unread_data(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    peer_is_connected(peer, "S 0:0", 10000);
    host_shuts_down(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "FP. 1:11 ack 2");
    host_sends(peer, ". 2:2 ack 12");
    (void)peer_sends(peer, "R 12:12");
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    host_reads(peer, 10);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void T17_the_end_of_time_wait_leaves_unread_data(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    peer_is_connected(peer, "S 0:0", 10000);
    host_shuts_down(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "FP. 1:11 ack 2");
    host_sends(peer, ". 2:2 ack 12");
    host_is_silent_for(peer, 100000);
    host_is_in(peer, STINT_TCP_CLOSED);
    assert_int_equal(peer_status(peer).readable, 10);
    host_reads(peer, 10);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void an_acknowledgment_at_the_right_place_is_not_answered(void **state)
{
    (void)state;
    struct tcp_peer *peer = remembered("S 0:0", "F. 1:1 ack 2");
    (void)peer_sends(peer, ". 2:2 ack 2");
    host_is_silent(peer);
    (void)peer_sends(peer, ". 9:9 ack 2");
    host_sends(peer, ". 2:2 ack 2");
    peer_end(peer);
}

static void a_newer_syn_begins_anew(void **state)
{
    (void)state;
    struct tcp_peer *peer = remembered("S 0:0", "F. 1:1 ack 2");
    const uint32_t before = peer->host_initial;
    (void)peer_sends(peer, "S 2:2"); /* not beyond what is known: old, perhaps */
    host_sends(peer, ". 2:2 ack 2");
    peer_tells(peer, "S 3:3");
    host_sends(peer, "S. 0:0 ack 4");
    assert_true((int32_t)(peer->host_initial - (before + 2)) >= 0); /* RFC 9293 3.6.1 */
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    peer_tells(peer, ". 4:4 ack 1");
    host_accepts(peer);
    peer_end(peer);
}

static void the_new_initial_number_is_beyond_all_that_was_sent(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.send_buffer = 1 << 20});
    peer_is_connected(peer, "S 0:0 <mss 1460, ws 8>", 60000);
    host_writes(peer, 1 << 20); /* a megabyte in no time: faster than the clock of RFC 6528 */
    char acknowledgment[64];
    while (time_passes(peer, 0) > 0) {
        (void)snprintf(acknowledgment, sizeof acknowledgment, ". 1:1 ack %u win 60000",
            peer->sent.sequence.number - peer->host_initial +
                (uint32_t)stint_tcp_segment_payload_length(&peer->sent));
        peer_tells(peer, acknowledgment);
    }
    host_closes(peer);
    host_sends(peer, "F. 1048577:1048577 ack 1");
    peer_tells(peer, "F. 1:1 ack 1048578");
    host_sends(peer, ". 1048578:1048578 ack 2");
    const uint32_t next = peer->host_initial + 1048578;
    peer_tells(peer, "S 100:100");
    host_sends(peer, "S. 0:0 ack 101");
    assert_true((int32_t)(peer->host_initial - next) >= 0);
    peer_end(peer);
}

static void a_syn_with_a_newer_timestamp_begins_anew(void **state)
{
    (void)state;
    struct tcp_peer *peer = remembered("S 0:0 <ts 1>", "F. 1:1 ack 2 <ts 50>");
    (void)peer_sends(peer, "S 100:100 <ts 49>");
    host_sends(peer, ". 2:2 ack 2 <ts 0 echo 50>");
    peer_tells(peer, "S -1000:-1000 <ts 51>"); /* RFC 6191: its number does not matter */
    host_sends(peer, "S. 0:0 ack -999 <ts 0 echo 51>");
    peer_end(peer);
}

static void a_syn_that_begins_anew_finds_nobody(void **state)
{
    (void)state;
    struct tcp_peer *peer = remembered("S 0:0", "F. 1:1 ack 2");
    assert_int_equal(stint_tcp_listener_close(&peer->tcp, peer->now, peer->listener), STINT_OK);
    peer->host_initial = 0;
    assert_int_equal(peer_sends(peer, "S 100:100"), STINT_DROP_TCP_PORT);
    host_sends(peer, "R. 0:0 ack 101");
    peer_end(peer);
}

static void the_same_endpoints_are_not_connected_again(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1");
    host_closes(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, "F. 1:1 ack 2");
    host_sends(peer, ". 2:2 ack 2");
    assert_int_equal(stint_tcp_connect(&peer->tcp, peer->now, &peer->flow.local, &peer->flow.remote,
                         1500, 0, &peer->socket),
        STINT_ADDRESS_IN_USE);
    host_is_silent_for(peer, 60000 + RECORD_TICK_MS);
    host_connects(peer);
    host_sends(peer, "S 0:0");
    peer_end(peer);
}

static void a_full_table_displaces_the_oldest(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.time_wait = 2});
    host_listens(peer, 4);
    for (uint16_t port = 1; port <= 3; port++) {
        peer_becomes(peer, port);
        peer_tells(peer, "S 0:0");
        host_sends(peer, "S. 0:0 ack 1");
        peer_tells(peer, ". 1:1 ack 1");
        host_accepts(peer);
        host_closes(peer);
        host_sends(peer, "F. 1:1 ack 1");
        peer_tells(peer, "F. 1:1 ack 2");
        host_sends(peer, ". 2:2 ack 2");
        host_is_silent_for(peer, 1000);
    }
    assert_int_equal(peer->tcp.counters.time_wait_displaced, 1);
    peer_becomes(peer, 1);
    host_is_in(peer, STINT_TCP_CLOSED);
    for (uint16_t port = 2; port <= 3; port++) {
        peer_becomes(peer, port);
        host_is_in(peer, STINT_TCP_TIME_WAIT);
    }
    host_is_silent_for(peer, 58000 + RECORD_TICK_MS);
    peer_becomes(peer, 2);
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_becomes(peer, 3);
    host_is_in(peer, STINT_TCP_TIME_WAIT);
    host_is_silent_for(peer, 1000);
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeated_fin_is_answered_and_begins_the_wait_anew),
        cmocka_unit_test(a_repeated_fin_begins_the_wait_anew_while_the_socket_is_open),
        cmocka_unit_test(a_reset_does_not_end_the_wait),
        cmocka_unit_test(T17_a_reset_in_time_wait_leaves_unread_data),
        cmocka_unit_test(T17_the_end_of_time_wait_leaves_unread_data),
        cmocka_unit_test(an_acknowledgment_at_the_right_place_is_not_answered),
        cmocka_unit_test(a_newer_syn_begins_anew),
        cmocka_unit_test(the_new_initial_number_is_beyond_all_that_was_sent),
        cmocka_unit_test(a_syn_with_a_newer_timestamp_begins_anew),
        cmocka_unit_test(a_syn_that_begins_anew_finds_nobody),
        cmocka_unit_test(the_same_endpoints_are_not_connected_again),
        cmocka_unit_test(a_full_table_displaces_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
