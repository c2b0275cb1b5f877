/* The Wi-Fi driver over wires: a receive task for each interface, buffers that must come back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_private/wifi.h"
#include "esp_event.h"
#include "freertos/semphr.h"
#include "harness.h"
#include "harness_wire.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

ESP_EVENT_DEFINE_BASE(WIFI_EVENT);

struct wifi_interface {
    struct harness_wire *wire; /* the air; NULL: there is none */
    wifi_rxcb_t _Atomic received;
    SemaphoreHandle_t ended; /* given by the receive task */
    bool stopping;
    bool runs;
    _Atomic bool connected; /* of an access point: runs */
};

/* What a received frame lies in: the stack gives this back, not the frame. */
struct rx_buffer {
    uint8_t *frame;
};

static struct {
    bool ready;
    bool started;
    wifi_mode_t mode;
    _Atomic bool wants_connection;
    struct wifi_interface interfaces[WIFI_IF_MAX];
} wifi;

void harness_wifi_set_air(int interface, struct harness_wire *wire)
{
    wifi.interfaces[interface].wire = wire;
}

static bool is_used(int interface)
{
    return (wifi.mode & (interface == WIFI_IF_STA ? WIFI_MODE_STA : WIFI_MODE_AP)) != 0;
}

static void post(int32_t event)
{
    esp_event_post(WIFI_EVENT, event, NULL, 0, portMAX_DELAY);
}

/* --- frames --- */

void esp_wifi_internal_free_rx_buffer(void *buffer)
{
    struct rx_buffer *const rx = buffer;
    free(rx->frame);
    free(rx);
    harness_object_deleted();
}

static void hand_up(struct wifi_interface *interface, uint8_t *frame, size_t length)
{
    const wifi_rxcb_t received = interface->received;
    if (frame == NULL || received == NULL || !interface->connected) {
        free(frame);
        return;
    }
    struct rx_buffer *const buffer = malloc(sizeof(*buffer));
    buffer->frame = frame;
    harness_object_created();
    received(frame, (uint16_t)length, buffer);
}

static void receive_frames(void *argument)
{
    struct wifi_interface *const interface = argument;
    while (!__atomic_load_n(&interface->stopping, __ATOMIC_ACQUIRE)) {
        size_t length = 0;
        uint8_t *const frame = harness_wire_receive(interface->wire, &interface->stopping, &length);
        hand_up(interface, frame, length);
    }
    xSemaphoreGive(interface->ended);
    vTaskDelete(NULL);
}

int esp_wifi_internal_tx(wifi_interface_t wifi_if, void *buffer, uint16_t len)
{
    const struct wifi_interface *const interface = &wifi.interfaces[wifi_if];
    if (!interface->connected) {
        return ESP_ERR_INVALID_STATE;
    }
    return harness_wire_send(interface->wire, buffer, len) ? ESP_OK : ESP_ERR_NO_MEM;
}

esp_err_t esp_wifi_internal_reg_rxcb(wifi_interface_t ifx, wifi_rxcb_t fn)
{
    wifi.interfaces[ifx].received = fn;
    return ESP_OK;
}

esp_err_t esp_wifi_internal_reg_netstack_buf_cb(
    wifi_netstack_buf_ref_cb_t ref, wifi_netstack_buf_free_cb_t free_buffer)
{
    return ref != NULL && free_buffer != NULL ? ESP_OK : ESP_ERR_INVALID_ARG;
}

esp_err_t esp_wifi_internal_set_sta_ip(void)
{
    return ESP_OK;
}

/* --- connections --- */

static void station_connects(bool connected)
{
    struct wifi_interface *const station = &wifi.interfaces[WIFI_IF_STA];
    if (atomic_exchange(&station->connected, connected) != connected) {
        post(connected ? WIFI_EVENT_STA_CONNECTED : WIFI_EVENT_STA_DISCONNECTED);
    }
}

