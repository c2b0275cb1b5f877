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

/*@ predicate stint_is_ring_size(integer size) =
        size == 0 || (size <= 0x40000000 && stint_is_power_of_two(size));

    predicate stint_ring_is_sound(struct stint_ring *ring) =
        \valid(ring) && \valid(ring->bytes + (0 .. ring->capacity - 1)) &&
        \separated(ring, ring->bytes + (0 .. ring->capacity - 1)) &&
        stint_is_ring_size(ring->capacity) && ring->length <= ring->capacity &&
        (ring->capacity == 0 ? ring->start == 0 : ring->start < ring->capacity);

    // Where the byte lies that is `offset` bytes after the start, and that byte.
    logic integer stint_ring_place(struct stint_ring *ring, integer offset) =
        ring->start + offset < ring->capacity
            ? ring->start + offset : ring->start + offset - ring->capacity;
    logic integer stint_ring_byte(struct stint_ring *ring, integer offset) =
        ring->bytes[stint_ring_place(ring, offset)]; */

/* An empty ring over `storage`. */
/*@ requires \valid(ring) && stint_is_writable(storage) && stint_is_ring_size(storage.length);
    requires \separated(ring, storage.bytes + (0 .. storage.length - 1));
    assigns *ring;
    ensures stint_ring_is_sound(ring) && ring->length == 0;
    ensures ring->bytes == storage.bytes && ring->capacity == storage.length; */
void stint_ring_init(struct stint_ring *ring, struct stint_span storage);

/* Moves the stream into `storage`, which must be able to hold it, keeping bytes written ahead as
 * far as they fit. */
/*@ requires stint_ring_is_sound(ring);
    requires stint_is_writable(storage) && stint_is_ring_size(storage.length);
    requires ring->length <= storage.length;
    requires \separated(ring, ring->bytes + (0 .. ring->capacity - 1),
        storage.bytes + (0 .. storage.length - 1));
    assigns *ring, storage.bytes[0 .. storage.length - 1];
    ensures stint_ring_is_sound(ring) && ring->length == \old(ring->length);
    ensures ring->bytes == storage.bytes && ring->capacity == storage.length;
    ensures \forall integer i; 0 <= i < \min(storage.length, \old(ring->capacity)) ==>
        stint_ring_byte(ring, i) == \old(stint_ring_byte(ring, i)); */
void stint_ring_move(struct stint_ring *ring, struct stint_span storage);

/*@ requires \valid_read(ring) && ring->length <= ring->capacity;
    assigns \nothing;
    ensures \result == ring->capacity - ring->length; */
static inline uint32_t stint_ring_free(const struct stint_ring *ring)
{
    return ring->capacity - ring->length;
}

/* Appends as much of `bytes` as fits; how much that was. */
/*@ requires stint_ring_is_sound(ring) && stint_is_readable(bytes);
    requires \separated(bytes.bytes + (0 .. bytes.length - 1), ring,
        ring->bytes + (0 .. ring->capacity - 1));
    assigns ring->length, ring->bytes[0 .. ring->capacity - 1];
    ensures stint_ring_is_sound(ring);
    ensures \result == \min(bytes.length, ring->capacity - \old(ring->length));
    ensures ring->length == \old(ring->length) + \result;
    ensures \forall integer i; 0 <= i < \old(ring->length) ==>
        stint_ring_byte(ring, i) == \old(stint_ring_byte(ring, i));
    ensures \forall integer i; 0 <= i < \result ==>
        stint_ring_byte(ring, \old(ring->length) + i) == bytes.bytes[i]; */
size_t stint_ring_write(struct stint_ring *ring, struct stint_view bytes);

/* Writes `bytes` at `ahead` bytes after the end of the stream, as far as they fit; how much that
 * was. */
/*@ requires stint_ring_is_sound(ring) && stint_is_readable(bytes);
    requires \separated(bytes.bytes + (0 .. bytes.length - 1), ring,
        ring->bytes + (0 .. ring->capacity - 1));
    assigns ring->bytes[0 .. ring->capacity - 1];
    ensures \result == \max(0, \min(bytes.length, ring->capacity - ring->length - ahead));
    ensures \forall integer i; 0 <= i < \result ==>
        stint_ring_byte(ring, ring->length + ahead + i) == bytes.bytes[i];
    ensures \forall integer i; 0 <= i < ring->capacity &&
        !(ring->length + ahead <= i < ring->length + ahead + \result) ==>
        stint_ring_byte(ring, i) == \old(stint_ring_byte(ring, i)); */
