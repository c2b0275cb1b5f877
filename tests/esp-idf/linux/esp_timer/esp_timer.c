/* esp_timer for ESP-IDF's linux target, which has its header alone: the host's clock, and software
 * timers of FreeRTOS, which come at the next tick. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_timer.h"

#include "freertos/FreeRTOS.h"
#include "freertos/timers.h"

#include <stdlib.h>
#include <time.h>

struct esp_timer {
    esp_timer_cb_t callback;
    void *argument;
    TimerHandle_t timer;
};

int64_t esp_timer_get_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void has_come(TimerHandle_t timer)
{
    const struct esp_timer *const self = (const struct esp_timer *)pvTimerGetTimerID(timer);
    self->callback(self->argument);
}

esp_err_t esp_timer_create(const esp_timer_create_args_t *args, esp_timer_handle_t *out_handle)
{
    struct esp_timer *const self = (struct esp_timer *)calloc(1, sizeof(*self));
    if (self == NULL) {
        return ESP_ERR_NO_MEM;
    }
    self->callback = args->callback;
    self->argument = args->arg;
    self->timer = xTimerCreate(args->name, 1, pdFALSE, self, has_come);
    *out_handle = self;
    return ESP_OK;
}

static esp_err_t start(esp_timer_handle_t self, uint64_t microseconds, BaseType_t again)
{
    const uint64_t tick = 1000000 / configTICK_RATE_HZ;
    const uint64_t ticks = microseconds / tick + 1;
    const TickType_t longest = portMAX_DELAY / 2;
    vTimerSetReloadMode(self->timer, again);
    xTimerChangePeriod(
        self->timer, ticks < longest ? (TickType_t)ticks : longest, portMAX_DELAY); /* starts it */
    return ESP_OK;
}

esp_err_t esp_timer_start_once(esp_timer_handle_t self, uint64_t timeout_us)
{
    return start(self, timeout_us, pdFALSE);
}

esp_err_t esp_timer_start_periodic(esp_timer_handle_t self, uint64_t period_us)
{
    return start(self, period_us, pdTRUE);
}

bool esp_timer_is_active(esp_timer_handle_t self)
{
    return xTimerIsTimerActive(self->timer) != pdFALSE;
}

esp_err_t esp_timer_stop(esp_timer_handle_t self)
{
    if (!esp_timer_is_active(self)) {
        return ESP_ERR_INVALID_STATE;
    }
    xTimerStop(self->timer, portMAX_DELAY);
    return ESP_OK;
}

esp_err_t esp_timer_delete(esp_timer_handle_t self)
{
    xTimerDelete(self->timer, portMAX_DELAY);
    free(self);
    return ESP_OK;
}
