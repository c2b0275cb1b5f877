/* The ranges that arrived beyond holes: sorted, apart from one another, and few.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/assembler.h"

/*@ // From L1 to L2, the ranges from number `first` to before number `last` became those that were
    // `by` numbers further on, nearer by `nearer`.
    predicate moved{L1, L2}(struct stint_assembler *assembler, integer first, integer last,
            integer by, integer nearer) =
        \forall integer i; first <= i < last ==>
            \at(assembler->ranges[i].begin, L2) ==
                \at(assembler->ranges[i + by].begin, L1) - nearer &&
            \at(assembler->ranges[i].end, L2) == \at(assembler->ranges[i + by].end, L1) - nearer;

    // A range from `begin` to `end` can stand for those from number `first` to before `last`.
    predicate fits(struct stint_assembler *assembler, integer first, integer last, integer begin,
            integer end) =
        begin < end && first <= last <= assembler->count &&
        (\forall integer i; 0 <= i < first ==> assembler->ranges[i].end < begin) &&
        (\forall integer i; first <= i < last ==>
            begin <= assembler->ranges[i].begin && assembler->ranges[i].end <= end) &&
        (\forall integer i; last <= i < assembler->count ==> end < assembler->ranges[i].begin); */

/* The first range that ends at `offset` or after it; count when there is none. */
/*@ requires stint_assembler_is_sound(assembler);
    assigns \nothing;
    ensures \result <= assembler->count;
    ensures \forall integer j; 0 <= j < \result ==> assembler->ranges[j].end < offset;
    ensures \forall integer j; \result <= j < assembler->count ==>
        assembler->ranges[j].end >= offset; */
static unsigned first_ending_from(const struct stint_assembler *assembler, uint32_t offset)
{
    unsigned i = 0;
    /*@ loop invariant i <= assembler->count;
        loop invariant \forall integer j; 0 <= j < i ==> assembler->ranges[j].end < offset;
        loop assigns i;
        loop variant assembler->count - i; */
    while (i < assembler->count && assembler->ranges[i].end < offset) {
        i++;
    }
    return i;
}

/* The first range from number `i` on that begins after `offset`; count when there is none. */
/*@ requires stint_assembler_is_sound(assembler) && i <= assembler->count;
    assigns \nothing;
    ensures i <= \result <= assembler->count;
    ensures \forall integer j; i <= j < \result ==> assembler->ranges[j].begin <= offset;
    ensures \forall integer j; \result <= j < assembler->count ==>
        assembler->ranges[j].begin > offset; */
static unsigned first_beginning_after(
    const struct stint_assembler *assembler, unsigned i, uint32_t offset)
{
    /*@ loop invariant \at(i, Pre) <= i <= assembler->count;
        loop invariant \forall integer j; \at(i, Pre) <= j < i ==>
            assembler->ranges[j].begin <= offset;
        loop assigns i;
        loop variant assembler->count - i; */
    while (i < assembler->count && assembler->ranges[i].begin <= offset) {
        i++;
    }
    return i;
}

/* Makes room for one more range at number `at`; there must be room. */
/*@ requires stint_assembler_is_sound(assembler);
    requires at <= assembler->count < STINT_ASSEMBLER_RANGES;
    assigns assembler->count, assembler->ranges[at .. STINT_ASSEMBLER_RANGES - 1];
    ensures assembler->count == \old(assembler->count) + 1;
    ensures stint_assembler_is_sorted(assembler, 0, at);
    ensures stint_assembler_is_sorted(assembler, at + 1, assembler->count);
    ensures moved{Pre, Here}(assembler, at + 1, assembler->count, -1, 0);
    ensures moved{Here, Pre}(assembler, at, \old(assembler->count), 1, 0); */
static void open_gap(struct stint_assembler *assembler, unsigned at)
{
    /*@ loop invariant at <= i <= assembler->count;
        loop invariant moved{Pre, Here}(assembler, i + 1, assembler->count + 1, -1, 0);
        loop invariant moved{Pre, Here}(assembler, 0, i + 1, 0, 0);
        loop assigns i, assembler->ranges[at .. STINT_ASSEMBLER_RANGES - 1];
        loop variant i - at; */
    for (unsigned i = assembler->count; i > at; i--) {
        assembler->ranges[i] = assembler->ranges[i - 1];
    }
    assembler->count++;
}

/* Takes out the ranges from number `first` to before number `last`; those after them move nearer
 * by `nearer`. */
/*@ requires stint_assembler_is_sound(assembler) && first <= last <= assembler->count;
    requires \forall integer i; last <= i < assembler->count ==>
        nearer <= assembler->ranges[i].begin;
    assigns assembler->count, assembler->ranges[first .. STINT_ASSEMBLER_RANGES - 1];
    ensures assembler->count == \old(assembler->count) - (last - first);
    ensures stint_assembler_is_sorted(assembler, 0, first);
    ensures stint_assembler_is_sorted(assembler, first, assembler->count);
    ensures moved{Pre, Here}(assembler, first, assembler->count, last - first, nearer);
    ensures moved{Here, Pre}(assembler, last, \old(assembler->count), first - last, -nearer); */
