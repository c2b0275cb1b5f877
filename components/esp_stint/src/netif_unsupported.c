/* What this stack does not offer, and says so (docs/esp-idf.md lists it).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "netif.h"

/* --- reports of neighbors --- */

esp_err_t esp_netif_arp_get_client_by_mac(
    esp_netif_t *esp_netif, esp_netif_pair_mac_ip_t *mac_ip_pair)
{
    (void)esp_netif;
    (void)mac_ip_pair;
    return ESP_ERR_NOT_SUPPORTED;
}

/* --- options of the DHCP client --- */

esp_err_t esp_netif_dhcpc_option(esp_netif_t *esp_netif, esp_netif_dhcp_option_mode_t opt_op,
    esp_netif_dhcp_option_id_t opt_id, void *opt_val, uint32_t opt_len)
{
    (void)esp_netif;
    (void)opt_op;
    (void)opt_id;
    (void)opt_val;
    (void)opt_len;
    return ESP_ERR_NOT_SUPPORTED;
}

/* --- translation of addresses, reports of traffic --- */

static esp_err_t refuse(const esp_netif_t *netif)
{
    return netif != NULL ? ESP_ERR_NOT_SUPPORTED : ESP_ERR_ESP_NETIF_INVALID_PARAMS;
}

esp_err_t esp_netif_napt_enable(esp_netif_t *esp_netif)
{
    return refuse(esp_netif);
}

esp_err_t esp_netif_napt_disable(esp_netif_t *esp_netif)
{
    return refuse(esp_netif);
}

esp_err_t esp_netif_tx_rx_event_enable(esp_netif_t *esp_netif)
{
    return refuse(esp_netif);
}

esp_err_t esp_netif_tx_rx_event_disable(esp_netif_t *esp_netif)
{
    return refuse(esp_netif);
}
