/* A Wi-Fi station by ESP-IDF's usual bring-up: no line of it knows that the stack is stint.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_wifi.h"
#include "nvs_flash.h"

#include <string.h>

static const char *const TAG = "wifi_station";

static void join(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    (void)data;
    if (id == WIFI_EVENT_STA_START || id == WIFI_EVENT_STA_DISCONNECTED) {
        esp_wifi_connect();
    }
}

static void log_address(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    const ip_event_got_ip_t *const got = (const ip_event_got_ip_t *)data;
    (void)argument;
    (void)base;
    (void)id;
    ESP_LOGI(TAG, "ping " IPSTR, IP2STR(&got->ip_info.ip));
}

static void start_flash(void)
{
    if (nvs_flash_init() != ESP_OK) { /* written by another version, or full */
        ESP_ERROR_CHECK(nvs_flash_erase());
        ESP_ERROR_CHECK(nvs_flash_init());
    }
}

void app_main(void)
{
    const wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
    wifi_config_t network = {0};
    strlcpy((char *)network.sta.ssid, CONFIG_STATION_SSID, sizeof(network.sta.ssid));
    strlcpy((char *)network.sta.password, CONFIG_STATION_PASSWORD, sizeof(network.sta.password));

    start_flash();
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    esp_netif_create_default_wifi_sta();
    ESP_ERROR_CHECK(esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, join, NULL));
    ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, IP_EVENT_STA_GOT_IP, log_address, NULL));
    ESP_ERROR_CHECK(esp_wifi_init(&init));
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_set_config(WIFI_IF_STA, &network));
    ESP_ERROR_CHECK(esp_wifi_start());
}
