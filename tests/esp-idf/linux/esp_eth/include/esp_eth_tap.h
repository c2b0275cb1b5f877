/* A MAC whose wire is a TAP of the host, and a PHY whose link is always up.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_ESP_ETH_TAP_H
#define STINT_ESP_ETH_TAP_H

#include "esp_eth_driver.h"
#include "esp_eth_mac.h"
#include "esp_eth_phy.h"

/* The TAP is named by $STINT_TAP, stint0 otherwise. There is one. */
esp_eth_mac_t *esp_eth_mac_new_tap(void);
esp_eth_phy_t *esp_eth_phy_new_tap(void);

#endif
