/* Storage under operations that the input chooses, against models too simple to be wrong.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The first byte names the module; every operation is one byte and its arguments. What differs from
 * the model aborts.
 */
#include "stint/storage/arena.h"
#include "stint/storage/assembler.h"
#include "stint/storage/packet_queue.h"
#include "stint/storage/ring.h"
#include "stint/storage/timers.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool claim)
{
    if (!claim) {
        abort();
    }
}

static uint32_t minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* A ring of 64 bytes: the model is the stream with what was written ahead behind it. */
enum { RING = 64 };

struct ring_model {
    uint8_t bytes[RING];
    bool written[RING];
    uint32_t length;
};

static void ring_write(struct stint_ring *ring, struct ring_model *model, uint32_t ahead,
    const uint8_t *bytes, uint32_t length)
{
    const uint32_t room = RING - model->length;
    const uint32_t fits = ahead < room ? minimum(length, room - ahead) : 0;
    require(stint_ring_write_ahead(ring, ahead, stint_view_of(bytes, length)) == fits);
    for (uint32_t i = 0; i < fits; i++) {
        model->bytes[model->length + ahead + i] = bytes[i];
        model->written[model->length + ahead + i] = true;
    }
}

static void ring_drop(struct stint_ring *ring, struct ring_model *model, uint32_t length)
{
    stint_ring_drop(ring, length);
    for (uint32_t i = 0; i < RING; i++) {
        const bool stays = i + length < RING;
        model->bytes[i] = stays ? model->bytes[i + length] : 0;
        model->written[i] = stays && model->written[i + length];
    }
    model->length -= length;
}

static void require_ring_is(const struct stint_ring *ring, const struct ring_model *model)
{
    const struct stint_ring_view stream = stint_ring_peek(ring, 0, UINT32_MAX);
    const size_t seam = stream.piece[0].length;
    require(ring->length == model->length && seam + stream.piece[1].length == model->length);
    for (size_t i = 0; i < model->length; i++) {
        const uint8_t byte = i < seam ? stream.piece[0].bytes[i] : stream.piece[1].bytes[i - seam];
        require(!model->written[i] || byte == model->bytes[i]);
    }
}

static void try_ring(struct stint_reader *reader)
{
    uint8_t storage[2][RING] = {{0}};
    struct ring_model model = {.length = 0};
    struct stint_ring ring;
    stint_ring_init(&ring, stint_span_of(storage[0], RING));
    while (reader->rest.length > 0) {
        const uint8_t operation = stint_reader_take8(reader);
        const uint8_t argument = stint_reader_take8(reader);
        if (operation % 4 == 0) {
            const uint8_t content[RING] = {argument, operation, argument};
            ring_write(&ring, &model, operation / 4, content, argument % (RING + 1));
        } else if (operation % 4 == 1) {
            const uint32_t more = minimum(argument, RING - model.length);
            stint_ring_extend(&ring, more);
            model.length += more;
        } else if (operation % 4 == 2) {
            ring_drop(&ring, &model, minimum(argument, model.length));
        } else {
            stint_ring_move(&ring, stint_span_of(storage[ring.bytes == storage[0]], RING));
        }
        require_ring_is(&ring, &model);
    }
}

/* An assembler over 64 offsets: the model has a flag for each. */
enum { STREAM = 64 };

static unsigned ranges_in(const bool *arrived)
{
    unsigned count = 0;
    for (unsigned i = 0; i < STREAM; i++) {
        count += arrived[i] && (i == 0 || !arrived[i - 1]);
    }
    return count;
}

static void require_assembler_is(const struct stint_assembler *assembler, const bool *arrived)
{
    bool remembered[STREAM] = {false};
    for (unsigned i = 0; i < assembler->count; i++) {
        const struct stint_assembler_range range = assembler->ranges[i];
        require(range.begin < range.end && range.end <= STREAM);
        require(i == 0 || assembler->ranges[i - 1].end < range.begin);
        memset(remembered + range.begin, true, (range.end - range.begin) * sizeof(bool));
    }
    require(memcmp(remembered, arrived, sizeof remembered) == 0);
}

