/* The Internet checksum (RFC 1071), over bytes, over several pieces, and while copying.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Bytes are summed as the aligned 32-bit words in which memory holds them, in the machine's byte
 * order: that only swaps the two octets of the sum (RFC 1071 2 B), which is undone at the end.
 * The bytes before the first and after the last aligned word count as words whose other octets are
 * zero. Words gather in 64 bits, which 2^32 of them cannot overflow.
 */
#include "stint/wire/checksum.h"

#include <string.h>

enum {
    WORD = 4,              /* octets in a word */
    WORDS_IN_A_BLOCK = 8,  /* words in one turn of the unrolled loops */
    OCTETS_IN_A_BLOCK = 32 /* and its octets */
};

/* How many octets an address lies after an aligned one. */
static inline size_t misalignment(const uint8_t *bytes)
{
    return (size_t)((uintptr_t)bytes % WORD);
}

/* The word at an aligned address. Where the compiler can be told so, it loads the word as one even
 * on machines without unaligned access. */
static inline uint32_t load_word(const uint8_t *from)
{
    uint32_t word;
#if defined(__GNUC__)
    memcpy(&word, __builtin_assume_aligned(from, WORD), WORD);
#else
    memcpy(&word, from, WORD);
#endif
    return word;
}

static inline void store_word_aligned(uint8_t *to, uint32_t word)
{
#if defined(__GNUC__)
    memcpy(__builtin_assume_aligned(to, WORD), &word, WORD);
#else
    memcpy(to, &word, WORD);
#endif
}

/* Octet by octet: compilers join these stores where the machine has unaligned ones. */
static inline void store_word_anywhere(uint8_t *to, uint32_t word)
{
    uint8_t octets[WORD];
    memcpy(octets, &word, WORD);
    to[0] = octets[0];
    to[1] = octets[1];
    to[2] = octets[2];
    to[3] = octets[3];
}

static inline uint32_t copy_word(uint8_t *to, const uint8_t *from, bool aligned)
{
    const uint32_t word = load_word(from);
    if (aligned) {
        store_word_aligned(to, word);
    } else {
        store_word_anywhere(to, word);
    }
    return word;
}

/* The sum of `count` words at an aligned address. Four sums let as many additions go on at once. */
static uint64_t sum_words(const uint8_t *from, size_t count)
{
    uint64_t a = 0;
    uint64_t b = 0;
    uint64_t c = 0;
    uint64_t d = 0;
    for (size_t block = 0; block < count / WORDS_IN_A_BLOCK; block++) {
        a += load_word(from);
        b += load_word(from + 4);
        c += load_word(from + 8);
        d += load_word(from + 12);
        a += load_word(from + 16);
        b += load_word(from + 20);
        c += load_word(from + 24);
        d += load_word(from + 28);
        from += OCTETS_IN_A_BLOCK;
    }
    for (size_t word = 0; word < count % WORDS_IN_A_BLOCK; word++) {
        a += load_word(from);
        from += WORD;
    }
    return a + b + c + d;
}

/* The same while copying to an address that is `aligned` too, or not. */
static inline uint64_t copy_words(uint8_t *to, const uint8_t *from, size_t count, bool aligned)
{
    uint64_t a = 0;
    uint64_t b = 0;
    uint64_t c = 0;
    uint64_t d = 0;
    for (size_t block = 0; block < count / WORDS_IN_A_BLOCK; block++) {
        a += copy_word(to, from, aligned);
        b += copy_word(to + 4, from + 4, aligned);
        c += copy_word(to + 8, from + 8, aligned);
        d += copy_word(to + 12, from + 12, aligned);
        a += copy_word(to + 16, from + 16, aligned);
        b += copy_word(to + 20, from + 20, aligned);
        c += copy_word(to + 24, from + 24, aligned);
        d += copy_word(to + 28, from + 28, aligned);
        to += OCTETS_IN_A_BLOCK;
        from += OCTETS_IN_A_BLOCK;
    }
    for (size_t word = 0; word < count % WORDS_IN_A_BLOCK; word++) {
        a += copy_word(to, from, aligned);
        to += WORD;
        from += WORD;
    }
    return a + b + c + d;
}

/* Fewer than 4 bytes, as the word that holds them from octet `at` on; `at + length` is at most 4.
 */
