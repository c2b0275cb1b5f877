/* Tests of groups: members hear what is sent to them, and the socket's options say how that goes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "pair_fixture.h"

#include "stint/stack/bounds.h"

enum { PORT = 5000 };

static struct stint_endpoint at_group(void)
{
    return (struct stint_endpoint){stint_address_ipv4(239, 1, 2, 3), PORT};
}

static int new_datagram(struct stint_sockets *sockets)
{
    const int descriptor = stint_socket(sockets, STINT_IPV4, STINT_DATAGRAM);
    assert_true(descriptor >= 0);
    return descriptor;
}

static int new_member(struct stint_sockets *sockets)
{
    const struct stint_endpoint local = pair_at(0, PORT);
    const struct stint_endpoint group = at_group();
    const int descriptor = new_datagram(sockets);
    set(sockets, descriptor, STINT_OPTION_REUSE_ADDRESS, 1);
    assert_int_equal(stint_bind(sockets, descriptor, &local), 0);
    assert_int_equal(stint_join_group(sockets, descriptor, 0, &group.address), 0);
    return descriptor;
}

static void send_to_group(struct stint_sockets *sockets, int descriptor, const char *text)
{
    struct stint_endpoint group = at_group();
    struct stint_span piece = {(uint8_t *)(uintptr_t)text, 1};
    const struct stint_message message = {.peer = &group, .pieces = &piece, .piece_count = 1};
    assert_int_equal(stint_send_message(sockets, descriptor, &message, 0), 1);
}

static void expect(struct stint_sockets *sockets, int descriptor, char text)
{
    uint8_t byte = 0;
    assert_int_equal(stint_receive(sockets, descriptor, stint_span_of(&byte, 1), 0), 1);
    assert_int_equal(byte, text);
}

static void members_hear_what_is_sent_to_their_group(void **state)
{
    struct pair *pair = *state;
    const int one = new_member(near(pair));
    const int two = new_member(near(pair));
    const int sender = new_datagram(far(pair));
    send_to_group(far(pair), sender, "a");
    expect(near(pair), one, 'a');
    expect(near(pair), two, 'a');
}

static void a_member_hears_its_own_host_unless_told_not_to(void **state)
{
    struct pair *pair = *state;
    const int member = new_member(near(pair));
    const int sender = new_datagram(near(pair));
    send_to_group(near(pair), sender, "a");
    expect(near(pair), member, 'a');
    set(near(pair), sender, STINT_OPTION_MULTICAST_LOOP, 0);
    send_to_group(near(pair), sender, "b");
    set(near(pair), sender, STINT_OPTION_MULTICAST_LOOP, 1);
    send_to_group(near(pair), sender, "c");
    expect(near(pair), member, 'c');
}

static void a_socket_bound_to_a_group_hears_it_alone(void **state)
{
    struct pair *pair = *state;
    const struct stint_endpoint group = at_group();
    const struct stint_endpoint unicast = pair_at(1, PORT);
    const int member = new_datagram(near(pair));
    const int sender = new_datagram(far(pair));
    assert_int_equal(stint_bind(near(pair), member, &group), 0);
    assert_int_equal(stint_join_group(near(pair), member, 1, &group.address), 0);
    assert_int_equal(stint_connect(far(pair), sender, &unicast), 0);
    assert_int_equal(stint_send(far(pair), sender, stint_view_of("u", 1), 0), 1);
    send_to_group(far(pair), new_datagram(far(pair)), "g");
    expect(near(pair), member, 'g');
}

static void memberships_are_refused_with_reasons(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const struct stint_address group = at_group().address;
    const struct stint_address host = pair_at(2, 0).address;
    const struct stint_address ipv6 = {{0xff, 0x02, [15] = 0x77}};
    const int member = new_member(sockets);
    const int other = new_datagram(sockets);
    assert_int_equal(stint_join_group(sockets, member, 0, &group), -STINT_EADDRINUSE);
    assert_int_equal(stint_join_group(sockets, other, 0, &host), -STINT_EINVAL);
    assert_int_equal(stint_join_group(sockets, other, 0, &ipv6), -STINT_EINVAL);
    assert_int_equal(stint_join_group(sockets, other, 7, &group), -STINT_ENODEV);
    assert_int_equal(stint_leave_group(sockets, other, 0, &group), -STINT_EADDRNOTAVAIL);
    assert_int_equal(stint_join_group(sockets, new_stream(sockets), 0, &group), -STINT_ENOPROTOOPT);
    assert_int_equal(stint_join_group(sockets, 99, 0, &group), -STINT_EBADF);
    assert_int_equal(stint_leave_group(sockets, member, 0, &group), 0);
    assert_int_equal(stint_leave_group(sockets, member, 0, &group), -STINT_EADDRNOTAVAIL);
}

/* The poll that follows a close ends its memberships. */
static void a_closed_socket_is_no_member(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const struct stint_instant start = stint_wait_posix_now();
    assert_int_equal(stint_close(sockets, new_member(sockets)), 0);
    uint32_t members = 1;
    while (members > 0 && pair_elapsed(start) < PAIR_LATE_US) {
        stint_sockets_lock(sockets);
        members = stint_stack_bound(sockets->config.stack, STINT_BOUND_MEMBERSHIPS).in_use;
        stint_sockets_unlock(sockets);
    }
    assert_int_equal(members, 0);
}

