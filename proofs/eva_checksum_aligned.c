/* Interpretation of wire/checksum and base/words the way of machines whose words must be aligned:
 * over unknown bytes of every length up to 24 and of 239, wherever they lie beside a multiple of
 * four. A word that does not lie at one is an alarm. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/address.c base/bytes.c
 */
#define STINT_ALIGN_WORDS
#include "words_by_offset.h"

/* Both sources have names of their own that are alike. */
#define copy_octets words_copy_octets
#define copy_words  words_copy_words
#define WORD        WORDS_WORD
#define TURN        WORDS_TURN
#include "base/words.c"
#undef copy_octets
#undef copy_words
#undef WORD
#undef TURN
#include "wire/checksum.c"

enum { LONGEST = 239 }; /* a turn of every loop, more words, and octets around them */

static void add(size_t length, size_t offset)
{
    const struct stint_view bytes = unknown_view(length);
    struct stint_checksum checksum = {unknown32(), unknown_bool()};
    first_lies_at(bytes.bytes, offset);
    stint_checksum_add(&checksum, bytes);
    if (length > 0 && length % 4 == 0) {
        stint_checksum_add_header(&checksum, bytes);
    }
    forget(bytes.bytes);
}

static void add_copy(size_t length, size_t offset, size_t to_offset)
{
    const struct stint_view bytes = unknown_view(length);
    uint8_t *copy = unknown_bytes(length);
    struct stint_checksum checksum = {unknown32(), unknown_bool()};
    first_lies_at(bytes.bytes, offset);
    second_lies_at(copy, to_offset);
    stint_checksum_add_copy(&checksum, copy, bytes);
    forget(bytes.bytes);
    forget(copy);
}

static void copy(size_t length, size_t offset)
{
    const uint8_t *bytes = unknown_bytes(length);
    uint8_t *to = unknown_bytes(length);
    first_lies_at(bytes, offset);
    second_lies_at(to, offset);
    stint_copy(to, bytes, length);
    forget(bytes);
    forget(to);
}

static void go_over(size_t length)
{
    for (size_t offset = 0; offset < STINT_WORD_LENGTH; offset++) {
        add(length, offset);
        add_copy(length, offset, offset);
        add_copy(length, offset, (offset + 1) % STINT_WORD_LENGTH);
        if (length > 0) {
            copy(length, offset);
        }
    }
}

int main(void)
{
    for (size_t length = 0; length <= 24; length++) {
        go_over(length);
    }
    go_over(LONGEST);
    Frama_C_show_each_end();
    return 0;
}
