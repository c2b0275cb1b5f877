/* FreeRTOS over POSIX threads: types, ticks, critical sections.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Every task is a thread and all run at once, as on a chip with many cores; priorities are kept but
 * decide nothing. Ticks come from CLOCK_MONOTONIC.
 */
#ifndef STINT_HARNESS_FREERTOS_H
#define STINT_HARNESS_FREERTOS_H

#include "sdkconfig.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int BaseType_t;
typedef unsigned UBaseType_t;
typedef uint32_t TickType_t;
typedef uint8_t StackType_t;

#define pdFALSE              0
#define pdTRUE               1
#define pdFAIL               pdFALSE
#define pdPASS               pdTRUE
#define errQUEUE_FULL        0
#define portMAX_DELAY        ((TickType_t)0xffffffffU)
#define configTICK_RATE_HZ   CONFIG_FREERTOS_HZ
#define configMAX_PRIORITIES 25
#define portTICK_PERIOD_MS   ((TickType_t)1000 / configTICK_RATE_HZ)
#define pdMS_TO_TICKS(ms)    ((TickType_t)(((uint64_t)(ms)*configTICK_RATE_HZ) / 1000U))
#define portNUM_PROCESSORS   1
#define tskNO_AFFINITY       ((BaseType_t)0x7fffffff)

/* One lock stands for all: whoever is inside keeps everybody else out, and must not block. */
typedef struct {
    int owner;
} portMUX_TYPE;

#define portMUX_INITIALIZER_UNLOCKED                                                               \
    {                                                                                              \
        0                                                                                          \
    }
#define portMUX_INITIALIZE(mux)      ((void)(mux))
#define portENTER_CRITICAL(mux)      harness_enter_critical(mux)
#define portEXIT_CRITICAL(mux)       harness_exit_critical(mux)
#define portENTER_CRITICAL_ISR(mux)  harness_enter_critical(mux)
#define portEXIT_CRITICAL_ISR(mux)   harness_exit_critical(mux)
#define portENTER_CRITICAL_SAFE(mux) harness_enter_critical(mux)
#define portEXIT_CRITICAL_SAFE(mux)  harness_exit_critical(mux)
#define taskENTER_CRITICAL(mux)      harness_enter_critical(mux)
#define taskEXIT_CRITICAL(mux)       harness_exit_critical(mux)
#define portYIELD_FROM_ISR(...)      ((void)0)

void harness_enter_critical(portMUX_TYPE *mux);
void harness_exit_critical(portMUX_TYPE *mux);

/* Inside harness_run_in_isr(). */
BaseType_t xPortInIsrContext(void);
BaseType_t xPortCanYield(void);

/* The bodies of queues, semaphores and event groups, public so that they can be static. */
typedef struct harness_queue {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint8_t *storage; /* length * item_size bytes; NULL for semaphores */
    UBaseType_t length;
    UBaseType_t item_size;
    UBaseType_t count;
    UBaseType_t head;
    bool is_mutex;
    bool is_static;
    void *holder; /* the task that has the mutex */
    UBaseType_t recursion;
} StaticQueue_t;

typedef struct harness_event_group {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint32_t bits;
    bool is_static;
} StaticEventGroup_t;

#ifdef __cplusplus
}
#endif

#endif
