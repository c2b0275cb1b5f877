/* The task that polls the stack, and how it sleeps: until the exact microsecond, or until woken.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Ticks are too coarse for the stack's deadlines (10 ms by default), so a one-shot timer of
 * esp_timer notifies the task. A second wake before the task has seen the first costs nothing.
 */
#include "poll_task.h"

#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "instance.h"
#include "netif.h"
#include "placement.h"
#include <string.h>

/* A task that never sleeps starves those below: after so long it leaves them a tick. */
enum { LONGEST_WITHOUT_SLEEP_MS = 500 };

/* Bits of what others wait for. */
enum { POLLED = 1, HAS_ADDRESS = 2 };

static struct {
    TaskHandle_t task;
    SemaphoreHandle_t stopped; /* the task polls no more */
    SemaphoreHandle_t may_end; /* nobody will notify it any more */
    SemaphoreHandle_t ended;
    EventGroupHandle_t progress;
    esp_timer_handle_t timer;
    struct stint_instant armed_until; /* never: the timer is not running */
    struct stint_instant slept_at;
    _Atomic bool woken; /* since the last poll began */
    _Atomic bool stopping;
    _Atomic uint32_t polls;
    _Atomic unsigned waiting; /* tasks that wait for progress */
} poll;

HOT void instance_wake(void)
{
    if (atomic_exchange(&poll.woken, true)) {
        return;
    }
    if (xPortInIsrContext()) {
        BaseType_t higher_priority_woken = pdFALSE;
        vTaskNotifyGiveFromISR(poll.task, &higher_priority_woken);
        portYIELD_FROM_ISR(higher_priority_woken);
    } else {
        xTaskNotifyGive(poll.task);
    }
}

static void timer_has_come(void *argument)
{
    (void)argument;
    instance_wake();
}

/* A timer that comes sooner may stay: deadlines move on with every segment, and one wake too many
 * costs less than to set a timer for each. */
static void arm(struct stint_instant deadline, struct stint_instant now)
{
    const bool armed =
        !stint_instant_is_never(poll.armed_until) && stint_instant_is_before(now, poll.armed_until);
    if (armed && !stint_instant_is_before(deadline, poll.armed_until)) {
        return;
    }
    esp_timer_stop(poll.timer);
    poll.armed_until = deadline;
    if (!stint_instant_is_never(deadline)) {
        const int64_t left = stint_instant_since(deadline, now).microseconds;
        esp_timer_start_once(poll.timer, (uint64_t)left);
    }
}

static HOT void sleep_until(struct stint_instant deadline)
{
    const struct stint_instant now = instance_now();
    if (!stint_instant_has_come(deadline, now)) {
        arm(deadline, now);
        ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
        poll.slept_at = now;
    } else if (stint_instant_since(now, poll.slept_at).microseconds >
               stint_milliseconds(LONGEST_WITHOUT_SLEEP_MS).microseconds) {
        vTaskDelay(1);
        poll.slept_at = now;
    }
}

static HOT void run(void *argument)
{
    (void)argument;
    poll.slept_at = instance_now();
    for (;;) {
        atomic_store(&poll.woken, false);
        if (atomic_load(&poll.stopping)) {
            break;
        }
        atomic_fetch_add_explicit(&poll.polls, 1, memory_order_relaxed);
        struct stint_instant next = stint_sockets_poll(instance_sockets(), instance_now());
        next = stint_instant_earlier(next, netif_do_what_is_due(instance_now()));
        if (atomic_load(&poll.waiting) != 0) {
            xEventGroupSetBits(poll.progress, POLLED);
        }
        sleep_until(next);
    }
    xSemaphoreGive(poll.stopped);
    xSemaphoreTake(poll.may_end, portMAX_DELAY);
    xSemaphoreGive(poll.ended);
    vTaskDelete(NULL);
}

static void delete_semaphore(SemaphoreHandle_t *semaphore)
{
    if (*semaphore != NULL) {
        vSemaphoreDelete(*semaphore);
    }
    *semaphore = NULL;
}

static void delete_timer(void)
{
    if (poll.timer != NULL) {
        esp_timer_stop(poll.timer);
        esp_timer_delete(poll.timer);
    }
    poll.timer = NULL;
}

static void release(void)
{
    delete_timer();
    delete_semaphore(&poll.stopped);
    delete_semaphore(&poll.may_end);
    delete_semaphore(&poll.ended);
    if (poll.progress != NULL) {
        vEventGroupDelete(poll.progress);
    }
    poll.progress = NULL;
}

esp_err_t poll_task_start(void)
{
    memset(&poll, 0, sizeof(poll));
    poll.armed_until = stint_instant_never();
    const esp_timer_create_args_t timer = {.callback = timer_has_come, .name = "stint"};
    poll.stopped = xSemaphoreCreateBinary();
    poll.may_end = xSemaphoreCreateBinary();
    poll.ended = xSemaphoreCreateBinary();
    poll.progress = xEventGroupCreate();
    /* Nobody may notify a task that is not there: the flag keeps wakes off until it polls. */
    atomic_store(&poll.woken, true);
    const BaseType_t core =
        CONFIG_ESP_STINT_TASK_CORE < 0 ? tskNO_AFFINITY : CONFIG_ESP_STINT_TASK_CORE;
    if (poll.stopped == NULL || poll.may_end == NULL || poll.ended == NULL ||
        poll.progress == NULL || esp_timer_create(&timer, &poll.timer) != ESP_OK ||
        xTaskCreatePinnedToCore(run, "stint", CONFIG_ESP_STINT_TASK_STACK, NULL,
            CONFIG_ESP_STINT_TASK_PRIORITY, &poll.task, core) != pdPASS) {
        release();
        return ESP_ERR_NO_MEM;
    }
    return ESP_OK;
}

void poll_task_stop(void)
{
    atomic_store(&poll.stopping, true);
    instance_wake();
    xSemaphoreTake(poll.stopped, portMAX_DELAY);
    delete_timer();
    xSemaphoreGive(poll.may_end);
    xSemaphoreTake(poll.ended, portMAX_DELAY);
    release();
}

bool instance_wait_for_poll(TickType_t ticks)
{
    atomic_fetch_add(&poll.waiting, 1);
    xEventGroupClearBits(poll.progress, POLLED);
    instance_wake();
    const EventBits_t bits = xEventGroupWaitBits(poll.progress, POLLED, pdFALSE, pdFALSE, ticks);
    atomic_fetch_sub(&poll.waiting, 1);
    return (bits & POLLED) != 0;
}

void instance_note_address(bool some)
{
    if (some) {
        xEventGroupSetBits(poll.progress, HAS_ADDRESS);
    } else {
        xEventGroupClearBits(poll.progress, HAS_ADDRESS);
    }
}

bool instance_wait_for_address(TickType_t ticks)
{
    const EventBits_t bits =
        xEventGroupWaitBits(poll.progress, HAS_ADDRESS, pdFALSE, pdFALSE, ticks);
    return (bits & HAS_ADDRESS) != 0;
}

uint32_t instance_polls(void)
{
    return atomic_load_explicit(&poll.polls, memory_order_relaxed);
}
