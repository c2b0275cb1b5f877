/* Randomness: SipHash-2-4 and a generator in counter mode (Aumasson, Bernstein 2012).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/random.h"

struct siphash_state {
    uint64_t v0;
    uint64_t v1;
    uint64_t v2;
    uint64_t v3;
};

/* 0 < count < 64 */
static uint64_t rotate_left(uint64_t value, unsigned count)
{
    return (value << count) | (value >> (64u - count));
}

static void siphash_round(struct siphash_state *state)
{
    state->v0 += state->v1;
    state->v1 = rotate_left(state->v1, 13) ^ state->v0;
    state->v0 = rotate_left(state->v0, 32);
    state->v2 += state->v3;
    state->v3 = rotate_left(state->v3, 16) ^ state->v2;
    state->v0 += state->v3;
    state->v3 = rotate_left(state->v3, 21) ^ state->v0;
    state->v2 += state->v1;
    state->v1 = rotate_left(state->v1, 17) ^ state->v2;
    state->v2 = rotate_left(state->v2, 32);
}

static void siphash_take(struct siphash_state *state, uint64_t word)
{
    state->v3 ^= word;
    siphash_round(state);
    siphash_round(state);
    state->v0 ^= word;
}

/* SipHash reads its words with the least significant byte first. `length` is at most 8. */
static uint64_t load_little_endian(const uint8_t *bytes, size_t length)
{
    uint64_t word = 0;
    for (size_t left = length; left > 0; left--) {
        word = word * 256u + bytes[left - 1];
    }
    return word;
}

uint64_t stint_siphash(const struct stint_siphash_key *key, struct stint_view message)
{
    struct siphash_state state = {
        key->low ^ UINT64_C(0x736f6d6570736575),
        key->high ^ UINT64_C(0x646f72616e646f6d),
        key->low ^ UINT64_C(0x6c7967656e657261),
        key->high ^ UINT64_C(0x7465646279746573),
    };
    size_t used = 0;
    while (message.length - used >= 8) {
        siphash_take(&state, load_little_endian(message.bytes + used, 8));
        used += 8;
    }
    const uint64_t length_octet = (uint64_t)(message.length % 256u) << 56;
    const size_t left = message.length - used;
    const uint64_t tail = left > 0 ? load_little_endian(message.bytes + used, left) : 0;
    siphash_take(&state, length_octet | tail);

    state.v2 ^= 0xff;
    for (int round = 0; round < 4; round++) {
        siphash_round(&state);
    }
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

static struct stint_siphash_key key_at(const uint8_t *bytes)
{
    struct stint_siphash_key key = {
        load_little_endian(bytes, 8),
        load_little_endian(bytes + 8, 8),
    };
    return key;
}

static bool all_bytes_are_equal(struct stint_view bytes)
{
    for (size_t i = 1; i < bytes.length; i++) {
        if (bytes.bytes[i] != bytes.bytes[0]) {
            return false;
        }
    }
    return true;
}

enum stint_result stint_random_init(struct stint_random *random, struct stint_view secret)
{
    if (secret.length != STINT_SECRET_LENGTH || all_bytes_are_equal(secret)) {
        return STINT_INVALID;
    }
    random->generator_key = key_at(secret.bytes);
    random->hash_key = key_at(secret.bytes + 16);
    random->counter = 0;
    return STINT_OK;
}

uint32_t stint_random_next(struct stint_random *random)
{
    uint8_t block[8];
    stint_store32(block, (uint32_t)(random->counter / UINT64_C(0x100000000)));
    stint_store32(block + 4, (uint32_t)(random->counter % UINT64_C(0x100000000)));
    random->counter++;
    const uint64_t word = stint_siphash(&random->generator_key, stint_view_of(block, sizeof block));
    return (uint32_t)(word % UINT64_C(0x100000000));
}

uint32_t stint_random_below(struct stint_random *random, uint32_t bound)
{
    if (bound == 0) {
        return 0;
    }
    /* Numbers from the last, incomplete multiple of `bound` on would favour small remainders: they
     * are drawn again. Each draw is kept with more than half a chance, so the limit of draws, which
     * makes the time bounded, is met once in 2^128 calls. */
    const uint32_t remainder = (UINT32_MAX - bound + 1) % bound;
    uint32_t number = stint_random_next(random);
    for (int draw = 1; draw < 128 && number > UINT32_MAX - remainder; draw++) {
        number = stint_random_next(random);
    }
    return number % bound;
}

uint64_t stint_random_hash(const struct stint_random *random, struct stint_view message)
{
    return stint_siphash(&random->hash_key, message);
}
