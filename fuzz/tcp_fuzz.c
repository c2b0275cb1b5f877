/* Fuzzes TCP with the storm of tests/support/tcp_chaos.h: the input chooses what happens, and no
 * law of the records may break. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Every choice takes one byte of the input, one of a large range four; the end of the input ends
 * the storm.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../tests/support/tcp_chaos.c"
#include "../tests/support/tcp_chaos_laws.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t choose_input(void *reader, uint32_t bound)
{
    struct stint_reader *rest = reader;
    return (bound <= 256 ? stint_reader_take8(rest) : stint_reader_take32(rest)) % bound;
}

static void require_none(const char *broken)
{
    if (broken != NULL) {
        (void)fprintf(stderr, "broken: %s\n", broken);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct chaos chaos;
    struct stint_reader reader = stint_reader_over(stint_view_of(data, size));
    chaos_begin(&chaos, choose_input, &reader);
    while (reader.rest.length > 0 && !reader.failed) {
        require_none(chaos_step(&chaos));
    }
    require_none(chaos_end(&chaos));
    return 0;
}
