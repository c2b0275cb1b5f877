/* A ring of bytes over borrowed storage; its length is a power of two, so that a mask finds places.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/ring.h"

/*@ assigns \nothing;
    ensures \result == \min(a, b); */
static uint32_t smaller(size_t a, uint32_t b)
{
    return a < b ? (uint32_t)a : b;
}

/* An index, at most once around the ring too far, as one into the storage. */
/*@ requires stint_ring_is_sound(ring) && (index == 0 || index < 2 * ring->capacity);
    assigns \nothing;
    ensures \result == (index < ring->capacity ? index : index - ring->capacity); */
static inline uint32_t wrapped(const struct stint_ring *ring, uint32_t index)
{
    return index & (ring->capacity - 1);
}

/* The `length` bytes from `offset` after the start; offset + length <= capacity. */
/*@ requires stint_ring_is_sound(ring);
    requires length > 0 ==> offset + length <= ring->capacity;
    assigns \nothing;
    ensures \result.piece[0].length + \result.piece[1].length == length;
    ensures stint_is_writable(\result.piece[0]) && stint_is_writable(\result.piece[1]);
    ensures length > 0 ==>
        \result.piece[0].bytes == ring->bytes + stint_ring_place(ring, offset) &&
        \result.piece[0].length == \min(length, ring->capacity - stint_ring_place(ring, offset));
    ensures \result.piece[1].length > 0 ==> \result.piece[1].bytes == ring->bytes; */
static struct stint_ring_span pieces(
    const struct stint_ring *ring, uint32_t offset, uint32_t length)
{
    struct stint_ring_span span = {{{NULL, 0}, {NULL, 0}}};
    if (length == 0) {
        return span;
    }
    const uint32_t begin = wrapped(ring, ring->start + offset);
    const uint32_t before_seam = smaller(length, ring->capacity - begin);
    span.piece[0] = stint_span_of(ring->bytes + begin, before_seam);
    span.piece[1] = stint_span_of(ring->bytes, length - before_seam);
    return span;
}

/*@ requires stint_is_writable(span.piece[0]) && stint_is_writable(span.piece[1]);
    requires \valid_read(bytes + (0 .. span.piece[0].length + span.piece[1].length - 1));
    requires \separated(bytes + (0 .. span.piece[0].length + span.piece[1].length - 1),
        span.piece[0].bytes + (0 .. span.piece[0].length - 1),
        span.piece[1].bytes + (0 .. span.piece[1].length - 1));
    assigns span.piece[0].bytes[0 .. span.piece[0].length - 1],
        span.piece[1].bytes[0 .. span.piece[1].length - 1];
    ensures \forall integer i; 0 <= i < span.piece[0].length ==>
        span.piece[0].bytes[i] == bytes[i];
    ensures \forall integer i; 0 <= i < span.piece[1].length ==>
        span.piece[1].bytes[i] == bytes[span.piece[0].length + i]; */
static void copy_in(struct stint_ring_span span, const uint8_t *bytes)
{
    if (span.piece[0].length != 0) {
        stint_copy(span.piece[0].bytes, bytes, span.piece[0].length);
    }
    if (span.piece[1].length != 0) {
        stint_copy(span.piece[1].bytes, bytes + span.piece[0].length, span.piece[1].length);
    }
}

/*@ requires stint_is_writable(span.piece[0]) && stint_is_writable(span.piece[1]);
    requires \valid(bytes + (0 .. span.piece[0].length + span.piece[1].length - 1));
    requires \separated(bytes + (0 .. span.piece[0].length + span.piece[1].length - 1),
        span.piece[0].bytes + (0 .. span.piece[0].length - 1),
        span.piece[1].bytes + (0 .. span.piece[1].length - 1));
    assigns bytes[0 .. span.piece[0].length + span.piece[1].length - 1];
    ensures \forall integer i; 0 <= i < span.piece[0].length ==>
        bytes[i] == span.piece[0].bytes[i];
    ensures \forall integer i; 0 <= i < span.piece[1].length ==>
        bytes[span.piece[0].length + i] == span.piece[1].bytes[i]; */
static void copy_out(struct stint_ring_span span, uint8_t *bytes)
{
    if (span.piece[0].length != 0) {
        stint_copy(bytes, span.piece[0].bytes, span.piece[0].length);
    }
    if (span.piece[1].length != 0) {
        stint_copy(bytes + span.piece[0].length, span.piece[1].bytes, span.piece[1].length);
    }
}

void stint_ring_init(struct stint_ring *ring, struct stint_span storage)
{
    ring->bytes = storage.bytes;
    ring->capacity = (uint32_t)storage.length;
    ring->start = 0;
    ring->length = 0;
}

void stint_ring_move(struct stint_ring *ring, struct stint_span storage)
{
    copy_out(pieces(ring, 0, smaller(storage.length, ring->capacity)), storage.bytes);
    ring->bytes = storage.bytes;
    ring->capacity = (uint32_t)storage.length;
    ring->start = 0;
}

size_t stint_ring_write(struct stint_ring *ring, struct stint_view bytes)
{
    const size_t written = stint_ring_write_ahead(ring, 0, bytes);
    ring->length += (uint32_t)written;
    return written;
}

size_t stint_ring_write_ahead(struct stint_ring *ring, uint32_t ahead, struct stint_view bytes)
{
    const uint32_t room = stint_ring_free(ring);
    if (ahead >= room) {
        return 0;
    }
    const uint32_t length = smaller(bytes.length, room - ahead);
    copy_in(pieces(ring, ring->length + ahead, length), bytes.bytes);
    return length;
}

struct stint_ring_span stint_ring_room(const struct stint_ring *ring)
{
    return pieces(ring, ring->length, stint_ring_free(ring));
}

void stint_ring_extend(struct stint_ring *ring, uint32_t length)
{
    ring->length += length;
}

struct stint_ring_view stint_ring_peek(
    const struct stint_ring *ring, uint32_t offset, uint32_t length)
{
    const uint32_t after_offset = offset < ring->length ? ring->length - offset : 0;
    const struct stint_ring_span span = pieces(ring, offset, smaller(length, after_offset));
    const struct stint_ring_view view = {
        {stint_span_as_view(span.piece[0]), stint_span_as_view(span.piece[1])}};
    return view;
}

size_t stint_ring_copy(const struct stint_ring *ring, struct stint_span into)
{
    const uint32_t length = smaller(into.length, ring->length);
    copy_out(pieces(ring, 0, length), into.bytes);
    return length;
}

void stint_ring_drop(struct stint_ring *ring, uint32_t length)
{
    ring->start = wrapped(ring, ring->start + length);
    ring->length -= length;
}

size_t stint_ring_read(struct stint_ring *ring, struct stint_span into)
{
    const size_t length = stint_ring_copy(ring, into);
    stint_ring_drop(ring, (uint32_t)length);
    return length;
}