static uint64_t partial_word(const uint8_t *bytes, size_t length, size_t at)
{
    alignas(uint32_t) uint8_t octets[WORD] = {0};
    for (size_t i = 0; i < length; i++) {
        octets[at + i] = bytes[i];
    }
    return load_word(octets);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Folds the sum of words to 16 bits and reads them as the first octet of a word came first. */
static uint16_t fold_words(uint64_t sum)
{
    const uint64_t once = sum / 65536u / 65536u + sum % (UINT64_C(65536) * 65536u); /* < 2^33 */
    const uint64_t twice = once / 65536u + once % 65536u;                           /* < 2^18 */
    const uint64_t thrice = twice / 65536u + twice % 65536u;                        /* <= 2^16 */
    const uint16_t folded = (uint16_t)(thrice / 65536u + thrice % 65536u);
    uint8_t octets[2];
    memcpy(octets, &folded, sizeof octets);
    return stint_load16(octets);
}

static uint16_t swap_octets(uint16_t number)
{
    return (uint16_t)(number % 256u * 256u + number / 256u);
}

/* At most 2 * 65535, whatever `sum` is. */
static uint32_t fold_once(uint32_t sum)
{
    return sum / 65536u + sum % 65536u;
}

/* Adds `length` bytes whose words, the first of them begun `before` octets earlier, sum to `words`.
 */
static void add_words(struct stint_checksum *checksum, uint64_t words, size_t before, size_t length)
{
    const uint16_t folded = fold_words(words);
    /* An odd place in the stream and an odd place in the word each swap the octets' weights. */
    const bool swapped = checksum->odd != (before % 2 == 1);
    checksum->sum = fold_once(checksum->sum) + (swapped ? swap_octets(folded) : folded);
    checksum->odd = checksum->odd != (length % 2 == 1);
}

void stint_checksum_add(struct stint_checksum *checksum, struct stint_view bytes)
{
    if (bytes.length == 0) {
        return;
    }
    const size_t before = misalignment(bytes.bytes);
    const size_t head = before == 0 ? 0 : smaller(WORD - before, bytes.length);
    const uint8_t *middle = bytes.bytes + head;
    const size_t count = (bytes.length - head) / WORD;
    const size_t tail = (bytes.length - head) % WORD;

    const uint64_t words = partial_word(bytes.bytes, head, before) + sum_words(middle, count) +
                           partial_word(middle + count * WORD, tail, 0);
    add_words(checksum, words, before, bytes.length);
}

/* A few bytes: a loop is shorter than a call. */
static void copy_octets(uint8_t *to, const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        to[i] = from[i];
    }
}

void stint_checksum_add_copy(struct stint_checksum *checksum, uint8_t *to, struct stint_view from)
{
    if (from.length == 0) {
        return;
    }
    const size_t before = misalignment(from.bytes);
    const size_t head = before == 0 ? 0 : smaller(WORD - before, from.length);
    const uint8_t *middle = from.bytes + head;
    const size_t count = (from.length - head) / WORD;
    const size_t tail = (from.length - head) % WORD;

    uint64_t words = partial_word(from.bytes, head, before);
    copy_octets(to, from.bytes, head);
    words += misalignment(to + head) == 0 ? copy_words(to + head, middle, count, true)
                                          : copy_words(to + head, middle, count, false);
    words += partial_word(middle + count * WORD, tail, 0);
    copy_octets(to + head + count * WORD, middle + count * WORD, tail);
    add_words(checksum, words, before, from.length);
}

void stint_checksum_add16(struct stint_checksum *checksum, uint16_t number)
{
    checksum->sum = fold_once(checksum->sum) + number;
}

struct stint_checksum stint_checksum_pseudo_header(const struct stint_address *source,
    const struct stint_address *destination, uint8_t protocol, size_t length)
{
    struct stint_checksum checksum = {0, false};
    const size_t first = stint_address_is_ipv4(destination) ? 12 : 0;
    for (size_t i = first; i < sizeof source->octets; i += 2) {
        checksum.sum += stint_load16(source->octets + i);
        checksum.sum += stint_load16(destination->octets + i);
    }
    checksum.sum += protocol;
    checksum.sum += (uint32_t)(length / 65536u % 65536u);
    checksum.sum += (uint32_t)(length % 65536u);
    return checksum;
}

uint16_t stint_checksum_finish(const struct stint_checksum *checksum)
{
    return (uint16_t)(UINT16_MAX - fold_once(fold_once(checksum->sum)));
}

uint16_t stint_checksum_of(struct stint_view bytes)
{
    struct stint_checksum checksum = {0, false};
    stint_checksum_add(&checksum, bytes);
    return stint_checksum_finish(&checksum);
}
