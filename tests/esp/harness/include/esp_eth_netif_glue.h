/* What ties an Ethernet driver to an interface.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_ETH_NETIF_GLUE_H
#define STINT_HARNESS_ESP_ETH_NETIF_GLUE_H

#include "esp_eth_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct esp_eth_netif_glue_t *esp_eth_netif_glue_handle_t;

esp_eth_netif_glue_handle_t esp_eth_new_netif_glue(esp_eth_handle_t eth_hdl);
esp_err_t esp_eth_del_netif_glue(esp_eth_netif_glue_handle_t eth_netif_glue);

#ifdef __cplusplus
}
#endif

#endif
