/* A memcpy that copies words where both ends are aligned alike, as the C libraries of devices have
 * it; picolibc's is a loop over bytes. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <stddef.h>
#include <stdint.h>

typedef uint32_t __attribute__((may_alias)) word;

enum { WORD = 4, UNROLLED = 8 };

/* Lest the compiler make a call of memcpy of it. */
static inline void stay_a_loop(void)
{
    __asm__ volatile("" ::: "memory");
}

/* Copies whole words while there are; how many bytes that was. */
static size_t copy_words(uint8_t *restrict to, const uint8_t *restrict from, size_t length)
{
    word *into = (word *)(void *)to;
    const word *out = (const word *)(const void *)from;
    for (size_t blocks = length / (WORD * UNROLLED); blocks > 0; blocks--) {
        const word a = out[0], b = out[1], c = out[2], d = out[3];
        const word e = out[4], f = out[5], g = out[6], h = out[7];
        into[0] = a, into[1] = b, into[2] = c, into[3] = d;
        into[4] = e, into[5] = f, into[6] = g, into[7] = h;
        into += UNROLLED;
        out += UNROLLED;
    }
    for (size_t words = length % (WORD * UNROLLED) / WORD; words > 0; words--) {
        *into++ = *out++;
        stay_a_loop();
    }
    return length / WORD * WORD;
}

void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
    uint8_t *into = to;
    const uint8_t *out = from;
    if (length >= WORD && ((uintptr_t)into - (uintptr_t)out) % WORD == 0) {
        while ((uintptr_t)into % WORD != 0) {
            *into++ = *out++;
            length--;
        }
        const size_t copied = copy_words(into, out, length);
        into += copied;
        out += copied;
        length -= copied;
    }
    for (; length > 0; length--) {
        *into++ = *out++;
        stay_a_loop();
    }
    return to;
}
