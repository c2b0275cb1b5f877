/* Carving one piece of memory into arrays, each zeroed and aligned to 8.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/storage/carve.h"

#include <string.h>

enum { ALIGNMENT = 8 };

struct stint_carve stint_carve_from(struct stint_span memory)
{
    const struct stint_carve carve = {memory, 0, false};
    return carve;
}

/*@ requires \valid_read(carve);
    assigns \nothing;
    ensures \result <==> carve->memory.bytes == \null; */
static bool only_counts(const struct stint_carve *carve)
{
    return carve->memory.bytes == NULL;
}

/* Bytes to skip so that what follows is aligned. Counting takes the memory's start as aligned. */
/*@ requires \valid_read(carve);
    assigns \nothing;
    ensures \result < ALIGNMENT; */
static size_t padding(const struct stint_carve *carve)
{
    const uintptr_t start = only_counts(carve) ? 0 : (uintptr_t)carve->memory.bytes;
    return (ALIGNMENT - (start + carve->used) % ALIGNMENT) % ALIGNMENT;
}

/* Bytes that could still be taken, padding included. */
/*@ requires stint_carve_is_sound(carve);
    assigns \nothing;
    ensures carve->memory.bytes == \null ==> \result == SIZE_MAX - carve->used;
    ensures carve->memory.bytes != \null ==> \result == carve->memory.length - carve->used; */
static size_t left(const struct stint_carve *carve)
{
    return (only_counts(carve) ? SIZE_MAX : carve->memory.length) - carve->used;
}

void *stint_carve_array(struct stint_carve *carve, size_t count, size_t size)
{
    if (carve->failed || count == 0 || size == 0) {
        return NULL;
    }
    const size_t skipped = padding(carve);
    if (skipped > left(carve) || count > (left(carve) - skipped) / size) {
        carve->failed = true;
        return NULL;
    }
    //@ assert count * size <= carve->used + skipped + count * size <= SIZE_MAX;
    const size_t begin = carve->used + skipped;
    carve->used = begin + count * size;
    if (only_counts(carve)) {
        return NULL;
    }
    memset(carve->memory.bytes + begin, 0, count * size);
    return carve->memory.bytes + begin;
}

struct stint_span stint_carve_rest(struct stint_carve *carve)
{
    const size_t skipped = padding(carve);
    if (carve->failed || only_counts(carve) || skipped > left(carve)) {
        return stint_span_of(NULL, 0);
    }
    const struct stint_span rest = stint_span_without_first(carve->memory, carve->used + skipped);
    carve->used = carve->memory.length;
    return rest;
}
