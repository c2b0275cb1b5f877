/* Ethernet by esp_netif and its glue, as ESP-IDF's examples bring it up.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "board.h"

#include "esp_eth.h"
#include "esp_event.h"
#include "esp_netif.h"
#include "freertos/semphr.h"

static SemaphoreHandle_t got_address;

static void on_address(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    (void)id;
    (void)data;
    xSemaphoreGive(got_address);
}

esp_err_t example_connect(void)
{
    esp_eth_handle_t eth = NULL;
    const esp_eth_config_t eth_config = ETH_DEFAULT_CONFIG(board_wire(), NULL);
    const esp_netif_config_t netif_config = ESP_NETIF_DEFAULT_ETH();
    esp_netif_t *const netif = esp_netif_new(&netif_config);
    got_address = xSemaphoreCreateBinary();
    ESP_ERROR_CHECK(esp_eth_driver_install(&eth_config, &eth));
    ESP_ERROR_CHECK(esp_netif_attach(netif, esp_eth_new_netif_glue(eth)));
    ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, IP_EVENT_ETH_GOT_IP, on_address, NULL));
    ESP_ERROR_CHECK(esp_eth_start(eth));
    xSemaphoreTake(got_address, portMAX_DELAY);
    return ESP_OK;
}
