/* Randomness: SipHash-2-4 and a generator, both keyed from a secret that the platform's entropy
 * source gave. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The generator is SipHash in counter mode: what is seen on the wire never reveals its state. The
 * keyed hash serves initial sequence numbers (RFC 6528), ports (RFC 6056), timestamp offsets (RFC
 * 7323 5.4) and hash tables that peers cannot aim at.
 */
#ifndef STINT_BASE_RANDOM_H
#define STINT_BASE_RANDOM_H

#include "stint/base/bytes.h"
#include "stint/base/result.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_SECRET_LENGTH = 32 };

struct stint_siphash_key {
    uint64_t low;
    uint64_t high;
};

/* SipHash-2-4 of `message` (Aumasson, Bernstein 2012; 64-bit output). */
uint64_t stint_siphash(const struct stint_siphash_key *key, struct stint_view message);

struct stint_random {
    struct stint_siphash_key generator_key;
    struct stint_siphash_key hash_key;
    uint64_t counter;
};

/* Keys the generator and the hash. STINT_INVALID when `secret` is not 32 bytes or all its bytes are
 * equal: no entropy. */
enum stint_result stint_random_init(struct stint_random *random, struct stint_view secret);

uint32_t stint_random_next(struct stint_random *random);

/* A number from 0 to bound - 1, every one as likely; 0 when bound is 0. */
uint32_t stint_random_below(struct stint_random *random, uint32_t bound);

/* The keyed hash of `message`: the same for the same message and secret. */
uint64_t stint_random_hash(const struct stint_random *random, struct stint_view message);

#ifdef __cplusplus
}
#endif

#endif
