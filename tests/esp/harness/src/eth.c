/* The Ethernet driver over a wire: a receive task, link events, and the glue to esp_netif.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_eth.h"

#include "esp_event.h"
#include "esp_netif.h"
#include "esp_netif_net_stack.h"
#include "freertos/semphr.h"
#include "harness.h"
#include "harness_wire.h"
#include <stdlib.h>
#include <string.h>

ESP_EVENT_DEFINE_BASE(ETH_EVENT);

struct driver {
    struct harness_wire *wire;
    esp_err_t (*input)(esp_eth_handle_t hdl, uint8_t *buffer, uint32_t length, void *priv);
    void *input_argument;
    SemaphoreHandle_t ended; /* given by the receive task */
    int references;
    bool stopping;
    bool started;
    bool link;
};

static void post(struct driver *driver, int32_t event)
{
    esp_event_post(ETH_EVENT, event, &driver, sizeof(driver), portMAX_DELAY);
}

static void link_changed(void *context, bool up)
{
    struct driver *const driver = context;
    if (driver->started && driver->link != up) {
        __atomic_store_n(&driver->link, up, __ATOMIC_RELEASE);
        post(driver, up ? ETHERNET_EVENT_CONNECTED : ETHERNET_EVENT_DISCONNECTED);
    }
}

static void receive_frames(void *argument)
{
    struct driver *const driver = argument;
    while (!__atomic_load_n(&driver->stopping, __ATOMIC_ACQUIRE)) {
        size_t length = 0;
        uint8_t *const frame = harness_wire_receive(driver->wire, &driver->stopping, &length);
        if (frame != NULL && driver->input != NULL &&
            __atomic_load_n(&driver->link, __ATOMIC_ACQUIRE)) {
            driver->input(driver, frame, (uint32_t)length, driver->input_argument);
        } else {
            free(frame);
        }
    }
    xSemaphoreGive(driver->ended);
    vTaskDelete(NULL);
}

esp_err_t esp_eth_driver_install(const esp_eth_config_t *config, esp_eth_handle_t *out_hdl)
{
    struct driver *const driver = calloc(1, sizeof(*driver));
    driver->wire = config->mac;
    driver->ended = xSemaphoreCreateBinary();
    driver->wire->link_changed = link_changed;
    driver->wire->driver = driver;
    xTaskCreate(receive_frames, "emac_rx", 4096, driver, 15, NULL);
    *out_hdl = driver;
    return ESP_OK;
}

esp_err_t esp_eth_driver_uninstall(esp_eth_handle_t hdl)
{
    struct driver *const driver = hdl;
    if (driver->started || driver->references != 0) {
        return ESP_ERR_INVALID_STATE;
    }
    pthread_mutex_lock(&driver->wire->mutex);
    driver->wire->driver = NULL;
    __atomic_store_n(&driver->stopping, true, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&driver->wire->changed);
    pthread_mutex_unlock(&driver->wire->mutex);
    xSemaphoreTake(driver->ended, portMAX_DELAY);
    vSemaphoreDelete(driver->ended);
    free(driver);
    return ESP_OK;
}

esp_err_t esp_eth_start(esp_eth_handle_t hdl)
{
    struct driver *const driver = hdl;
    if (driver->started) {
        return ESP_ERR_INVALID_STATE;
    }
    driver->started = true;
    post(driver, ETHERNET_EVENT_START);
    link_changed(driver, driver->wire->up);
    return ESP_OK;
}

esp_err_t esp_eth_stop(esp_eth_handle_t hdl)
{
    struct driver *const driver = hdl;
    if (!driver->started) {
        return ESP_ERR_INVALID_STATE;
    }
    link_changed(driver, false);
    driver->started = false;
    post(driver, ETHERNET_EVENT_STOP);
    return ESP_OK;
}

esp_err_t esp_eth_update_input_path(esp_eth_handle_t hdl,
    esp_err_t (*stack_input)(esp_eth_handle_t hdl, uint8_t *buffer, uint32_t length, void *priv),
    void *priv)
{
    struct driver *const driver = hdl;
    driver->input_argument = priv;
    driver->input = stack_input;
    return ESP_OK;
}

esp_err_t esp_eth_transmit(esp_eth_handle_t hdl, void *buf, size_t length)
{
    struct driver *const driver = hdl;
    if (!__atomic_load_n(&driver->link, __ATOMIC_ACQUIRE)) {
        return ESP_ERR_INVALID_STATE;
    }
    return harness_wire_send(driver->wire, buf, length) ? ESP_OK : ESP_ERR_NO_MEM;
}

