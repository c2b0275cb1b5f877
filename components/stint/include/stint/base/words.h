/* Machine words in memory, for what goes over many bytes: copies and checksums.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Words of four octets are loaded from and stored to addresses that are multiples of four, unless
 * the machine takes any address. A word is in the machine's byte order.
 */
#ifndef STINT_BASE_WORDS_H
#define STINT_BASE_WORDS_H

#include "stint/base/bytes.h"

#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_WORD_LENGTH = 4 };

/* Whether words may lie anywhere, the compiler makes vectors of simple loops, and the C library's
 * memcpy is the best there is. STINT_ALIGN_WORDS lets tests run what other machines run. */
#if (defined(__x86_64__) || defined(__aarch64__)) && !defined(STINT_ALIGN_WORDS)
enum { STINT_WORDS_LIE_ANYWHERE = 1 };
#else
enum { STINT_WORDS_LIE_ANYWHERE = 0 };
#endif

/* How many octets an address lies after one that a word may lie at: 0 to 3. */
static inline size_t stint_word_offset(const uint8_t *bytes)
{
    return STINT_WORDS_LIE_ANYWHERE ? 0 : (size_t)((uintptr_t)bytes % STINT_WORD_LENGTH);
}

/* The word at an address whose offset is 0: the compiler is told so, lest it load single octets. */
static inline uint32_t stint_load_word(const uint8_t *from)
{
    uint32_t word;
#if defined(__GNUC__)
    memcpy(&word, STINT_WORDS_LIE_ANYWHERE ? from : __builtin_assume_aligned(from, sizeof word),
        sizeof word);
#else
    memcpy(&word, from, sizeof word);
#endif
    return word;
}

static inline void stint_store_word(uint8_t *to, uint32_t word)
{
#if defined(__GNUC__)
    memcpy(STINT_WORDS_LIE_ANYWHERE ? to : __builtin_assume_aligned(to, sizeof word), &word,
        sizeof word);
#else
    memcpy(to, &word, sizeof word);
#endif
}

/* Two octets at an even address. */
static inline uint16_t stint_load_half(const uint8_t *from)
{
    uint16_t half;
#if defined(__GNUC__)
    memcpy(&half, __builtin_assume_aligned(from, sizeof half), sizeof half);
#else
    memcpy(&half, from, sizeof half);
#endif
    return half;
}

static inline void stint_store_half(uint8_t *to, uint16_t half)
{
#if defined(__GNUC__)
    memcpy(__builtin_assume_aligned(to, sizeof half), &half, sizeof half);
#else
    memcpy(to, &half, sizeof half);
#endif
}

#ifdef __cplusplus
}
#endif

#endif
