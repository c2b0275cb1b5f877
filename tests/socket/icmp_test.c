/* ICMP echo sockets: requests leave, replies come back to the socket that asked.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/icmp.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { SOCKETS = 4, BUFFER = 256, UNITS = 16 };

struct fixture {
    alignas(8) uint8_t records[4096];
    alignas(8) uint8_t buffers[UNITS * 128];
    struct stint_arena_unit units[UNITS];
    struct stint_arena arena;
    struct stint_random random;
    struct stint_icmp icmp;
    struct stint_address peer;
};

static void set_up(struct fixture *fixture)
{
    static const uint8_t secret[STINT_SECRET_LENGTH] = {1, 2, 3};
    const struct stint_icmp_limits limits = {SOCKETS, BUFFER};
    struct stint_carve carve =
        stint_carve_from(stint_span_of(fixture->records, sizeof fixture->records));
    stint_arena_init(&fixture->arena, stint_span_of(fixture->buffers, sizeof fixture->buffers), 128,
        fixture->units, UNITS);
    assert_int_equal(
        stint_random_init(&fixture->random, stint_view_of(secret, sizeof secret)), STINT_OK);
    assert_int_equal(
        stint_icmp_init(&fixture->icmp, &limits, &fixture->random, &fixture->arena, &carve),
        STINT_OK);
    fixture->peer = stint_address_ipv4(10, 0, 0, 2);
}

static struct stint_view text(const char *string)
{
    return stint_view_of(string, strlen(string));
}

static struct stint_handle open_socket(struct fixture *fixture)
{
    struct stint_handle socket = {0, 0};
    assert_int_equal(stint_icmp_open(&fixture->icmp, 42, &socket), STINT_OK);
    return socket;
}

static enum stint_drop reply(
    struct fixture *fixture, uint16_t identifier, uint16_t sequence, const char *data)
{
    const struct stint_datagram_info info = {.source = {fixture->peer, identifier},
        .destination = {.port = identifier},
        .interface = 1,
        .time_to_live = 57};
    uint8_t payload[32];
    stint_store16(payload, sequence);
    memcpy(payload + 2, data, strlen(data));
    return stint_icmp_deliver(&fixture->icmp, &info, stint_view_of(payload, 2 + strlen(data)));
}

static enum stint_result try_receive(struct fixture *fixture, struct stint_handle socket)
{
    char bytes[64];
    struct stint_datagram_info info;
    uint16_t sequence = 0;
    size_t length = 0;
    return stint_icmp_receive_echo(
        &fixture->icmp, socket, stint_span_of(bytes, sizeof bytes), &info, &sequence, &length);
}

static uint16_t identifier_of(struct fixture *fixture, struct stint_handle socket)
{
    return stint_icmp_get(&fixture->icmp, socket)->local.port;
}

static void a_request_is_offered_as_it_was_sent(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    const struct stint_handle socket = open_socket(&fixture);
    stint_icmp_get(&fixture.icmp, socket)->time_to_live = 3;
    assert_int_equal(
        stint_icmp_send_echo(&fixture.icmp, socket, &fixture.peer, 0x1234, text("ping")), STINT_OK);
    struct stint_icmp_offer offer;
    assert_true(stint_icmp_next_offer(&fixture.icmp, &offer));
    assert_true(stint_address_equal(&offer.info->destination.address, &fixture.peer));
    assert_int_equal(offer.info->source.port, identifier_of(&fixture, socket));
    assert_int_equal(offer.sequence, 0x1234);
    assert_int_equal(offer.info->time_to_live, 3);
    assert_true(stint_view_equal(offer.data, text("ping")));
    stint_icmp_sent(&fixture.icmp);
    assert_false(stint_icmp_next_offer(&fixture.icmp, &offer));
}

static void a_reply_reaches_the_socket_with_its_identifier(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    (void)open_socket(&fixture);
    const struct stint_handle socket = open_socket(&fixture);
    const uint16_t identifier = identifier_of(&fixture, socket);
    assert_int_equal(reply(&fixture, identifier, 7, "pong"), STINT_DROP_NONE);

    struct stint_socket_event event;
    assert_true(stint_icmp_next_event(&fixture.icmp, &event));
    assert_int_equal(event.kind, STINT_SOCKET_ICMP);
    assert_true(stint_handle_equal(event.handle, socket));
    assert_int_equal(event.owner, 42);
    assert_false(stint_icmp_next_event(&fixture.icmp, &event));

    char bytes[3];
    struct stint_datagram_info info;
    uint16_t sequence = 0;
    size_t length = 0;
    assert_int_equal(stint_icmp_receive_echo(&fixture.icmp, socket,
                         stint_span_of(bytes, sizeof bytes), &info, &sequence, &length),
        STINT_OK);
    assert_memory_equal(bytes, "pon", 3);
    assert_int_equal(length, 4);
    assert_int_equal(sequence, 7);
    assert_true(stint_address_equal(&info.source.address, &fixture.peer));
    assert_int_equal(info.source.port, identifier);
    assert_int_equal(info.time_to_live, 57);
    assert_int_equal(try_receive(&fixture, socket), STINT_WOULD_BLOCK);
}

static void a_reply_that_nobody_waits_for_is_dropped(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    const struct stint_handle socket = open_socket(&fixture);
    const uint16_t identifier = identifier_of(&fixture, socket);
    assert_int_equal(reply(&fixture, (uint16_t)(identifier ^ 1), 7, "pong"), STINT_DROP_ICMP_REPLY);
    assert_int_equal(reply(&fixture, 0, 7, "pong"), STINT_DROP_ICMP_REPLY);
    assert_int_equal(stint_icmp_close(&fixture.icmp, socket), STINT_OK);
    assert_int_equal(reply(&fixture, identifier, 7, "pong"), STINT_DROP_ICMP_REPLY);
}

static void a_full_queue_keeps_the_older_replies(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    const struct stint_handle socket = open_socket(&fixture);
    const uint16_t identifier = identifier_of(&fixture, socket);
    unsigned taken = 0;
    while (reply(&fixture, identifier, (uint16_t)taken, "") == STINT_DROP_NONE) {
        taken++;
    }
    assert_in_range(taken, 2, BUFFER / 40);
    assert_int_equal(reply(&fixture, identifier, 99, ""), STINT_DROP_ICMP_FULL);
    for (unsigned i = 0; i < taken; i++) {
        assert_int_equal(try_receive(&fixture, socket), STINT_OK);
    }
    assert_int_equal(try_receive(&fixture, socket), STINT_WOULD_BLOCK);
}

static void requests_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    const struct stint_handle socket = open_socket(&fixture);
    const struct stint_address nowhere = {{0}};
    static const uint8_t bytes[BUFFER];
    const size_t longest =
        stint_datagrams_longest(&stint_icmp_get(&fixture.icmp, socket)->datagrams.to_send) - 2;
    assert_int_equal(
        stint_icmp_send_echo(&fixture.icmp, socket, &nowhere, 1, text("")), STINT_INVALID);
    assert_int_equal(stint_icmp_send_echo(&fixture.icmp, socket, &fixture.peer, 1,
                         stint_view_of(bytes, longest + 1)),
        STINT_TOO_LONG);
    assert_int_equal(stint_icmp_send_echo(
                         &fixture.icmp, socket, &fixture.peer, 1, stint_view_of(bytes, longest)),
        STINT_OK);
    assert_int_equal(
        stint_icmp_send_echo(&fixture.icmp, socket, &fixture.peer, 2, text("")), STINT_WOULD_BLOCK);
    stint_icmp_sent(&fixture.icmp);
    struct stint_socket_event event;
    assert_true(stint_icmp_next_event(&fixture.icmp, &event));
    assert_int_equal(
        stint_icmp_send_echo(&fixture.icmp, socket, &fixture.peer, 2, text("")), STINT_OK);
}

static void identifiers_are_random_and_differ(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    uint16_t identifiers[SOCKETS];
    for (unsigned i = 0; i < SOCKETS; i++) {
        identifiers[i] = identifier_of(&fixture, open_socket(&fixture));
        assert_int_not_equal(identifiers[i], 0);
        for (unsigned before = 0; before < i; before++) {
            assert_int_not_equal(identifiers[i], identifiers[before]);
            assert_int_not_equal(identifiers[i], identifiers[before] + 1);
        }
    }
}

static void sockets_take_turns_to_send(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    const struct stint_handle a = open_socket(&fixture);
    const struct stint_handle b = open_socket(&fixture);
    const uint16_t expected[] = {2, 1, 3};
    (void)stint_icmp_send_echo(&fixture.icmp, a, &fixture.peer, 1, text(""));
    (void)stint_icmp_send_echo(&fixture.icmp, a, &fixture.peer, 3, text(""));
    (void)stint_icmp_send_echo(&fixture.icmp, b, &fixture.peer, 2, text(""));
    stint_icmp_pass(&fixture.icmp);
    for (unsigned i = 0; i < 3; i++) {
        struct stint_icmp_offer offer;
        assert_true(stint_icmp_next_offer(&fixture.icmp, &offer));
        assert_int_equal(offer.sequence, expected[i]);
        stint_icmp_sent(&fixture.icmp);
    }
}

static void ten_thousand_sockets_opened_and_closed_leave_no_memory_behind(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    struct stint_handle stale = {0, 0};
    for (unsigned i = 0; i < 10000; i++) {
        const struct stint_handle socket = open_socket(&fixture);
        (void)stint_icmp_send_echo(&fixture.icmp, socket, &fixture.peer, 1, text("unsent"));
        (void)reply(&fixture, identifier_of(&fixture, socket), 1, "unread");
        assert_null(stint_icmp_get(&fixture.icmp, stale));
        assert_int_equal(stint_icmp_close(&fixture.icmp, socket), STINT_OK);
        assert_int_equal(stint_icmp_close(&fixture.icmp, socket), STINT_BAD_HANDLE);
        assert_int_equal(fixture.arena.in_use, 0);
        stale = socket;
    }
    struct stint_icmp_offer offer;
    struct stint_socket_event event;
    assert_false(stint_icmp_next_offer(&fixture.icmp, &offer));
    assert_false(stint_icmp_next_event(&fixture.icmp, &event));
    assert_int_equal(try_receive(&fixture, stale), STINT_BAD_HANDLE);
    assert_int_equal(
        stint_icmp_send_echo(&fixture.icmp, stale, &fixture.peer, 1, text("")), STINT_BAD_HANDLE);
}

static void when_records_or_buffers_run_out_nothing_is_lost(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    struct stint_handle socket;
    const struct stint_span most = stint_arena_take(&fixture.arena, 1024);
    const struct stint_span more = stint_arena_take(&fixture.arena, 512);
    const struct stint_span rest = stint_arena_take(&fixture.arena, 256);
    assert_int_equal(stint_icmp_open(&fixture.icmp, 0, &socket), STINT_EXHAUSTED);
    assert_int_equal(fixture.arena.in_use, 1024 + 512 + 256);
    stint_arena_give(&fixture.arena, most);
    stint_arena_give(&fixture.arena, more);
    stint_arena_give(&fixture.arena, rest);
    for (unsigned i = 0; i < SOCKETS; i++) {
        (void)open_socket(&fixture);
    }
    assert_int_equal(stint_icmp_open(&fixture.icmp, 0, &socket), STINT_EXHAUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_offered_as_it_was_sent),
        cmocka_unit_test(a_reply_reaches_the_socket_with_its_identifier),
        cmocka_unit_test(a_reply_that_nobody_waits_for_is_dropped),
        cmocka_unit_test(a_full_queue_keeps_the_older_replies),
        cmocka_unit_test(requests_that_do_not_fit_are_refused),
        cmocka_unit_test(identifiers_are_random_and_differ),
        cmocka_unit_test(sockets_take_turns_to_send),
        cmocka_unit_test(ten_thousand_sockets_opened_and_closed_leave_no_memory_behind),
        cmocka_unit_test(when_records_or_buffers_run_out_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
