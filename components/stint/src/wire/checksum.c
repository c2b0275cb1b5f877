/* The Internet checksum (RFC 1071), over bytes, over several pieces, and while copying.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Octets are summed as the words in which memory holds them, in the machine's byte order: that only
 * swaps the two octets of the sum (RFC 1071 2 B), which is undone at the end. A word may count as
 * the sum of its halves, because 65536 is 1 modulo 65535. Where words must be aligned, the octets
 * before the first one and after the last one are summed one by one.
 */
#include "stint/wire/checksum.h"

#include "stint/base/words.h"

#include <string.h>

enum {
    WORD = STINT_WORD_LENGTH,
    PAIR = 2 * WORD, /* octets of two words that are loaded as one */
    TURN = 8,        /* words in one turn of an unrolled loop */
    COPY_TURN = 24,  /* words of which a turn is copied: 1,448 octets leave two, 1,460 five */
    SHORTEST_HEADER = 20,
};

static inline bool octets_are_swapped(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, sizeof first);
    return first == 1;
}

/* What a number below 2^24, in network order, adds to a sum of this machine's words: to swap the
 * octets of a sum is, modulo 65535, to take it 256 times. */
static inline uint32_t native(uint32_t number)
{
    return octets_are_swapped() ? number * 256u : number;
}

/* Brings a sum to 32 bits: what is above counts as much below. */
static inline uint32_t fold(uint64_t sum)
{
    const uint32_t upper = (uint32_t)(sum / UINT64_C(0x100000000));
    const uint32_t folded = (uint32_t)sum + upper;
    return folded + (folded < upper ? 1 : 0);
}

/* Adds the sum of octets that begin at an even place in memory. At an odd place of the stream they
 * weigh as if even and odd ones had changed places. */
static inline void add_sum(struct stint_checksum *checksum, uint64_t sum)
{
    const uint32_t folded = fold(sum);
    const uint32_t swapped = folded % 0x1000000u * 256u + folded / 0x1000000u;
    checksum->sum = fold((uint64_t)checksum->sum + (checksum->odd ? swapped : folded));
}

static void add_octets(struct stint_checksum *checksum, const uint8_t *octets, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        add_sum(checksum, native(octets[i] * 256u));
        checksum->odd = !checksum->odd;
    }
}

/* The sum of words that are loaded in pairs: of all pairs modulo 2^64, and of their upper words,
 * without which the sum of the lower ones is left. Compilers make vectors of it. */
static uint64_t sum_pairs(const uint8_t *from, size_t pairs)
{
    uint64_t whole = 0;
    uint64_t upper = 0;
    for (size_t i = 0; i < pairs; i++) {
        uint64_t pair;
        memcpy(&pair, from + i * PAIR, sizeof pair);
        whole += pair;
        upper += pair / UINT64_C(0x100000000);
    }
    return whole - upper * UINT64_C(0x100000000) + upper;
}

static uint64_t copy_pairs(uint8_t *restrict to, const uint8_t *restrict from, size_t pairs)
{
    uint64_t whole = 0;
    uint64_t upper = 0;
    for (size_t i = 0; i < pairs; i++) {
        uint64_t pair;
        memcpy(&pair, from + i * PAIR, sizeof pair);
        memcpy(to + i * PAIR, &pair, sizeof pair);
        whole += pair;
        upper += pair / UINT64_C(0x100000000);
    }
    return whole - upper * UINT64_C(0x100000000) + upper;
}

/* The sum of words, which are less than 2^32; a turn is unrolled even where compilers save space.
 */
static uint64_t sum_words(const uint8_t *from, size_t words)
{
    uint64_t sum = 0;
    const uint8_t *const rest = from + words / TURN * (TURN * WORD);
    const uint8_t *const end = from + words * WORD;
    while (from != rest) {
#pragma GCC unroll 8
        for (size_t word = 0; word < TURN; word++) {
            sum += stint_load_word(from + word * WORD);
        }
        from += TURN * WORD;
    }
    for (; from != end; from += WORD) {
        sum += stint_load_word(from);
    }
    return sum;
}

static uint64_t copy_words(uint8_t *restrict to, const uint8_t *restrict from, size_t words)
{
    uint64_t sum = 0;
    const uint8_t *const end = from + words * WORD;
    for (size_t turns = words / COPY_TURN; turns > 0; turns--) {
#pragma GCC unroll 24
        for (size_t word = 0; word < COPY_TURN; word++) {
            const uint32_t loaded = stint_load_word(from + word * WORD);
            stint_store_word(to + word * WORD, loaded);
            sum += loaded;
        }
        from += COPY_TURN * WORD;
        to += COPY_TURN * WORD;
    }
    if (from != end) {
        do {
            const uint32_t loaded = stint_load_word(from);
            stint_store_word(to, loaded);
            sum += loaded;
            from += WORD;
            to += WORD;
        } while (from != end);
    }
    return sum;
}

