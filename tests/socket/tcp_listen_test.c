/* Passive opens: half-open records, the backlog, the accept queue (RFC 9293 3.10.7.2, RFC 4987).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static void a_passive_open_takes_three_segments(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    struct stint_socket_event event;
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0 win 5000 <mss 1000, ws 2, sackok, ts 5>");
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    assert_int_equal(peer->tcp.connections_in_use, 0); /* no buffer, no socket yet */
    host_sends(peer, "S. 0:0 ack 1 win 8192 <mss 1460, ws 0, sackok, ts 0 echo 5>");
    host_is_silent(peer);
    assert_false(stint_tcp_next_event(&peer->tcp, &event));
    peer_tells(peer, ". 1:1 ack 1 win 100 <ts 6>");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    assert_true(stint_tcp_next_event(&peer->tcp, &event));
    assert_int_equal(event.kind, STINT_SOCKET_TCP_LISTENER);
    assert_int_equal(event.owner, 1);
    assert_int_equal(stint_tcp_accept_count(&peer->tcp, peer->listener), 1);
    host_accepts(peer);
    assert_int_equal(peer_status(peer).peer_window, 400);
    assert_int_equal(peer->arena.in_use, 0);
    peer_end(peer);
}

static void a_listener_hears_the_families_it_is_bound_to(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL); /* speaks IPv4 */
    const struct stint_endpoint ipv6 = {stint_address_any_ipv6(), 80};
    const struct stint_endpoint ipv4 = {stint_address_ipv4(0, 0, 0, 0), 80};
    const struct stint_endpoint both = {.port = 80};
    struct stint_handle beside;
    assert_int_equal(stint_tcp_listen(&peer->tcp, &ipv6, 4, 1, &peer->listener), STINT_OK);
    peer->flow.local.port = 80;
    assert_int_equal(peer_sends(peer, "S 0:0"), STINT_DROP_TCP_PORT);
    host_sends(peer, "R. 0:0 ack 1");
    assert_int_equal(stint_tcp_listen(&peer->tcp, &both, 4, 1, &beside), STINT_ADDRESS_IN_USE);
    assert_int_equal(stint_tcp_listen(&peer->tcp, &ipv4, 4, 1, &beside), STINT_OK);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    peer_end(peer);
}

static void a_syn_ack_offers_only_what_the_syn_did(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1 win 8192 <mss 1460>");
    assert_false(peer->sent.options.has_timestamps);
    peer_end(peer);
}

static void the_third_segment_may_carry_text_and_fin(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    peer_tells(peer, "FP. 1:6 ack 1");
    host_sends(peer, ". 1:1 ack 7");
    host_is_in(peer, STINT_TCP_CLOSE_WAIT);
    host_accepts(peer);
    host_reads(peer, 5);
    assert_int_equal(host_read_result(peer), STINT_END_OF_STREAM);
    peer_end(peer);
}

static void a_syn_ack_is_sent_six_times(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    for (int64_t wait = 1000; wait <= 16000; wait *= 2) {
        host_sends_a_tick_after(peer, wait, "S. 0:0 ack 1");
    }
    host_is_silent_for(peer, 31999);
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    host_is_silent_for(peer, RECORD_TICK_MS + 1);
    host_is_in(peer, STINT_TCP_CLOSED);
    assert_int_equal(peer->tcp.half_opens_in_use, 0);
    peer_end(peer);
}

static void a_syn_that_comes_again_is_answered_and_prolongs_nothing(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    for (int i = 0; i < 100; i++) {
        peer_tells(peer, "S 0:0");
        host_sends(peer, "S. 0:0 ack 1");
        host_is_silent(peer);
    }
    host_sends_a_tick_after(peer, 1000, "S. 0:0 ack 1");
    (void)time_passes(peer, 62000 + 5 * RECORD_TICK_MS);
    assert_int_equal(peer->tcp.half_opens_in_use, 0);
    peer_end(peer);
}

static void a_reset_ends_a_handshake_only_at_the_expected_byte(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0 <ts 7>");
    host_sends(peer, "S. 0:0 ack 1");
    assert_int_equal(peer_sends(peer, "R 100000:100000"), STINT_DROP_TCP_SEQUENCE);
    host_is_silent(peer);
    assert_int_equal(peer_sends(peer, "R 2:2"), STINT_DROP_TCP_RESET);
    host_sends(peer, ". 1:1 ack 1 <ts 0 echo 7>");
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    peer_tells(peer, "R 1:1");
    host_is_in(peer, STINT_TCP_CLOSED);
    host_is_silent_for(peer, 10000);
    assert_int_equal(stint_tcp_accept_count(&peer->tcp, peer->listener), 0);
    peer_end(peer);
}

