/* Ethernet without esp_netif's bring-up: three calls, an address by DHCP, and what arrived.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_stint.h"

#include "esp_log.h"
#include "ethernet_init.h"
#include "freertos/task.h"

#include <inttypes.h>

static const char *const TAG = "eth_basic";

static void log_event(void *argument, enum esp_stint_event event, esp_netif_t *netif)
{
    static const char *const names[] = {
        [ESP_STINT_GOT_IP] = "has an address",
        [ESP_STINT_LOST_IP] = "lost its address",
        [ESP_STINT_LINK_UP] = "has a link",
        [ESP_STINT_LINK_DOWN] = "has no link",
    };
    (void)argument;
    ESP_LOGI(TAG, "%s %s", esp_netif_get_desc(netif), names[event]);
}

static void log_stats(void)
{
    struct esp_stint_stats stats;
    struct esp_stint_interface_stats interface;
    ESP_ERROR_CHECK(esp_stint_get_stats(&stats));
    if (esp_stint_get_interface_stats(esp_netif_get_default_netif(), &interface) == ESP_OK) {
        ESP_LOGI(TAG, "received %" PRIu32 " frames, sent %" PRIu32 ", %" PRIu32 " polls",
            interface.rx_frames, interface.tx_frames, stats.polls);
    }
}

void app_main(void)
{
    esp_eth_handle_t *ports;
    uint8_t count;
    ESP_ERROR_CHECK(ethernet_init_all(&ports, &count)); /* the driver that menuconfig chose */
    ESP_ERROR_CHECK(esp_stint_init());
    esp_stint_on_event(log_event, NULL);
    ESP_ERROR_CHECK(esp_stint_attach_eth(ports[0], NULL));
    ESP_ERROR_CHECK(esp_stint_wait_for_ip(portMAX_DELAY));

    esp_ip4_addr_t address;
    ESP_ERROR_CHECK(esp_stint_get_ipv4(&address));
    ESP_LOGI(TAG, "ping " IPSTR, IP2STR(&address));
    for (;;) {
        log_stats();
        vTaskDelay(pdMS_TO_TICKS(10000));
    }
}
