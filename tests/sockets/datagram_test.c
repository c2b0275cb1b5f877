/* Tests of datagram and echo sockets: where they send, what they tell, what they refuse.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

#include <string.h>

enum { PORT = 7000 };

static int new_datagram(struct stint_sockets *sockets, uint16_t port)
{
    const int descriptor = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
    assert_true(descriptor >= 0);
    if (port != 0) {
        const struct stint_endpoint local = pair_at(0, port);
        assert_int_equal(stint_bind(sockets, descriptor, &local), 0);
    }
    return descriptor;
}

static long send_to(struct stint_sockets *sockets, int descriptor, struct stint_endpoint to,
    const void *bytes, size_t length)
{
    uint8_t copy[9000];
    memcpy(copy, bytes, length);
    struct stint_span piece = stint_span_of(copy, length);
    const struct stint_message message = {.peer = &to, .pieces = &piece, .piece_count = 1};
    return stint_send_message(sockets, descriptor, &message, 0);
}

static long receive_from(struct stint_sockets *sockets, int descriptor, struct stint_endpoint *from,
    void *bytes, size_t length, unsigned flags, bool *truncated)
{
    struct stint_span piece = stint_span_of(bytes, length);
    struct stint_message message = {.peer = from, .pieces = &piece, .piece_count = 1};
    const long got = stint_receive_message(sockets, descriptor, &message, flags);
    *truncated = message.truncated;
    return got;
}

static void a_datagram_arrives_with_its_sender_and_is_answered(void **state)
{
    struct pair *pair = *state;
    const int client = new_datagram(near(pair), 0);
    const int server = new_datagram(far(pair), PORT);
    char text[16] = {0};
    struct stint_endpoint from;
    bool truncated;
    assert_int_equal(send_to(near(pair), client, pair_at(2, PORT), "ask", 3), 3);
    assert_int_equal(receive_from(far(pair), server, &from, text, 16, 0, &truncated), 3);
    assert_false(truncated);
    const struct stint_endpoint near_address = pair_at(1, from.port);
    assert_true(stint_endpoint_equal(&from, &near_address));
    assert_int_equal(send_to(far(pair), server, from, "answer", 6), 6);
    assert_int_equal(receive_from(near(pair), client, &from, text, 16, 0, &truncated), 6);
    assert_int_equal(from.port, PORT);
    assert_string_equal(text, "answer");
}

static void a_datagram_sent_just_before_close_still_goes(void **state)
{
    struct pair *pair = *state;
    const int server = new_datagram(far(pair), PORT);
    char byte;
    for (unsigned i = 0; i < 20; i++) {
        const int client = new_datagram(near(pair), 0);
        assert_int_equal(send_to(near(pair), client, pair_at(2, PORT), "x", 1), 1);
        assert_int_equal(stint_close(near(pair), client), 0);
        assert_int_equal(receive_into(far(pair), server, &byte, 1, 0), 1);
    }
}

static void a_datagram_longer_than_its_place_is_cut(void **state)
{
    struct pair *pair = *state;
    const int client = new_datagram(near(pair), 0);
    const int server = new_datagram(far(pair), PORT);
    char text[4];
    struct stint_endpoint from;
    bool truncated;
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(send_to(near(pair), client, pair_at(2, PORT), "longer", 6), 6);
    }
    assert_int_equal(
        receive_from(far(pair), server, &from, text, 4, STINT_MSG_PEEK, &truncated), 4);
    assert_true(truncated);
    assert_int_equal(stint_readable_bytes(far(pair), server), 6);
    assert_int_equal(receive_from(far(pair), server, &from, text, 4, 0, &truncated), 4);
    assert_true(truncated);
    assert_int_equal(
        receive_from(far(pair), server, &from, text, 4, STINT_MSG_TRUNC, &truncated), 6);
    assert_memory_equal(text, "long", 4);
    assert_int_equal(
        receive_from(far(pair), server, &from, text, 4, STINT_MSG_DONTWAIT, &truncated),
        -STINT_EAGAIN);
}

static void a_message_in_pieces_is_one_datagram(void **state)
{
    struct pair *pair = *state;
    const int client = new_datagram(near(pair), 0);
    const int server = new_datagram(far(pair), PORT);
    char head[] = "head";
    char tail[] = "tail";
    struct stint_endpoint to = pair_at(2, PORT);
    struct stint_span sent[] = {
        stint_span_of(head, 4), stint_span_of(NULL, 0), stint_span_of(tail, 4)};
    const struct stint_message message = {.peer = &to, .pieces = sent, .piece_count = 3};
    assert_int_equal(stint_send_message(near(pair), client, &message, 0), 8);
    char into[3][3] = {{0}};
    struct stint_span places[] = {
        stint_span_of(into[0], 3), stint_span_of(into[1], 3), stint_span_of(into[2], 3)};
    struct stint_message received = {.pieces = places, .piece_count = 3};
    assert_int_equal(stint_receive_message(far(pair), server, &received, 0), 8);
    assert_memory_equal(into, "headtail", 8);
}

static void an_empty_datagram_is_a_datagram(void **state)
{
    struct pair *pair = *state;
    const int client = new_datagram(near(pair), 0);
    const int server = new_datagram(far(pair), PORT);
    char byte;
    assert_int_equal(send_to(near(pair), client, pair_at(2, PORT), "", 0), 0);
    assert_int_equal(receive_into(far(pair), server, &byte, 1, 0), 0);
    assert_int_equal(receive_into(far(pair), server, &byte, 1, STINT_MSG_DONTWAIT), -STINT_EAGAIN);
}

static void destinations_that_cannot_be_say_why(void **state)
{
    struct pair *pair = *state;
    const int descriptor = new_datagram(near(pair), 0);
    static const uint8_t bytes[9000];
    const struct stint_endpoint elsewhere = {stint_address_ipv4(192, 168, 1, 1), PORT};
    const struct stint_endpoint ipv6 = {{{0x20, 1}}, PORT};
    const struct stint_endpoint everybody = {stint_address_ipv4(255, 255, 255, 255), PORT};
    assert_int_equal(send_text(near(pair), descriptor, "x"), -STINT_EDESTADDRREQ);
    assert_int_equal(send_to(near(pair), descriptor, pair_at(2, 0), "x", 1), -STINT_EINVAL);
    assert_int_equal(send_to(near(pair), descriptor, elsewhere, "x", 1), -STINT_ENETUNREACH);
    assert_int_equal(send_to(near(pair), descriptor, ipv6, "x", 1), -STINT_EAFNOSUPPORT);
    assert_int_equal(
        send_to(near(pair), descriptor, pair_at(2, PORT), bytes, 1473), -STINT_EMSGSIZE);
    assert_int_equal(send_to(near(pair), descriptor, pair_at(2, PORT), bytes, 1472), 1472);
    assert_int_equal(stint_connect(near(pair), descriptor, &elsewhere), -STINT_ENETUNREACH);
    assert_int_equal(stint_connect(near(pair), descriptor, &everybody), -STINT_EACCES);
}

static void a_broadcast_needs_the_option(void **state)
{
    struct pair *pair = *state;
    const int client = new_datagram(near(pair), 0);
    const int server = new_datagram(far(pair), PORT);
    const struct stint_endpoint table[] = {
        {stint_address_ipv4(10, 0, 0, 255), PORT}, {stint_address_ipv4(255, 255, 255, 255), PORT}};
    char byte;
    for (unsigned i = 0; i < 2; i++) {
        set(near(pair), client, STINT_OPTION_BROADCAST, 0);
        assert_int_equal(send_to(near(pair), client, table[i], "x", 1), -STINT_EACCES);
        set(near(pair), client, STINT_OPTION_BROADCAST, 1);
        assert_int_equal(send_to(near(pair), client, table[i], "x", 1), 1);
        assert_int_equal(receive_into(far(pair), server, &byte, 1, 0), 1);
    }
}

static void a_connected_socket_knows_its_peer_and_its_own_address(void **state)
{
    struct pair *pair = *state;
    const int client = new_datagram(near(pair), 0);
    const int server = new_datagram(far(pair), PORT);
    const int stranger = new_datagram(far(pair), PORT + 1);
    const struct stint_endpoint remote = pair_at(2, PORT);
    struct stint_endpoint local;
    struct stint_endpoint named;
    char text[4];
    assert_int_equal(stint_remote_endpoint(near(pair), client, &named), -STINT_ENOTCONN);
    assert_int_equal(stint_connect(near(pair), client, &remote), 0);
    assert_int_equal(stint_remote_endpoint(near(pair), client, &named), 0);
    assert_true(stint_endpoint_equal(&named, &remote));
    assert_int_equal(stint_local_endpoint(near(pair), client, &local), 0);
    const struct stint_address ours = stint_address_ipv4(10, 0, 0, 1);
    assert_true(stint_address_equal(&local.address, &ours));
    assert_int_equal(send_text(near(pair), client, "ask"), 3);
    assert_int_equal(receive_into(far(pair), server, text, 4, 0), 3);
    assert_int_equal(send_to(far(pair), stranger, local, "no", 2), 2);
    assert_int_equal(send_to(far(pair), server, local, "yes", 3), 3);
    assert_int_equal(receive_into(near(pair), client, text, 4, 0), 3);
    assert_memory_equal(text, "yes", 3);
    const struct stint_endpoint none = pair_at(0, 0);
    assert_int_equal(stint_connect(near(pair), client, &none), 0);
    assert_int_equal(send_text(near(pair), client, "x"), -STINT_EDESTADDRREQ);
    assert_int_equal(stint_remote_endpoint(near(pair), client, &named), -STINT_ENOTCONN);
}

static void connecting_without_a_port_tells_the_own_address(void **state)
{
    struct pair *pair = *state;
    const int descriptor = new_datagram(near(pair), 0);
    const struct stint_endpoint no_port = pair_at(2, 0);
    const struct stint_address ours = stint_address_ipv4(10, 0, 0, 1);
    struct stint_endpoint local;
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(stint_connect(near(pair), descriptor, &no_port), 0);
        assert_int_equal(stint_local_endpoint(near(pair), descriptor, &local), 0);
        assert_true(stint_address_equal(&local.address, &ours));
        assert_int_not_equal(local.port, 0);
    }
    assert_int_equal(stint_remote_endpoint(near(pair), descriptor, &local), -STINT_ENOTCONN);
    assert_int_equal(send_text(near(pair), descriptor, "x"), -STINT_EDESTADDRREQ);
}

static void a_port_where_nobody_listens_is_told_once(void **state)
{
    struct pair *pair = *state;
    const int client = new_datagram(near(pair), 0);
    const struct stint_endpoint nobody = pair_at(2, PORT);
    char byte;
    assert_int_equal(stint_connect(near(pair), client, &nobody), 0);
    assert_int_equal(send_text(near(pair), client, "x"), 1);
    assert_int_equal(receive_into(near(pair), client, &byte, 1, 0), -STINT_ECONNREFUSED);
    assert_int_equal(receive_into(near(pair), client, &byte, 1, STINT_MSG_DONTWAIT), -STINT_EAGAIN);
    assert_int_equal(send_text(near(pair), client, "x"), 1);
    assert_true(pair_wait_for_readiness(&pair->hosts[0], client, STINT_ERROR));
    assert_int_equal(send_text(near(pair), client, "x"), -STINT_ECONNREFUSED);
    assert_int_equal(send_text(near(pair), client, "x"), 1);
    assert_true(pair_wait_for_readiness(&pair->hosts[0], client, STINT_ERROR));
    assert_int_equal(get(near(pair), client, STINT_OPTION_ERROR), STINT_ECONNREFUSED);
    assert_int_equal(get(near(pair), client, STINT_OPTION_ERROR), 0);
}

static void a_receive_ends_at_its_timeout(void **state)
{
    struct pair *pair = *state;
    const int descriptor = new_datagram(near(pair), PORT);
    char byte;
    set(near(pair), descriptor, STINT_OPTION_RECEIVE_TIMEOUT, 40000);
    const struct stint_instant begin = stint_wait_posix_now();
    assert_int_equal(receive_into(near(pair), descriptor, &byte, 1, 0), -STINT_EAGAIN);
    assert_in_range(pair_elapsed(begin), 40000, 40000 + PAIR_LATE_US);
}

static void a_full_queue_blocks_until_something_was_sent(void **state)
{
    struct pair *pair = *state;
    const int client = new_datagram(near(pair), 0);
    const int server = new_datagram(far(pair), PORT);
    const struct stint_endpoint remote = pair_at(2, PORT);
    uint8_t bytes[1400] = {0};
    assert_int_equal(stint_connect(near(pair), client, &remote), 0);
    assert_int_equal(send_text(near(pair), client, "x"), 1);
    assert_int_equal(receive_into(far(pair), server, bytes, 1, 0), 1);
    struct pair_task task = {.host = &pair->hosts[0],
        .descriptor = client,
        .bytes = stint_span_of(bytes, 1400),
        .flags = STINT_MSG_DONTWAIT,
        .call = pair_task_send};
    stint_sockets_lock(far(pair)); /* the poll thread comes no further than to far */
    struct pair_task waiting = task;
    waiting.flags = 0;
    bool blocked = false;
    long refused = 0;
    for (unsigned i = 0; i < 2 && !blocked;
         i++) { /* it may pass near once more, whenever it runs */
        do {
            refused = pair_task_send(&task);
        } while (refused == 1400);
        pair_task_start(&waiting);
        blocked = pair_wait_for_sleepers(&pair->hosts[0], 1);
        if (!blocked) {
            assert_int_equal(pair_task_join(&waiting), 1400);
        }
    }
    stint_sockets_unlock(far(pair));
    assert_true(blocked);
    assert_int_equal(refused, -STINT_EAGAIN);
    assert_int_equal(pair_task_join(&waiting), 1400);
}

