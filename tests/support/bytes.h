/* Byte strings for tests, and the laws that every wire format keeps.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef SUPPORT_BYTES_H
#define SUPPORT_BYTES_H

#include "stint/base/bytes.h"
#include "stint/base/drop.h"

/* The bytes that `hex` spells, spaces between them ignored, in `bytes`. */
struct stint_view test_hex(const char *hex, struct stint_span bytes);

void test_assert_view_equal(struct stint_view got, struct stint_view expected);

/* A copy in memory of exactly its length, so that a sanitizer sees a read past its end. Freed with
 * test_release(). */
struct stint_span test_exact_copy(struct stint_view bytes);
void test_release(struct stint_span copy);

typedef bool test_emit(const void *value, struct stint_writer *writer);
typedef enum stint_drop test_parse(struct stint_view bytes);

/* `emit` needs exactly `length` bytes: with fewer it says so, and it never writes past its room. */
void test_assert_emit_keeps_to_its_room(test_emit *emit, const void *value, size_t length);

/* What `emit` makes of `value`, in `buffer`. */
struct stint_view test_emitted(test_emit *emit, const void *value, struct stint_span buffer);

/* The first 0 to `packet.length - 1` bytes are each refused. */
void test_assert_every_truncation_is_refused(test_parse *parse, struct stint_view packet);

/* Parsing an exact copy of `packet` gives `expected`. */
void test_assert_parse_says(test_parse *parse, struct stint_view packet, enum stint_drop expected);

#endif
