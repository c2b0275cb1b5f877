/* The ring against a plain array that holds the same stream.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"

enum { CAPACITY_MAX = 256 };

/* What the ring should hold: the stream and, behind it, what was written ahead. */
struct model {
    uint8_t bytes[CAPACITY_MAX];
    bool known[CAPACITY_MAX];
    uint32_t length;
    uint32_t capacity;
};

static void model_write(struct model *model, uint32_t ahead, const uint8_t *bytes, uint32_t length)
{
    memcpy(model->bytes + model->length + ahead, bytes, length);
    memset(model->known + model->length + ahead, true, length);
}

static void model_drop(struct model *model, uint32_t length)
{
    memmove(model->bytes, model->bytes + length, CAPACITY_MAX - length);
    memmove(model->known, model->known + length, (CAPACITY_MAX - length) * sizeof(bool));
    memset(model->known + (CAPACITY_MAX - length), false, length * sizeof(bool));
    model->length -= length;
}

static void assert_pieces_equal(struct stint_view first, struct stint_view second,
    const struct model *model, uint32_t offset, uint32_t length)
{
    assert_int_equal(first.length + second.length, length);
    for (uint32_t i = 0; i < length; i++) {
        const uint8_t byte = i < first.length ? first.bytes[i] : second.bytes[i - first.length];
        if (model->known[offset + i]) {
            assert_int_equal(byte, model->bytes[offset + i]);
        }
    }
}

static void assert_ring_equals(const struct stint_ring *ring, const struct model *model)
{
    assert_int_equal(ring->length, model->length);
    assert_int_equal(stint_ring_free(ring), model->capacity - model->length);
    const struct stint_ring_view stream = stint_ring_peek(ring, 0, UINT32_MAX);
    assert_pieces_equal(stream.piece[0], stream.piece[1], model, 0, model->length);
    const struct stint_ring_span room = stint_ring_room(ring);
    assert_pieces_equal(stint_span_as_view(room.piece[0]), stint_span_as_view(room.piece[1]), model,
        model->length, model->capacity - model->length);
}

static uint32_t minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void write_some(struct stint_ring *ring, struct model *model, struct noise *noise)
{
    uint8_t bytes[CAPACITY_MAX];
    const uint32_t length = noise_below(noise, CAPACITY_MAX);
    noise_fill(noise, bytes, length);
    const uint32_t fits = minimum(length, model->capacity - model->length);
    assert_int_equal(stint_ring_write(ring, stint_view_of(bytes, length)), fits);
    model_write(model, 0, bytes, fits);
    model->length += fits;
}

static void write_ahead(struct stint_ring *ring, struct model *model, struct noise *noise)
{
    uint8_t bytes[CAPACITY_MAX];
    const uint32_t ahead = noise_below(noise, CAPACITY_MAX + 10);
    const uint32_t length = noise_below(noise, CAPACITY_MAX);
    noise_fill(noise, bytes, length);
    const uint32_t room = model->capacity - model->length;
    const uint32_t fits = ahead < room ? minimum(length, room - ahead) : 0;
    assert_int_equal(stint_ring_write_ahead(ring, ahead, stint_view_of(bytes, length)), fits);
    if (fits != 0) {
        model_write(model, ahead, bytes, fits);
    }
}

static void read_some(struct stint_ring *ring, struct model *model, struct noise *noise)
{
    uint8_t bytes[CAPACITY_MAX] = {0};
    const uint32_t length = noise_below(noise, CAPACITY_MAX);
    const uint32_t expected = minimum(length, model->length);
    assert_int_equal(stint_ring_read(ring, stint_span_of(bytes, length)), expected);
    for (uint32_t i = 0; i < expected; i++) {
        if (model->known[i]) {
            assert_int_equal(bytes[i], model->bytes[i]);
        }
    }
    model_drop(model, expected);
}

static void extend(struct stint_ring *ring, struct model *model, struct noise *noise)
{
    const uint32_t length = noise_below(noise, model->capacity - model->length + 1);
    stint_ring_extend(ring, length);
    model->length += length;
}

static void peek_somewhere(struct stint_ring *ring, struct model *model, struct noise *noise)
{
    const uint32_t offset = noise_below(noise, CAPACITY_MAX);
    const uint32_t length = noise_below(noise, CAPACITY_MAX);
    const struct stint_ring_view view = stint_ring_peek(ring, offset, length);
    const uint32_t there = offset < model->length ? model->length - offset : 0;
    assert_pieces_equal(view.piece[0], view.piece[1], model, offset, minimum(length, there));
}

static void move(struct stint_ring *ring, struct model *model, struct noise *noise,
    uint8_t storage[2][CAPACITY_MAX])
{
    const uint32_t capacity = 1u << noise_below(noise, 9);
    if (capacity < model->length) {
        return;
    }
    uint8_t *const other = ring->bytes == storage[0] ? storage[1] : storage[0];
    memset(other, 0xee, CAPACITY_MAX);
    stint_ring_move(ring, stint_span_of(other, capacity));
    model->capacity = capacity;
    memset(model->known + capacity, false, CAPACITY_MAX - capacity);
}

