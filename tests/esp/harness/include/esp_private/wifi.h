/* The Wi-Fi driver, as what ties it to interfaces uses it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_PRIVATE_WIFI_H
#define STINT_HARNESS_ESP_PRIVATE_WIFI_H

#include "esp_wifi.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef esp_err_t (*wifi_rxcb_t)(void *buffer, uint16_t len, void *eb);
typedef void (*wifi_netstack_buf_ref_cb_t)(void *netstack_buf);
typedef void (*wifi_netstack_buf_free_cb_t)(void *netstack_buf);

/* ESP_ERR_NO_MEM: no buffer is free. */
int esp_wifi_internal_tx(wifi_interface_t wifi_if, void *buffer, uint16_t len);
void esp_wifi_internal_free_rx_buffer(void *buffer);
esp_err_t esp_wifi_internal_reg_rxcb(wifi_interface_t ifx, wifi_rxcb_t fn);
esp_err_t esp_wifi_internal_reg_netstack_buf_cb(
    wifi_netstack_buf_ref_cb_t ref, wifi_netstack_buf_free_cb_t free);
esp_err_t esp_wifi_internal_set_sta_ip(void);

#ifdef __cplusplus
}
#endif

#endif
