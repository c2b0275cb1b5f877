/* esp_netif_sntp on a machine whose clock is set: there is nothing to ask a server for.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_netif_sntp.h"

esp_err_t esp_netif_sntp_init(const esp_sntp_config_t *config)
{
    (void)config;
    return ESP_OK;
}

esp_err_t esp_netif_sntp_sync_wait(TickType_t tout)
{
    (void)tout;
    return ESP_OK;
}

void esp_netif_sntp_deinit(void)
{
}
