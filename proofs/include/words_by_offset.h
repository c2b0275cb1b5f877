/* base/words for the interpretation of what goes over many bytes by aligned words: the driver says
 * how far two pieces of memory lie behind a multiple of four, for the interpreter knows no
 * addresses. One driver includes it, before what it is about.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROOFS_WORDS_BY_OFFSET_H
#define STINT_PROOFS_WORDS_BY_OFFSET_H

#define stint_word_offset offset_of_address
#define stint_load_word   load_word
#define stint_store_word  store_word
#include "stint/base/words.h"
#undef stint_word_offset
#undef stint_load_word
#undef stint_store_word
#include "unknown.h"

static const uint8_t *first;
static const uint8_t *second;
static size_t first_offset;
static size_t second_offset;

static void first_lies_at(const uint8_t *bytes, size_t offset)
{
    first = bytes;
    first_offset = offset;
    second = NULL;
}

static void second_lies_at(const uint8_t *bytes, size_t offset)
{
    second = bytes;
    second_offset = offset;
}

/* Asked of the beginning of either. */
static size_t stint_word_offset(const uint8_t *bytes)
{
    return bytes == first ? first_offset : second_offset;
}

/* Of the first, words are loaded; into the second they are stored. */
static uint32_t stint_load_word(const uint8_t *from)
{
    /*@ assert (first_offset + (from - first)) % STINT_WORD_LENGTH == 0; */
    return load_word(from);
}

static void stint_store_word(uint8_t *to, uint32_t word)
{
    /*@ assert (second_offset + (to - second)) % STINT_WORD_LENGTH == 0; */
    store_word(to, word);
}

#endif
