/* Calls between a network stack and esp_netif.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_NETIF_NET_STACK_H
#define STINT_HARNESS_ESP_NETIF_NET_STACK_H

#include "esp_netif.h"

#ifdef __cplusplus
extern "C" {
#endif

esp_netif_t *esp_netif_get_handle_from_netif_impl(void *dev);
void *esp_netif_get_netif_impl(esp_netif_t *esp_netif);
esp_err_t esp_netif_set_link_speed(esp_netif_t *esp_netif, uint32_t speed);
esp_err_t esp_netif_transmit(esp_netif_t *esp_netif, void *data, size_t len);
esp_err_t esp_netif_transmit_wrap(
    esp_netif_t *esp_netif, void *data, size_t len, void *netstack_buf);
void esp_netif_free_rx_buffer(void *esp_netif, void *buffer);

#ifdef __cplusplus
}
#endif

#endif
