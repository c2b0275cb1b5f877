/* Interpretation of storage/assembler: any assembler, with ranges of which nothing is known; then
 * one with four ranges far away, through every sequence of additions at small offsets, however
 * long: the states are followed until no new one comes.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: storage/assembler.c
 */
#include "stint/storage/assembler.h"
#include "unknown.h"

enum { NEAR = 4, FAR = 8, FAR_RANGES = 4, BEYOND = 17 };

static uint32_t unknown_split(uint32_t largest)
{
    const uint32_t number = (uint32_t)unknown_up_to(largest);
    /*@ split number; */
    return number;
}

/* Nothing outside the assembler is touched, whatever it holds. */
static void operate_on_anything(void)
{
    struct stint_assembler assembler;
    MAKE_UNKNOWN(assembler.ranges);
    assembler.count = (uint8_t)unknown_split(STINT_ASSEMBLER_RANGES);
    if (unknown_bool()) {
        stint_assembler_add(&assembler, unknown32(), unknown32());
    } else {
        stint_assembler_advance(&assembler, unknown32());
    }
    /*@ assert assembler.count <= STINT_ASSEMBLER_RANGES; */
}

static bool holds(const struct stint_assembler *assembler, uint32_t offset)
{
    bool found = false;
    for (unsigned i = 0; i < assembler->count; i++) {
        found =
            found || (assembler->ranges[i].begin <= offset && offset < assembler->ranges[i].end);
    }
    return found;
}

/* What arrived, and nothing else, is remembered; the ranges are sorted and apart. */
static void check(const struct stint_assembler *assembler, const bool *arrived)
{
    for (uint32_t offset = 0; offset < BEYOND; offset++) {
        const bool held = holds(assembler, offset);
        /*@ assert held == arrived[offset]; */
    }
    for (unsigned i = 0; i < assembler->count; i++) {
        /*@ assert assembler->ranges[i].begin < assembler->ranges[i].end; */
        /*@ assert i == 0 || assembler->ranges[i - 1].end < assembler->ranges[i].begin; */
    }
}

static void add(struct stint_assembler *assembler, bool *arrived, uint32_t begin, uint32_t end)
{
    if (!stint_assembler_add(assembler, begin, end)) {
        /*@ assert assembler->count == STINT_ASSEMBLER_RANGES; */
        return;
    }
    for (uint32_t offset = begin; offset < end; offset++) {
        arrived[offset] = true;
    }
}

static void advance(struct stint_assembler *assembler, const bool *arrived, uint32_t length)
{
    uint32_t end = length;
    while (end < BEYOND && arrived[end]) {
        end++;
    }
    bool left[BEYOND] = {false};
    for (uint32_t offset = end; offset < BEYOND; offset++) {
        left[offset - end] = arrived[offset];
    }
    const uint32_t followed = stint_assembler_advance(assembler, length);
    /*@ assert followed == end - length; */
    check(assembler, left);
}

static void explore(void)
{
    struct stint_assembler assembler = {.count = 0};
    bool arrived[BEYOND] = {false};
    MAKE_UNKNOWN(assembler.ranges);
    for (uint32_t i = 0; i < FAR_RANGES; i++) {
        add(&assembler, arrived, FAR + 2 * i, FAR + 2 * i + 1);
    }
    while (unknown_bool()) {
        const uint32_t begin = unknown_split(NEAR);
        const uint32_t end = unknown_split(NEAR + 1);
        add(&assembler, arrived, begin, end <= NEAR ? end : FAR + FAR_RANGES);
        check(&assembler, arrived);
        for (unsigned i = assembler.count; i < STINT_ASSEMBLER_RANGES; i++) {
            MAKE_UNKNOWN(assembler.ranges[i]);
        }
    }
    advance(&assembler, arrived, unknown_split(NEAR + 1));
}

int main(void)
{
    operate_on_anything();
    explore();
    Frama_C_show_each_end();
    return 0;
}