/* `sum` plus one word; a carry counts as 1. */
static inline uint32_t plus_word(uint32_t sum, const uint8_t *from)
{
    const uint32_t word = stint_load_word(from);
    return sum + word + (sum + word < word ? 1u : 0u);
}

void stint_checksum_add_header(struct stint_checksum *checksum, struct stint_view header)
{
    uint32_t sum = checksum->sum;
    if (stint_word_offset(header.bytes) != 0 || header.length < SHORTEST_HEADER) {
        stint_checksum_add(checksum, header);
        return;
    }
#pragma GCC unroll 5
    for (size_t i = 0; i < SHORTEST_HEADER; i += WORD) {
        sum = plus_word(sum, header.bytes + i);
    }
    for (size_t i = SHORTEST_HEADER; i < header.length; i += WORD) {
        sum = plus_word(sum, header.bytes + i); /* few: vectors would take longer to set up */
    }
    checksum->sum = sum;
}

/* How many octets come before the first that a word may lie at. */
static size_t head_of(struct stint_view bytes)
{
    const size_t to_word = (WORD - stint_word_offset(bytes.bytes)) % WORD;
    return to_word < bytes.length ? to_word : bytes.length;
}

void stint_checksum_add(struct stint_checksum *checksum, struct stint_view bytes)
{
    if (bytes.length == 0) {
        return;
    }
    const size_t head = head_of(bytes);
    const size_t words = (bytes.length - head) / WORD;
    const size_t pairs = STINT_WORDS_LIE_ANYWHERE ? words / 2 : 0;
    const uint8_t *const middle = bytes.bytes + head;
    add_octets(checksum, bytes.bytes, head);
    add_sum(
        checksum, sum_pairs(middle, pairs) + sum_words(middle + pairs * PAIR, words - 2 * pairs));
    add_octets(checksum, middle + words * WORD, (bytes.length - head) % WORD);
}

static void copy_octets(
    struct stint_checksum *checksum, uint8_t *to, const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        to[i] = from[i];
    }
    add_octets(checksum, from, length);
}

void stint_checksum_add_copy(struct stint_checksum *checksum, uint8_t *to, struct stint_view from)
{
    if (from.length == 0) {
        return;
    }
    if (stint_word_offset(to) != stint_word_offset(from.bytes)) {
        stint_copy(to, from.bytes, from.length);
        stint_checksum_add(checksum, from);
        return;
    }
    const size_t head = head_of(from);
    const size_t words = (from.length - head) / WORD;
    const size_t pairs = STINT_WORDS_LIE_ANYWHERE ? words / 2 : 0;
    const size_t after_pairs = head + pairs * PAIR;
    const size_t after_words = head + words * WORD;
    if (head > 0) {
        copy_octets(checksum, to, from.bytes, head);
    }
    const uint64_t sum = copy_pairs(to + head, from.bytes + head, pairs) +
                         copy_words(to + after_pairs, from.bytes + after_pairs, words - 2 * pairs);
    add_sum(checksum, sum);
    if (after_words < from.length) {
        copy_octets(
            checksum, to + after_words, from.bytes + after_words, from.length - after_words);
    }
}

void stint_checksum_add16(struct stint_checksum *checksum, uint16_t number)
{
    checksum->sum = fold((uint64_t)checksum->sum + native(number));
}

struct stint_checksum stint_checksum_pseudo_header(const struct stint_address *source,
    const struct stint_address *destination, uint8_t protocol, size_t length)
{
    const uint32_t lengths = (uint32_t)(length / 65536u % 65536u + length % 65536u);
    struct stint_checksum checksum = {native(protocol + lengths), false};
    const size_t before_ipv4 = STINT_IPV4_MAPPED_BITS / 8;
#pragma GCC unroll 2
    for (size_t i = before_ipv4; i < sizeof source->octets; i += 2) {
        checksum.sum += stint_load_half(source->octets + i);
        checksum.sum += stint_load_half(destination->octets + i);
    }
    for (size_t i = stint_address_is_ipv4(destination) ? before_ipv4 : 0; i < before_ipv4; i += 2) {
        checksum.sum += stint_load_half(source->octets + i);
        checksum.sum += stint_load_half(destination->octets + i);
    }
    return checksum;
}

uint16_t stint_checksum_finish(const struct stint_checksum *checksum)
{
    const uint32_t halves_changed = checksum->sum % 65536u * 65536u + checksum->sum / 65536u;
    const uint32_t folded =
        (checksum->sum + halves_changed) / 65536u; /* with the carry from below */
    const uint32_t complement = UINT16_MAX - folded;
    return (
        uint16_t)(octets_are_swapped() ? complement % 256u * 256u + complement / 256u : complement);
}

uint16_t stint_checksum_of(struct stint_view bytes)
{
    struct stint_checksum checksum = {0, false};
    stint_checksum_add(&checksum, bytes);
    return stint_checksum_finish(&checksum);
}
