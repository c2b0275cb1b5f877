/* Bytes: borrowed views and spans, loads and stores in network order, bounded readers and writers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A view is read-only, a span is writable; both are borrowed for the call and never kept. Bytes of
 * a packet are reached in one of two ways: a fixed header is claimed once and loaded at named
 * offsets, and anything of variable length is read through a cursor over exactly its bytes. Only
 * stint_reader_take() and stint_writer_claim() advance a pointer into a packet.
 */
#ifndef STINT_BASE_BYTES_H
#define STINT_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct stint_view {
    const uint8_t *bytes;
    size_t length;
};

struct stint_span {
    uint8_t *bytes;
    size_t length;
};

/*@ predicate stint_is_readable(struct stint_view view) =
        \valid_read(view.bytes + (0 .. view.length - 1));
    predicate stint_is_writable(struct stint_span span) =
        \valid(span.bytes + (0 .. span.length - 1));

    predicate stint_is_text(char *text) =
        \exists integer end; 0 <= end && \valid_read(text + (0 .. end)) && text[end] == 0;

    predicate stint_is_power_of_two(integer n) = n > 0 && (n & (n - 1)) == 0; */

/* A view of `length` bytes at `bytes`; `bytes` may be NULL when `length` is 0. */
/*@ assigns \nothing;
    ensures \result.bytes == (uint8_t *)bytes && \result.length == length; */
static inline struct stint_view stint_view_of(const void *bytes, size_t length)
{
    struct stint_view view = {(const uint8_t *)bytes, length};
    return view;
}

/*@ assigns \nothing;
    ensures \result.bytes == (uint8_t *)bytes && \result.length == length; */
static inline struct stint_span stint_span_of(void *bytes, size_t length)
{
    struct stint_span span = {(uint8_t *)bytes, length};
    return span;
}

/*@ assigns \nothing;
    ensures \result.bytes == span.bytes && \result.length == span.length; */
static inline struct stint_view stint_span_as_view(struct stint_span span)
{
    return stint_view_of(span.bytes, span.length);
}

/* What a NUL-terminated text says, without its NUL; no more than `limit` bytes of it. */
/*@ requires stint_is_text(text);
    assigns \nothing;
    ensures stint_is_readable(\result) && \result.length <= limit;
    ensures \result.bytes == (uint8_t *)text; */
struct stint_view stint_view_of_text(const char *text, size_t limit);

/* The first `length` bytes, or all of them when there are fewer. */
/*@ assigns \nothing;
    ensures \result.bytes == view.bytes && \result.length == \min(length, view.length); */
static inline struct stint_view stint_view_first(struct stint_view view, size_t length)
{
    return stint_view_of(view.bytes, length < view.length ? length : view.length);
}

/* What is left without the first `length` bytes; empty when there are fewer. */
/*@ assigns \nothing;
    ensures length < view.length ==> \result.bytes == view.bytes + length;
    ensures length >= view.length ==> \result.bytes == \null;
    ensures \result.length == \max(0, view.length - length); */
static inline struct stint_view stint_view_without_first(struct stint_view view, size_t length)
{
    return length < view.length ? stint_view_of(view.bytes + length, view.length - length)
                                : stint_view_of(NULL, 0);
}

/*@ assigns \nothing;
    ensures \result.bytes == span.bytes && \result.length == \min(length, span.length); */
static inline struct stint_span stint_span_first(struct stint_span span, size_t length)
{
    return stint_span_of(span.bytes, length < span.length ? length : span.length);
}

/*@ assigns \nothing;
    ensures length < span.length ==> \result.bytes == span.bytes + length;
    ensures length >= span.length ==> \result.bytes == \null;
    ensures \result.length == \max(0, span.length - length); */
static inline struct stint_span stint_span_without_first(struct stint_span span, size_t length)
{
    return length < span.length ? stint_span_of(span.bytes + length, span.length - length)
                                : stint_span_of(NULL, 0);
}

/* True when both hold the same bytes. */
/*@ requires stint_is_readable(a) && stint_is_readable(b);
    assigns \nothing;
    ensures \result <==> a.length == b.length &&
        (\forall integer i; 0 <= i < a.length ==> a.bytes[i] == b.bytes[i]); */
bool stint_view_equal(struct stint_view a, struct stint_view b);

/* Copies `length` bytes between pieces that do not overlap, by words where both lie alike: a C
 * library for small devices may do it byte by byte. */
/*@ requires \valid(to + (0 .. length - 1)) && \valid_read(from + (0 .. length - 1));
    requires \separated(to + (0 .. length - 1), from + (0 .. length - 1));
    assigns to[0 .. length - 1] \from from[0 .. length - 1];
    ensures \forall integer i; 0 <= i < length ==> to[i] == \old(from[i]); */
