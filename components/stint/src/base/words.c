/* Copies by words.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/words.h"

enum { WORD = STINT_WORD_LENGTH, TURN = 32 };

static void copy_octets(uint8_t *restrict to, const uint8_t *restrict from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        to[i] = from[i];
    }
}

/* Words of which a turn is unrolled even where compilers save space. */
static void copy_words(uint8_t *restrict to, const uint8_t *restrict from, size_t words)
{
    const uint8_t *const rest = from + words / TURN * (TURN * WORD);
    const uint8_t *const end = from + words * WORD;
    if (from != rest) {
        do {
#pragma GCC unroll 32
            for (size_t word = 0; word < TURN; word++) {
                stint_store_word(to + word * WORD, stint_load_word(from + word * WORD));
            }
            from += TURN * WORD;
            to += TURN * WORD;
        } while (from != rest);
    }
    if (from != end) {
        do {
            stint_store_word(to, stint_load_word(from));
            from += WORD;
            to += WORD;
        } while (from != end);
    }
}

void stint_copy(uint8_t *to, const uint8_t *from, size_t length)
{
    if (STINT_WORDS_LIE_ANYWHERE) {
        memcpy(to, from, length);
        return;
    }
    const bool lie_alike = stint_word_offset(to) == stint_word_offset(from);
    const size_t to_word = (WORD - stint_word_offset(to)) % WORD;
    const size_t head = lie_alike && to_word < length ? to_word : length;
    const size_t after_words = head + (length - head) / WORD * WORD;
    if (head > 0) {
        copy_octets(to, from, head);
    }
    copy_words(to + head, from + head, (length - head) / WORD);
    if (after_words < length) {
        copy_octets(to + after_words, from + after_words, length - after_words);
    }
}
