/* What an attacker on or off the path sends, and what it must not achieve.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static enum stint_drop arrives(
    struct tcp_peer *peer, const struct stint_tcp_flow *flow, struct stint_tcp_segment segment)
{
    segment.source_port = flow->remote.port;
    segment.destination_port = flow->local.port;
    return stint_tcp_receive(&peer->tcp, peer->now, flow, &segment, peer->mtu, &peer->reply);
}

static void T12_impossible_endpoints_are_dropped_without_a_reset(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    const struct stint_endpoint here = {stint_address_ipv4(10, 0, 0, 1), 80};
    const struct stint_endpoint there = {stint_address_ipv4(10, 0, 0, 2), 4000};
    const struct stint_endpoint group = {stint_address_ipv4(224, 0, 0, 1), 80};
    const struct stint_endpoint no_port = {there.address, 0};
    const struct stint_endpoint nowhere = {here.address, 0};
    const struct {
        struct stint_tcp_flow flow;
        enum stint_drop reason;
    } cases[] = {
        {{here, here}, STINT_DROP_TCP_ADDRESS}, /* land */
        {{group, there}, STINT_DROP_TCP_ADDRESS},
        {{here, group}, STINT_DROP_TCP_ADDRESS},
        {{here, no_port}, STINT_DROP_TCP_PORT},
        {{nowhere, there}, STINT_DROP_TCP_PORT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct stint_tcp_segment syn = {.syn = true};
        const struct stint_tcp_segment stray = {.ack = true};
        assert_int_equal(arrives(peer, &cases[i].flow, syn), cases[i].reason);
        assert_int_equal(arrives(peer, &cases[i].flow, stray), cases[i].reason);
        host_is_silent(peer);
    }
    assert_int_equal(peer->tcp.half_opens_in_use, 0);
    peer_end(peer);
}

static void T10_a_syn_flood_disturbs_no_established_connection(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    peer_is_connected(peer, "S 0:0", 10000);
    struct stint_tcp_flow flow = peer->flow;
    for (uint16_t port = 10000; port < 20000; port++) {
        flow.remote.port = port;
        (void)arrives(peer, &flow, (struct stint_tcp_segment){.syn = true});
    }
    assert_in_range(time_passes(peer, 0), 1, 5); /* no more than there are records, and a cookie */
    assert_int_equal(peer->tcp.half_opens_in_use, 4);
    assert_int_equal(peer->arena.in_use, 0);
    flow = peer->flow;
    peer->host_initial = peer->tcp.connections[peer->socket.index].sender.next.number - 1;
    peer_tells(peer, "P. 1:101 ack 1");
    host_reads(peer, 100);
    peer_end(peer);
}

static void T10_after_a_flood_there_is_room_again(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_listens(peer, 4);
    struct stint_tcp_flow flow = peer->flow;
    for (uint16_t port = 1; port < 10; port++) {
        flow.remote.port = port;
        (void)arrives(peer, &flow, (struct stint_tcp_segment){.syn = true});
    }
    (void)time_passes(peer, 63100);
    assert_int_equal(peer->tcp.half_opens_in_use, 0);
    peer_tells(peer, "S 0:0");
    host_sends(peer, "S. 0:0 ack 1");
    peer_end(peer);
}

static void T1_blind_text_needs_a_plausible_acknowledgment(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000");
    unsigned taken = 0;
    for (int i = 1; i < 1000; i++) { /* numbers all over the circle */
        struct stint_tcp_segment guess = {.ack = true,
            .sequence = stint_sequence_of(peer->peer_initial + 1),
            .acknowledgment = stint_sequence_of(peer->host_initial + 1 + (uint32_t)i * 4294967u),
            .payload = {{(const uint8_t *)"evil", 4}}};
        taken += arrives(peer, &peer->flow, guess) == STINT_DROP_NONE ? 1 : 0;
    }
    assert_int_equal(taken, 0);
    assert_int_equal(host_read_result(peer), STINT_WOULD_BLOCK);
    assert_int_equal(time_passes(peer, 0), 1); /* one challenge for all of them */
    peer_end(peer);
}

static void T1_resets_all_over_the_circle_do_not_reset(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000");
    for (uint32_t i = 1; i < 100000; i++) {
        const struct stint_tcp_segment guess = {
            .rst = true, .sequence = stint_sequence_of(peer->peer_initial + 1 + i * 8191u)};
        (void)arrives(peer, &peer->flow, guess);
    }
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    assert_in_range(time_passes(peer, 0), 0, 1);
    peer_end(peer);
}

