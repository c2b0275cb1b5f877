/* TCP sequence numbers: a circle of 2^32, compared by their distance (RFC 9293 3.4).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_WIRE_TCP_SEQUENCE_H
#define STINT_WIRE_TCP_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct stint_sequence {
    uint32_t number;
};

/*@ // How far `to` lies ahead of `from` on the circle.
    logic integer stint_ahead(integer from, integer to) =
        from <= to ? to - from : to + 0x100000000 - from;

    predicate stint_is_before(integer a, integer b) =
        stint_ahead(b, a) >= 0x80000000; */

/*@ assigns \nothing;
    ensures \result.number == number; */
static inline struct stint_sequence stint_sequence_of(uint32_t number)
{
    struct stint_sequence sequence = {number};
    return sequence;
}

/* `sequence` moved forward by `count`. */
/*@ assigns \nothing;
    ensures stint_ahead(sequence.number, \result.number) == count; */
static inline struct stint_sequence stint_sequence_after(
    struct stint_sequence sequence, uint32_t count)
{
    return stint_sequence_of(sequence.number + count);
}

/*@ assigns \nothing;
    ensures stint_ahead(\result.number, sequence.number) == count; */
static inline struct stint_sequence stint_sequence_before(
    struct stint_sequence sequence, uint32_t count)
{
    return stint_sequence_of(sequence.number - count);
}

/* How far one must move forward from `from` to reach `to`: 0 to 2^32 - 1. */
/*@ assigns \nothing;
    ensures \result == stint_ahead(from.number, to.number); */
static inline uint32_t stint_sequence_distance(struct stint_sequence from, struct stint_sequence to)
{
    return to.number - from.number;
}

/*@ assigns \nothing;
    ensures \result <==> a.number == b.number; */
static inline bool stint_sequence_equal(struct stint_sequence a, struct stint_sequence b)
{
    return a.number == b.number;
}

/* a < b on the circle: b lies at most 2^31 ahead. Numbers that are compared lie within a window of
 * each other, 2^30 at most; of two that are exactly half the circle apart, as only a stranger can
 * send them, each is before the other. */
/*@ assigns \nothing;
    ensures \result <==> stint_is_before(a.number, b.number); */
static inline bool stint_sequence_is_before(struct stint_sequence a, struct stint_sequence b)
{
    return a.number - b.number >= UINT32_C(0x80000000);
}

/* a <= b on the circle. */
/*@ assigns \nothing;
    ensures \result <==> !stint_is_before(b.number, a.number); */
static inline bool stint_sequence_is_at_most(struct stint_sequence a, struct stint_sequence b)
{
    return !stint_sequence_is_before(b, a);
}

/* start <= sequence < start + length */
/*@ assigns \nothing;
    ensures \result <==> stint_ahead(start.number, sequence.number) < length; */
static inline bool stint_sequence_is_within(
    struct stint_sequence sequence, struct stint_sequence start, uint32_t length)
{
    return sequence.number - start.number < length;
}

/*@ assigns \nothing;
    ensures stint_is_before(a.number, b.number) ? \result == b : \result == a; */
static inline struct stint_sequence stint_sequence_later(
    struct stint_sequence a, struct stint_sequence b)
{
    return stint_sequence_is_before(a, b) ? b : a;
}

#ifdef __cplusplus
}
#endif

#endif
