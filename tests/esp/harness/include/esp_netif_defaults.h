/* Default configurations of interfaces.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_NETIF_DEFAULTS_H
#define STINT_HARNESS_ESP_NETIF_DEFAULTS_H

#include "esp_netif_types.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const esp_netif_inherent_config_t _g_esp_netif_inherent_eth_config;
extern const esp_netif_inherent_config_t _g_esp_netif_inherent_sta_config;
extern const esp_netif_inherent_config_t _g_esp_netif_inherent_ap_config;
extern const esp_netif_netstack_config_t *_g_esp_netif_netstack_default_eth;
extern const esp_netif_netstack_config_t *_g_esp_netif_netstack_default_wifi_sta;
extern const esp_netif_netstack_config_t *_g_esp_netif_netstack_default_wifi_ap;

#define ESP_NETIF_INHERENT_DEFAULT_ETH()                                                           \
    {                                                                                              \
        .flags = (esp_netif_flags_t)(ESP_NETIF_DHCP_CLIENT | ESP_NETIF_FLAG_GARP |                 \
                                     ESP_NETIF_FLAG_EVENT_IP_MODIFIED),                            \
        .get_ip_event = IP_EVENT_ETH_GOT_IP, .lost_ip_event = IP_EVENT_ETH_LOST_IP,                \
        .if_key = "ETH_DEF", .if_desc = "eth", .route_prio = 50                                    \
    }

#define ESP_NETIF_DEFAULT_ETH()                                                                    \
    {                                                                                              \
        .base = &_g_esp_netif_inherent_eth_config, .driver = NULL,                                 \
        .stack = _g_esp_netif_netstack_default_eth                                                 \
    }

#define ESP_NETIF_DEFAULT_WIFI_STA()                                                               \
    {                                                                                              \
        .base = &_g_esp_netif_inherent_sta_config, .driver = NULL,                                 \
        .stack = _g_esp_netif_netstack_default_wifi_sta                                            \
    }

#define ESP_NETIF_DEFAULT_WIFI_AP()                                                                \
    {                                                                                              \
        .base = &_g_esp_netif_inherent_ap_config, .driver = NULL,                                  \
        .stack = _g_esp_netif_netstack_default_wifi_ap                                             \
    }

#ifdef __cplusplus
}
#endif

#endif