void stint_copy(uint8_t *to, const uint8_t *from, size_t length);

/* Loads and stores in network order (big endian), at any alignment. */
/*@ requires \valid_read(bytes + (0 .. 1));
    assigns \nothing;
    ensures \result == bytes[0] * 0x100 + bytes[1]; */
static inline uint16_t stint_load16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] * 256u + bytes[1]);
}

/*@ requires \valid_read(bytes + (0 .. 3));
    assigns \nothing;
    ensures \result == bytes[0] * 0x1000000 + bytes[1] * 0x10000 + bytes[2] * 0x100 + bytes[3]; */
static inline uint32_t stint_load32(const uint8_t *bytes)
{
    return (uint32_t)stint_load16(bytes) * 65536u + stint_load16(bytes + 2);
}

/*@ requires \valid(bytes + (0 .. 1));
    assigns bytes[0 .. 1];
    ensures bytes[0] * 0x100 + bytes[1] == value; */
static inline void stint_store16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value / 256u);
    bytes[1] = (uint8_t)(value % 256u);
}

/*@ requires \valid(bytes + (0 .. 3));
    assigns bytes[0 .. 3];
    ensures bytes[0] * 0x1000000 + bytes[1] * 0x10000 + bytes[2] * 0x100 + bytes[3] == value; */
static inline void stint_store32(uint8_t *bytes, uint32_t value)
{
    stint_store16(bytes, (uint16_t)(value / 65536u));
    stint_store16(bytes + 2, (uint16_t)(value % 65536u));
}

/* A cursor over exactly the bytes it was given. A take past the end fails, yields nothing, and
 * every later take fails too. */
struct stint_reader {
    struct stint_view rest;
    bool failed;
};

/*@ predicate stint_reader_is_sound(struct stint_reader *reader) =
        \valid(reader) && stint_is_readable(reader->rest) &&
        \separated(reader, reader->rest.bytes + (0 .. reader->rest.length - 1));

    // What a take of `length` bytes does between L1 and L2, and to nothing but the reader.
    predicate stint_reader_took{L1, L2}(struct stint_reader *reader, integer length) =
        (\at(!reader->failed && length < reader->rest.length, L1) ==>
            \at(reader->rest.bytes, L2) == \at(reader->rest.bytes, L1) + length) &&
        (\at(!reader->failed && length <= reader->rest.length, L1) ==>
            \at(!reader->failed, L2) &&
            \at(reader->rest.length, L2) == \at(reader->rest.length, L1) - length) &&
        (\at(reader->failed || length > reader->rest.length, L1) ==>
            \at(reader->failed, L2) && \at(reader->rest, L2) == \at(reader->rest, L1)); */

/*@ assigns \nothing;
    ensures \result.rest == bytes && !\result.failed; */
static inline struct stint_reader stint_reader_over(struct stint_view bytes)
{
    struct stint_reader reader = {bytes, false};
    return reader;
}

/* The next `length` bytes, or NULL (and failed) when fewer are left. */
/*@ requires stint_reader_is_sound(reader);
    assigns *reader;
    ensures stint_reader_is_sound(reader) && stint_reader_took{Old, Here}(reader, length);
    ensures !reader->failed ==> \result == \old(reader->rest.bytes);
    ensures reader->failed ==> \result == \null; */
const uint8_t *stint_reader_take(struct stint_reader *reader, size_t length);

/* The next octet, 16-bit or 32-bit number; 0 (and failed) when it is not all there. */
/*@ requires stint_reader_is_sound(reader);
    assigns *reader;
    ensures stint_reader_is_sound(reader) && stint_reader_took{Old, Here}(reader, 1);
    ensures \result == (reader->failed ? 0 : \old(reader->rest.bytes)[0]); */
uint8_t stint_reader_take8(struct stint_reader *reader);
/*@ requires stint_reader_is_sound(reader);
    assigns *reader;
    ensures stint_reader_is_sound(reader) && stint_reader_took{Old, Here}(reader, 2);
    ensures \let at = \old(reader->rest.bytes);
        \result == (reader->failed ? 0 : at[0] * 0x100 + at[1]); */
uint16_t stint_reader_take16(struct stint_reader *reader);
/*@ requires stint_reader_is_sound(reader);
    assigns *reader;
    ensures stint_reader_is_sound(reader) && stint_reader_took{Old, Here}(reader, 4);
    ensures \let at = \old(reader->rest.bytes); \result == (reader->failed
        ? 0 : at[0] * 0x1000000 + at[1] * 0x10000 + at[2] * 0x100 + at[3]); */
uint32_t stint_reader_take32(struct stint_reader *reader);

/* A cursor that writes into exactly the span it was given. A claim past the end fails, and every
 * later one too. */
