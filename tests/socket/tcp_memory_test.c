/* Connections that share too little memory: nothing fails, everything waits its turn.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

static unsigned events(struct tcp_peer *peer)
{
    unsigned count = 0;
    struct stint_socket_event event;
    while (stint_tcp_next_event(&peer->tcp, &event)) {
        assert_true(stint_handle_equal(event.handle, peer->socket));
        count++;
    }
    return count;
}

static struct tcp_peer *host_without_memory_to_write(void)
{
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 <mss 1460>");
    memory_is_taken(peer, TCP_PEER_UNIT);
    peer_tells(peer, "P. 1:101 ack 1");
    (void)events(peer);
    return peer;
}

static void a_write_that_finds_no_memory_waits_until_some_is_given_back(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_without_memory_to_write();
    assert_int_equal(host_write_result(peer), STINT_WOULD_BLOCK);
    assert_false(peer_status(peer).can_write);
    assert_int_equal(peer_status(peer).writable, 0);
    assert_int_equal(events(peer), 0);
    host_reads(peer, 100);
    assert_int_equal(events(peer), 1);
    assert_true(peer_status(peer).can_write);
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 101");
    memory_is_given_back(peer);
    peer_end(peer);
}

static void who_never_wrote_is_writable_even_when_memory_is_short(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_without_memory_to_write();
    assert_true(peer_status(peer).can_write); /* a write will tell */
    memory_is_given_back(peer);
    peer_end(peer);
}

static void a_connection_that_ends_waits_for_memory_no_longer(void **state)
{
    (void)state;
    struct tcp_peer *peer = host_without_memory_to_write();
    assert_int_equal(host_write_result(peer), STINT_WOULD_BLOCK);
    host_aborts(peer);
    (void)time_passes(peer, 10);
    assert_int_equal(peer->tcp.starved.length, 0);
    memory_is_given_back(peer);
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_that_finds_no_memory_waits_until_some_is_given_back),
        cmocka_unit_test(who_never_wrote_is_writable_even_when_memory_is_short),
        cmocka_unit_test(a_connection_that_ends_waits_for_memory_no_longer),
    };
    return cmocka_run_group_tests_name("socket/tcp_memory", tests, NULL, NULL);
}