static void assembler_add(
    struct stint_assembler *assembler, bool *arrived, uint8_t begin, uint8_t end)
{
    bool with[STREAM];
    memcpy(with, arrived, sizeof with);
    for (unsigned i = begin; i < end; i++) {
        with[i] = true;
    }
    const bool fits = ranges_in(with) <= STINT_ASSEMBLER_RANGES;
    require(stint_assembler_add(assembler, begin, end) == fits);
    if (fits) {
        memcpy(arrived, with, sizeof with);
    }
}

static void assembler_advance(struct stint_assembler *assembler, bool *arrived, uint32_t length)
{
    uint32_t end = length;
    while (end < STREAM && arrived[end]) {
        end++;
    }
    require(stint_assembler_advance(assembler, length) == end - length);
    for (unsigned i = 0; i < STREAM; i++) {
        arrived[i] = i + end < STREAM && arrived[i + end];
    }
}

static void try_assembler(struct stint_reader *reader)
{
    struct stint_assembler assembler = {.count = 0};
    bool arrived[STREAM] = {false};
    while (reader->rest.length > 0) {
        const uint8_t first = stint_reader_take8(reader);
        const uint8_t second = stint_reader_take8(reader);
        if (first < 192) {
            assembler_add(&assembler, arrived, first % STREAM, second % (STREAM + 1));
        } else {
            assembler_advance(&assembler, arrived, second % STREAM);
        }
        require_assembler_is(&assembler, arrived);
    }
}

/* A queue of 256 bytes: the model is the numbers of the packets sent and received, and lengths by
 * number; the bytes of a packet are its number. */
enum { QUEUE = 256 };

static void queue_send(
    struct stint_packet_queue *queue, uint8_t *lengths, uint8_t *sent, uint8_t length)
{
    const struct stint_span room = stint_packet_queue_reserve(queue, length);
    if (room.length == 0) {
        require(length == 0 || queue->count > 0 || length > QUEUE - STINT_PACKET_QUEUE_OVERHEAD);
        return;
    }
    require(room.length == length);
    memset(room.bytes, *sent, length);
    stint_packet_queue_commit(queue, length);
    lengths[*sent] = length;
    *sent = (uint8_t)(*sent + 1);
}

static void try_packet_queue(struct stint_reader *reader)
{
    alignas(8) uint8_t storage[QUEUE];
    uint8_t lengths[256] = {0};
    uint8_t sent = 0;
    uint8_t received = 0;
    struct stint_packet_queue queue;
    stint_packet_queue_init(&queue, stint_span_of(storage, QUEUE));
    while (reader->rest.length > 0) {
        const uint8_t operation = stint_reader_take8(reader);
        if (operation % 2 == 0) {
            queue_send(&queue, lengths, &sent, stint_reader_take8(reader));
        } else if (queue.count > 0) {
            stint_packet_queue_pop(&queue);
            received = (uint8_t)(received + 1);
        }
        const struct stint_view front = stint_packet_queue_front(&queue);
        require(queue.count == (uint8_t)(sent - received) && queue.used <= QUEUE);
        require(front.length == (queue.count == 0 ? 0 : lengths[received]));
        for (size_t i = 0; i < front.length; i++) {
            require(front.bytes[i] == received);
        }
    }
}

/* An arena of 45 units of 16 bytes and 32 holders: the model is who holds each unit. */
enum { UNIT = 16, UNITS = 45, HOLDERS = 32 };

