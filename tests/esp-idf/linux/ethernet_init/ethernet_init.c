/* The board's one Ethernet driver: a TAP.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "ethernet_init.h"

#include "esp_eth_tap.h"

esp_err_t ethernet_init_all(esp_eth_handle_t *eth_handles_out[], uint8_t *eth_cnt_out)
{
    static esp_eth_handle_t handle;
    const esp_eth_config_t config =
        ETH_DEFAULT_CONFIG(esp_eth_mac_new_tap(), esp_eth_phy_new_tap());
    *eth_handles_out = &handle;
    *eth_cnt_out = 1;
    return esp_eth_driver_install(&config, &handle);
}
