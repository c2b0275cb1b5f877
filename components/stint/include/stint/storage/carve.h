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

/*@ predicate stint_carve_is_sound(struct stint_carve *carve) =
        \valid(carve) && stint_is_writable(carve->memory) &&
        \separated(carve, carve->memory.bytes + (0 .. carve->memory.length - 1)) &&
        (carve->memory.bytes != \null ==> carve->used <= carve->memory.length); */

/* Begins; `memory` may be empty to count what is needed. */
/*@ assigns \nothing;
    ensures \result.memory == memory && \result.used == 0 && !\result.failed; */
struct stint_carve stint_carve_from(struct stint_span memory);

/* `count` objects of `size` bytes, zeroed, aligned to 8. NULL when counting, when it does not fit,
 * and for a count of 0. */
/*@ requires stint_carve_is_sound(carve);
    assigns carve->used, carve->failed,
        carve->memory.bytes[carve->used .. carve->memory.length - 1];
    ensures stint_carve_is_sound(carve) && carve->used >= \old(carve->used);
    ensures \result != \null ==>
        carve->memory.bytes + \old(carve->used) <= (uint8_t *)\result &&
        (uint8_t *)\result + count * size == carve->memory.bytes + carve->used;
    ensures \forall integer i; \result != \null && 0 <= i < count * size ==>
        ((uint8_t *)\result)[i] == 0; */
void *stint_carve_array(struct stint_carve *carve, size_t count, size_t size);

/* All that is left, its start aligned to 8. */
/*@ requires stint_carve_is_sound(carve);
    assigns carve->used;
    ensures stint_carve_is_sound(carve);
    ensures \result.length > 0 ==>
        carve->memory.bytes + \old(carve->used) <= \result.bytes &&
        \result.bytes + \result.length == carve->memory.bytes + carve->memory.length; */
struct stint_span stint_carve_rest(struct stint_carve *carve);

#ifdef __cplusplus
}
#endif

#endif
