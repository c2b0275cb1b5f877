/* The default event loop: a queue, a task, and a list of handlers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The list is locked while handlers run: who unregisters from another task waits for them.
 */
#include "esp_event.h"

#include "freertos/queue.h"
#include "freertos/semphr.h"
#include "harness.h"
#include <stdlib.h>
#include <string.h>

struct handler {
    struct handler *next;
    esp_event_base_t base;
    int32_t id;
    esp_event_handler_t function;
    void *argument;
    bool removed; /* while handlers run */
};

struct event {
    esp_event_base_t base; /* NULL: the loop ends */
    int32_t id;
    void *data;
};

static QueueHandle_t events;
static SemaphoreHandle_t lock;
static SemaphoreHandle_t ended;
static TaskHandle_t task;
static struct handler *handlers;
static bool dispatching;

static void sweep(void)
{
    for (struct handler **link = &handlers; *link != NULL;) {
        struct handler *const handler = *link;
        if (handler->removed) {
            *link = handler->next;
            free(handler);
        } else {
            link = &handler->next;
        }
    }
}

static void dispatch(const struct event *event)
{
    xSemaphoreTakeRecursive(lock, portMAX_DELAY);
    dispatching = true;
    for (struct handler *handler = handlers; handler != NULL; handler = handler->next) {
        if (!handler->removed &&
            (handler->base == ESP_EVENT_ANY_BASE || handler->base == event->base) &&
            (handler->id == ESP_EVENT_ANY_ID || handler->id == event->id)) {
            handler->function(handler->argument, event->base, event->id, event->data);
        }
    }
    dispatching = false;
    sweep();
    xSemaphoreGiveRecursive(lock);
}

static void run_loop(void *argument)
{
    (void)argument;
    struct event event;
    while (xQueueReceive(events, &event, portMAX_DELAY) && event.base != NULL) {
        dispatch(&event);
        free(event.data);
    }
    xSemaphoreGive(ended);
    vTaskDelete(NULL);
}

esp_err_t esp_event_loop_create_default(void)
{
    if (events != NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    events = xQueueCreate(CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE, sizeof(struct event));
    lock = xSemaphoreCreateRecursiveMutex();
    ended = xSemaphoreCreateBinary();
    xTaskCreate(run_loop, "sys_evt", 2304, NULL, 20, &task);
    return ESP_OK;
}

esp_err_t esp_event_loop_delete_default(void)
{
    if (events == NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    const struct event last = {.base = NULL};
    xQueueSend(events, &last, portMAX_DELAY);
    xSemaphoreTake(ended, portMAX_DELAY);
    struct event event;
    while (xQueueReceive(events, &event, 0)) {
        free(event.data);
    }
    for (struct handler *handler = handlers; handler != NULL; handler = handler->next) {
        handler->removed = true;
    }
    sweep();
    vSemaphoreDelete(ended);
    vSemaphoreDelete(lock);
    vQueueDelete(events);
    events = NULL;
    return ESP_OK;
}

esp_err_t esp_event_handler_instance_register(esp_event_base_t base, int32_t event_id,
    esp_event_handler_t handler, void *argument, esp_event_handler_instance_t *instance)
{
    if (events == NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    struct handler *const made = calloc(1, sizeof(*made));
    *made = (struct handler){NULL, base, event_id, handler, argument, false};
    xSemaphoreTakeRecursive(lock, portMAX_DELAY);
    struct handler **link = &handlers;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = made;
    xSemaphoreGiveRecursive(lock);
    if (instance != NULL) {
        *instance = made;
    }
    return ESP_OK;
}

esp_err_t esp_event_handler_register(
    esp_event_base_t base, int32_t event_id, esp_event_handler_t handler, void *argument)
{
    return esp_event_handler_instance_register(base, event_id, handler, argument, NULL);
}

static esp_err_t unregister(
    esp_event_base_t base, int32_t id, esp_event_handler_t function, const struct handler *instance)
{
    if (events == NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    esp_err_t result = ESP_ERR_NOT_FOUND;
    xSemaphoreTakeRecursive(lock, portMAX_DELAY);
    for (struct handler *handler = handlers; handler != NULL && result != ESP_OK;
         handler = handler->next) {
        if (!handler->removed && handler->base == base && handler->id == id &&
            (instance != NULL ? handler == instance : handler->function == function)) {
            handler->removed = true;
            result = ESP_OK;
        }
    }
    if (!dispatching) {
        sweep();
    }
    xSemaphoreGiveRecursive(lock);
    return result;
}

esp_err_t esp_event_handler_unregister(
    esp_event_base_t base, int32_t event_id, esp_event_handler_t handler)
{
    return unregister(base, event_id, handler, NULL);
}

esp_err_t esp_event_handler_instance_unregister(
    esp_event_base_t base, int32_t event_id, esp_event_handler_instance_t instance)
{
    return unregister(base, event_id, NULL, instance);
}

esp_err_t esp_event_post(
    esp_event_base_t base, int32_t event_id, const void *data, size_t size, TickType_t ticks)
{
    if (events == NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    struct event event = {.base = base, .id = event_id};
    if (size != 0) {
        event.data = malloc(size);
        memcpy(event.data, data, size);
    }
    if (!xQueueSend(events, &event, ticks)) {
        free(event.data);
        return ESP_ERR_TIMEOUT;
    }
    return ESP_OK;
}
