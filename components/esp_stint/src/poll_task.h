/* The task that polls the stack, and how it sleeps.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef ESP_STINT_POLL_TASK_H
#define ESP_STINT_POLL_TASK_H

#include "esp_err.h"

esp_err_t poll_task_start(void);
void poll_task_stop(void);

#endif
