/* Proof of storage/carve: arrays follow one another within the memory, zeroed.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * proves: include/stint/storage/carve.h src/storage/carve.c
 * provers: cvc4,z3
 */
#include "storage/carve.c"
