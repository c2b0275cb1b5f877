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

/* A view of `length` bytes at `bytes`; `bytes` may be NULL when `length` is 0. */
static inline struct stint_view stint_view_of(const void *bytes, size_t length)
{
    struct stint_view view = {(const uint8_t *)bytes, length};
    return view;
}

static inline struct stint_span stint_span_of(void *bytes, size_t length)
{
    struct stint_span span = {(uint8_t *)bytes, length};
    return span;
}

static inline struct stint_view stint_span_as_view(struct stint_span span)
{
    return stint_view_of(span.bytes, span.length);
}

/* The first `length` bytes, or all of them when there are fewer. */
static inline struct stint_view stint_view_first(struct stint_view view, size_t length)
{
    return stint_view_of(view.bytes, length < view.length ? length : view.length);
}

/* What is left without the first `length` bytes; empty when there are fewer. */
static inline struct stint_view stint_view_without_first(struct stint_view view, size_t length)
{
    return length < view.length ? stint_view_of(view.bytes + length, view.length - length)
                                : stint_view_of(NULL, 0);
}

static inline struct stint_span stint_span_first(struct stint_span span, size_t length)
{
    return stint_span_of(span.bytes, length < span.length ? length : span.length);
}

static inline struct stint_span stint_span_without_first(struct stint_span span, size_t length)
{
    return length < span.length ? stint_span_of(span.bytes + length, span.length - length)
                                : stint_span_of(NULL, 0);
}

/* True when both hold the same bytes. */
bool stint_view_equal(struct stint_view a, struct stint_view b);

/* Loads and stores in network order (big endian), at any alignment. */
static inline uint16_t stint_load16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] * 256u + bytes[1]);
}

static inline uint32_t stint_load32(const uint8_t *bytes)
{
    return (uint32_t)stint_load16(bytes) * 65536u + stint_load16(bytes + 2);
}

static inline void stint_store16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value / 256u);
    bytes[1] = (uint8_t)(value % 256u);
}

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

static inline struct stint_reader stint_reader_over(struct stint_view bytes)
{
    struct stint_reader reader = {bytes, false};
    return reader;
}

/* The next `length` bytes, or NULL (and failed) when fewer are left. */
const uint8_t *stint_reader_take(struct stint_reader *reader, size_t length);

/* The next octet, 16-bit or 32-bit number; 0 (and failed) when it is not all there. */
uint8_t stint_reader_take8(struct stint_reader *reader);
uint16_t stint_reader_take16(struct stint_reader *reader);
uint32_t stint_reader_take32(struct stint_reader *reader);

/* A cursor that writes into exactly the span it was given. A claim past the end fails, and every
 * later one too. */
struct stint_writer {
    struct stint_span whole;
    size_t used;
    bool failed;
};

static inline struct stint_writer stint_writer_into(struct stint_span span)
{
    struct stint_writer writer = {span, 0, false};
    return writer;
}

/* The next `length` bytes to be filled in by the caller, or NULL (and failed) when there is no
 * room. */
uint8_t *stint_writer_claim(struct stint_writer *writer, size_t length);

/* Append; nothing is written when there is no room (and the writer has failed). */
void stint_writer_put8(struct stint_writer *writer, uint8_t value);
void stint_writer_put16(struct stint_writer *writer, uint16_t value);
void stint_writer_put32(struct stint_writer *writer, uint32_t value);
void stint_writer_put(struct stint_writer *writer, struct stint_view bytes);

/* What has been written so far. */
static inline struct stint_view stint_writer_written(const struct stint_writer *writer)
{
    return stint_view_of(writer->whole.bytes, writer->used);
}

#ifdef __cplusplus
}
#endif

#endif
