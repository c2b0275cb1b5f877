/* Carving one piece of memory into arrays when a stack starts; without memory it only counts.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STORAGE_CARVE_H
#define STINT_STORAGE_CARVE_H

#include "stint/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_carve {
    struct stint_span memory; /* bytes NULL: only count */
    size_t used;              /* bytes taken, alignment included */
    bool failed;              /* a take did not fit */
};

/* Begins; `memory` may be empty to count what is needed. */
struct stint_carve stint_carve_from(struct stint_span memory);

/* `count` objects of `size` bytes, zeroed, aligned to 8. NULL when counting, when it does not fit,
 * and for a count of 0. */
void *stint_carve_array(struct stint_carve *carve, size_t count, size_t size);

/* All that is left, its start aligned to 8. */
struct stint_span stint_carve_rest(struct stint_carve *carve);

#ifdef __cplusplus
}
#endif

#endif
