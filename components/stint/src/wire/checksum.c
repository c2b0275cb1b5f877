/* The Internet checksum (RFC 1071), over bytes, over several pieces, and while copying.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Bytes are summed as the words in which memory holds them, in the machine's byte order: that only
 * swaps the two octets of the sum (RFC 1071 2 B), which is undone at the end. A carry out of a word
 * is counted and comes back in at its lowest place, as ones' complement wants it. Where loads must
 * be aligned, the octets before the first and after the last aligned word are weighed by hand.
 */
#include "stint/wire/checksum.h"

#include <string.h>

/* What the machine adds at once. */
typedef uintptr_t word;

enum {
    WORD = sizeof(word),
    WORDS_IN_A_BLOCK = 8, /* words in one turn of the unrolled loops */
    OCTETS_IN_A_BLOCK = WORD * WORDS_IN_A_BLOCK,
    SHORT = 60, /* octets: the longest header */
};

#if defined(__x86_64__) || defined(__aarch64__)
enum { LOADS_ANYWHERE = 1 };
#else
enum { LOADS_ANYWHERE = 0 };
#endif

/* How many octets an address lies after one from which words can be loaded. */
static inline size_t misalignment(const uint8_t *bytes)
{
    return LOADS_ANYWHERE ? 0 : (size_t)((uintptr_t)bytes % WORD);
}

/* An address as the compiler may load words from it: told so, it does, even on machines without
 * unaligned access. */
static inline const void *loadable(const uint8_t *from)
{
#if defined(__GNUC__)
    return LOADS_ANYWHERE ? from : __builtin_assume_aligned(from, WORD);
#else
    return from;
#endif
}

static inline void *storable(uint8_t *to)
{
#if defined(__GNUC__)
    return LOADS_ANYWHERE ? to : __builtin_assume_aligned(to, WORD);
#else
    return to;
#endif
}

static inline word load_word(const uint8_t *from)
{
    word loaded;
    memcpy(&loaded, loadable(from), WORD);
    return loaded;
}

static inline word copy_word(uint8_t *to, const uint8_t *from)
{
    const word loaded = load_word(from);
    memcpy(storable(to), &loaded, WORD);
    return loaded;
}

/* A sum of words and the carries out of it. */
struct sum {
    word words;
    word carries;
};

static inline void add_word(struct sum *sum, word added)
{
    sum->words += added;
    sum->carries += sum->words < added;
}

/* The sum of `count` words. Two sums let two additions go on at once. */
static struct sum sum_words(const uint8_t *from, size_t count)
{
    struct sum even = {0, 0};
    struct sum odd = {0, 0};
    for (size_t block = 0; block < count / WORDS_IN_A_BLOCK; block++) {
        add_word(&even, load_word(from));
        add_word(&odd, load_word(from + WORD));
        add_word(&even, load_word(from + 2 * WORD));
        add_word(&odd, load_word(from + 3 * WORD));
        add_word(&even, load_word(from + 4 * WORD));
        add_word(&odd, load_word(from + 5 * WORD));
        add_word(&even, load_word(from + 6 * WORD));
        add_word(&odd, load_word(from + 7 * WORD));
        from += OCTETS_IN_A_BLOCK;
    }
    for (size_t i = 0; i < count % WORDS_IN_A_BLOCK; i++) {
        add_word(&even, load_word(from));
        from += WORD;
    }
    add_word(&even, odd.words);
    even.carries += odd.carries;
    return even;
}

/* The same while copying. */
static struct sum copy_words(uint8_t *to, const uint8_t *from, size_t count)
{
    struct sum even = {0, 0};
    struct sum odd = {0, 0};
    for (size_t block = 0; block < count / WORDS_IN_A_BLOCK; block++) {
        add_word(&even, copy_word(to, from));
        add_word(&odd, copy_word(to + WORD, from + WORD));
        add_word(&even, copy_word(to + 2 * WORD, from + 2 * WORD));
        add_word(&odd, copy_word(to + 3 * WORD, from + 3 * WORD));
        add_word(&even, copy_word(to + 4 * WORD, from + 4 * WORD));
        add_word(&odd, copy_word(to + 5 * WORD, from + 5 * WORD));
        add_word(&even, copy_word(to + 6 * WORD, from + 6 * WORD));
        add_word(&odd, copy_word(to + 7 * WORD, from + 7 * WORD));
        to += OCTETS_IN_A_BLOCK;
        from += OCTETS_IN_A_BLOCK;
    }
    for (size_t i = 0; i < count % WORDS_IN_A_BLOCK; i++) {
        add_word(&even, copy_word(to, from));
        to += WORD;
        from += WORD;
    }
    add_word(&even, odd.words);
    even.carries += odd.carries;
    return even;
}

/* Fewer octets than a word has, the first of which lies `before` octets after an aligned address.
 */
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
static uint16_t fold_words(struct sum sum)
{
    uint64_t wide = sum.words;
    wide = wide / UINT64_C(0x100000000) + wide % UINT64_C(0x100000000);
    wide += sum.carries; /* far below 2^32 of them */
    wide = wide / 65536u + wide % 65536u;
    const uint16_t folded = (uint16_t)fold(fold((uint32_t)wide));
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
static void add_piece(struct stint_checksum *checksum, const struct piece *piece, struct sum words,
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
    uint32_t sum = fold(checksum->sum);
    for (size_t i = 0; i < bytes.length; i += 2) {
        sum += stint_load16(bytes.bytes + i);
    }
    checksum->sum = sum;
}

void stint_checksum_add(struct stint_checksum *checksum, struct stint_view bytes)
{
    if (bytes.length <= SHORT && bytes.length % 2 == 0 && !checksum->odd) {
        add_short(checksum, bytes);
        return;
    }
    if (bytes.length == 0) {
        return; /* perhaps without an address to reckon with */
    }
    const struct piece piece = piece_at(bytes);
    const uint8_t *middle = bytes.bytes + piece.head;
    const uint8_t *last = middle + piece.words * WORD;
    const struct sum words = sum_words(middle, piece.words);
    const uint32_t octets =
        sum_octets(bytes.bytes, piece.head, piece.before) + sum_octets(last, piece.tail, 0);
    add_piece(checksum, &piece, words, octets, bytes.length);
}

void stint_checksum_add_copy(struct stint_checksum *checksum, uint8_t *to, struct stint_view from)
{
    if (from.length == 0) {
        return;
    }
    if (LOADS_ANYWHERE || misalignment(to) != misalignment(from.bytes)) {
        /* Machines with wide registers copy faster than they add, and where whole words cannot be
         * both loaded and stored there is nothing to share. */
        memcpy(to, from.bytes, from.length);
        stint_checksum_add(checksum, from);
        return;
    }
    const struct piece piece = piece_at(from);
    const uint8_t *middle = from.bytes + piece.head;
    const size_t middle_length = piece.words * WORD;
    uint32_t octets = copy_octets(to, from.bytes, piece.head, piece.before);
    const struct sum words = copy_words(to + piece.head, middle, piece.words);
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
