/* Proof of base/bytes: views, spans, loads, stores, readers and writers do what they say.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * proves: include/stint/base/bytes.h src/base/bytes.c
 */
#include "base/bytes.c"
