/* Tests of readiness: what poll() of Linux would say in each state, and who is told of changes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

#include <stdlib.h>

enum { PORT = 7000 };

static void a_fresh_stream_is_writable_and_hung_up(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const unsigned fresh = STINT_WRITABLE | STINT_HANGUP;
    assert_int_equal(stint_readiness_of(sockets, new_stream(sockets)), fresh);
}

static void a_listener_is_readable_while_somebody_waits(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    assert_int_equal(stint_readiness_of(far(pair), listener), 0);
    assert_int_equal(stint_connect(near(pair), new_stream(near(pair)), &remote), 0);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], listener, STINT_READABLE));
    assert_int_equal(stint_readiness_of(far(pair), listener), STINT_READABLE);
    assert_true(stint_accept(far(pair), listener, NULL) >= 0);
    assert_int_equal(stint_readiness_of(far(pair), listener), 0);
}

static void the_ends_of_a_stream_show_one_after_the_other(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    const unsigned peer_finished = STINT_READABLE | STINT_READ_HANGUP | STINT_WRITABLE;
    const unsigned both_finished = peer_finished | STINT_HANGUP;
    assert_int_equal(stint_readiness_of(near(pair), ends.near), STINT_WRITABLE);
    assert_int_equal(stint_shutdown(near(pair), ends.near, STINT_SHUT_WRITE), 0);
    assert_int_equal(stint_readiness_of(near(pair), ends.near), STINT_WRITABLE);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], ends.far, STINT_READ_HANGUP));
    assert_int_equal(stint_readiness_of(far(pair), ends.far), peer_finished);
    atomic_store(&pair->cut, true); /* not known to the peer, and yet */
    assert_int_equal(stint_shutdown(far(pair), ends.far, STINT_SHUT_WRITE), 0);
    assert_int_equal(stint_readiness_of(far(pair), ends.far), both_finished);
    atomic_store(&pair->cut, false);
    assert_true(pair_wait_for_readiness(&pair->hosts[0], ends.near, STINT_HANGUP));
    assert_int_equal(stint_readiness_of(near(pair), ends.near), both_finished);
}

static void a_reset_shows_as_everything_at_once(void **state)
{
    struct pair *pair = *state;
    const struct ends ends = new_connection(pair);
    const unsigned over = STINT_READABLE | STINT_WRITABLE | STINT_READ_HANGUP | STINT_HANGUP;
    set(near(pair), ends.near, STINT_OPTION_LINGER, 0);
    assert_int_equal(stint_close(near(pair), ends.near), 0);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], ends.far, STINT_ERROR));
    assert_int_equal(stint_readiness_of(far(pair), ends.far), over | STINT_ERROR);
    assert_int_equal(get(far(pair), ends.far, STINT_OPTION_ERROR), STINT_ECONNRESET);
    assert_int_equal(stint_readiness_of(far(pair), ends.far), over);
    assert_int_equal(atomic_load(&pair->hosts[1].told[ends.far]), over);
}

static void a_datagram_socket_is_writable_and_readable_when_something_came(void **state)
{
    struct pair *pair = *state;
    const int descriptor = stint_socket(near(pair), STINT_IPV4, STINT_DATAGRAM);
    const int server = stint_socket(far(pair), STINT_IPV4, STINT_DATAGRAM);
    const struct stint_endpoint local = pair_at(0, PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    uint8_t byte;
    assert_int_equal(stint_bind(far(pair), server, &local), 0);
    assert_int_equal(stint_readiness_of(far(pair), server), STINT_WRITABLE);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), 0);
    assert_int_equal(send_text(near(pair), descriptor, "x"), 1);
    assert_true(pair_wait_for_readiness(&pair->hosts[1], server, STINT_READABLE));
    assert_int_equal(receive_into(far(pair), server, &byte, 1, 0), 1);
    assert_int_equal(stint_readiness_of(far(pair), server), STINT_WRITABLE);
    assert_int_equal(stint_shutdown(near(pair), descriptor, STINT_SHUT_BOTH), 0);
    const unsigned over = STINT_READABLE | STINT_WRITABLE | STINT_READ_HANGUP | STINT_HANGUP;
    assert_int_equal(stint_readiness_of(near(pair), descriptor), over);
}

/* --- the hook --- */

static unsigned last_told(struct pair_host *host, int descriptor)
{
    return atomic_load(&host->told[descriptor]);
}

static bool wait_until_told(struct pair_host *host, int descriptor, unsigned readiness)
{
    for (unsigned i = 0; i < 5000 && last_told(host, descriptor) != readiness; i++) {
        (void)stint_poll(&host->sockets, NULL, 0, stint_milliseconds(1));
    }
    return last_told(host, descriptor) == readiness;
}

static void who_mirrors_readiness_is_told_of_every_change(void **state)
{
    struct pair *pair = *state;
    struct pair_host *host = &pair->hosts[0];
    const int fresh = new_stream(near(pair));
    assert_int_equal(last_told(host, fresh), STINT_WRITABLE | STINT_HANGUP);
    assert_int_equal(stint_close(near(pair), fresh), 0);
    assert_int_equal(last_told(host, fresh), STINT_NOT_OPEN);

    const struct ends ends = new_connection(pair);
    assert_true(wait_until_told(host, ends.near, STINT_WRITABLE));
    assert_int_equal(send_text(far(pair), ends.far, "x"), 1);
    assert_true(wait_until_told(host, ends.near, STINT_WRITABLE | STINT_READABLE));
    uint8_t byte;
    assert_int_equal(receive_into(near(pair), ends.near, &byte, 1, 0), 1);
    assert_int_equal(last_told(host, ends.near), STINT_WRITABLE);

    uint8_t *bytes = calloc(1, 100000);
    const struct stint_view view = stint_view_of(bytes, 100000);
    atomic_store(&pair->cut, true);
    assert_int_equal(stint_send(near(pair), ends.near, view, STINT_MSG_DONTWAIT), 16384);
    assert_int_equal(last_told(host, ends.near), 0);
    atomic_store(&pair->cut, false);
    assert_true(wait_until_told(host, ends.near, STINT_WRITABLE));
    free(bytes);
}

static void who_mirrors_a_listener_is_told_when_its_queue_is_empty(void **state)
{
    struct pair *pair = *state;
    const int listener = new_listener(far(pair), PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    assert_int_equal(last_told(&pair->hosts[1], listener), 0);
    assert_int_equal(stint_connect(near(pair), new_stream(near(pair)), &remote), 0);
    assert_true(wait_until_told(&pair->hosts[1], listener, STINT_READABLE));
    const int accepted = stint_accept(far(pair), listener, NULL);
    assert_int_equal(last_told(&pair->hosts[1], listener), 0);
    assert_int_equal(last_told(&pair->hosts[1], accepted), STINT_WRITABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(a_fresh_stream_is_writable_and_hung_up),
        PAIR_TEST(a_listener_is_readable_while_somebody_waits),
        PAIR_TEST(the_ends_of_a_stream_show_one_after_the_other),
        PAIR_TEST(a_reset_shows_as_everything_at_once),
        PAIR_TEST(a_datagram_socket_is_writable_and_readable_when_something_came),
        PAIR_TEST(who_mirrors_readiness_is_told_of_every_change),
        PAIR_TEST(who_mirrors_a_listener_is_told_when_its_queue_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
