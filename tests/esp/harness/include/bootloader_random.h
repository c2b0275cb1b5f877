/* The entropy source of chips whose radio is off. The harness counts that the two calls pair.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_BOOTLOADER_RANDOM_H
#define STINT_HARNESS_BOOTLOADER_RANDOM_H

#ifdef __cplusplus
extern "C" {
#endif

void bootloader_random_enable(void);
void bootloader_random_disable(void);

#ifdef __cplusplus
}
#endif

#endif
