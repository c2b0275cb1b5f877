/* What a test may do to the harness itself, beside the interfaces of ESP-IDF.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_HARNESS_H
#define STINT_HARNESS_HARNESS_H

#include "freertos/FreeRTOS.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Calls the function as an interrupt handler would: blocking calls from it are errors. */
void harness_run_in_isr(void (*handler)(void *argument), void *argument);

/* Tasks that were created and have not ended; objects (queues, semaphores, event groups, timers)
 * that were created and not deleted. */
unsigned harness_tasks_alive(void);
unsigned harness_objects_alive(void);

/* What stations and access points of the Wi-Fi driver send through: `interface` is one of
 * wifi_interface_t. Before esp_wifi_start(), again after each esp_wifi_deinit(). */
struct harness_wire;
void harness_wifi_set_air(int interface, struct harness_wire *wire);

/* Lets so much of esp_timer's time pass at once; its timers that are due are called. */
void harness_skip_time(int64_t microseconds);

/* Ends the process with a message: a call that would hang or corrupt a chip. */
void harness_refuse(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* --- for the harness's own sources --- */

/* The instant at which a call that waits this many ticks gives up: the tick's own boundary. */
struct timespec;
void harness_tick_deadline(TickType_t ticks, struct timespec *deadline);

/* Refuses a call that may block, from an interrupt or a critical section. */
void harness_may_block(const char *call, TickType_t ticks);

/* Mutex and condition over CLOCK_MONOTONIC. */
void harness_make_lock(pthread_mutex_t *mutex, pthread_cond_t *changed);

/* Waits for `changed` until the deadline (forever for portMAX_DELAY); false when it has come. */
bool harness_wait(pthread_mutex_t *mutex, pthread_cond_t *changed, TickType_t ticks,
    const struct timespec *deadline);

void harness_object_created(void);
void harness_object_deleted(void);

#ifdef __cplusplus
}
#endif

#endif
