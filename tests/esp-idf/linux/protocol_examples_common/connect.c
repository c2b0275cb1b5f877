/* example_connect(): Ethernet on a TAP, by the bring-up of every application.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "protocol_examples_common.h"

#include "esp_eth.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "ethernet_init.h"
#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#if __has_include("psa/crypto.h") /* mbedTLS 4, which on a chip is initialised before app_main()   \
                                   */
#include "psa/crypto.h"
#else
#define psa_crypto_init() ((void)0)
#endif

enum { HAS_ADDRESS = 1 };

static void take_address(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    const ip_event_got_ip_t *const got = (const ip_event_got_ip_t *)data;
    (void)base;
    (void)id;
    ESP_LOGI("connect", "address " IPSTR, IP2STR(&got->ip_info.ip));
    xEventGroupSetBits((EventGroupHandle_t)argument, HAS_ADDRESS);
}

esp_err_t example_connect(void)
{
    (void)psa_crypto_init();
    esp_eth_handle_t *ports;
    uint8_t count;
    const EventGroupHandle_t events = xEventGroupCreate();
    const esp_netif_config_t config = ESP_NETIF_DEFAULT_ETH();
    ESP_ERROR_CHECK(ethernet_init_all(&ports, &count));
    ESP_ERROR_CHECK(
        esp_event_handler_register(IP_EVENT, IP_EVENT_ETH_GOT_IP, take_address, events));
    esp_netif_t *const netif = esp_netif_new(&config);
    ESP_ERROR_CHECK(esp_netif_attach(netif, esp_eth_new_netif_glue(ports[0])));
    ESP_ERROR_CHECK(esp_eth_start(ports[0]));
    xEventGroupWaitBits(events, HAS_ADDRESS, pdFALSE, pdFALSE, portMAX_DELAY);
    return ESP_OK;
}
