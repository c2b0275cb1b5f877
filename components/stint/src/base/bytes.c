/* Bytes: borrowed views and spans, bounded readers and writers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/bytes.h"

#include <string.h>

struct stint_view stint_view_of_text(const char *text, size_t limit)
{
    size_t length = 0;
    /*@ loop invariant length <= limit;
        loop invariant \forall integer i; 0 <= i < length ==> text[i] != 0;
        loop assigns length;
        loop variant limit - length; */
    while (length < limit && text[length] != '\0') {
        length++;
    }
    return stint_view_of(text, length);
}

bool stint_view_equal(struct stint_view a, struct stint_view b)
{
    if (a.length != b.length) {
        return false;
    }
    return a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0;
}

const uint8_t *stint_reader_take(struct stint_reader *reader, size_t length)
{
    if (reader->failed || reader->rest.length < length) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *taken = reader->rest.bytes;
    reader->rest = stint_view_without_first(reader->rest, length);
    return taken;
}

uint8_t stint_reader_take8(struct stint_reader *reader)
{
    const uint8_t *bytes = stint_reader_take(reader, 1);
    return bytes != NULL ? bytes[0] : (uint8_t)0;
}

uint16_t stint_reader_take16(struct stint_reader *reader)
{
    const uint8_t *bytes = stint_reader_take(reader, 2);
    return bytes != NULL ? stint_load16(bytes) : (uint16_t)0;
}

uint32_t stint_reader_take32(struct stint_reader *reader)
{
    const uint8_t *bytes = stint_reader_take(reader, 4);
    return bytes != NULL ? stint_load32(bytes) : 0;
}

uint8_t *stint_writer_claim(struct stint_writer *writer, size_t length)
{
    if (writer->failed || writer->whole.length - writer->used < length) {
        writer->failed = true;
        return NULL;
    }
    if (writer->whole.bytes == NULL) {
        return NULL; /* nothing, claimed in an empty span */
    }
    uint8_t *claimed = writer->whole.bytes + writer->used;
    writer->used += length;
    return claimed;
}

void stint_writer_put8(struct stint_writer *writer, uint8_t value)
{
    uint8_t *bytes = stint_writer_claim(writer, 1);
    if (bytes != NULL) {
        bytes[0] = value;
    }
}

void stint_writer_put16(struct stint_writer *writer, uint16_t value)
{
    uint8_t *bytes = stint_writer_claim(writer, 2);
    if (bytes != NULL) {
        stint_store16(bytes, value);
    }
}

void stint_writer_put32(struct stint_writer *writer, uint32_t value)
{
    uint8_t *bytes = stint_writer_claim(writer, 4);
    if (bytes != NULL) {
        stint_store32(bytes, value);
    }
}

void stint_writer_put(struct stint_writer *writer, struct stint_view bytes)
{
    if (bytes.length == 0) {
        return;
    }
    uint8_t *claimed = stint_writer_claim(writer, bytes.length);
    if (claimed != NULL) {
        memcpy(claimed, bytes.bytes, bytes.length);
    }
}
