/* The header string.h for the prover: what the standard says of the four functions the stack calls,
 * in terms of uint8_t, as all its bytes are. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROOFS_STRING_H
#define STINT_PROOFS_STRING_H

#include <stddef.h>
#include <stdint.h>

/*@ requires \valid((uint8_t *)to + (0 .. length - 1));
    requires \valid_read((uint8_t *)from + (0 .. length - 1));
    requires \separated((uint8_t *)to + (0 .. length - 1), (uint8_t *)from + (0 .. length - 1));
    assigns ((uint8_t *)to)[0 .. length - 1] \from ((uint8_t *)from)[0 .. length - 1];
    ensures \forall integer i; 0 <= i < length ==>
        ((uint8_t *)to)[i] == \old(((uint8_t *)from)[i]);
    ensures \result == to; */
void *memcpy(void *to, const void *from, size_t length);

/*@ requires \valid((uint8_t *)to + (0 .. length - 1));
    requires \valid_read((uint8_t *)from + (0 .. length - 1));
    assigns ((uint8_t *)to)[0 .. length - 1] \from ((uint8_t *)from)[0 .. length - 1];
    ensures \forall integer i; 0 <= i < length ==>
        ((uint8_t *)to)[i] == \old(((uint8_t *)from)[i]);
    ensures \result == to; */
void *memmove(void *to, const void *from, size_t length);

/*@ requires \valid((uint8_t *)to + (0 .. length - 1));
    requires 0 <= value <= 255;
    assigns ((uint8_t *)to)[0 .. length - 1] \from value;
    ensures \forall integer i; 0 <= i < length ==> ((uint8_t *)to)[i] == value;
    ensures \result == to; */
void *memset(void *to, int value, size_t length);

/*@ requires \valid_read((uint8_t *)a + (0 .. length - 1));
    requires \valid_read((uint8_t *)b + (0 .. length - 1));
    assigns \result \from ((uint8_t *)a)[0 .. length - 1], ((uint8_t *)b)[0 .. length - 1];
    ensures \result == 0 <==>
        (\forall integer i; 0 <= i < length ==> ((uint8_t *)a)[i] == ((uint8_t *)b)[i]); */
int memcmp(const void *a, const void *b, size_t length);

#endif
