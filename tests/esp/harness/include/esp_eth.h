/* Ethernet: driver and glue.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_ETH_H
#define STINT_HARNESS_ESP_ETH_H

#include "esp_eth_driver.h"
#include "esp_eth_netif_glue.h"

#endif
