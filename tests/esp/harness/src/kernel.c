/* FreeRTOS over POSIX threads: ticks, critical sections, interrupts, tasks and their notifications.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "freertos/task.h"
#include "harness.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    NANOSECONDS_PER_SECOND = 1000000000,
    NANOSECONDS_PER_TICK = 1000000000 / CONFIG_FREERTOS_HZ
};

struct tskTaskControlBlock {
    pthread_mutex_t mutex;
    pthread_cond_t notified;
    uint32_t notifications;
    TaskFunction_t code;
    void *argument;
    UBaseType_t priority;
    uint32_t stack_depth;
    char name[16];
    bool made; /* the lock */
};

static pthread_mutex_t critical = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static _Thread_local unsigned critical_depth;
static _Thread_local bool in_isr;
static _Thread_local struct tskTaskControlBlock *current;
static _Thread_local struct tskTaskControlBlock adopted; /* a thread that no xTaskCreate() made */
static unsigned tasks_alive;
static unsigned objects_alive;

void harness_refuse(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("harness: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    abort();
}

void harness_make_lock(pthread_mutex_t *mutex, pthread_cond_t *changed)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(mutex, NULL);
}

static int64_t nanoseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NANOSECONDS_PER_SECOND + now.tv_nsec;
}

TickType_t xTaskGetTickCount(void)
{
    return (TickType_t)(nanoseconds_now() / NANOSECONDS_PER_TICK);
}

void harness_tick_deadline(TickType_t ticks, struct timespec *deadline)
{
    const int64_t tick = nanoseconds_now() / NANOSECONDS_PER_TICK + ticks;
    const int64_t nanoseconds = tick * NANOSECONDS_PER_TICK;
    deadline->tv_sec = (time_t)(nanoseconds / NANOSECONDS_PER_SECOND);
    deadline->tv_nsec = (long)(nanoseconds % NANOSECONDS_PER_SECOND);
}

void harness_may_block(const char *call, TickType_t ticks)
{
    if (in_isr) {
        harness_refuse("%s from an interrupt", call);
    }
    if (critical_depth != 0 && ticks != 0) {
        harness_refuse("%s blocks inside a critical section", call);
    }
}

bool harness_wait(pthread_mutex_t *mutex, pthread_cond_t *changed, TickType_t ticks,
    const struct timespec *deadline)
{
    if (ticks == 0) {
        return false;
    }
    if (ticks == portMAX_DELAY) {
        pthread_cond_wait(changed, mutex);
        return true;
    }
    return pthread_cond_timedwait(changed, mutex, deadline) == 0;
}

void harness_object_created(void)
{
    __atomic_add_fetch(&objects_alive, 1, __ATOMIC_RELAXED);
}

void harness_object_deleted(void)
{
    __atomic_sub_fetch(&objects_alive, 1, __ATOMIC_RELAXED);
}

unsigned harness_objects_alive(void)
{
    return __atomic_load_n(&objects_alive, __ATOMIC_RELAXED);
}

unsigned harness_tasks_alive(void)
{
    return __atomic_load_n(&tasks_alive, __ATOMIC_ACQUIRE);
}

/* --- critical sections and interrupts --- */

void harness_enter_critical(portMUX_TYPE *mux)
{
    pthread_mutex_lock(&critical);
    critical_depth++;
    mux->owner++;
}

void harness_exit_critical(portMUX_TYPE *mux)
{
    mux->owner--;
    critical_depth--;
    pthread_mutex_unlock(&critical);
}

void harness_run_in_isr(void (*handler)(void *argument), void *argument)
{
    in_isr = true;
    handler(argument);
    in_isr = false;
}

BaseType_t xPortInIsrContext(void)
{
    return in_isr;
}

BaseType_t xPortCanYield(void)
{
    return !in_isr && critical_depth == 0;
}

/* --- tasks --- */

static void *run_task(void *context)
{
    current = context;
    current->code(current->argument);
    harness_refuse("task %s returned from its function", current->name);
}

