/* Ethernet by esp_stint's own three calls.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "board.h"

#include "esp_eth.h"
#include "esp_stint.h"

esp_err_t example_connect(void)
{
    esp_eth_handle_t eth = NULL;
    const esp_eth_config_t config = ETH_DEFAULT_CONFIG(board_wire(), NULL);
    ESP_ERROR_CHECK(esp_eth_driver_install(&config, &eth));
    ESP_ERROR_CHECK(esp_stint_init());
    ESP_ERROR_CHECK(esp_stint_attach_eth(eth, NULL));
    return esp_stint_wait_for_ip(portMAX_DELAY);
}
