/* The Internet checksum (RFC 1071), over bytes, over several pieces, and while copying.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Bytes are summed as the 32-bit words in which memory holds them, in the machine's byte order:
 * that only swaps the two octets of the sum (RFC 1071 2 B), which is undone at the end. Words
 * gather in 64 bits, which 2^32 of them cannot overflow. Where loads must be aligned, the octets
 * before the first and after the last aligned word are weighed by hand.
 */
#include "stint/wire/checksum.h"

#include <string.h>

enum {
    WORD = 4,               /* octets in a word */
    WORDS_IN_A_BLOCK = 8,   /* words in one turn of the unrolled loops */
    OCTETS_IN_A_BLOCK = 32, /* and its octets */
    SHORT = 60,             /* octets of the longest header */
};

/* Machines that load words from any address, and whose compilers make vectors of simple loops. */
#if defined(__x86_64__) || defined(__aarch64__)
enum { IS_WIDE = 1 };
#else
enum { IS_WIDE = 0 };
#endif

/* How many octets an address lies after one from which words can be loaded. */
static inline size_t misalignment(const uint8_t *bytes)
{
    return IS_WIDE ? 0 : (size_t)((uintptr_t)bytes % WORD);
}

/* An address as the compiler may take it: told that it is aligned, it loads and stores words as one
 * even on machines without unaligned access. */
static inline const void *loadable(const uint8_t *from)
{
#if defined(__GNUC__)
    return IS_WIDE ? from : __builtin_assume_aligned(from, WORD);
#else
    return from;
#endif
}

static inline void *storable(uint8_t *to)
{
#if defined(__GNUC__)
    return IS_WIDE ? to : __builtin_assume_aligned(to, WORD);
#else
    return to;
#endif
}

static inline uint32_t load_word(const uint8_t *from)
{
    uint32_t word;
    memcpy(&word, loadable(from), WORD);
    return word;
}

static inline uint32_t copy_word(uint8_t *restrict to, const uint8_t *restrict from)
{
    const uint32_t word = load_word(from);
    memcpy(storable(to), &word, WORD);
    return word;
}

/* The sum of `count` words. */
static uint64_t sum_words(const uint8_t *from, size_t count)
{
    uint64_t sum = 0;
    const size_t blocks = IS_WIDE ? 0 : count / WORDS_IN_A_BLOCK;
    for (size_t block = 0; block < blocks; block++) {
        sum += load_word(from);
        sum += load_word(from + 4);
        sum += load_word(from + 8);
        sum += load_word(from + 12);
        sum += load_word(from + 16);
        sum += load_word(from + 20);
        sum += load_word(from + 24);
        sum += load_word(from + 28);
        from += OCTETS_IN_A_BLOCK;
    }
    const size_t rest = count - blocks * WORDS_IN_A_BLOCK;
    for (size_t i = 0; i < rest; i++) {
        sum += load_word(from + i * WORD);
    }
    return sum;
}

/* The same while copying. */
static uint64_t copy_words(uint8_t *restrict to, const uint8_t *restrict from, size_t count)
{
    uint64_t sum = 0;
    const size_t blocks = IS_WIDE ? 0 : count / WORDS_IN_A_BLOCK;
    for (size_t block = 0; block < blocks; block++) {
        sum += copy_word(to, from);
        sum += copy_word(to + 4, from + 4);
        sum += copy_word(to + 8, from + 8);
        sum += copy_word(to + 12, from + 12);
        sum += copy_word(to + 16, from + 16);
        sum += copy_word(to + 20, from + 20);
        sum += copy_word(to + 24, from + 24);
        sum += copy_word(to + 28, from + 28);
        to += OCTETS_IN_A_BLOCK;
        from += OCTETS_IN_A_BLOCK;
    }
    const size_t rest = count - blocks * WORDS_IN_A_BLOCK;
    for (size_t i = 0; i < rest; i++) {
        sum += copy_word(to + i * WORD, from + i * WORD);
    }
    return sum;
}

/* Fewer than 4 octets, the first of which lies `before` octets after an aligned address. */
static uint32_t sum_octets(const uint8_t *octets, size_t length, size_t before)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        sum += (before + i) % 2 == 0 ? octets[i] * 256u : octets[i];
    }
    return sum;
}

static uint32_t copy_octets(uint8_t *to, const uint8_t *from, size_t length, size_t before)
{
    for (size_t i = 0; i < length; i++) {
        to[i] = from[i];
    }
    return sum_octets(from, length, before);
}

