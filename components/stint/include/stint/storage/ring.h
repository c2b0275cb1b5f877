/* A ring of bytes: a stream that is written at its end, read at its start, and may be written ahead
 * of its end. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The storage is borrowed for the ring's life; its length is 0 or a power of two, at most 2^30.
 * Bytes written ahead (out of order) do not belong to the stream until stint_ring_extend() says so.
 */
#ifndef STINT_STORAGE_RING_H
#define STINT_STORAGE_RING_H

#include "stint/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_ring {
    uint8_t *bytes;
    uint32_t capacity;
    uint32_t start;  /* index of the first byte of the stream */
    uint32_t length; /* bytes of the stream */
};

/* Two pieces that follow one another: a ring's bytes up to its seam, and from it. The second may be
 * empty. */
struct stint_ring_view {
    struct stint_view piece[2];
};
struct stint_ring_span {
    struct stint_span piece[2];
};

/* An empty ring over `storage`. */
void stint_ring_init(struct stint_ring *ring, struct stint_span storage);

/* Moves the stream into `storage`, which must be able to hold it, keeping bytes written ahead as
 * far as they fit. */
void stint_ring_move(struct stint_ring *ring, struct stint_span storage);

static inline uint32_t stint_ring_free(const struct stint_ring *ring)
{
    return ring->capacity - ring->length;
}

/* Appends as much of `bytes` as fits; how much that was. */
size_t stint_ring_write(struct stint_ring *ring, struct stint_view bytes);

/* Writes `bytes` at `ahead` bytes after the end of the stream, as far as they fit; how much that
 * was. */
size_t stint_ring_write_ahead(struct stint_ring *ring, uint32_t ahead, struct stint_view bytes);

/* The free room at the end, to be filled in place and then taken in by stint_ring_extend(). */
struct stint_ring_span stint_ring_room(const struct stint_ring *ring);

/* Takes `length` bytes that lie after the end into the stream; at most stint_ring_free(). */
void stint_ring_extend(struct stint_ring *ring, uint32_t length);

/* Up to `length` bytes of the stream, from `offset` after its start. */
struct stint_ring_view stint_ring_peek(
    const struct stint_ring *ring, uint32_t offset, uint32_t length);

/* Copies the first bytes out without taking them; how many. */
size_t stint_ring_copy(const struct stint_ring *ring, struct stint_span into);

/* Takes the first `length` bytes off the stream; at most its length. */
void stint_ring_drop(struct stint_ring *ring, uint32_t length);

/* Copies out and takes off; how many bytes. */
size_t stint_ring_read(struct stint_ring *ring, struct stint_span into);

#ifdef __cplusplus
}
#endif

#endif
