/* SYN cookies: who completes the handshake gets a connection though nothing was remembered, and
 * nobody else does. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

/* A host whose half-open records are all taken by peers that never answer. */
static struct tcp_peer *flooded(void)
{
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.half_open = 2});
    host_listens(peer, 100);
    for (uint16_t port = 1; port <= 2; port++) {
        peer_becomes(peer, port);
        peer_tells(peer, "S 0:0");
        host_sends(peer, "S. 0:0 ack 1");
    }
    peer_becomes(peer, 4000);
    return peer;
}

static void T10_a_real_client_connects_though_every_record_is_taken(void **state)
{
    (void)state;
    struct tcp_peer *peer = flooded();
    peer_tells(peer, "S 0:0 <mss 1460, ws 7, sackok, ts 1 echo 0>");
    host_sends(peer, "S. 0:0 ack 1 <mss 1460>"); /* what is not remembered is not agreed on */
    assert_int_equal(peer->tcp.half_opens_in_use, 2);
    assert_int_equal(peer->tcp.counters.cookies_sent, 1);
    peer_tells(peer, "P. 1:101 ack 1 win 5000");
    host_accepts(peer);
    host_reads(peer, 100);
    host_writes(peer, 3000);
    host_sends(peer, ". 1:1461 ack 101");
    host_sends(peer, ". 1461:2921 ack 101");
    assert_int_equal(peer->tcp.counters.cookies_accepted, 1);
    peer_end(peer);
}

static void a_cookie_remembers_the_segment_size_rounded_down(void **state)
{
    (void)state;
    struct tcp_peer *peer = flooded();
    peer_tells(peer, "S 0:0 <mss 1000>");
    host_sends(peer, "S. 0:0 ack 1");
    peer_tells(peer, ". 1:1 ack 1 win 5000");
    host_accepts(peer);
    host_writes(peer, 1000);
    host_sends(peer, ". 1:537 ack 1");
    peer_end(peer);
}

static void while_cookies_are_needed_one_unanswered_syn_ack_is_enough(void **state)
{
    (void)state;
    struct tcp_peer *peer = flooded();
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    assert_int_equal(time_passes(peer, 999), 0);
    assert_int_equal(peer->tcp.half_opens_in_use, 2);
    assert_int_equal(time_passes(peer, RECORD_TICK_MS), 0);
    assert_int_equal(peer->tcp.half_opens_in_use, 0);
    peer_end(peer);
}

static void a_guessed_cookie_is_answered_with_a_reset(void **state)
{
    (void)state;
    struct tcp_peer *peer = flooded();
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    assert_int_equal(peer_sends(peer, ". 1:1 ack 2"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 2:2");
    assert_int_equal(peer_sends(peer, ". 2:2 ack 1"), STINT_DROP_TCP_ACK); /* another SYN's */
    host_sends(peer, "R 1:1");
    peer->flow.remote.port++; /* another flow's */
    assert_int_equal(peer_sends(peer, ". 1:1 ack 1"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 1:1");
    assert_int_equal(peer->tcp.counters.cookies_accepted, 0);
    peer_end(peer);
}

static void a_cookie_grows_old(void **state)
{
    (void)state;
    struct tcp_peer *peer = flooded();
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    (void)time_passes(peer, 135000);
    assert_int_equal(peer_sends(peer, ". 1:1 ack 1"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 1:1");
    peer_end(peer);
}

static void no_cookie_is_taken_where_none_was_baked(void **state)
{
    (void)state;
    struct tcp_peer *baker = flooded();
    peer_tells(baker, "S 0:0");
    host_sends(baker, "S. 0:0 ack 1");
    struct tcp_peer *peer = peer_new(NULL); /* with the same secret */
    host_listens(peer, 4);
    peer->host_initial = baker->host_initial;
    peer->peer_initial = baker->peer_initial;
    peer->flow = baker->flow;
    assert_int_equal(peer_sends(peer, ". 1:1 ack 1"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 1:1");
    peer_end(peer);
    peer_tells(baker, ". 1:1 ack 1");
    peer_end(baker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T10_a_real_client_connects_though_every_record_is_taken),
        cmocka_unit_test(a_cookie_remembers_the_segment_size_rounded_down),
        cmocka_unit_test(while_cookies_are_needed_one_unanswered_syn_ack_is_enough),
        cmocka_unit_test(a_guessed_cookie_is_answered_with_a_reset),
        cmocka_unit_test(a_cookie_grows_old),
        cmocka_unit_test(no_cookie_is_taken_where_none_was_baked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
