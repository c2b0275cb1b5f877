/* Interpretation of base/random: a hash of unknown bytes of every length up to 71 and of 1,500, and
 * any generator, also from a secret of another length.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: base/random.c base/bytes.c
 */
#include "stint/base/random.h"
#include "unknown.h"

enum { LARGEST = 1500 };

static void hash(size_t length)
{
    const struct stint_view message = unknown_view(length);
    struct stint_random random;
    MAKE_UNKNOWN(random);
    stint_random_hash(&random, message);
    stint_random_init(&random, message);
    forget(message.bytes);
}

static void draw(void)
{
    struct stint_random random;
    MAKE_UNKNOWN(random);
    stint_random_next(&random);
    stint_random_below(&random, unknown32());
}

int main(void)
{
    for (size_t length = 0; length <= 71; length++) {
        hash(length);
    }
    hash(LARGEST);
    draw();
    Frama_C_show_each_end();
    return 0;
}
