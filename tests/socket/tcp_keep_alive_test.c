/* Keep-alive: whether a silent peer is still there (RFC 9293 3.8.4).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/tcp_peer.h"

/* Probes after 10 s, then every 2 s, three of them. */
static struct tcp_peer *watching(void)
{
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1 win 10000 <mss 1000>");
    struct stint_tcp_options_set options = host_options(peer);
    options.keep_alive = true;
    options.keep_alive_idle = stint_seconds(10);
    options.keep_alive_interval = stint_seconds(2);
    options.keep_alive_count = 3;
    host_sets(peer, &options);
    return peer;
}

static void it_is_off_unless_asked_for(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1");
    const struct stint_tcp_options_set options = host_options(peer);
    assert_false(options.keep_alive);
    assert_int_equal(options.keep_alive_idle.microseconds, stint_seconds(7200).microseconds);
    assert_int_equal(options.keep_alive_interval.microseconds, stint_seconds(75).microseconds);
    assert_int_equal(options.keep_alive_count, 9);
    host_is_silent_for(peer, 10 * 86400 * 1000L);
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    peer_end(peer);
}

static void a_silent_peer_is_probed_and_given_up(void **state)
{
    (void)state;
    struct tcp_peer *peer = watching();
    host_sends_after(peer, 10000, ". 0:0 ack 1");
    host_sends_after(peer, 2000, ". 0:0 ack 1");
    host_sends_after(peer, 2000, ". 0:0 ack 1");
    host_is_silent_for(peer, 1999);
    host_is_in(peer, STINT_TCP_ESTABLISHED);
    host_is_silent_for(peer, 2);
    assert_int_equal(host_read_result(peer), STINT_TIMED_OUT);
    peer_end(peer);
}

static void an_answer_begins_the_wait_anew(void **state)
{
    (void)state;
    struct tcp_peer *peer = watching();
    for (int i = 0; i < 5; i++) {
        host_sends_after(peer, 10000, ". 0:0 ack 1");
        host_sends_after(peer, 2000, ". 0:0 ack 1");
        peer_tells(peer, ". 1:1 ack 1");
    }
    host_is_silent_for(peer, 5000);
    peer_tells(peer, "P. 1:11 ack 1");
    host_sends_after(peer, 40, ". 1:1 ack 11");
    host_sends_after(peer, 9960, ". 0:0 ack 11");
    peer_end(peer);
}

static void our_own_text_is_watched_by_its_own_timer(void **state)
{
    (void)state;
    struct tcp_peer *peer = watching();
    host_is_silent_for(peer, 9000);
    host_writes(peer, 10);
    host_sends(peer, "P. 1:11 ack 1");
    host_sends_after(peer, 300, "P. 1:11 ack 1");
    host_sends_after(peer, 600, "P. 1:11 ack 1");
    host_sends_after(peer, 1200, "P. 1:11 ack 1"); /* no probe at 10 s */
    peer_tells(peer, ". 1:1 ack 11");
    host_sends_after(peer, 10000, ". 10:10 ack 1");
    peer_end(peer);
}

static void a_peer_that_forgot_us_resets(void **state)
{
    (void)state;
    struct tcp_peer *peer = watching();
    host_sends_after(peer, 10000, ". 0:0 ack 1");
    peer_tells(peer, "R 1:1");
    assert_int_equal(host_read_result(peer), STINT_RESET);
    peer_end(peer);
}

static void a_half_closed_connection_is_watched_too(void **state)
{
    (void)state;
    struct tcp_peer *peer = watching();
    host_shuts_down(peer);
    host_sends(peer, "F. 1:1 ack 1");
    peer_tells(peer, ". 1:1 ack 2");
    host_sends_after(peer, 10000, ". 1:1 ack 1");
    peer_end(peer);
}

static void a_probe_of_the_peer_is_answered(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1");
    for (int i = 0; i < 3; i++) {
        (void)peer_sends(peer, ". 0:0 ack 1");
        host_sends(peer, ". 1:1 ack 1");
        (void)peer_sends(peer, ". 0:1 ack 1"); /* with the old byte of RFC 1122 */
        host_sends(peer, ". 1:1 ack 1");
        host_is_silent_for(peer, 1000);
    }
    peer_end(peer);
}

static void options_that_cannot_work_are_refused(void **state)
{
    (void)state;
    struct tcp_peer *peer = peer_new(NULL);
    host_is_connected(peer, "S. 0:0 ack 1");
    const struct stint_tcp_options_set good = host_options(peer);
    struct stint_tcp_options_set bad[4] = {good, good, good, good};
    bad[0].keep_alive_idle = stint_seconds(0);
    bad[1].keep_alive_interval = stint_seconds(-1);
    bad[2].keep_alive_count = 0;
    bad[3].user_timeout = stint_seconds(-1);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(
            stint_tcp_set_options(&peer->tcp, peer->now, peer->socket, &bad[i]), STINT_INVALID);
    }
    peer_end(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_off_unless_asked_for),
        cmocka_unit_test(a_silent_peer_is_probed_and_given_up),
        cmocka_unit_test(an_answer_begins_the_wait_anew),
        cmocka_unit_test(our_own_text_is_watched_by_its_own_timer),
        cmocka_unit_test(a_peer_that_forgot_us_resets),
        cmocka_unit_test(a_half_closed_connection_is_watched_too),
        cmocka_unit_test(a_probe_of_the_peer_is_answered),
        cmocka_unit_test(options_that_cannot_work_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
