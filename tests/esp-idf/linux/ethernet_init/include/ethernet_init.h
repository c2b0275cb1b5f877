/* What espressif/ethernet_init offers: the board's Ethernet drivers, here one on a TAP.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_ETHERNET_INIT_H
#define STINT_ETHERNET_INIT_H

#include "esp_eth_driver.h"

esp_err_t ethernet_init_all(esp_eth_handle_t *eth_handles_out[], uint8_t *eth_cnt_out);

#endif
