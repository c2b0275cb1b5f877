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

static inline bool stint_assembler_is_empty(const struct stint_assembler *assembler)
{
    return assembler->count == 0;
}

/* Remembers that begin <= offset < end arrived. False, and nothing changed, when that would need
 * one range too many. An empty range is remembered by doing nothing. */
bool stint_assembler_add(struct stint_assembler *assembler, uint32_t begin, uint32_t end);

/* The stream's end moved forward by `length`: ranges move nearer. Returns how many further bytes
 * now follow the new end without a hole (their range is forgotten): the caller takes them into the
 * stream, and offsets count from after them. */
uint32_t stint_assembler_advance(struct stint_assembler *assembler, uint32_t length);

#ifdef __cplusplus
}
#endif

#endif