size_t stint_ring_write_ahead(struct stint_ring *ring, uint32_t ahead, struct stint_view bytes);

/* The free room at the end, to be filled in place and then taken in by stint_ring_extend(). */
/*@ requires stint_ring_is_sound(ring);
    assigns \nothing;
    ensures \result.piece[0].length + \result.piece[1].length == ring->capacity - ring->length;
    ensures \result.piece[0].length > 0 ==>
        \result.piece[0].bytes == ring->bytes + stint_ring_place(ring, ring->length);
    ensures \result.piece[1].length > 0 ==> \result.piece[1].bytes == ring->bytes &&
        stint_ring_place(ring, ring->length + \result.piece[0].length) == 0;
    ensures stint_is_writable(\result.piece[0]) && stint_is_writable(\result.piece[1]); */
struct stint_ring_span stint_ring_room(const struct stint_ring *ring);

/* Takes `length` bytes that lie after the end into the stream; at most stint_ring_free(). */
/*@ requires stint_ring_is_sound(ring) && length <= ring->capacity - ring->length;
    assigns ring->length;
    ensures stint_ring_is_sound(ring) && ring->length == \old(ring->length) + length; */
void stint_ring_extend(struct stint_ring *ring, uint32_t length);

/* Up to `length` bytes of the stream, from `offset` after its start. */
/*@ requires stint_ring_is_sound(ring);
    assigns \nothing;
    ensures \result.piece[0].length + \result.piece[1].length ==
        \max(0, \min(length, ring->length - offset));
    ensures stint_is_readable(\result.piece[0]) && stint_is_readable(\result.piece[1]);
    ensures \forall integer i; 0 <= i < \result.piece[0].length ==>
        \result.piece[0].bytes[i] == stint_ring_byte(ring, offset + i);
    ensures \forall integer i; 0 <= i < \result.piece[1].length ==>
        \result.piece[1].bytes[i] ==
            stint_ring_byte(ring, offset + \result.piece[0].length + i); */
struct stint_ring_view stint_ring_peek(
    const struct stint_ring *ring, uint32_t offset, uint32_t length);

/* Copies the first bytes out without taking them; how many. */
/*@ requires stint_ring_is_sound(ring) && stint_is_writable(into);
    requires \separated(into.bytes + (0 .. into.length - 1), ring,
        ring->bytes + (0 .. ring->capacity - 1));
    assigns into.bytes[0 .. into.length - 1];
    ensures \result == \min(into.length, ring->length);
    ensures \forall integer i; 0 <= i < \result ==> into.bytes[i] == stint_ring_byte(ring, i); */
size_t stint_ring_copy(const struct stint_ring *ring, struct stint_span into);

/* Takes the first `length` bytes off the stream; at most its length. */
/*@ requires stint_ring_is_sound(ring) && length <= ring->length;
    assigns ring->start, ring->length;
    ensures stint_ring_is_sound(ring) && ring->length == \old(ring->length) - length;
    ensures \forall integer i; 0 <= i < ring->length ==>
        stint_ring_byte(ring, i) == \old(stint_ring_byte(ring, length + i)); */
void stint_ring_drop(struct stint_ring *ring, uint32_t length);

/* Copies out and takes off; how many bytes. */
/*@ requires stint_ring_is_sound(ring) && stint_is_writable(into);
    requires \separated(into.bytes + (0 .. into.length - 1), ring,
        ring->bytes + (0 .. ring->capacity - 1));
    assigns ring->start, ring->length, into.bytes[0 .. into.length - 1];
    ensures stint_ring_is_sound(ring);
    ensures \result == \min(into.length, \old(ring->length));
    ensures ring->length == \old(ring->length) - \result;
    ensures \forall integer i; 0 <= i < \result ==>
        into.bytes[i] == \old(stint_ring_byte(ring, i));
    ensures \forall integer i; 0 <= i < ring->length ==>
        stint_ring_byte(ring, i) == \at(stint_ring_byte(ring, \at(\result, Post) + i), Pre); */
size_t stint_ring_read(struct stint_ring *ring, struct stint_span into);

#ifdef __cplusplus
}
#endif

#endif
