/* A page by esp_http_client and messages by esp-mqtt, both over TLS and stint.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_crt_bundle.h"
#include "esp_event.h"
#include "esp_http_client.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "mqtt_client.h"
#include "nvs_flash.h"
#include "protocol_examples_common.h"

static const char *const TAG = "https_mqtt";
static const char topic[] = "/topic/stint";

static void fetch(void)
{
    const esp_http_client_config_t config = {
        .url = CONFIG_PAGE_URL,
        .crt_bundle_attach = esp_crt_bundle_attach,
    };
    esp_http_client_handle_t client = esp_http_client_init(&config);
    const esp_err_t result = esp_http_client_perform(client);
    ESP_LOGI(TAG, "%s: %s, status %d", config.url, esp_err_to_name(result),
        esp_http_client_get_status_code(client));
    esp_http_client_cleanup(client);
}

static void take_event(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    const esp_mqtt_event_handle_t event = (esp_mqtt_event_handle_t)data;
    (void)argument;
    (void)base;
    if (id == MQTT_EVENT_CONNECTED) {
        esp_mqtt_client_subscribe(event->client, topic, 1);
    } else if (id == MQTT_EVENT_SUBSCRIBED) {
        esp_mqtt_client_publish(event->client, topic, "hello over stint", 0, 1, 0);
    } else if (id == MQTT_EVENT_DATA) {
        ESP_LOGI(TAG, "%.*s: %.*s", event->topic_len, event->topic, event->data_len, event->data);
    }
}

static void talk(void)
{
    const esp_mqtt_client_config_t config = {
        .broker.address.uri = CONFIG_BROKER_URL,
        .broker.verification.crt_bundle_attach = esp_crt_bundle_attach,
    };
    esp_mqtt_client_handle_t client = esp_mqtt_client_init(&config);
    ESP_ERROR_CHECK(esp_mqtt_client_register_event(client, MQTT_EVENT_ANY, take_event, NULL));
    ESP_ERROR_CHECK(esp_mqtt_client_start(client));
}

void app_main(void)
{
    ESP_ERROR_CHECK(nvs_flash_init());
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    ESP_ERROR_CHECK(example_connect()); /* Wi-Fi or Ethernet, as menuconfig says */
    fetch();
    talk();
}