static void arena_toggle(struct stint_arena *arena, struct stint_span *block, uint8_t holder,
    uint8_t *holders, uint32_t size)
{
    if (block->length != 0) {
        const size_t first = (size_t)(block->bytes - arena->bytes) / UNIT;
        memset(holders + first, 0, block->length / UNIT);
        stint_arena_give(arena, *block);
        *block = stint_span_of(NULL, 0);
        return;
    }
    *block = stint_arena_take(arena, size);
    require(block->length == 0 || (block->length >= size && block->length < 2 * size + UNIT));
    for (size_t i = 0; i < block->length / UNIT; i++) {
        uint8_t *const owner = &holders[(size_t)(block->bytes - arena->bytes) / UNIT + i];
        require(*owner == 0);
        *owner = (uint8_t)(holder + 1);
    }
}

static void try_arena(struct stint_reader *reader)
{
    uint8_t memory[UNITS * UNIT];
    struct stint_arena_unit units[UNITS];
    struct stint_span blocks[HOLDERS] = {{NULL, 0}};
    uint8_t holders[UNITS] = {0};
    struct stint_arena arena;
    stint_arena_init(&arena, stint_span_of(memory, sizeof memory), UNIT, units, UNITS);
    while (reader->rest.length > 0) {
        const uint8_t holder = stint_reader_take8(reader) % HOLDERS;
        const uint32_t size = 1 + 2u * stint_reader_take8(reader);
        arena_toggle(&arena, &blocks[holder], holder, holders, size);
    }
    for (unsigned i = 0; i < HOLDERS; i++) {
        stint_arena_give(&arena, blocks[i]);
    }
    require(stint_arena_free(&arena) == UNITS * UNIT);
    require(stint_arena_take(&arena, 32 * UNIT).length == 32 * UNIT); /* 45 = 32 + 8 + 4 + 1 */
    require(stint_arena_take(&arena, 8 * UNIT).length == 8 * UNIT);
    require(stint_arena_take(&arena, 4 * UNIT).length == 4 * UNIT);
    require(stint_arena_take(&arena, UNIT).length == UNIT);
}

/* 16 timers: the model is their deadlines. */
enum { TIMERS = 16 };

static int64_t earliest_of(const int64_t *deadlines)
{
    int64_t earliest = INT64_MAX;
    for (unsigned i = 0; i < TIMERS; i++) {
        earliest = deadlines[i] < earliest ? deadlines[i] : earliest;
    }
    return earliest;
}

static void try_timers(struct stint_reader *reader)
{
    struct stint_instant deadlines[TIMERS];
    uint16_t heap[TIMERS];
    uint16_t positions[TIMERS];
    int64_t model[TIMERS];
    struct stint_timers timers;
    stint_timers_init(&timers, deadlines, heap, positions, TIMERS);
    for (unsigned i = 0; i < TIMERS; i++) {
        model[i] = INT64_MAX;
    }
    while (reader->rest.length > 0) {
        const uint8_t operation = stint_reader_take8(reader);
        const uint8_t time = stint_reader_take8(reader);
        const uint8_t timer = operation % TIMERS;
        if (operation < 192) {
            model[timer] = operation < 128 ? time : INT64_MAX;
            stint_timers_set(&timers, timer, stint_instant_at(model[timer]));
        } else {
            const int64_t earliest = earliest_of(model);
            const uint16_t fired = stint_timers_pop(&timers, stint_instant_at(time));
            require((fired == STINT_TIMER_NONE) == (earliest > time));
            if (fired != STINT_TIMER_NONE) {
                require(model[fired] == earliest);
                model[fired] = INT64_MAX;
            }
        }
        require(stint_timers_earliest(&timers).microseconds == earliest_of(model));
        require(stint_timers_deadline(&timers, timer).microseconds == model[timer]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static void (*const modules[])(struct stint_reader *) = {
        try_ring, try_assembler, try_packet_queue, try_arena, try_timers};
    struct stint_reader reader = stint_reader_over(stint_view_of(bytes, length));
    const uint8_t module = stint_reader_take8(&reader);
    modules[module % (sizeof modules / sizeof modules[0])](&reader);
    return 0;
}
