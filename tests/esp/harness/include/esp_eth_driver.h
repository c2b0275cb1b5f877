/* The Ethernet driver. Its MAC is an end of a harness_wire instead of a chip's.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_ETH_DRIVER_H
#define STINT_HARNESS_ESP_ETH_DRIVER_H

#include "esp_err.h"
#include "esp_event_base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    ETHERNET_EVENT_START,
    ETHERNET_EVENT_STOP,
    ETHERNET_EVENT_CONNECTED,
    ETHERNET_EVENT_DISCONNECTED,
} eth_event_t;

ESP_EVENT_DECLARE_BASE(ETH_EVENT);

typedef enum { ETH_SPEED_10M, ETH_SPEED_100M, ETH_SPEED_MAX } eth_speed_t;

typedef void *esp_eth_handle_t;
typedef struct harness_wire esp_eth_mac_t;
typedef struct esp_eth_phy_s esp_eth_phy_t;

typedef struct {
    esp_eth_mac_t *mac;
    esp_eth_phy_t *phy;
} esp_eth_config_t;

#define ETH_DEFAULT_CONFIG(emac, ephy)                                                             \
    {                                                                                              \
        .mac = emac, .phy = ephy                                                                   \
    }

typedef enum {
    ETH_CMD_G_MAC_ADDR,
    ETH_CMD_S_MAC_ADDR,
    ETH_CMD_G_SPEED,
    ETH_CMD_ADD_MAC_FILTER,
    ETH_CMD_DEL_MAC_FILTER,
} esp_eth_io_cmd_t;

esp_err_t esp_eth_driver_install(const esp_eth_config_t *config, esp_eth_handle_t *out_hdl);
/* ESP_ERR_INVALID_STATE while it is started or something is attached. */
esp_err_t esp_eth_driver_uninstall(esp_eth_handle_t hdl);
esp_err_t esp_eth_start(esp_eth_handle_t hdl);
esp_err_t esp_eth_stop(esp_eth_handle_t hdl);
/* The buffer belongs to whom it is given: malloc()ed, to be freed. */
esp_err_t esp_eth_update_input_path(esp_eth_handle_t hdl,
    esp_err_t (*stack_input)(esp_eth_handle_t hdl, uint8_t *buffer, uint32_t length, void *priv),
    void *priv);
/* ESP_ERR_INVALID_STATE without a link, ESP_ERR_NO_MEM when there is no room. */
esp_err_t esp_eth_transmit(esp_eth_handle_t hdl, void *buf, size_t length);
esp_err_t esp_eth_ioctl(esp_eth_handle_t hdl, esp_eth_io_cmd_t cmd, void *data);
esp_err_t esp_eth_increase_reference(esp_eth_handle_t hdl);
esp_err_t esp_eth_decrease_reference(esp_eth_handle_t hdl);

#ifdef __cplusplus
}
#endif

#endif
