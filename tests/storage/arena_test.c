/* The arena against an owner for every unit.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/noise.h"

enum { UNIT = 16, UNITS = 200, HOLDERS = 60, STATE_FREE = 1 };

struct memory {
    struct stint_arena arena;
    struct stint_arena_unit units[UNITS + 1];
    uint8_t bytes[UNITS * UNIT];
};

static void set_up(struct memory *memory, uint16_t unit_count)
{
    memset(memory, 0xee, sizeof *memory);
    for (unsigned unit = unit_count; unit <= UNITS; unit++) {
        memory->units[unit].state = STATE_FREE; /* beyond the arena: bait */
        memory->units[unit].order = 0;
    }
    stint_arena_init(&memory->arena, stint_span_of(memory->bytes, (size_t)unit_count * UNIT), UNIT,
        memory->units, unit_count);
}

static uint32_t block_size_for(uint32_t length)
{
    uint32_t size = UNIT;
    while (size < length) {
        size *= 2;
    }
    return size;
}

/* How many blocks of `size` bytes can be taken one after another; they stay taken. */
static unsigned take_all(struct memory *memory, uint32_t size)
{
    unsigned count = 0;
    while (stint_arena_take(&memory->arena, size).length != 0) {
        count++;
    }
    return count;
}

/* Takes every block there is, the largest first, and checks that there are as many of each size as
 * in a new arena: one for each bit of the number of units. */
static void assert_all_is_in_the_largest_blocks(struct memory *memory)
{
    assert_int_equal(memory->arena.in_use, 0);
    for (unsigned order = STINT_ARENA_ORDERS; order-- > 0;) {
        const unsigned expected = memory->arena.unit_count >> order & 1u;
        assert_int_equal(take_all(memory, (uint32_t)UNIT << order), expected);
    }
    assert_int_equal(stint_arena_free(&memory->arena), 0);
}

static void stamp(struct stint_span block, unsigned holder)
{
    for (size_t i = 0; i < block.length; i++) {
        block.bytes[i] = (uint8_t)(holder + 1);
    }
}

static void assert_stamped(struct stint_span block, unsigned holder)
{
    for (size_t i = 0; i < block.length; i++) {
        assert_int_equal(block.bytes[i], holder + 1);
    }
}

static struct stint_span take_checked(struct memory *memory, uint32_t length)
{
    const struct stint_span block = stint_arena_take(&memory->arena, length);
    if (block.length != 0) {
        assert_int_equal(block.length, block_size_for(length));
        const size_t offset = (size_t)(block.bytes - memory->bytes);
        assert_int_equal(offset % block.length, 0);
        assert_true(offset + block.length <= (size_t)memory->arena.unit_count * UNIT);
    }
    return block;
}

/* Blocks lie one after another, aligned; what is inside one has no state. */
static void assert_blocks_are_sound(const struct stint_arena *arena)
{
    uint32_t unit = 0;
    while (unit < arena->unit_count) {
        const uint32_t size = 1u << arena->units[unit].order;
        assert_int_not_equal(arena->units[unit].state, 0);
        assert_int_equal(unit % size, 0);
        for (uint32_t i = 1; i < size; i++) {
            assert_int_equal(arena->units[unit + i].state, 0);
        }
        unit += size;
    }
    assert_int_equal(unit, arena->unit_count);
}

