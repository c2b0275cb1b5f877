/* Tests of families: who hears whom, and which addresses a socket takes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

#include "stint/stack/ipv6.h"

enum { PORT = 7000 };

static struct stint_endpoint ipv6_at(uint8_t host, uint16_t port)
{
    return (struct stint_endpoint){{{host != 0 ? 0xfd : 0, [15] = host}}, port};
}

static int start_with_ipv6(void **state)
{
    if (start(state) != 0) {
        return -1;
    }
    struct pair *pair = *state;
    for (uint8_t i = 0; i < 2; i++) {
        struct stint_sockets *sockets = &pair->hosts[i].sockets;
        const struct stint_local_address local = {
            .address = ipv6_at((uint8_t)(i + 1), 0).address, .prefix_length = 64};
        stint_sockets_lock(sockets);
        sockets->config.stack->config.ipv6 = &stint_ipv6;
        assert_int_equal(stint_stack_add_address(sockets->config.stack, 0, &local), STINT_OK);
        stint_sockets_unlock(sockets);
    }
    return 0;
}

static int new_socket(struct stint_sockets *sockets, enum stint_socket_type type)
{
    const int descriptor = stint_socket(sockets, STINT_IPV6, type);
    assert_true(descriptor >= 0);
    return descriptor;
}

static int bound(struct stint_sockets *sockets, bool only, struct stint_endpoint local)
{
    const int descriptor = new_socket(sockets, STINT_STREAM);
    set(sockets, descriptor, STINT_OPTION_IPV6_ONLY, only);
    const int result = stint_bind(sockets, descriptor, &local);
    return result == 0 ? descriptor : result;
}

static void a_socket_of_ipv6_accepts_both_families(void **state)
{
    struct pair *pair = *state;
    const int listener = bound(far(pair), false, ipv6_at(0, PORT));
    assert_int_equal(stint_listen(far(pair), listener, 4), 0);
    const struct stint_endpoint remotes[] = {pair_at(2, PORT), ipv6_at(2, PORT)};
    for (unsigned i = 0; i < 4; i++) { /* mapped from an IPv6 socket, and IPv4's own */
        const int descriptor =
            i < 2 ? new_socket(near(pair), STINT_STREAM) : new_stream(near(pair));
        const struct stint_endpoint *remote = &remotes[i % 2];
        struct stint_endpoint peer;
        if (i == 3) {
            assert_int_equal(stint_connect(near(pair), descriptor, remote), -STINT_EAFNOSUPPORT);
            continue;
        }
        assert_int_equal(stint_connect(near(pair), descriptor, remote), 0);
        const int accepted = stint_accept(far(pair), listener, &peer);
        assert_true(accepted >= 0);
        assert_int_equal(stint_socket_family_of(far(pair), accepted), STINT_IPV6);
        assert_int_equal(stint_address_is_ipv4(&peer.address), i % 2 == 0);
    }
}

static void ipv6_only_leaves_ipv4_to_others(void **state)
{
    struct pair *pair = *state;
    const int listener = bound(far(pair), true, ipv6_at(0, PORT));
    assert_int_equal(stint_listen(far(pair), listener, 4), 0);
    const struct stint_endpoint ipv4 = pair_at(2, PORT);
    assert_int_equal(stint_connect(near(pair), new_stream(near(pair)), &ipv4), -STINT_ECONNREFUSED);
    const struct stint_endpoint any = pair_at(0, PORT);
    assert_int_equal(stint_bind(far(pair), new_stream(far(pair)), &any), 0);
    assert_int_equal(bound(far(pair), false, ipv6_at(0, PORT)), -STINT_EADDRINUSE);
    struct stint_endpoint local;
    assert_int_equal(stint_local_endpoint(far(pair), listener, &local), 0);
    assert_memory_equal(&local.address, &(struct stint_address){{0}}, sizeof(local.address));
    assert_int_equal(bound(far(pair), true, ipv4), -STINT_EINVAL);
    const int only = new_socket(near(pair), STINT_STREAM);
    set(near(pair), only, STINT_OPTION_IPV6_ONLY, 1);
    assert_int_equal(stint_connect(near(pair), only, &ipv4), -STINT_ENETUNREACH);
}

static void the_option_is_of_unbound_sockets_of_ipv6(void **state)
{
    struct pair *pair = *state;
    const enum stint_option option = STINT_OPTION_IPV6_ONLY;
    assert_int_equal(
        stint_set_option(near(pair), new_stream(near(pair)), option, 1), -STINT_ENOPROTOOPT);
    const int descriptor = bound(near(pair), true, ipv6_at(0, PORT));
    assert_int_equal(get(near(pair), descriptor, option), 1);
    assert_int_equal(stint_set_option(near(pair), descriptor, option, 0), -STINT_EINVAL);
}

static void a_datagram_reaches_the_family_it_is_of(void **state)
{
    struct pair *pair = *state;
    const struct stint_endpoint any = ipv6_at(0, PORT);
    const struct stint_endpoint remotes[] = {pair_at(2, PORT), ipv6_at(2, PORT)};
    const int to = new_socket(far(pair), STINT_DATAGRAM);
    const int from = new_socket(near(pair), STINT_DATAGRAM);
    assert_int_equal(stint_bind(far(pair), to, &any), 0);
    for (unsigned i = 0; i < 2; i++) {
        struct stint_span piece = {(uint8_t[]){'x'}, 1};
        struct stint_endpoint peer = remotes[i];
        struct stint_message message = {.peer = &peer, .pieces = &piece, .piece_count = 1};
        assert_int_equal(stint_send_message(near(pair), from, &message, 0), 1);
        assert_int_equal(stint_receive_message(far(pair), to, &message, 0), 1);
        assert_int_equal(stint_address_is_ipv4(&peer.address), i == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_socket_of_ipv6_accepts_both_families, start_with_ipv6, stop),
        cmocka_unit_test_setup_teardown(ipv6_only_leaves_ipv4_to_others, start_with_ipv6, stop),
        cmocka_unit_test_setup_teardown(
            the_option_is_of_unbound_sockets_of_ipv6, start_with_ipv6, stop),
        cmocka_unit_test_setup_teardown(
            a_datagram_reaches_the_family_it_is_of, start_with_ipv6, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
