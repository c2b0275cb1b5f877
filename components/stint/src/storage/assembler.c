/* The ranges that arrived beyond holes: sorted, apart from one another, and few.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/assembler.h"

/* Everywhere: ranges[i].begin < ranges[i].end, and ranges[i].end < ranges[i + 1].begin. */

/* The first range that ends at `offset` or after it; count when there is none. */
static unsigned first_ending_from(const struct stint_assembler *assembler, uint32_t offset)
{
    unsigned i = 0;
    while (i < assembler->count && assembler->ranges[i].end < offset) {
        i++;
    }
    return i;
}

/* The first range from number `i` on that begins after `offset`; count when there is none. */
static unsigned first_beginning_after(
    const struct stint_assembler *assembler, unsigned i, uint32_t offset)
{
    while (i < assembler->count && assembler->ranges[i].begin <= offset) {
        i++;
    }
    return i;
}

/* Makes room for one more range at number `at`; there must be room. */
static void open_gap(struct stint_assembler *assembler, unsigned at)
{
    for (unsigned i = assembler->count; i > at; i--) {
        assembler->ranges[i] = assembler->ranges[i - 1];
    }
    assembler->count++;
}

/* Takes out the ranges from number `first` to before number `last`. */
static void close_gap(struct stint_assembler *assembler, unsigned first, unsigned last)
{
    for (unsigned i = last; i < assembler->count; i++) {
        assembler->ranges[first + (i - last)] = assembler->ranges[i];
    }
    assembler->count = (uint8_t)(assembler->count - (last - first));
}

bool stint_assembler_add(struct stint_assembler *assembler, uint32_t begin, uint32_t end)
{
    if (begin >= end) {
        return true;
    }
    const unsigned first = first_ending_from(assembler, begin);
    const unsigned last = first_beginning_after(assembler, first, end);
    struct stint_assembler_range merged = {begin, end};
    if (first == last) {
        if (assembler->count == STINT_ASSEMBLER_RANGES) {
            return false;
        }
        open_gap(assembler, first);
    } else {
        if (assembler->ranges[first].begin < begin) {
            merged.begin = assembler->ranges[first].begin;
        }
        if (assembler->ranges[last - 1].end > end) {
            merged.end = assembler->ranges[last - 1].end;
        }
        close_gap(assembler, first + 1, last);
    }
    assembler->ranges[first] = merged;
    return true;
}

uint32_t stint_assembler_advance(struct stint_assembler *assembler, uint32_t length)
{
    /* Only the last of the ranges that begin within `length` can reach past it. */
    const unsigned passed = first_beginning_after(assembler, 0, length);
    uint32_t end = length;
    if (passed > 0 && assembler->ranges[passed - 1].end > length) {
        end = assembler->ranges[passed - 1].end;
    }
    close_gap(assembler, 0, passed);
    for (unsigned i = 0; i < assembler->count; i++) {
        assembler->ranges[i].begin -= end;
        assembler->ranges[i].end -= end;
    }
    return end - length;
}