static void close_gap(
    struct stint_assembler *assembler, unsigned first, unsigned last, uint32_t nearer)
{
    /*@ loop invariant last <= i <= assembler->count;
        loop invariant moved{Pre, Here}(assembler, first, first + (i - last), last - first, nearer);
        loop invariant moved{Pre, Here}(assembler, i, assembler->count, 0, 0);
        loop assigns i, assembler->ranges[first .. STINT_ASSEMBLER_RANGES - 1];
        loop variant assembler->count - i; */
    for (unsigned i = last; i < assembler->count; i++) {
        assembler->ranges[first + (i - last)].begin = assembler->ranges[i].begin - nearer;
        assembler->ranges[first + (i - last)].end = assembler->ranges[i].end - nearer;
    }
    assembler->count = (uint8_t)(assembler->count - (last - first));
}

/* Writes the range at number `at`, between what lies before it and what lies after. */
/*@ requires \valid(assembler) && at < assembler->count <= STINT_ASSEMBLER_RANGES;
    requires stint_assembler_is_sorted(assembler, 0, at) && range.begin < range.end;
    requires stint_assembler_is_sorted(assembler, at + 1, assembler->count);
    requires \forall integer i; 0 <= i < at ==> assembler->ranges[i].end < range.begin;
    requires \forall integer i; at < i < assembler->count ==>
        range.end < assembler->ranges[i].begin;
    assigns assembler->ranges[at];
    ensures stint_assembler_is_sound(assembler);
    ensures assembler->ranges[at].begin == range.begin && assembler->ranges[at].end == range.end; */
static inline void put(
    struct stint_assembler *assembler, unsigned at, struct stint_assembler_range range)
{
    assembler->ranges[at].begin = range.begin;
    assembler->ranges[at].end = range.end;
}

/* Puts `range` in the place of those from number `first` to before number `last`. */
/*@ requires stint_assembler_is_sound(assembler);
    requires fits(assembler, first, last, range.begin, range.end);
    requires first == last ==> assembler->count < STINT_ASSEMBLER_RANGES;
    assigns *assembler;
    ensures stint_assembler_is_sound(assembler);
    ensures \forall integer offset; range.begin <= offset < range.end ==>
        stint_assembler_holds(assembler, offset);
    ensures \forall integer offset; \old(stint_assembler_holds(assembler, offset)) ==>
        stint_assembler_holds(assembler, offset);
    ensures \forall integer offset; stint_assembler_holds(assembler, offset) ==>
        range.begin <= offset < range.end || \old(stint_assembler_holds(assembler, offset)); */
static void replace(struct stint_assembler *assembler, unsigned first, unsigned last,
    struct stint_assembler_range range)
{
    if (first == last) {
        open_gap(assembler, first);
    } else {
        //@ assert (unsigned)(first + 1) == first + 1;
        close_gap(assembler, first + 1, last, 0);
    }
    put(assembler, first, range);
    //@ assert moved{Here, Pre}(assembler, 0, first, 0, 0);
    /*@ assert moved{Here, Pre}(assembler, last, \at(assembler->count, Pre), first + 1 - last, 0);
     */
}

/* From `begin` to `end`, and as far as the ranges from number `first` to before `last` reach. */
/*@ requires stint_assembler_is_sound(assembler) && first <= last <= assembler->count;
    requires begin < end;
    requires \forall integer i; 0 <= i < first ==> assembler->ranges[i].end < begin;
    requires \forall integer i; first <= i < last ==>
        begin <= assembler->ranges[i].end && assembler->ranges[i].begin <= end;
    requires \forall integer i; last <= i < assembler->count ==> end < assembler->ranges[i].begin;
    assigns \nothing;
    ensures fits(assembler, first, last, \result.begin, \result.end);
    ensures \result.begin <= begin && end <= \result.end;
    ensures \forall integer offset; \result.begin <= offset < \result.end ==>
        begin <= offset < end || stint_assembler_holds(assembler, offset); */
static struct stint_assembler_range merged(const struct stint_assembler *assembler, unsigned first,
    unsigned last, uint32_t begin, uint32_t end)
{
    struct stint_assembler_range range = {begin, end};
    if (first != last && assembler->ranges[first].begin < begin) {
        range.begin = assembler->ranges[first].begin;
    }
    if (first != last && assembler->ranges[last - 1].end > end) {
        range.end = assembler->ranges[last - 1].end;
    }
    return range;
}

bool stint_assembler_add(struct stint_assembler *assembler, uint32_t begin, uint32_t end)
{
    if (begin >= end) {
        return true;
    }
    const unsigned first = first_ending_from(assembler, begin);
    const unsigned last = first_beginning_after(assembler, first, end);
    if (first == last && assembler->count == STINT_ASSEMBLER_RANGES) {
        return false;
    }
    replace(assembler, first, last, merged(assembler, first, last, begin, end));
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
    /*@ assert \forall integer i; passed <= i < assembler->count ==>
            end < assembler->ranges[i].begin < assembler->ranges[i].end; */
    close_gap(assembler, 0, passed, end);
    return end - length;
}
