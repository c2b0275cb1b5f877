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

static inline struct stint_sequence stint_sequence_of(uint32_t number)
{
    struct stint_sequence sequence = {number};
    return sequence;
}

/* `sequence` moved forward by `count`. */
static inline struct stint_sequence stint_sequence_after(
    struct stint_sequence sequence, uint32_t count)
{
    return stint_sequence_of(sequence.number + count);
}

static inline struct stint_sequence stint_sequence_before(
    struct stint_sequence sequence, uint32_t count)
{
    return stint_sequence_of(sequence.number - count);
}

/* How far one must move forward from `from` to reach `to`: 0 to 2^32 - 1. */
static inline uint32_t stint_sequence_distance(struct stint_sequence from, struct stint_sequence to)
{
    return to.number - from.number;
}

static inline bool stint_sequence_equal(struct stint_sequence a, struct stint_sequence b)
{
    return a.number == b.number;
}

/* a < b on the circle: b lies less than 2^31 ahead. */
static inline bool stint_sequence_is_before(struct stint_sequence a, struct stint_sequence b)
{
    return a.number - b.number > UINT32_C(0x80000000) ||
           (a.number != b.number && a.number - b.number == UINT32_C(0x80000000) &&
               a.number < b.number);
}

/* a <= b on the circle. */
static inline bool stint_sequence_is_at_most(struct stint_sequence a, struct stint_sequence b)
{
    return !stint_sequence_is_before(b, a);
}

/* start <= sequence < start + length */
static inline bool stint_sequence_is_within(
    struct stint_sequence sequence, struct stint_sequence start, uint32_t length)
{
    return sequence.number - start.number < length;
}

static inline struct stint_sequence stint_sequence_later(
    struct stint_sequence a, struct stint_sequence b)
{
    return stint_sequence_is_before(a, b) ? b : a;
}

#ifdef __cplusplus
}
#endif

#endif
