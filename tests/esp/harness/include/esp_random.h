/* Random numbers of the chip.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_RANDOM_H
#define STINT_HARNESS_ESP_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

uint32_t esp_random(void);
void esp_fill_random(void *buffer, size_t length);

#ifdef __cplusplus
}
#endif

#endif
