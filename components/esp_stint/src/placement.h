/* Where functions of the hot path lie.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef ESP_STINT_PLACEMENT_H
#define ESP_STINT_PLACEMENT_H

#include "esp_attr.h"
#include "sdkconfig.h"
#include <stddef.h>

#ifdef CONFIG_ESP_STINT_IRAM
#define HOT IRAM_ATTR
#else
#define HOT
#endif

#endif