static void blocks_never_overlap_and_all_memory_comes_back(uint16_t unit_count, uint64_t seed)
{
    struct noise noise = {seed};
    struct memory memory;
    struct stint_span held[HOLDERS] = {{NULL, 0}};
    uint32_t in_use = 0;
    uint32_t most = 0;
    uint32_t refused = 0;
    set_up(&memory, unit_count);
    for (unsigned step = 0; step < 20000; step++) {
        const unsigned holder = noise_below(&noise, HOLDERS);
        if (held[holder].length != 0) {
            assert_stamped(held[holder], holder);
            in_use -= (uint32_t)held[holder].length;
            stint_arena_give(&memory.arena, held[holder]);
            held[holder] = stint_span_of(NULL, 0);
        } else {
            held[holder] =
                take_checked(&memory, 1 + noise_below(&noise, 1u << noise_below(&noise, 11)));
            stamp(held[holder], holder);
            in_use += (uint32_t)held[holder].length;
            refused += held[holder].length == 0;
            most = in_use > most ? in_use : most;
        }
        assert_blocks_are_sound(&memory.arena);
        assert_int_equal(memory.arena.in_use, in_use);
        assert_int_equal(stint_arena_free(&memory.arena), unit_count * UNIT - in_use);
    }
    assert_int_equal(memory.arena.high_water, most);
    assert_int_equal(memory.arena.refused, refused);
    for (unsigned holder = 0; holder < HOLDERS; holder++) {
        stint_arena_give(&memory.arena, held[holder]);
    }
    assert_all_is_in_the_largest_blocks(&memory);
}

static void blocks_never_overlap_whatever_the_number_of_units(void **state)
{
    (void)state;
    const uint16_t counts[] = {1, 2, 3, 7, 8, 31, 64, 100, 127, 128, 129, 199, 200};
    for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        blocks_never_overlap_and_all_memory_comes_back(counts[i], 17 + i);
    }
}

static void a_new_arena_has_the_largest_blocks_that_fit(void **state)
{
    (void)state;
    for (uint16_t count = 1; count <= UNITS; count++) {
        struct memory memory;
        set_up(&memory, count);
        assert_int_equal(stint_arena_free(&memory.arena), count * UNIT);
        assert_all_is_in_the_largest_blocks(&memory);
    }
}

static void a_take_that_finds_no_block_is_counted(void **state)
{
    (void)state;
    struct memory memory;
    set_up(&memory, 8);
    assert_int_equal(stint_arena_take(&memory.arena, 8 * UNIT + 1).length, 0);
    assert_int_equal(stint_arena_take(&memory.arena, UINT32_MAX).length, 0);
    assert_int_equal(memory.arena.refused, 2);
    assert_int_equal(stint_arena_take(&memory.arena, 8 * UNIT).length, 8 * UNIT);
    assert_int_equal(stint_arena_take(&memory.arena, 1).length, 0);
    assert_int_equal(memory.arena.refused, 3);
    assert_int_equal(memory.arena.high_water, 8 * UNIT);
}

static void the_largest_arena_is_one_unit_short_of_its_numbers(void **state)
{
    (void)state;
    static struct stint_arena_unit units[65534];
    static uint8_t bytes[65534];
    struct stint_arena arena;
    stint_arena_init(&arena, stint_span_of(bytes, sizeof bytes), 1, units, 65534);
    struct stint_span quarters[3];
    for (unsigned i = 0; i < 3; i++) {
        quarters[i] = stint_arena_take(&arena, 16384);
        assert_int_equal(quarters[i].length, 16384);
    }
    assert_int_equal(stint_arena_take(&arena, 16384).length, 0);
    for (unsigned i = 0; i < 3; i++) {
        stint_arena_give(&arena, quarters[i]);
    }
    assert_int_equal(stint_arena_free(&arena), 65534);
    assert_int_equal(stint_arena_take(&arena, 32768).length, 32768);
    assert_int_equal(stint_arena_take(&arena, 32768).length, 0);
}

static void giving_an_empty_span_does_nothing(void **state)
{
    (void)state;
    struct memory memory;
    set_up(&memory, 5);
    stint_arena_give(&memory.arena, stint_span_of(NULL, 0));
    assert_all_is_in_the_largest_blocks(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_never_overlap_whatever_the_number_of_units),
        cmocka_unit_test(a_new_arena_has_the_largest_blocks_that_fit),
        cmocka_unit_test(a_take_that_finds_no_block_is_counted),
        cmocka_unit_test(the_largest_arena_is_one_unit_short_of_its_numbers),
        cmocka_unit_test(giving_an_empty_span_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
