/* The packet queue against a list of packets.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/packet_queue.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"

enum { CAPACITY = 256, PACKETS_MAX = 16 };

/* The lengths of the packets in the queue, and the number of the first one: its bytes. */
struct model {
    size_t lengths[PACKETS_MAX];
    unsigned count;
    uint8_t first_number;
};

static void assert_front_equals(const struct stint_packet_queue *queue, const struct model *model)
{
    const struct stint_view front = stint_packet_queue_front(queue);
    assert_int_equal(queue->count, model->count);
    assert_int_equal(stint_packet_queue_is_empty(queue), model->count == 0);
    assert_int_equal(queue->used == 0, model->count == 0);
    assert_true(queue->used <= queue->capacity);
    assert_int_equal(front.length, model->count == 0 ? 0 : model->lengths[0]);
    assert_int_equal((uintptr_t)front.bytes % 8, 0);
    for (size_t i = 0; i < front.length; i++) {
        assert_int_equal(front.bytes[i], model->first_number);
    }
}

static void model_append(struct model *model, size_t length)
{
    assert_true(model->count < PACKETS_MAX);
    model->lengths[model->count] = length;
    model->count++;
}

static void pop(struct stint_packet_queue *queue, struct model *model)
{
    stint_packet_queue_pop(queue);
    if (model->count > 0) {
        model->count--;
        model->first_number++;
        memmove(model->lengths, model->lengths + 1, model->count * sizeof model->lengths[0]);
    }
}

static void reserve_and_commit(
    struct stint_packet_queue *queue, struct model *model, struct noise *noise)
{
    const size_t asked = 1 + noise_below(noise, 120);
    const struct stint_span room = stint_packet_queue_reserve(queue, asked);
    if (room.length == 0) {
        return;
    }
    assert_int_equal(room.length, asked);
    assert_int_equal((uintptr_t)room.bytes % 8, 0);
    memset(room.bytes, (uint8_t)(model->first_number + model->count), asked);
    while (noise_below(noise, 3) == 0) {
        pop(queue, model); /* while the room is lent */
        memset(room.bytes, (uint8_t)(model->first_number + model->count), asked);
    }
    const size_t length = noise_below(noise, (uint32_t)asked + 1);
    stint_packet_queue_commit(queue, length);
    if (length > 0) {
        model_append(model, length);
    }
}

static void packets_come_out_as_they_went_in(void **state)
{
    (void)state;
    alignas(8) uint8_t storage[CAPACITY];
    struct noise noise = {23};
    struct model model = {.count = 0};
    struct stint_packet_queue queue;
    stint_packet_queue_init(&queue, stint_span_of(storage, sizeof storage));
    uint32_t most_used = 0;
    for (unsigned step = 0; step < 200000; step++) {
        if (noise_below(&noise, 2) == 0) {
            reserve_and_commit(&queue, &model, &noise);
        } else {
            pop(&queue, &model);
        }
        most_used = queue.used > most_used ? queue.used : most_used;
        assert_front_equals(&queue, &model);
    }
    assert_int_equal(most_used, CAPACITY);
}

static void a_packet_that_does_not_fit_at_the_end_begins_at_the_start(void **state)
{
    (void)state;
    alignas(8) uint8_t storage[64];
    struct stint_packet_queue queue;
    stint_packet_queue_init(&queue, stint_span_of(storage, sizeof storage));
    assert_true(stint_packet_queue_push(&queue, stint_view_of("twenty-four bytes long..", 24)));
    assert_true(stint_packet_queue_push(&queue, stint_view_of("eight...", 8)));
    assert_int_equal(queue.used, 48);
    assert_false(stint_packet_queue_push(&queue, stint_view_of("sixteen bytes...", 16)));
    stint_packet_queue_pop(&queue);
    assert_true(stint_packet_queue_push(&queue, stint_view_of("sixteen bytes...", 16)));
    assert_int_equal(queue.used, 16 + 16 + 24); /* the 16 at the end are skipped */
    stint_packet_queue_pop(&queue);
    assert_ptr_equal(stint_packet_queue_front(&queue).bytes, storage + 8);
    assert_memory_equal(stint_packet_queue_front(&queue).bytes, "sixteen bytes...", 16);
    stint_packet_queue_pop(&queue);
    assert_int_equal(queue.used, 0);
}

