/* The Wi-Fi driver, as applications use it; the air is a wire of the harness for each interface.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_WIFI_H
#define STINT_HARNESS_ESP_WIFI_H

#include "esp_err.h"
#include "esp_event_base.h"
#include "esp_netif_types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { WIFI_IF_STA, WIFI_IF_AP, WIFI_IF_MAX } wifi_interface_t;

typedef enum { WIFI_MODE_NULL, WIFI_MODE_STA, WIFI_MODE_AP, WIFI_MODE_APSTA } wifi_mode_t;

typedef enum {
    WIFI_EVENT_WIFI_READY,
    WIFI_EVENT_SCAN_DONE,
    WIFI_EVENT_STA_START,
    WIFI_EVENT_STA_STOP,
    WIFI_EVENT_STA_CONNECTED,
    WIFI_EVENT_STA_DISCONNECTED,
    WIFI_EVENT_AP_START,
    WIFI_EVENT_AP_STOP,
} wifi_event_t;

ESP_EVENT_DECLARE_BASE(WIFI_EVENT);

typedef struct {
    int magic;
} wifi_init_config_t;

#define WIFI_INIT_CONFIG_DEFAULT()                                                                 \
    {                                                                                              \
        .magic = 0x1F2F3F4F                                                                        \
    }

typedef union {
    struct {
        uint8_t ssid[32];
        uint8_t password[64];
    } sta;
    struct {
        uint8_t ssid[32];
        uint8_t password[64];
        uint8_t max_connection;
    } ap;
} wifi_config_t;

esp_err_t esp_wifi_init(const wifi_init_config_t *config);
esp_err_t esp_wifi_deinit(void);
esp_err_t esp_wifi_set_mode(wifi_mode_t mode);
esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *conf);
esp_err_t esp_wifi_start(void);
esp_err_t esp_wifi_stop(void);
esp_err_t esp_wifi_connect(void);
esp_err_t esp_wifi_disconnect(void);
esp_err_t esp_wifi_get_mac(wifi_interface_t ifx, uint8_t mac[6]);

/* <esp_wifi_default.h> */
esp_netif_t *esp_netif_create_default_wifi_sta(void);
esp_netif_t *esp_netif_create_default_wifi_ap(void);
void esp_netif_destroy_default_wifi(void *esp_netif);

#ifdef __cplusplus
}
#endif

#endif