/* An access point that comes into reach is joined when the application wanted it. */
static void air_changed(void *context, bool up)
{
    (void)context;
    if (wifi.started) {
        station_connects(up && wifi.wants_connection);
    }
}

esp_err_t esp_wifi_connect(void)
{
    wifi.wants_connection = true;
    air_changed(NULL, wifi.interfaces[WIFI_IF_STA].wire->up);
    return ESP_OK;
}

esp_err_t esp_wifi_disconnect(void)
{
    wifi.wants_connection = false;
    station_connects(false);
    return ESP_OK;
}

/* --- beginning and ending --- */

esp_err_t esp_wifi_init(const wifi_init_config_t *config)
{
    const wifi_init_config_t good = WIFI_INIT_CONFIG_DEFAULT();
    if (config == NULL || config->magic != good.magic) {
        return ESP_ERR_INVALID_ARG;
    }
    wifi.ready = true;
    return ESP_OK;
}

esp_err_t esp_wifi_deinit(void)
{
    if (!wifi.ready || wifi.started) {
        return ESP_ERR_INVALID_STATE;
    }
    memset(&wifi, 0, sizeof(wifi));
    return ESP_OK;
}

esp_err_t esp_wifi_set_mode(wifi_mode_t mode)
{
    wifi.mode = mode;
    return wifi.ready && !wifi.started ? ESP_OK : ESP_ERR_INVALID_STATE;
}

esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *conf)
{
    return wifi.ready && conf != NULL && is_used((int)interface) ? ESP_OK : ESP_ERR_INVALID_ARG;
}

static void start(struct wifi_interface *interface)
{
    interface->ended = xSemaphoreCreateBinary();
    interface->stopping = false;
    interface->runs = true;
    xTaskCreate(receive_frames, "wifi", 4096, interface, 23, NULL);
}

static void stop(struct wifi_interface *interface)
{
    pthread_mutex_lock(&interface->wire->mutex);
    interface->wire->driver = NULL;
    __atomic_store_n(&interface->stopping, true, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&interface->wire->changed);
    pthread_mutex_unlock(&interface->wire->mutex);
    xSemaphoreTake(interface->ended, portMAX_DELAY);
    vSemaphoreDelete(interface->ended);
    interface->runs = false;
}

esp_err_t esp_wifi_start(void)
{
    if (!wifi.ready || wifi.started) {
        return ESP_ERR_INVALID_STATE;
    }
    wifi.started = true;
    for (int i = 0; i < WIFI_IF_MAX; i++) {
        if (is_used(i)) {
            start(&wifi.interfaces[i]);
        }
    }
    if (is_used(WIFI_IF_AP)) {
        wifi.interfaces[WIFI_IF_AP].connected = true;
        post(WIFI_EVENT_AP_START);
    }
    if (is_used(WIFI_IF_STA)) {
        wifi.interfaces[WIFI_IF_STA].wire->link_changed = air_changed;
        wifi.interfaces[WIFI_IF_STA].wire->driver = &wifi;
        post(WIFI_EVENT_STA_START);
    }
    return ESP_OK;
}

esp_err_t esp_wifi_stop(void)
{
    if (!wifi.started) {
        return ESP_ERR_INVALID_STATE;
    }
    if (is_used(WIFI_IF_STA)) {
        esp_wifi_disconnect();
        post(WIFI_EVENT_STA_STOP);
    }
    if (is_used(WIFI_IF_AP)) {
        wifi.interfaces[WIFI_IF_AP].connected = false;
        post(WIFI_EVENT_AP_STOP);
    }
    for (int i = 0; i < WIFI_IF_MAX; i++) {
        if (wifi.interfaces[i].runs) {
            stop(&wifi.interfaces[i]);
        }
    }
    wifi.started = false;
    return ESP_OK;
}

esp_err_t esp_wifi_get_mac(wifi_interface_t ifx, uint8_t mac[6])
{
    memcpy(mac, wifi.interfaces[ifx].wire->mac, sizeof(wifi.interfaces[ifx].wire->mac));
    return ESP_OK;
}
