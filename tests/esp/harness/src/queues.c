/* Queues, semaphores and mutexes over one condition each.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "harness.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

static QueueHandle_t make(StaticQueue_t *body, UBaseType_t length, UBaseType_t item_size)
{
    QueueHandle_t queue = body != NULL ? body : malloc(sizeof(*queue));
    memset(queue, 0, sizeof(*queue));
    harness_make_lock(&queue->mutex, &queue->changed);
    queue->length = length;
    queue->item_size = item_size;
    queue->is_static = body != NULL;
    queue->storage = item_size != 0 ? malloc((size_t)length * item_size) : NULL;
    harness_object_created();
    return queue;
}

QueueHandle_t xQueueCreate(UBaseType_t length, UBaseType_t item_size)
{
    return make(NULL, length, item_size);
}

void vQueueDelete(QueueHandle_t queue)
{
    harness_object_deleted();
    free(queue->storage);
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->mutex);
    if (!queue->is_static) {
        free(queue);
    }
}

static BaseType_t send(QueueHandle_t queue, const void *item, TickType_t ticks)
{
    struct timespec deadline;
    harness_tick_deadline(ticks, &deadline);
    pthread_mutex_lock(&queue->mutex);
    while (queue->count == queue->length &&
           harness_wait(&queue->mutex, &queue->changed, ticks, &deadline)) {
    }
    const bool sent = queue->count < queue->length;
    if (sent) {
        const UBaseType_t slot = (queue->head + queue->count) % queue->length;
        if (queue->item_size != 0) {
            memcpy(queue->storage + (size_t)slot * queue->item_size, item, queue->item_size);
        }
        queue->count++;
        queue->holder = NULL;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->mutex);
    return sent ? pdTRUE : pdFALSE;
}

BaseType_t xQueueSend(QueueHandle_t queue, const void *item, TickType_t ticks)
{
    harness_may_block("xQueueSend", ticks);
    return send(queue, item, ticks);
}

BaseType_t xQueueSendToBack(QueueHandle_t queue, const void *item, TickType_t ticks)
{
    return xQueueSend(queue, item, ticks);
}

BaseType_t xQueueSendFromISR(QueueHandle_t queue, const void *item, BaseType_t *woken)
{
    const BaseType_t sent = send(queue, item, 0);
    if (woken != NULL && sent) {
        *woken = pdTRUE;
    }
    return sent;
}

BaseType_t xQueueReceive(QueueHandle_t queue, void *item, TickType_t ticks)
{
    harness_may_block("xQueueReceive", ticks);
    struct timespec deadline;
    harness_tick_deadline(ticks, &deadline);
    pthread_mutex_lock(&queue->mutex);
    while (queue->count == 0 && harness_wait(&queue->mutex, &queue->changed, ticks, &deadline)) {
    }
    const bool received = queue->count > 0;
    if (received) {
        if (queue->item_size != 0) {
            const size_t at = (size_t)queue->head * queue->item_size;
            memcpy(item, queue->storage + at, queue->item_size);
        }
        queue->head = (queue->head + 1) % queue->length;
        queue->count--;
        queue->holder = queue->is_mutex ? xTaskGetCurrentTaskHandle() : NULL;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->mutex);
    return received ? pdTRUE : pdFALSE;
}

UBaseType_t uxQueueMessagesWaiting(QueueHandle_t queue)
{
    pthread_mutex_lock(&queue->mutex);
    const UBaseType_t count = queue->count;
    pthread_mutex_unlock(&queue->mutex);
    return count;
}

/* --- semaphores --- */

SemaphoreHandle_t xSemaphoreCreateBinary(void)
{
    return make(NULL, 1, 0);
}

SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *body)
{
    return make(body, 1, 0);
}

SemaphoreHandle_t xSemaphoreCreateCounting(UBaseType_t maximum, UBaseType_t initial)
{
    SemaphoreHandle_t semaphore = make(NULL, maximum, 0);
    semaphore->count = initial;
    return semaphore;
}

SemaphoreHandle_t xSemaphoreCreateMutexStatic(StaticSemaphore_t *body)
{
    SemaphoreHandle_t mutex = make(body, 1, 0);
    mutex->is_mutex = true;
    mutex->count = 1;
    return mutex;
}

SemaphoreHandle_t xSemaphoreCreateMutex(void)
{
    return xSemaphoreCreateMutexStatic(NULL);
}

SemaphoreHandle_t xSemaphoreCreateRecursiveMutex(void)
{
    return xSemaphoreCreateMutex();
}

void vSemaphoreDelete(SemaphoreHandle_t semaphore)
{
    vQueueDelete(semaphore);
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks)
{
    return xQueueReceive(semaphore, NULL, ticks);
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore)
{
    harness_may_block("xSemaphoreGive", 0);
    if (semaphore->is_mutex && semaphore->holder != xTaskGetCurrentTaskHandle()) {
        harness_refuse("a mutex is given by a task that does not have it");
    }
    return send(semaphore, NULL, 0);
}

BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t semaphore, BaseType_t *woken)
{
    return xQueueSendFromISR(semaphore, NULL, woken);
}

BaseType_t xSemaphoreTakeRecursive(SemaphoreHandle_t mutex, TickType_t ticks)
{
    if (__atomic_load_n(&mutex->holder, __ATOMIC_RELAXED) == xTaskGetCurrentTaskHandle()) {
        mutex->recursion++;
        return pdTRUE;
    }
    return xSemaphoreTake(mutex, ticks);
}

BaseType_t xSemaphoreGiveRecursive(SemaphoreHandle_t mutex)
{
    if (mutex->recursion > 0) {
        mutex->recursion--;
        return pdTRUE;
    }
    return xSemaphoreGive(mutex);
}

UBaseType_t uxSemaphoreGetCount(SemaphoreHandle_t semaphore)
{
    return uxQueueMessagesWaiting(semaphore);
}
