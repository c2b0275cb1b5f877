/* What bench/memory asks of either stack: how much memory it has in use.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stddef.h>

struct memory_use {
    size_t in_use;     /* bytes, now */
    size_t high_water; /* most in use ever */
    size_t limit;      /* 0: none but the machine's */
};

/* Before network_start(): bytes for the stack, where it is given its memory. */
void memory_prepare(size_t bytes);

struct memory_use memory_use(void);

#endif