esp_err_t esp_eth_ioctl(esp_eth_handle_t hdl, esp_eth_io_cmd_t cmd, void *data)
{
    struct driver *const driver = hdl;
    switch (cmd) {
    case ETH_CMD_G_MAC_ADDR:
        memcpy(data, driver->wire->mac, sizeof(driver->wire->mac));
        return ESP_OK;
    case ETH_CMD_S_MAC_ADDR:
        memcpy(driver->wire->mac, data, sizeof(driver->wire->mac));
        return ESP_OK;
    case ETH_CMD_G_SPEED:
        *(eth_speed_t *)data = ETH_SPEED_100M;
        return ESP_OK;
    case ETH_CMD_ADD_MAC_FILTER:
    case ETH_CMD_DEL_MAC_FILTER:
        return ESP_OK;
    }
    return ESP_ERR_INVALID_ARG;
}

esp_err_t esp_eth_increase_reference(esp_eth_handle_t hdl)
{
    ((struct driver *)hdl)->references++;
    return ESP_OK;
}

esp_err_t esp_eth_decrease_reference(esp_eth_handle_t hdl)
{
    ((struct driver *)hdl)->references--;
    return ESP_OK;
}

/* --- the glue --- */

struct esp_eth_netif_glue_t {
    esp_netif_driver_base_t base;
    struct driver *driver;
    esp_event_handler_instance_t handlers[5];
};

static esp_err_t input_to_netif(esp_eth_handle_t hdl, uint8_t *buffer, uint32_t length, void *priv)
{
    (void)hdl;
    return esp_netif_receive(priv, buffer, length, NULL);
}

static void free_frame(void *handle, void *buffer)
{
    (void)handle;
    free(buffer);
}

static esp_err_t post_attach(esp_netif_t *netif, esp_netif_iodriver_handle handle)
{
    esp_eth_netif_glue_handle_t const glue = handle;
    glue->base.netif = netif;
    esp_eth_update_input_path(glue->driver, input_to_netif, netif);
    const esp_netif_driver_ifconfig_t config = {
        .handle = glue->driver,
        .transmit = esp_eth_transmit,
        .driver_free_rx_buffer = free_frame,
    };
    ESP_ERROR_CHECK(esp_netif_set_driver_config(netif, &config));
    uint8_t mac[6];
    esp_eth_ioctl(glue->driver, ETH_CMD_G_MAC_ADDR, mac);
    return esp_netif_set_mac(netif, mac);
}

static void act_on_link(void *argument, esp_event_base_t base, int32_t event, void *data)
{
    const esp_eth_netif_glue_handle_t glue = argument;
    if (*(struct driver **)data != glue->driver) {
        return;
    }
    switch ((eth_event_t)event) {
    case ETHERNET_EVENT_START:
        esp_netif_action_start(glue->base.netif, base, event, data);
        break;
    case ETHERNET_EVENT_STOP:
        esp_netif_action_stop(glue->base.netif, base, event, data);
        break;
    case ETHERNET_EVENT_CONNECTED:
        esp_netif_set_link_speed(glue->base.netif, 100000000);
        esp_netif_action_connected(glue->base.netif, base, event, data);
        break;
    case ETHERNET_EVENT_DISCONNECTED:
        esp_netif_action_disconnected(glue->base.netif, base, event, data);
        break;
    }
}

static void act_on_address(void *argument, esp_event_base_t base, int32_t event, void *data)
{
    const esp_eth_netif_glue_handle_t glue = argument;
    if (((ip_event_got_ip_t *)data)->esp_netif == glue->base.netif) {
        esp_netif_action_got_ip(glue->base.netif, base, event, data);
    }
}

esp_eth_netif_glue_handle_t esp_eth_new_netif_glue(esp_eth_handle_t eth_hdl)
{
    esp_eth_netif_glue_handle_t const glue = calloc(1, sizeof(*glue));
    glue->driver = eth_hdl;
    glue->base.post_attach = post_attach;
    esp_eth_increase_reference(eth_hdl);
    for (int event = ETHERNET_EVENT_START; event <= ETHERNET_EVENT_DISCONNECTED; event++) {
        esp_event_handler_instance_register(
            ETH_EVENT, event, act_on_link, glue, &glue->handlers[event]);
    }
    esp_event_handler_instance_register(
        IP_EVENT, IP_EVENT_ETH_GOT_IP, act_on_address, glue, &glue->handlers[4]);
    return glue;
}

esp_err_t esp_eth_del_netif_glue(esp_eth_netif_glue_handle_t eth_netif_glue)
{
    for (int event = ETHERNET_EVENT_START; event <= ETHERNET_EVENT_DISCONNECTED; event++) {
        esp_event_handler_instance_unregister(ETH_EVENT, event, eth_netif_glue->handlers[event]);
    }
    esp_event_handler_instance_unregister(
        IP_EVENT, IP_EVENT_ETH_GOT_IP, eth_netif_glue->handlers[4]);
    esp_eth_decrease_reference(eth_netif_glue->driver);
    free(eth_netif_glue);
    return ESP_OK;
}
