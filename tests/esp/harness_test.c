/* The harness itself: tasks, notifications, queues, semaphores, event groups, timers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "esp_random.h"
#include "esp_timer.h"
#include "freertos/event_groups.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "harness.h"

struct relay {
    TaskHandle_t task;
    QueueHandle_t to_task;
    QueueHandle_t from_task;
    uint32_t notified;
};

static void await_tasks(unsigned count)
{
    for (unsigned i = 0; i < 200 && harness_tasks_alive() != count; i++) {
        vTaskDelay(1);
    }
    assert_int_equal(harness_tasks_alive(), count);
}

static void double_numbers(void *argument)
{
    struct relay *const relay = argument;
    int number = 1;
    while (number != 0 && xQueueReceive(relay->to_task, &number, portMAX_DELAY)) {
        number *= 2;
        xQueueSend(relay->from_task, &number, portMAX_DELAY);
    }
    vTaskDelete(NULL);
}

static void a_task_takes_and_gives_items_in_order(void **state)
{
    (void)state;
    struct relay relay = {
        .to_task = xQueueCreate(2, sizeof(int)), .from_task = xQueueCreate(8, sizeof(int))};
    xTaskCreate(double_numbers, "double", 2048, &relay, 5, NULL);
    for (int i = 5; i >= 0; i--) {
        assert_true(xQueueSend(relay.to_task, &i, portMAX_DELAY));
    }
    for (int i = 5; i >= 0; i--) {
        int doubled = -1;
        assert_true(xQueueReceive(relay.from_task, &doubled, portMAX_DELAY));
        assert_int_equal(doubled, 2 * i);
    }
    await_tasks(0);
    vQueueDelete(relay.to_task);
    vQueueDelete(relay.from_task);
}

static void wait_for_notification(void *argument)
{
    struct relay *const relay = argument;
    relay->notified = ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
    vTaskDelete(NULL);
}

static void notify_from_isr(void *argument)
{
    BaseType_t woken = pdFALSE;
    assert_true(xPortInIsrContext());
    vTaskNotifyGiveFromISR(argument, &woken);
    assert_true(woken);
}

static void an_interrupt_wakes_a_task(void **state)
{
    (void)state;
    struct relay relay = {0};
    xTaskCreatePinnedToCore(wait_for_notification, "wait", 2048, &relay, 5, &relay.task, 0);
    harness_run_in_isr(notify_from_isr, relay.task);
    await_tasks(0);
    assert_int_equal(relay.notified, 1);
}

static void a_wait_ends_after_its_ticks(void **state)
{
    (void)state;
    SemaphoreHandle_t semaphore = xSemaphoreCreateBinary();
    const TickType_t before = xTaskGetTickCount();
    assert_false(xSemaphoreTake(semaphore, 3));
    const TickType_t waited = xTaskGetTickCount() - before;
    assert_in_range(waited, 3, 50);
    assert_true(xSemaphoreGive(semaphore));
    assert_false(xSemaphoreGive(semaphore));
    assert_true(xSemaphoreTake(semaphore, 0));
    assert_int_equal(ulTaskNotifyTake(pdTRUE, 2), 0);
    vSemaphoreDelete(semaphore);
}

static void bits_are_waited_for_and_cleared(void **state)
{
    (void)state;
    EventGroupHandle_t group = xEventGroupCreate();
    xEventGroupSetBits(group, 5);
    assert_int_equal(xEventGroupWaitBits(group, 1, pdTRUE, pdFALSE, 0), 5);
    assert_int_equal(xEventGroupGetBits(group), 4);
    assert_int_equal(xEventGroupWaitBits(group, 6, pdTRUE, pdTRUE, 2), 4);
    assert_int_equal(xEventGroupGetBits(group), 4);
    vEventGroupDelete(group);
}

static void count_up(void *argument)
{
    __atomic_add_fetch((unsigned *)argument, 1, __ATOMIC_SEQ_CST);
}

static void timers_fire_once_or_often_until_stopped(void **state)
{
    (void)state;
    unsigned once_count = 0;
    unsigned often_count = 0;
    esp_timer_handle_t once_timer;
    esp_timer_handle_t often_timer;
    esp_timer_create(
        &(esp_timer_create_args_t){.callback = count_up, .arg = &once_count}, &once_timer);
    esp_timer_create(
        &(esp_timer_create_args_t){.callback = count_up, .arg = &often_count}, &often_timer);
    const int64_t before = esp_timer_get_time();
    assert_int_equal(esp_timer_start_once(once_timer, 2500), ESP_OK);
    assert_int_equal(esp_timer_start_once(once_timer, 2500), ESP_ERR_INVALID_STATE);
    assert_int_equal(esp_timer_start_periodic(often_timer, 1000), ESP_OK);
    while (__atomic_load_n(&often_count, __ATOMIC_SEQ_CST) < 10) {
        vTaskDelay(1);
    }
    assert_true(esp_timer_get_time() - before >= 10000);
    assert_int_equal(__atomic_load_n(&once_count, __ATOMIC_SEQ_CST), 1);
    assert_false(esp_timer_is_active(once_timer));
    assert_int_equal(esp_timer_delete(often_timer), ESP_ERR_INVALID_STATE);
    assert_int_equal(esp_timer_stop(often_timer), ESP_OK);
    assert_int_equal(esp_timer_stop(often_timer), ESP_ERR_INVALID_STATE);
    assert_int_equal(esp_timer_delete(often_timer), ESP_OK);
    assert_int_equal(esp_timer_delete(once_timer), ESP_OK);
}

static void everything_that_was_made_is_counted(void **state)
{
    (void)state;
    assert_int_equal(harness_objects_alive(), 0);
    SemaphoreHandle_t mutex = xSemaphoreCreateRecursiveMutex();
    assert_int_equal(harness_objects_alive(), 1);
    assert_true(xSemaphoreTakeRecursive(mutex, 0));
    assert_true(xSemaphoreTakeRecursive(mutex, 0));
    assert_true(xSemaphoreGiveRecursive(mutex));
    assert_true(xSemaphoreGiveRecursive(mutex));
    assert_int_equal(uxSemaphoreGetCount(mutex), 1);
    vSemaphoreDelete(mutex);
    assert_int_equal(harness_objects_alive(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_takes_and_gives_items_in_order),
        cmocka_unit_test(an_interrupt_wakes_a_task),
        cmocka_unit_test(a_wait_ends_after_its_ticks),
        cmocka_unit_test(bits_are_waited_for_and_cleared),
        cmocka_unit_test(timers_fire_once_or_often_until_stopped),
        cmocka_unit_test(everything_that_was_made_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
