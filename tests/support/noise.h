/* Pseudo-random numbers for tests: the same on every run and every machine (xorshift64*).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef SUPPORT_NOISE_H
#define SUPPORT_NOISE_H

#include <stddef.h>
#include <stdint.h>

struct noise {
    uint64_t state; /* never 0 */
};

static inline uint32_t noise_next(struct noise *noise)
{
    noise->state ^= noise->state >> 12;
    noise->state ^= noise->state << 25;
    noise->state ^= noise->state >> 27;
    return (uint32_t)((noise->state * UINT64_C(0x2545f4914f6cdd1d)) >> 32);
}

/* 0 to bound - 1; bound is not 0. */
static inline uint32_t noise_below(struct noise *noise, uint32_t bound)
{
    return noise_next(noise) % bound;
}

static inline void noise_fill(struct noise *noise, uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)noise_next(noise);
    }
}

#endif