static void two_confused_ends_do_not_answer_each_other_for_ever(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000");
    unsigned answers = 0;
    for (int i = 0; i < 1000; i++) { /* an ACK from elsewhere for every answer, one per ms */
        (void)peer_sends(peer, ". 50000:50000 ack 1");
        answers += time_passes(peer, 1);
    }
    assert_in_range(answers, 1, 11);
    peer_end(peer);
}

static void a_reused_record_is_not_the_old_socket(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(&(struct stint_tcp_limits){.connections = 1});
    host_is_connected(peer, "S. 0:0 ack 1 win 10000");
    const struct stint_handle old = peer->socket;
    host_aborts(peer);
    host_sends(peer, "R. 1:1 ack 1");
    host_is_connected(peer, "S. 0:0 ack 1 win 10000");
    assert_int_equal(peer->socket.index, old.index);
    assert_int_equal(stint_tcp_close(&peer->tcp, peer->now, old), STINT_BAD_HANDLE);
    assert_int_equal(stint_tcp_close(&peer->tcp, peer->now, (struct stint_handle){old.index, 0}),
        STINT_BAD_HANDLE);
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    peer_end(peer);
}

static void T9_a_peer_that_takes_nothing_is_given_up_when_its_owner_left(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    for (uint16_t port = 50001; port <= 50004; port++) {
        peer->flow.local.port = port;
        assert_int_equal(stint_tcp_connect(&peer->tcp, peer->now, &peer->flow.local,
                             &peer->flow.remote, 1500, 0, &peer->socket),
            STINT_OK);
        host_sends(peer, "S 0:0");
        peer_tells(peer, "S. 0:0 ack 1 win 0");
        host_sends(peer, ". 1:1 ack 1");
        peer->written = 0;
        host_writes(peer, 100);
        host_closes(peer);
    }
    assert_int_equal(peer->tcp.connections_in_use, 4);
    for (int second = 0; second < 300; second++) {
        for (uint16_t port = 50001; port <= 50004; port++) { /* each answers every probe */
            peer->flow.local.port = port;
            const struct stint_tcp_status status = peer_status(peer);
            if (status.state != STINT_TCP_CLOSED) {
                const struct stint_tcp_connection *connection =
                    &peer->tcp.connections[port - 50001];
                peer->host_initial = connection->sender.unacknowledged.number - 1;
                (void)peer_sends(peer, ". 1:1 ack 1 win 0");
            }
        }
        (void)time_passes(peer, 1000);
    }
    assert_int_equal(peer->tcp.connections_in_use, 0);
    assert_int_equal(peer->arena.in_use, 0);
    peer_end(peer);
}

static void T2_an_acknowledgment_of_the_future_is_refused_in_every_state(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000");
    host_closes(peer);
    host_sends(peer, "F. 1:1 ack 1");
    assert_int_equal(peer_sends(peer, "F. 1:1 ack 3"), STINT_DROP_TCP_ACK);
    host_is_in(peer, STINT_TCP_FIN_WAIT_1);
    host_sends(peer, ". 2:2 ack 1");
    host_is_silent_for(peer, 100);
    peer_tells(peer, "F. 1:1 ack 1");
    host_sends(peer, ". 2:2 ack 2");
    assert_int_equal(peer_sends(peer, ". 2:2 ack 3"), STINT_DROP_TCP_ACK);
    host_is_in(peer, STINT_TCP_CLOSING);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T12_impossible_endpoints_are_dropped_without_a_reset),
        cmocka_unit_test(T10_a_syn_flood_disturbs_no_established_connection),
        cmocka_unit_test(T10_after_a_flood_there_is_room_again),
        cmocka_unit_test(T1_blind_text_needs_a_plausible_acknowledgment),
        cmocka_unit_test(T1_resets_all_over_the_circle_do_not_reset),
        cmocka_unit_test(two_confused_ends_do_not_answer_each_other_for_ever),
        cmocka_unit_test(a_reused_record_is_not_the_old_socket),
        cmocka_unit_test(T9_a_peer_that_takes_nothing_is_given_up_when_its_owner_left),
        cmocka_unit_test(T2_an_acknowledgment_of_the_future_is_refused_in_every_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
