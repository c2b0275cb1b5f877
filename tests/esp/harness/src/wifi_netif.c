/* What ties the Wi-Fi driver to interfaces: as ESP-IDF's esp_wifi does it, station and access point
 * each by the events of the driver. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_event.h"
#include "esp_netif.h"
#include "esp_netif_net_stack.h"
#include "esp_private/wifi.h"
#include <stdlib.h>
#include <string.h>

struct glue {
    esp_netif_driver_base_t base;
    wifi_interface_t interface;
};

static esp_netif_t *netifs[WIFI_IF_MAX];

/* --- frames --- */

static esp_err_t receive_sta(void *buffer, uint16_t length, void *eb)
{
    return esp_netif_receive(netifs[WIFI_IF_STA], buffer, length, eb);
}

static esp_err_t receive_ap(void *buffer, uint16_t length, void *eb)
{
    return esp_netif_receive(netifs[WIFI_IF_AP], buffer, length, eb);
}

static esp_err_t transmit(void *handle, void *buffer, size_t length)
{
    const struct glue *const glue = handle;
    return esp_wifi_internal_tx(glue->interface, buffer, (uint16_t)length);
}

static esp_err_t transmit_wrap(void *handle, void *buffer, size_t length, void *netstack_buffer)
{
    (void)netstack_buffer;
    return transmit(handle, buffer, length);
}

static void free_buffer(void *handle, void *buffer)
{
    (void)handle;
    if (buffer != NULL) {
        esp_wifi_internal_free_rx_buffer(buffer);
    }
}

static esp_err_t post_attach(esp_netif_t *netif, esp_netif_iodriver_handle handle)
{
    struct glue *const glue = handle;
    glue->base.netif = netif;
    const esp_netif_driver_ifconfig_t config = {
        .handle = glue,
        .transmit = transmit,
        .transmit_wrap = transmit_wrap,
        .driver_free_rx_buffer = free_buffer,
    };
    return esp_netif_set_driver_config(netif, &config);
}

/* --- events --- */

static void start(wifi_interface_t interface, esp_event_base_t base, int32_t id, void *data)
{
    uint8_t mac[6];
    esp_wifi_get_mac(interface, mac);
    if (interface == WIFI_IF_AP) {
        esp_wifi_internal_reg_rxcb(interface, receive_ap);
    }
    esp_wifi_internal_reg_netstack_buf_cb(esp_netif_netstack_buf_ref, esp_netif_netstack_buf_free);
    esp_netif_set_mac(netifs[interface], mac);
    esp_netif_action_start(netifs[interface], base, id, data);
}

static void on_wifi(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    const bool of_ap = id == WIFI_EVENT_AP_START || id == WIFI_EVENT_AP_STOP;
    const wifi_interface_t interface = of_ap ? WIFI_IF_AP : WIFI_IF_STA;
    esp_netif_t *const netif = netifs[interface];
    if (netif == NULL) {
        return;
    }
    if (id == WIFI_EVENT_STA_START || id == WIFI_EVENT_AP_START) {
        start(interface, base, id, data);
    } else if (id == WIFI_EVENT_STA_STOP || id == WIFI_EVENT_AP_STOP) {
        esp_netif_action_stop(netif, base, id, data);
    } else if (id == WIFI_EVENT_STA_CONNECTED) {
        esp_wifi_internal_reg_rxcb(interface, receive_sta);
        esp_netif_action_connected(netif, base, id, data);
    } else if (id == WIFI_EVENT_STA_DISCONNECTED) {
        esp_netif_action_disconnected(netif, base, id, data);
    }
}

static void on_got_ip(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    if (netifs[WIFI_IF_STA] != NULL && esp_wifi_internal_set_sta_ip() == ESP_OK) {
        esp_netif_action_got_ip(netifs[WIFI_IF_STA], base, id, data);
    }
}

/* --- interfaces --- */

static esp_netif_t *create(const esp_netif_config_t *config, wifi_interface_t interface)
{
    esp_netif_t *const netif = esp_netif_new(config);
    struct glue *const glue = calloc(1, sizeof(*glue));
    glue->interface = interface;
    glue->base.post_attach = post_attach;
    if (netifs[WIFI_IF_STA] == NULL && netifs[WIFI_IF_AP] == NULL) {
        ESP_ERROR_CHECK(esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_wifi, NULL));
        ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, IP_EVENT_STA_GOT_IP, on_got_ip, NULL));
    }
    netifs[interface] = netif;
    ESP_ERROR_CHECK(esp_netif_attach(netif, glue));
    return netif;
}

esp_netif_t *esp_netif_create_default_wifi_sta(void)
{
    const esp_netif_config_t config = ESP_NETIF_DEFAULT_WIFI_STA();
    return create(&config, WIFI_IF_STA);
}

esp_netif_t *esp_netif_create_default_wifi_ap(void)
{
    const esp_netif_config_t config = ESP_NETIF_DEFAULT_WIFI_AP();
    return create(&config, WIFI_IF_AP);
}

/* In ESP-IDF's order: the driver's handle is gone before the interface is. */
void esp_netif_destroy_default_wifi(void *esp_netif)
{
    const esp_netif_driver_ifconfig_t none = {.handle = NULL};
    for (int i = 0; i < WIFI_IF_MAX; i++) {
        if (netifs[i] == esp_netif) {
            netifs[i] = NULL;
        }
    }
    if (netifs[WIFI_IF_STA] == NULL && netifs[WIFI_IF_AP] == NULL) {
        esp_event_handler_unregister(WIFI_EVENT, ESP_EVENT_ANY_ID, on_wifi);
        esp_event_handler_unregister(IP_EVENT, IP_EVENT_STA_GOT_IP, on_got_ip);
    }
    struct glue *const glue = esp_netif_get_io_driver(esp_netif);
    esp_netif_set_driver_config(esp_netif, &none);
    esp_wifi_internal_reg_rxcb(glue->interface, NULL);
    free(glue);
    esp_netif_destroy(esp_netif);
}