/* At most 2 * 65535, whatever `sum` is; at most 65535 when done twice. */
static uint32_t fold(uint32_t sum)
{
    return sum / 65536u + sum % 65536u;
}

/* Folds a sum of words to 16 bits, read as memory holds them. */
static uint16_t fold_words(uint64_t sum)
{
    const uint64_t halves = sum / UINT64_C(0x100000000) + sum % UINT64_C(0x100000000);
    const uint64_t quarters = halves / 65536u + halves % 65536u;
    const uint16_t folded = (uint16_t)fold(fold((uint32_t)quarters));
    uint8_t octets[2];
    memcpy(octets, &folded, sizeof octets);
    return stint_load16(octets);
}

static uint16_t swap_octets(uint16_t number)
{
    return (uint16_t)(number % 256u * 256u + number / 256u);
}

/* How a piece lies in memory: octets up to an aligned address, whole words, octets again. */
struct piece {
    size_t before; /* octets from an aligned address to the first octet */
    size_t head;
    size_t words;
    size_t tail;
};

static struct piece piece_at(struct stint_view bytes)
{
    const size_t before = misalignment(bytes.bytes);
    const size_t to_aligned = (WORD - before) % WORD;
    const size_t head = to_aligned < bytes.length ? to_aligned : bytes.length;
    struct piece piece = {before, head, (bytes.length - head) / WORD, (bytes.length - head) % WORD};
    return piece;
}

/* Adds what a piece of `length` octets sums to. */
static void add_piece(struct stint_checksum *checksum, const struct piece *piece, uint64_t words,
    uint32_t octets, size_t length)
{
    const uint16_t sum = (uint16_t)fold(fold(fold_words(words) + octets));
    /* An odd place in memory, like one in the stream, swaps the octets' weights. */
    const bool swapped = checksum->odd != (piece->before % 2 == 1);
    checksum->sum = fold(checksum->sum) + (swapped ? swap_octets(sum) : sum);
    checksum->odd = checksum->odd != (length % 2 == 1);
}

/* Headers: an even number of octets, few, in an even place of the stream. */
static void add_short(struct stint_checksum *checksum, struct stint_view bytes)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < bytes.length; i += 2) {
        uint16_t half;
        memcpy(&half, bytes.bytes + i, sizeof half);
        sum += half;
    }
    checksum->sum = fold(checksum->sum) + fold_words(sum);
}

void stint_checksum_add(struct stint_checksum *checksum, struct stint_view bytes)
{
    if (bytes.length <= SHORT && bytes.length % 2 == 0 && !checksum->odd) {
        add_short(checksum, bytes);
        return;
    }
    if (bytes.length == 0) {
        return;
    }
    const struct piece piece = piece_at(bytes);
    const uint8_t *middle = bytes.bytes + piece.head;
    const uint8_t *last = middle + piece.words * WORD;
    const uint64_t words = sum_words(middle, piece.words);
    const uint32_t octets =
        sum_octets(bytes.bytes, piece.head, piece.before) + sum_octets(last, piece.tail, 0);
    add_piece(checksum, &piece, words, octets, bytes.length);
}

void stint_checksum_add_copy(struct stint_checksum *checksum, uint8_t *to, struct stint_view from)
{
    if (from.length == 0) {
        return;
    }
    if (misalignment(to) != misalignment(from.bytes)) {
        /* Whole words cannot be both loaded and stored: the C library knows the best way. */
        memcpy(to, from.bytes, from.length);
        stint_checksum_add(checksum, from);
        return;
    }
    const struct piece piece = piece_at(from);
    const uint8_t *middle = from.bytes + piece.head;
    const size_t middle_length = piece.words * WORD;
    uint32_t octets = copy_octets(to, from.bytes, piece.head, piece.before);
    const uint64_t words = copy_words(to + piece.head, middle, piece.words);
    octets += copy_octets(to + piece.head + middle_length, middle + middle_length, piece.tail, 0);
    add_piece(checksum, &piece, words, octets, from.length);
}

void stint_checksum_add16(struct stint_checksum *checksum, uint16_t number)
{
    checksum->sum = fold(checksum->sum) + number;
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
    return (uint16_t)(UINT16_MAX - fold(fold(checksum->sum)));
}

uint16_t stint_checksum_of(struct stint_view bytes)
{
    struct stint_checksum checksum = {0, false};
    stint_checksum_add(&checksum, bytes);
    return stint_checksum_finish(&checksum);
}