struct stint_writer {
    struct stint_span whole;
    size_t used;
    bool failed;
};

/*@ predicate stint_writer_is_sound(struct stint_writer *writer) =
        \valid(writer) && stint_is_writable(writer->whole) &&
        writer->used <= writer->whole.length &&
        (writer->whole.bytes == \null ==> writer->whole.length == 0) &&
        \separated(writer, writer->whole.bytes + (0 .. writer->whole.length - 1));

    predicate stint_writer_has_room(struct stint_writer *writer, integer length) =
        !writer->failed && length <= writer->whole.length - writer->used;

    // What appending `length` bytes does to the writer.
    predicate stint_writer_appended{L1, L2}(struct stint_writer *writer, integer length) =
        \at(writer->whole, L2) == \at(writer->whole, L1) &&
        (\at(stint_writer_has_room(writer, length), L1) ==>
            \at(!writer->failed, L2) &&
            \at(writer->used, L2) == \at(writer->used, L1) + length) &&
        (!\at(stint_writer_has_room(writer, length), L1) ==>
            \at(writer->failed, L2) && \at(writer->used, L2) == \at(writer->used, L1)); */

/*@ assigns \nothing;
    ensures \result.whole == span && \result.used == 0 && !\result.failed; */
static inline struct stint_writer stint_writer_into(struct stint_span span)
{
    struct stint_writer writer = {span, 0, false};
    return writer;
}

/* The next `length` bytes to be filled in by the caller, or NULL (and failed) when there is no
 * room. */
/*@ requires stint_writer_is_sound(writer);
    assigns *writer;
    ensures stint_writer_is_sound(writer) && stint_writer_appended{Old, Here}(writer, length);
    ensures writer->failed || writer->whole.bytes == \null ==> \result == \null;
    ensures !writer->failed && writer->whole.bytes != \null ==>
        \result == writer->whole.bytes + \old(writer->used); */
uint8_t *stint_writer_claim(struct stint_writer *writer, size_t length);

/* Append; nothing is written when there is no room (and the writer has failed). */
/*@ requires stint_writer_is_sound(writer);
    assigns *writer, writer->whole.bytes[writer->used ..
            \min(writer->used + 1, writer->whole.length) - 1];
    ensures stint_writer_is_sound(writer) && stint_writer_appended{Old, Here}(writer, 1);
    ensures \let at = writer->whole.bytes + \old(writer->used); !writer->failed ==>
        at[0] == value; */
void stint_writer_put8(struct stint_writer *writer, uint8_t value);
/*@ requires stint_writer_is_sound(writer);
    assigns *writer, writer->whole.bytes[writer->used ..
            \min(writer->used + 2, writer->whole.length) - 1];
    ensures stint_writer_is_sound(writer) && stint_writer_appended{Old, Here}(writer, 2);
    ensures \let at = writer->whole.bytes + \old(writer->used); !writer->failed ==>
        at[0] * 0x100 + at[1] == value; */
void stint_writer_put16(struct stint_writer *writer, uint16_t value);
/*@ requires stint_writer_is_sound(writer);
    assigns *writer, writer->whole.bytes[writer->used ..
            \min(writer->used + 4, writer->whole.length) - 1];
    ensures stint_writer_is_sound(writer) && stint_writer_appended{Old, Here}(writer, 4);
    ensures \let at = writer->whole.bytes + \old(writer->used); !writer->failed ==>
        at[0] * 0x1000000 + at[1] * 0x10000 + at[2] * 0x100 + at[3] == value; */
void stint_writer_put32(struct stint_writer *writer, uint32_t value);
/*@ requires stint_writer_is_sound(writer) && stint_is_readable(bytes);
    requires \separated(bytes.bytes + (0 .. bytes.length - 1), writer,
        writer->whole.bytes + (0 .. writer->whole.length - 1));
    assigns *writer, writer->whole.bytes[writer->used ..
            \min(writer->used + bytes.length, writer->whole.length) - 1];
    ensures stint_writer_is_sound(writer);
    ensures bytes.length > 0 ==> stint_writer_appended{Old, Here}(writer, bytes.length);
    ensures bytes.length == 0 ==> *writer == \old(*writer);
    ensures \forall integer i; !writer->failed && 0 <= i < bytes.length ==>
        writer->whole.bytes[\old(writer->used) + i] == bytes.bytes[i]; */
void stint_writer_put(struct stint_writer *writer, struct stint_view bytes);

/* What has been written so far. */
/*@ requires \valid_read(writer);
    assigns \nothing;
    ensures \result.bytes == writer->whole.bytes && \result.length == writer->used; */
static inline struct stint_view stint_writer_written(const struct stint_writer *writer)
{
    return stint_view_of(writer->whole.bytes, writer->used);
}

#ifdef __cplusplus
}
#endif

#endif
