/* What tests may ask of our host on FreeRTOS.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef COMPAT_NETWORK_FREERTOS_H
#define COMPAT_NETWORK_FREERTOS_H

/* How often tasks went to sleep inside calls. */
unsigned network_sleeps(void);

#endif