static void a_handshake_takes_its_checks_in_order(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    assert_int_equal(peer_sends(peer, ". 100000:100000 ack 9"), STINT_DROP_TCP_SEQUENCE);
    host_sends(peer, ". 1:1 ack 1");
    assert_int_equal(peer_sends(peer, "S 5:5"), STINT_DROP_TCP_SYN);
    host_sends(peer, ". 1:1 ack 1");
    assert_int_equal(peer_sends(peer, "P 1:5"), STINT_DROP_TCP_FLAGS);
    host_is_silent(peer);
    assert_int_equal(peer_sends(peer, ". 1:1 ack 2"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 2:2");
    host_is_in(peer, STINT_TCP_SYN_RECEIVED);
    peer_tells(peer, ". 1:1 ack 1");
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    peer_end(peer);
}

static void nobody_listening_is_a_reset(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    assert_int_equal(peer_sends(peer, "S 0:0"), STINT_DROP_TCP_PORT);
    host_sends(peer, "R. 0:0 ack 1");
    assert_int_equal(peer_sends(peer, "P. 10:15 ack 3"), STINT_DROP_TCP_PORT);
    host_sends(peer, "R 3:3");
    assert_int_equal(peer_sends(peer, "FS 10:15"), STINT_DROP_TCP_PORT);
    host_sends(peer, "R. 0:0 ack 17");
    assert_int_equal(peer_sends(peer, "R 0:0"), STINT_DROP_TCP_RESET);
    host_is_silent(peer);
    peer_end(peer);
}

static void a_listener_takes_only_a_syn(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    assert_int_equal(peer_sends(peer, "R 0:0"), STINT_DROP_TCP_RESET);
    host_is_silent(peer);
    assert_int_equal(peer_sends(peer, "S. 0:0 ack 8"), STINT_DROP_TCP_ACK);
    host_sends(peer, "R 8:8");
    assert_int_equal(peer_sends(peer, "P 0:5"), STINT_DROP_TCP_FLAGS);
    assert_int_equal(peer_sends(peer, "- 0:0"), STINT_DROP_TCP_FLAGS);
    host_is_silent(peer);
    host_is_in(peer, STINT_TCP_CLOSED);
    peer_end(peer);
}

static void T11_a_full_backlog_is_silent(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 1);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    peer_tells(peer, ". 1:1 ack 1");
    peer_becomes(peer, 4001);
    assert_int_equal(peer_sends(peer, "S 0:0"), STINT_DROP_TCP_BACKLOG); /* one is to be accepted */
    host_is_silent(peer);
    assert_int_equal(peer->tcp.half_opens_in_use, 0);
    host_accepts(peer);
    peer_tells(peer, "S 0:0"); /* there is room again */
    host_sends(peer, "S. 0:0 ack 1");
    peer_end(peer);
}

static void a_handshake_without_a_free_connection_is_completed_later(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.connections = 1});
    host_listens(peer, 4);
    host_connects(peer);
    peer->flow.local.port = 80;
    host_sends(peer, "S 0:0");
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    assert_int_equal(peer_sends(peer, "P. 1:5 ack 1"), STINT_DROP_TCP_BACKLOG);
    host_is_silent(peer);
    host_aborts(peer);
    host_sends_a_tick_after(peer, 1000, "S. 0:0 ack 1");
    peer_tells(peer, "P. 1:5 ack 1");
    host_accepts(peer);
    host_reads(peer, 4);
    peer_end(peer);
}

static void connections_are_accepted_in_order(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    struct stint_handle none;
    host_listens(peer, 4);
    for (uint16_t port = 1; port <= 3; port++) {
        peer_becomes(peer, port);
        peer_tells(peer, "S 0:0");
        host_sends(peer, "S. 0:0 ack 1");
    }
    static const uint16_t order[] = {2, 3, 1};
    for (int i = 0; i < 3; i++) {
        peer_becomes(peer, order[i]);
        peer->host_initial = peer->tcp.half_opens[order[i] - 1].ends.send_next.number - 1;
        peer_tells(peer, ". 1:1 ack 1");
    }
    for (int i = 0; i < 3; i++) {
        struct stint_tcp_status status;
        host_accepts(peer);
        assert_int_equal(stint_tcp_get_status(&peer->tcp, peer->socket, &status), STINT_OK);
        assert_int_equal(status.remote.port, order[i]);
    }
    assert_int_equal(stint_tcp_accept(&peer->tcp, peer->listener, 0, &none), STINT_WOULD_BLOCK);
    peer_end(peer);
}

