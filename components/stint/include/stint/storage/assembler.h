/* The assembler: which ranges of a stream arrived beyond its end, while holes before them are still
 * open. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Offsets count from the end of the stream (for TCP: from RCV.NXT). The ranges are sorted and never
 * touch, so their number is bounded by what arrives, and arrivals beyond the bound are refused
 * (SegmentSmack, CVE-2018-5390).
 */
#ifndef STINT_STORAGE_ASSEMBLER_H
#define STINT_STORAGE_ASSEMBLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_ASSEMBLER_RANGES = 6 };

/* begin <= offset < end */
struct stint_assembler_range {
    uint32_t begin;
    uint32_t end;
};

struct stint_assembler {
    struct stint_assembler_range ranges[STINT_ASSEMBLER_RANGES];
    uint8_t count;
};

/*@ // The ranges from number `first` to before number `last` are not empty, sorted, and apart.
    predicate stint_assembler_is_sorted(struct stint_assembler *assembler, integer first,
            integer last) =
        (\forall integer i; first <= i < last ==>
            assembler->ranges[i].begin < assembler->ranges[i].end) &&
        (\forall integer i, j; first <= i < j < last ==>
            assembler->ranges[i].end < assembler->ranges[j].begin);

    predicate stint_assembler_is_sound(struct stint_assembler *assembler) =
        \valid(assembler) && assembler->count <= STINT_ASSEMBLER_RANGES &&
        stint_assembler_is_sorted(assembler, 0, assembler->count);

    predicate stint_assembler_holds(struct stint_assembler *assembler, integer offset) =
        \exists integer i; 0 <= i < assembler->count &&
            assembler->ranges[i].begin <= offset < assembler->ranges[i].end; */

/*@ requires \valid_read(assembler);
    assigns \nothing;
    ensures \result <==> assembler->count == 0; */
static inline bool stint_assembler_is_empty(const struct stint_assembler *assembler)
{
    return assembler->count == 0;
}

/* Remembers that begin <= offset < end arrived. False, and nothing changed, when that would need
 * one range too many. An empty range is remembered by doing nothing. */
/*@ requires stint_assembler_is_sound(assembler);
    assigns *assembler;
    ensures stint_assembler_is_sound(assembler);
    ensures !\result ==> *assembler == \old(*assembler);
    ensures \forall integer offset; \result && begin <= offset < end ==>
        stint_assembler_holds(assembler, offset);
    ensures \forall integer offset; \old(stint_assembler_holds(assembler, offset)) ==>
        stint_assembler_holds(assembler, offset);
    ensures \forall integer offset; stint_assembler_holds(assembler, offset) ==>
        begin <= offset < end || \old(stint_assembler_holds(assembler, offset)); */
bool stint_assembler_add(struct stint_assembler *assembler, uint32_t begin, uint32_t end);

/* The stream's end moved forward by `length`: ranges move nearer. Returns how many further bytes
 * now follow the new end without a hole (their range is forgotten): the caller takes them into the
 * stream, and offsets count from after them. */
/*@ requires stint_assembler_is_sound(assembler);
    assigns *assembler;
    ensures stint_assembler_is_sound(assembler);
    ensures length + \result <= 0xffffffff;
    ensures \forall integer offset; length <= offset < length + \result ==>
        \old(stint_assembler_holds(assembler, offset));
    ensures !stint_assembler_holds(assembler, 0);
    ensures \forall integer offset; 0 <= offset && stint_assembler_holds(assembler, offset) ==>
        \at(stint_assembler_holds(assembler, length + \at(\result, Post) + offset), Pre);
    ensures \forall integer offset; length + \result <= offset &&
        \old(stint_assembler_holds(assembler, offset)) ==>
        stint_assembler_holds(assembler, offset - length - \result); */
uint32_t stint_assembler_advance(struct stint_assembler *assembler, uint32_t length);

#ifdef __cplusplus
}
#endif

#endif
