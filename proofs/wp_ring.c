/* Proof of storage/ring: what is written comes out in order, and nothing outside the storage is
 * touched. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * proves: include/stint/storage/ring.h src/storage/ring.c
 */
#include "facts.h"
#include "storage/ring.c"
