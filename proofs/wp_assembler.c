/* Proof of storage/assembler: it remembers exactly what arrived, sorted and apart.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * proves: include/stint/storage/assembler.h src/storage/assembler.c
 */
#include "facts.h"
#include "storage/assembler.c"
