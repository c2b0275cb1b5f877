/* Storms of random segments, calls and delays: no law of TCP's records breaks, no byte changes, and
 * nothing is left afterwards. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/noise.h"
#include "support/tcp_chaos.h"

enum { STEPS = 200000, SEEDS = 5 };

static uint32_t choose_noise(void *noise, uint32_t bound)
{
    return noise_below(noise, bound);
}

static void weather(uint64_t seed)
{
    struct noise noise = {seed};
    struct chaos *chaos = malloc(sizeof *chaos);
    assert_non_null(chaos);
    chaos_begin(chaos, choose_noise, &noise);
    for (unsigned step = 0; step < STEPS; step++) {
        const char *broken = chaos_step(chaos);
        if (broken != NULL) {
            fail_msg("seed %u, step %u: \"%s\"", (unsigned)seed, step, broken);
        }
    }
    assert_null(chaos_end(chaos));
    assert_true(chaos->tcp.counters.passive_opens > 100); /* the storm reached the sea */
    assert_true(chaos->tcp.counters.segments_sent > 1000);
    free(chaos);
}

static void no_law_breaks_in_a_storm(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        weather(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_law_breaks_in_a_storm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