BaseType_t xTaskCreatePinnedToCore(TaskFunction_t code, const char *name, uint32_t stack_depth,
    void *argument, UBaseType_t priority, TaskHandle_t *created, BaseType_t core)
{
    (void)core;
    if (priority >= configMAX_PRIORITIES) {
        harness_refuse("task %s: no priority %u", name, priority);
    }
    struct tskTaskControlBlock *const task = calloc(1, sizeof(*task));
    harness_make_lock(&task->mutex, &task->notified);
    task->made = true;
    task->code = code;
    task->argument = argument;
    task->priority = priority;
    task->stack_depth = stack_depth;
    snprintf(task->name, sizeof(task->name), "%s", name);
    if (created != NULL) {
        *created = task;
    }
    __atomic_add_fetch(&tasks_alive, 1, __ATOMIC_RELAXED);
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_task, task) != 0) {
        harness_refuse("no thread for task %s", name);
    }
    pthread_detach(thread);
    return pdPASS;
}

BaseType_t xTaskCreate(TaskFunction_t code, const char *name, uint32_t stack_depth, void *argument,
    UBaseType_t priority, TaskHandle_t *created)
{
    return xTaskCreatePinnedToCore(
        code, name, stack_depth, argument, priority, created, tskNO_AFFINITY);
}

TaskHandle_t xTaskGetCurrentTaskHandle(void)
{
    if (current == NULL) {
        current = &adopted;
        harness_make_lock(&adopted.mutex, &adopted.notified);
        adopted.made = true;
        snprintf(adopted.name, sizeof(adopted.name), "main");
    }
    return current;
}

void vTaskDelete(TaskHandle_t task)
{
    if (task != NULL && task != current) {
        harness_refuse("one task deletes another: what that one holds would be lost");
    }
    struct tskTaskControlBlock *const self = xTaskGetCurrentTaskHandle();
    if (self == &adopted) {
        harness_refuse("the test's own thread cannot be deleted");
    }
    current = NULL;
    pthread_cond_destroy(&self->notified);
    pthread_mutex_destroy(&self->mutex);
    free(self);
    __atomic_sub_fetch(&tasks_alive, 1, __ATOMIC_RELEASE);
    pthread_exit(NULL);
}

void vTaskDelay(TickType_t ticks)
{
    harness_may_block("vTaskDelay", ticks);
    struct timespec deadline;
    harness_tick_deadline(ticks, &deadline);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) != 0) {
    }
}

static TaskHandle_t task_or_current(TaskHandle_t task)
{
    return task != NULL ? task : xTaskGetCurrentTaskHandle();
}

UBaseType_t uxTaskPriorityGet(TaskHandle_t task)
{
    return task_or_current(task)->priority;
}

char *pcTaskGetName(TaskHandle_t task)
{
    return task_or_current(task)->name;
}

UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t task)
{
    return task_or_current(task)->stack_depth;
}

/* --- notifications --- */

static void notify(TaskHandle_t task)
{
    pthread_mutex_lock(&task->mutex);
    task->notifications++;
    pthread_cond_signal(&task->notified);
    pthread_mutex_unlock(&task->mutex);
}

BaseType_t xTaskNotifyGive(TaskHandle_t task)
{
    harness_may_block("xTaskNotifyGive", 0);
    notify(task);
    return pdPASS;
}

void vTaskNotifyGiveFromISR(TaskHandle_t task, BaseType_t *woken)
{
    notify(task);
    if (woken != NULL) {
        *woken = pdTRUE;
    }
}

uint32_t ulTaskNotifyTake(BaseType_t clear_on_exit, TickType_t ticks)
{
    harness_may_block("ulTaskNotifyTake", ticks);
    struct tskTaskControlBlock *const self = xTaskGetCurrentTaskHandle();
    struct timespec deadline;
    harness_tick_deadline(ticks, &deadline);
    pthread_mutex_lock(&self->mutex);
    while (
        self->notifications == 0 && harness_wait(&self->mutex, &self->notified, ticks, &deadline)) {
    }
    const uint32_t taken = self->notifications;
    if (taken != 0) {
        self->notifications = clear_on_exit ? 0 : taken - 1;
    }
    pthread_mutex_unlock(&self->mutex);
    return taken;
}