/* --- echo --- */

static void an_echo_comes_back_with_its_sequence(void **state)
{
    struct pair *pair = *state;
    const int descriptor = stint_socket(near(pair), STINT_IPV4, STINT_ECHO);
    struct stint_endpoint local;
    struct stint_endpoint from;
    uint8_t bytes[32];
    bool truncated;
    assert_int_equal(stint_local_endpoint(near(pair), descriptor, &local), 0);
    assert_int_not_equal(local.port, 0);
    assert_int_equal(send_to(near(pair), descriptor, pair_at(2, 0), "\x01\x02ping", 6), 6);
    assert_int_equal(receive_from(near(pair), descriptor, &from, bytes, 32, 0, &truncated), 6);
    assert_memory_equal(bytes, "\x01\x02ping", 6);
    const struct stint_address peer = stint_address_ipv4(10, 0, 0, 2);
    assert_true(stint_address_equal(&from.address, &peer));
}

static void an_echo_socket_may_fix_its_peer(void **state)
{
    struct pair *pair = *state;
    const int descriptor = stint_socket(near(pair), STINT_IPV4, STINT_ECHO);
    const struct stint_endpoint remote = pair_at(2, 0);
    struct stint_endpoint named;
    uint8_t bytes[8];
    assert_int_equal(send_text(near(pair), descriptor, "\x01\x02"), -STINT_EDESTADDRREQ);
    assert_int_equal(stint_remote_endpoint(near(pair), descriptor, &named), -STINT_ENOTCONN);
    assert_int_equal(stint_connect(near(pair), descriptor, &remote), 0);
    assert_int_equal(stint_remote_endpoint(near(pair), descriptor, &named), 0);
    assert_int_equal(send_text(near(pair), descriptor, "\x01\x02"), 2);
    assert_int_equal(receive_into(near(pair), descriptor, bytes, 8, 0), 2);
    assert_int_equal(send_text(near(pair), descriptor, "\x01"), -STINT_EINVAL);
    assert_int_equal(stint_close(near(pair), descriptor), 0);
    for (unsigned i = 0; i < 10; i++) { /* more than the stack has */
        const int next = stint_socket(near(pair), STINT_IPV4, STINT_ECHO);
        assert_int_equal(stint_close(near(pair), next), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(a_datagram_arrives_with_its_sender_and_is_answered),
        PAIR_TEST(a_datagram_sent_just_before_close_still_goes),
        PAIR_TEST(a_datagram_longer_than_its_place_is_cut),
        PAIR_TEST(a_message_in_pieces_is_one_datagram),
        PAIR_TEST(an_empty_datagram_is_a_datagram),
        PAIR_TEST(destinations_that_cannot_be_say_why),
        PAIR_TEST(a_broadcast_needs_the_option),
        PAIR_TEST(a_connected_socket_knows_its_peer_and_its_own_address),
        PAIR_TEST(connecting_without_a_port_tells_the_own_address),
        PAIR_TEST(a_port_where_nobody_listens_is_told_once),
        PAIR_TEST(a_receive_ends_at_its_timeout),
        PAIR_TEST(a_full_queue_blocks_until_something_was_sent),
        PAIR_TEST(an_echo_comes_back_with_its_sequence),
        PAIR_TEST(an_echo_socket_may_fix_its_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