static void a_reset_takes_a_connection_out_of_the_queue(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    peer_tells(peer, "P. 1:100 ack 1");
    assert_int_equal(stint_tcp_accept_count(&peer->tcp, peer->listener), 1);
    peer_tells(peer, "R 100:100");
    assert_int_equal(stint_tcp_accept_count(&peer->tcp, peer->listener), 0);
    assert_int_equal(peer->tcp.connections_in_use, 0);
    assert_int_equal(peer->arena.in_use, 0);
    peer_end(peer);
}

static void closing_a_listener_resets_what_waits(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    peer_tells(peer, "P. 1:100 ack 1");
    peer_becomes(peer, 4001);
    peer_tells(peer, "S 0:0"); /* half-open, its SYN-ACK not yet sent */
    assert_int_equal(stint_tcp_listener_close(&peer->tcp, peer->now, peer->listener), STINT_OK);
    peer_becomes(peer, 4000);
    peer->peer_initial = UINT32_C(0xffffff80);
    host_sends(peer, "R. 1:1 ack 100");
    host_is_silent(peer);
    assert_int_equal(peer->tcp.half_opens_in_use, 0);
    assert_int_equal(
        stint_tcp_listener_close(&peer->tcp, peer->now, peer->listener), STINT_BAD_HANDLE);
    assert_int_equal(
        stint_tcp_accept(&peer->tcp, peer->listener, 0, &peer->socket), STINT_BAD_HANDLE);
    assert_int_equal(stint_tcp_accept_count(&peer->tcp, peer->listener), 0);
    peer_end(peer);
}

static void an_accepted_connection_outlives_its_listener(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    peer_is_connected(peer, "S 0:0", 1000);
    assert_int_equal(stint_tcp_listener_close(&peer->tcp, peer->now, peer->listener), STINT_OK);
    peer_tells(peer, "P. 1:5 ack 1");
    host_reads(peer, 4);
    assert_int_equal(peer_sends(peer, "S. 99999:99999 ack 1"), STINT_DROP_TCP_SEQUENCE);
    host_sends(peer, ". 1:1 ack 5");
    peer_end(peer);
}

static void a_port_is_listened_to_once(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    struct stint_handle other;
    struct stint_endpoint local = {.port = 80};
    host_listens(peer, 4);
    assert_int_equal(stint_tcp_listen(&peer->tcp, &local, 1, 0, &other), STINT_ADDRESS_IN_USE);
    local.address = stint_address_ipv4(10, 0, 0, 1);
    assert_int_equal(stint_tcp_listen(&peer->tcp, &local, 1, 0, &other), STINT_ADDRESS_IN_USE);
    assert_true(stint_tcp_port_is_used(&peer->tcp, &local));
    local.port = 81;
    assert_false(stint_tcp_port_is_used(&peer->tcp, &local));
    assert_int_equal(stint_tcp_listen(&peer->tcp, &local, 0, 0, &other), STINT_INVALID);
    assert_int_equal(stint_tcp_listen(&peer->tcp, &local, 1, 0, &other), STINT_OK);
    local.port = 82;
    assert_int_equal(stint_tcp_listen(&peer->tcp, &local, 1, 0, &other), STINT_EXHAUSTED);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_passive_open_takes_three_segments),
        cmocka_unit_test(a_listener_hears_the_families_it_is_bound_to),
        cmocka_unit_test(a_syn_ack_offers_only_what_the_syn_did),
        cmocka_unit_test(the_third_segment_may_carry_text_and_fin),
        cmocka_unit_test(a_syn_ack_is_sent_six_times),
        cmocka_unit_test(a_syn_that_comes_again_is_answered_and_prolongs_nothing),
        cmocka_unit_test(a_reset_ends_a_handshake_only_at_the_expected_byte),
        cmocka_unit_test(a_handshake_takes_its_checks_in_order),
        cmocka_unit_test(nobody_listening_is_a_reset),
        cmocka_unit_test(a_listener_takes_only_a_syn),
        cmocka_unit_test(T11_a_full_backlog_is_silent),
        cmocka_unit_test(a_handshake_without_a_free_connection_is_completed_later),
        cmocka_unit_test(connections_are_accepted_in_order),
        cmocka_unit_test(a_reset_takes_a_connection_out_of_the_queue),
        cmocka_unit_test(closing_a_listener_resets_what_waits),
        cmocka_unit_test(an_accepted_connection_outlives_its_listener),
        cmocka_unit_test(a_port_is_listened_to_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