static void a_ring_behaves_as_an_array_whatever_is_done_to_it(void **state)
{
    (void)state;
    struct noise noise = {7};
    uint8_t storage[2][CAPACITY_MAX] = {{0}};
    struct model model = {.capacity = CAPACITY_MAX};
    struct stint_ring ring;
    stint_ring_init(&ring, stint_span_of(storage[0], CAPACITY_MAX));
    for (unsigned step = 0; step < 200000; step++) {
        switch (noise_below(&noise, 6)) {
        case 0:
            write_some(&ring, &model, &noise);
            break;
        case 1:
            write_ahead(&ring, &model, &noise);
            break;
        case 2:
            read_some(&ring, &model, &noise);
            break;
        case 3:
            extend(&ring, &model, &noise);
            break;
        case 4:
            peek_somewhere(&ring, &model, &noise);
            break;
        default:
            move(&ring, &model, &noise, storage);
            break;
        }
        assert_ring_equals(&ring, &model);
    }
}

static void a_ring_without_storage_takes_and_gives_nothing(void **state)
{
    (void)state;
    uint8_t bytes[4] = {1, 2, 3, 4};
    struct stint_ring ring;
    stint_ring_init(&ring, stint_span_of(NULL, 0));
    assert_int_equal(stint_ring_write(&ring, stint_view_of(bytes, 4)), 0);
    assert_int_equal(stint_ring_write_ahead(&ring, 0, stint_view_of(bytes, 4)), 0);
    assert_int_equal(stint_ring_read(&ring, stint_span_of(bytes, 4)), 0);
    assert_int_equal(stint_ring_peek(&ring, 0, 4).piece[0].length, 0);
    assert_int_equal(stint_ring_room(&ring).piece[0].length, 0);
}

static void a_ring_without_storage_moves_into_some(void **state)
{
    (void)state;
    uint8_t storage[8];
    const uint8_t bytes[4] = {1, 2, 3, 4};
    struct stint_ring ring;
    stint_ring_init(&ring, stint_span_of(NULL, 0));
    stint_ring_move(&ring, stint_span_of(storage, sizeof storage));
    assert_int_equal(stint_ring_write(&ring, stint_view_of(bytes, 4)), 4);
    assert_int_equal(ring.length, 4);
}

static void a_view_across_the_seam_has_two_pieces(void **state)
{
    (void)state;
    uint8_t storage[8];
    uint8_t six[6] = {1, 2, 3, 4, 5, 6};
    struct stint_ring ring;
    stint_ring_init(&ring, stint_span_of(storage, sizeof storage));
    stint_ring_write(&ring, stint_view_of(six, 6));
    stint_ring_drop(&ring, 5);
    stint_ring_write(&ring, stint_view_of(six, 6));
    const struct stint_ring_view view = stint_ring_peek(&ring, 0, 7);
    assert_int_equal(view.piece[0].length, 3);
    assert_int_equal(view.piece[1].length, 4);
    assert_memory_equal(view.piece[0].bytes, "\6\1\2", 3);
    assert_memory_equal(view.piece[1].bytes, "\3\4\5\6", 4);
}

static void copying_takes_nothing_off_the_stream(void **state)
{
    (void)state;
    uint8_t storage[8];
    uint8_t out[8];
    struct stint_ring ring;
    stint_ring_init(&ring, stint_span_of(storage, sizeof storage));
    stint_ring_write(&ring, stint_view_of("abcde", 5));
    assert_int_equal(stint_ring_copy(&ring, stint_span_of(out, 3)), 3);
    assert_memory_equal(out, "abc", 3);
    assert_int_equal(stint_ring_copy(&ring, stint_span_of(out, 8)), 5);
    assert_memory_equal(out, "abcde", 5);
    assert_int_equal(ring.length, 5);
}

static void moving_keeps_what_was_written_ahead(void **state)
{
    (void)state;
    uint8_t small[8];
    uint8_t large[16];
    uint8_t out[8];
    struct stint_ring ring;
    stint_ring_init(&ring, stint_span_of(small, sizeof small));
    stint_ring_write(&ring, stint_view_of("......ab", 6));
    stint_ring_drop(&ring, 6);
    stint_ring_write(&ring, stint_view_of("ab", 2));
    stint_ring_write_ahead(&ring, 2, stint_view_of("ef", 2));
    stint_ring_move(&ring, stint_span_of(large, sizeof large));
    stint_ring_write(&ring, stint_view_of("cd", 2));
    stint_ring_extend(&ring, 2);
    assert_int_equal(stint_ring_read(&ring, stint_span_of(out, sizeof out)), 6);
    assert_memory_equal(out, "abcdef", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_behaves_as_an_array_whatever_is_done_to_it),
        cmocka_unit_test(a_ring_without_storage_takes_and_gives_nothing),
        cmocka_unit_test(a_ring_without_storage_moves_into_some),
        cmocka_unit_test(a_view_across_the_seam_has_two_pieces),
        cmocka_unit_test(copying_takes_nothing_off_the_stream),
        cmocka_unit_test(moving_keeps_what_was_written_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
