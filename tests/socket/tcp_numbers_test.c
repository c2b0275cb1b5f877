/* The numbers that connections begin with: sequence numbers, timestamps, ports (RFC 6528, RFC
 * 6056). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static uint32_t initial_of_a_connect(struct tcp_peer *peer)
{
    host_connects(peer);
    host_sends(peer, "S 0:0");
    host_aborts(peer);
    return peer->host_initial;
}

static uint16_t chosen_port(struct tcp_peer *peer)
{
    peer->flow.local.port = 0;
    assert_int_equal(stint_tcp_connect(&peer->tcp, peer->now, &peer->flow.local, &peer->flow.remote,
                         1500, 0, &peer->socket),
        STINT_OK);
    struct stint_tcp_status status;
    assert_int_equal(stint_tcp_get_status(&peer->tcp, peer->socket, &status), STINT_OK);
    assert_true(status.local.port >= 49152);
    return status.local.port;
}

static void T13_initial_numbers_follow_a_clock_and_a_keyed_hash(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    const uint32_t first = initial_of_a_connect(peer);
    (void)time_passes(peer, 1000);
    assert_int_equal(initial_of_a_connect(peer) - first, 250000); /* one in 4 microseconds */
    peer->flow.remote.port++;
    const uint32_t second = initial_of_a_connect(peer);
    peer->flow.remote.port++;
    const uint32_t third = initial_of_a_connect(peer);
    assert_true(third - second != second - first);
    assert_true(second - first > 1000000 || first - second > 1000000);
    peer_end(peer);
}

static void T14_the_timestamp_clock_begins_anywhere_for_each_flow(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    (void)initial_of_a_connect(peer);
    const uint32_t first = peer->timestamp_base;
    peer->flow.remote.port++;
    (void)initial_of_a_connect(peer);
    assert_true(peer->timestamp_base - first > 100000 && first - peer->timestamp_base > 100000);
    assert_true(first - (uint32_t)(peer->start.microseconds / 1000) > 100000);
    peer_end(peer);
}

static void R1_ports_follow_one_another_from_a_hidden_start(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    const uint16_t first = chosen_port(peer);
    const uint16_t second = chosen_port(peer);
    assert_int_equal(second, first == 65535 ? 49152 : first + 1);
    peer->flow.remote.port++;
    const uint16_t elsewhere = chosen_port(peer);
    assert_true(elsewhere < first || elsewhere > first + 10);
    peer_end(peer);
}

static void what_cannot_be_connected_is_refused_at_once(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    struct stint_handle none;
    const struct stint_endpoint local = peer->flow.local;
    struct stint_endpoint remote = peer->flow.remote;
    host_connects(peer);
    assert_int_equal(
        stint_tcp_connect(&peer->tcp, peer->now, &peer->flow.local, &remote, 1500, 0, &none),
        STINT_ADDRESS_IN_USE);
    for (int i = 0; i < 3; i++) {
        (void)chosen_port(peer);
    }
    remote.port++;
    assert_int_equal(
        stint_tcp_connect(&peer->tcp, peer->now, &local, &remote, 1500, 0, &none), STINT_EXHAUSTED);
    remote.port = 0;
    assert_int_equal(
        stint_tcp_connect(&peer->tcp, peer->now, &local, &remote, 1500, 0, &none), STINT_INVALID);
    assert_int_equal(
        stint_tcp_connect(&peer->tcp, peer->now, &local, &local, 1500, 0, &none), STINT_INVALID);
    remote = (struct stint_endpoint){stint_address_ipv4(224, 0, 0, 1), 80};
    assert_int_equal(
        stint_tcp_connect(&peer->tcp, peer->now, &local, &remote, 1500, 0, &none), STINT_INVALID);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T13_initial_numbers_follow_a_clock_and_a_keyed_hash),
        cmocka_unit_test(T14_the_timestamp_clock_begins_anywhere_for_each_flow),
        cmocka_unit_test(R1_ports_follow_one_another_from_a_hidden_start),
        cmocka_unit_test(what_cannot_be_connected_is_refused_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
