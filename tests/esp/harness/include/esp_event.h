/* The default event loop: a task that calls handlers, in the order of their registration.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_EVENT_H
#define STINT_HARNESS_ESP_EVENT_H

#include "esp_err.h"
#include "esp_event_base.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#ifdef __cplusplus
extern "C" {
#endif

esp_err_t esp_event_loop_create_default(void);
/* Events that are still queued are not delivered. */
esp_err_t esp_event_loop_delete_default(void);
esp_err_t esp_event_handler_register(
    esp_event_base_t base, int32_t event_id, esp_event_handler_t handler, void *argument);
esp_err_t esp_event_handler_unregister(
    esp_event_base_t base, int32_t event_id, esp_event_handler_t handler);
esp_err_t esp_event_handler_instance_register(esp_event_base_t base, int32_t event_id,
    esp_event_handler_t handler, void *argument, esp_event_handler_instance_t *instance);
esp_err_t esp_event_handler_instance_unregister(
    esp_event_base_t base, int32_t event_id, esp_event_handler_instance_t instance);
esp_err_t esp_event_post(
    esp_event_base_t base, int32_t event_id, const void *data, size_t size, TickType_t ticks);

#ifdef __cplusplus
}
#endif

#endif