static void a_packet_may_take_exactly_what_is_free_at_the_start(void **state)
{
    (void)state;
    alignas(8) uint8_t storage[64];
    struct stint_packet_queue queue;
    stint_packet_queue_init(&queue, stint_span_of(storage, sizeof storage));
    assert_true(stint_packet_queue_push(&queue, stint_view_of("twenty-four bytes long..", 24)));
    assert_true(stint_packet_queue_push(&queue, stint_view_of("sixteen bytes...", 16)));
    stint_packet_queue_pop(&queue);
    assert_int_equal(stint_packet_queue_reserve(&queue, 25).length, 0);
    assert_true(stint_packet_queue_push(&queue, stint_view_of("twenty-four bytes again.", 24)));
    assert_int_equal(queue.used, 64);
    assert_false(stint_packet_queue_push(&queue, stint_view_of("x", 1)));
    stint_packet_queue_pop(&queue);
    assert_memory_equal(stint_packet_queue_front(&queue).bytes, "twenty-four bytes again.", 24);
}

static void an_empty_queue_takes_a_packet_as_long_as_its_storage(void **state)
{
    (void)state;
    alignas(8) uint8_t storage[64];
    struct stint_packet_queue queue;
    stint_packet_queue_init(&queue, stint_span_of(storage, sizeof storage));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(stint_packet_queue_reserve(&queue, 57).length, 0);
        assert_int_equal(stint_packet_queue_reserve(&queue, 56).length, 56);
        stint_packet_queue_commit(&queue, 20);
        assert_int_equal(stint_packet_queue_front(&queue).length, 20);
        stint_packet_queue_pop(&queue);
    }
}

static void a_room_that_is_asked_for_again_is_given_up(void **state)
{
    (void)state;
    alignas(8) uint8_t storage[64];
    struct stint_packet_queue queue;
    stint_packet_queue_init(&queue, stint_span_of(storage, sizeof storage));
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(stint_packet_queue_reserve(&queue, 40).length, 40);
    }
    assert_true(stint_packet_queue_is_empty(&queue));
    assert_true(stint_packet_queue_push(&queue, stint_view_of("x", 1)));
    assert_int_equal(queue.count, 1);
}

static void lengths_outside_the_range_are_refused(void **state)
{
    (void)state;
    static uint8_t storage[70000];
    struct stint_packet_queue queue;
    stint_packet_queue_init(&queue, stint_span_of(storage, sizeof storage));
    assert_int_equal(stint_packet_queue_reserve(&queue, 0).length, 0);
    assert_int_equal(stint_packet_queue_reserve(&queue, 65536).length, 0);
    assert_int_equal(stint_packet_queue_reserve(&queue, SIZE_MAX).length, 0);
    assert_int_equal(stint_packet_queue_reserve(&queue, 65535).length, 65535);
    stint_packet_queue_commit(&queue, 65535);
    assert_int_equal(stint_packet_queue_front(&queue).length, 65535);
}

static void a_queue_without_storage_holds_nothing(void **state)
{
    (void)state;
    struct stint_packet_queue queue;
    stint_packet_queue_init(&queue, stint_span_of(NULL, 0));
    assert_false(stint_packet_queue_push(&queue, stint_view_of("x", 1)));
    assert_int_equal(stint_packet_queue_front(&queue).length, 0);
    stint_packet_queue_pop(&queue);
    assert_int_equal(queue.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_come_out_as_they_went_in),
        cmocka_unit_test(a_packet_that_does_not_fit_at_the_end_begins_at_the_start),
        cmocka_unit_test(a_packet_may_take_exactly_what_is_free_at_the_start),
        cmocka_unit_test(an_empty_queue_takes_a_packet_as_long_as_its_storage),
        cmocka_unit_test(a_room_that_is_asked_for_again_is_given_up),
        cmocka_unit_test(lengths_outside_the_range_are_refused),
        cmocka_unit_test(a_queue_without_storage_holds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
