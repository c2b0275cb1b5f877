/* Tasks and their notifications.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_TASK_H
#define STINT_HARNESS_TASK_H

#include "freertos/FreeRTOS.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tskTaskControlBlock *TaskHandle_t;
typedef void (*TaskFunction_t)(void *argument);

/* The stack size is kept for reports; the thread has the host's. */
BaseType_t xTaskCreatePinnedToCore(TaskFunction_t code, const char *name, uint32_t stack_depth,
    void *argument, UBaseType_t priority, TaskHandle_t *created, BaseType_t core);
BaseType_t xTaskCreate(TaskFunction_t code, const char *name, uint32_t stack_depth, void *argument,
    UBaseType_t priority, TaskHandle_t *created);

/* The calling task only: NULL or its own handle. */
void vTaskDelete(TaskHandle_t task);

void vTaskDelay(TickType_t ticks);
TickType_t xTaskGetTickCount(void);
TaskHandle_t xTaskGetCurrentTaskHandle(void);
UBaseType_t uxTaskPriorityGet(TaskHandle_t task);
char *pcTaskGetName(TaskHandle_t task);
UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t task);

BaseType_t xTaskNotifyGive(TaskHandle_t task);
void vTaskNotifyGiveFromISR(TaskHandle_t task, BaseType_t *woken);
uint32_t ulTaskNotifyTake(BaseType_t clear_on_exit, TickType_t ticks);

#ifdef __cplusplus
}
#endif

#endif
