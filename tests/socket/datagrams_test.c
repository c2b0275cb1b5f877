/* Queues of datagrams with their endpoints, in blocks of an arena.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/datagrams.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { UNIT = 128, UNITS = 8 };

struct fixture {
    alignas(8) uint8_t memory[UNIT * UNITS];
    struct stint_arena_unit units[UNITS];
    struct stint_arena arena;
    struct stint_datagrams datagrams;
};

static void set_up(struct fixture *fixture)
{
    stint_arena_init(&fixture->arena, stint_span_of(fixture->memory, sizeof fixture->memory), UNIT,
        fixture->units, UNITS);
}

static const struct stint_datagram_info some_info = {
    .source = {{{1, 2, 3}}, 1000},
    .destination = {{{4, 5, 6}}, 2000},
    .interface = 1,
    .traffic_class = 2,
    .time_to_live = 3,
};

static struct stint_view text(const char *string)
{
    return stint_view_of(string, strlen(string));
}

static void a_datagram_comes_out_with_its_endpoints(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    assert_true(stint_datagrams_open(&fixture.datagrams, &fixture.arena, 256, 256));
    struct stint_packet_queue *const queue = &fixture.datagrams.received;
    assert_true(stint_datagrams_push(queue, &some_info, text("body")));

    struct stint_view payload;
    const struct stint_datagram_info *info = stint_datagrams_front(queue, &payload);
    assert_non_null(info);
    assert_true(stint_view_equal(payload, text("body")));
    assert_true(stint_endpoint_equal(&info->source, &some_info.source));
    assert_true(stint_endpoint_equal(&info->destination, &some_info.destination));
    assert_int_equal(info->interface, 1);
    assert_int_equal(info->traffic_class, 2);
    assert_int_equal(info->time_to_live, 3);
    stint_packet_queue_pop(queue);
    assert_null(stint_datagrams_front(queue, &payload));
}

static void an_empty_datagram_is_a_datagram(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    assert_true(stint_datagrams_open(&fixture.datagrams, &fixture.arena, 256, 256));
    struct stint_packet_queue *const queue = &fixture.datagrams.received;
    assert_true(stint_datagrams_push(queue, &some_info, stint_view_of(NULL, 0)));
    struct stint_view payload = text("x");
    assert_non_null(stint_datagrams_front(queue, &payload));
    assert_int_equal(payload.length, 0);
}

static void the_longest_datagram_fits_and_a_longer_one_does_not(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    assert_true(stint_datagrams_open(
        &fixture.datagrams, &fixture.arena, STINT_DATAGRAMS_BUFFER_MINIMUM, 512));
    struct stint_packet_queue *const queues[] = {
        &fixture.datagrams.received, &fixture.datagrams.to_send};
    static uint8_t bytes[600];
    for (unsigned i = 0; i < 2; i++) {
        const size_t longest = stint_datagrams_longest(queues[i]);
        assert_true(longest > 0);
        assert_false(
            stint_datagrams_push(queues[i], &some_info, stint_view_of(bytes, longest + 1)));
        assert_false(stint_datagrams_push(queues[i], &some_info, stint_view_of(bytes, SIZE_MAX)));
        assert_true(stint_datagrams_push(queues[i], &some_info, stint_view_of(bytes, longest)));
        assert_false(stint_datagrams_push(queues[i], &some_info, text("")));
    }
}

static void when_the_second_block_is_refused_the_first_goes_back(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    assert_false(stint_datagrams_open(&fixture.datagrams, &fixture.arena, 512, 1024));
    assert_int_equal(fixture.arena.in_use, 0);
    assert_false(stint_datagrams_open(&fixture.datagrams, &fixture.arena, 2048, 128));
    assert_int_equal(fixture.arena.in_use, 0);
    assert_true(stint_datagrams_open(&fixture.datagrams, &fixture.arena, 512, 512));
    assert_int_equal(fixture.arena.in_use, 1024);
}

static void a_block_goes_back_once(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    assert_true(stint_datagrams_open(&fixture.datagrams, &fixture.arena, 256, 512));
    for (unsigned i = 0; i < 2; i++) {
        stint_datagrams_give_back(&fixture.datagrams.received, &fixture.arena);
        assert_int_equal(fixture.arena.in_use, 512);
    }
    assert_false(stint_datagrams_push(&fixture.datagrams.received, &some_info, text("")));
    stint_datagrams_give_back(&fixture.datagrams.to_send, &fixture.arena);
    assert_int_equal(fixture.arena.in_use, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_comes_out_with_its_endpoints),
        cmocka_unit_test(an_empty_datagram_is_a_datagram),
        cmocka_unit_test(the_longest_datagram_fits_and_a_longer_one_does_not),
        cmocka_unit_test(when_the_second_block_is_refused_the_first_goes_back),
        cmocka_unit_test(a_block_goes_back_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