static void options_of_groups_belong_to_datagrams(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const int descriptor = new_datagram(sockets);
    const int stream = new_stream(sockets);
    int64_t value = 0;
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_MULTICAST_HOPS), 1);
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_MULTICAST_LOOP), 1);
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_MULTICAST_INTERFACE), 0);
    set(sockets, descriptor, STINT_OPTION_MULTICAST_HOPS, 255);
    set(sockets, descriptor, STINT_OPTION_MULTICAST_INTERFACE, 1);
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_MULTICAST_HOPS), 255);
    assert_int_equal(get(sockets, descriptor, STINT_OPTION_MULTICAST_INTERFACE), 1);
    assert_int_equal(
        stint_set_option(sockets, descriptor, STINT_OPTION_MULTICAST_HOPS, 0), -STINT_EINVAL);
    assert_int_equal(
        stint_set_option(sockets, descriptor, STINT_OPTION_MULTICAST_INTERFACE, 9), -STINT_ENODEV);
    assert_int_equal(
        stint_set_option(sockets, stream, STINT_OPTION_MULTICAST_HOPS, 1), -STINT_ENOPROTOOPT);
    assert_int_equal(
        stint_get_option(sockets, stream, STINT_OPTION_MULTICAST_LOOP, &value), -STINT_ENOPROTOOPT);
}

static void interfaces_are_known_by_their_addresses(void **state)
{
    struct stint_sockets *sockets = near(*state);
    const struct stint_address ours = pair_at(1, 0).address;
    const struct stint_address theirs = pair_at(2, 0).address;
    const struct stint_address found = stint_address_of_interface(sockets, 1, STINT_IPV4);
    const struct stint_address none = stint_address_of_interface(sockets, 2, STINT_IPV4);
    assert_int_equal(stint_interface_of_address(sockets, &ours), 1);
    assert_int_equal(stint_interface_of_address(sockets, &theirs), 0);
    assert_true(stint_address_equal(&found, &ours));
    assert_true(stint_address_is_unspecified(&none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(members_hear_what_is_sent_to_their_group, start, stop),
        cmocka_unit_test_setup_teardown(
            a_member_hears_its_own_host_unless_told_not_to, start, stop),
        cmocka_unit_test_setup_teardown(a_socket_bound_to_a_group_hears_it_alone, start, stop),
        cmocka_unit_test_setup_teardown(memberships_are_refused_with_reasons, start, stop),
        cmocka_unit_test_setup_teardown(a_closed_socket_is_no_member, start, stop),
        cmocka_unit_test_setup_teardown(options_of_groups_belong_to_datagrams, start, stop),
        cmocka_unit_test_setup_teardown(interfaces_are_known_by_their_addresses, start, stop),
    };
    return cmocka_run_group_tests_name("sockets/groups", tests, NULL, NULL);
}
