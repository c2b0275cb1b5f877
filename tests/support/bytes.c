/* Byte strings for tests, and the laws that every wire format keeps.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "support/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { GUARD = 0xa5, GUARD_LENGTH = 16 };

static unsigned hex_digit(char digit)
{
    const char *const digits = "0123456789abcdef";
    const char *found = strchr(digits, digit);
    assert_non_null(found);
    return (unsigned)(found - digits);
}

struct stint_view test_hex(const char *hex, struct stint_span bytes)
{
    size_t length = 0;
    while (*hex != '\0') {
        if (*hex == ' ') {
            hex++;
            continue;
        }
        assert_true(length < bytes.length);
        bytes.bytes[length] = (uint8_t)(hex_digit(hex[0]) * 16 + hex_digit(hex[1]));
        length++;
        hex += 2;
    }
    return stint_view_of(bytes.bytes, length);
}

void test_assert_view_equal(struct stint_view got, struct stint_view expected)
{
    assert_int_equal(got.length, expected.length);
    if (expected.length > 0) {
        assert_memory_equal(got.bytes, expected.bytes, expected.length);
    }
}

struct stint_span test_exact_copy(struct stint_view bytes)
{
    uint8_t *copy = malloc(bytes.length > 0 ? bytes.length : 1);
    assert_non_null(copy);
    if (bytes.length > 0) {
        memcpy(copy, bytes.bytes, bytes.length);
    }
    return stint_span_of(copy, bytes.length);
}

void test_release(struct stint_span copy)
{
    free(copy.bytes);
}

static void assert_guards_are_whole(const uint8_t *buffer, size_t room)
{
    for (size_t i = 0; i < GUARD_LENGTH; i++) {
        assert_int_equal(buffer[i], GUARD);
        assert_int_equal(buffer[GUARD_LENGTH + room + i], GUARD);
    }
}

void test_assert_emit_keeps_to_its_room(test_emit *emit, const void *value, size_t length)
{
    for (size_t room = 0; room <= length; room++) {
        uint8_t *buffer = malloc(room + 2 * GUARD_LENGTH);
        assert_non_null(buffer);
        memset(buffer, GUARD, room + 2 * GUARD_LENGTH);
        struct stint_writer writer = stint_writer_into(stint_span_of(buffer + GUARD_LENGTH, room));
        assert_int_equal(emit(value, &writer), room == length);
        assert_true(writer.used <= room);
        assert_guards_are_whole(buffer, room);
        free(buffer);
    }
}

struct stint_view test_emitted(test_emit *emit, const void *value, struct stint_span buffer)
{
    struct stint_writer writer = stint_writer_into(buffer);
    assert_true(emit(value, &writer));
    return stint_writer_written(&writer);
}

void test_assert_parse_says(test_parse *parse, struct stint_view packet, enum stint_drop expected)
{
    const struct stint_span copy = test_exact_copy(packet);
    assert_string_equal(
        stint_drop_name(parse(stint_span_as_view(copy))), stint_drop_name(expected));
    test_release(copy);
}

void test_assert_every_truncation_is_refused(test_parse *parse, struct stint_view packet)
{
    for (size_t length = 0; length < packet.length; length++) {
        const struct stint_span copy = test_exact_copy(stint_view_first(packet, length));
        assert_int_not_equal(parse(stint_span_as_view(copy)), STINT_DROP_NONE);
        test_release(copy);
    }
}
