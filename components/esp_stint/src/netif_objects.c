/* Interfaces come and go: the lock, the list, attaching drivers, frames from them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_log.h"
#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "instance.h"
#include "netif.h"
#include "netif_dhcps.h"
#include "netif_ipv6.h"
#include "placement.h"
#include <stdlib.h>
#include <string.h>

/* It names types of esp_netif.h without including it. */
#include "esp_netif_net_stack.h"

static const char *const TAG = "stint_netif";

/* What a configuration's `stack` points to; stint treats every link as Ethernet. */
struct esp_netif_netstack_config {
    int unused;
};

static const esp_netif_netstack_config_t any_link = {0};
const esp_netif_netstack_config_t *_g_esp_netif_netstack_default_eth = &any_link;
const esp_netif_netstack_config_t *_g_esp_netif_netstack_default_wifi_sta = &any_link;
const esp_netif_netstack_config_t *_g_esp_netif_netstack_default_wifi_ap = &any_link;
extern const esp_netif_netstack_config_t *_g_esp_netif_netstack_default_wifi_nan;
const esp_netif_netstack_config_t *_g_esp_netif_netstack_default_wifi_nan = &any_link;

static SemaphoreHandle_t lock;

void netif_lock(void)
{
    xSemaphoreTakeRecursive(lock, portMAX_DELAY);
}

void netif_unlock(void)
{
    xSemaphoreGiveRecursive(lock);
}

esp_err_t netif_begin(void)
{
    lock = xSemaphoreCreateRecursiveMutex();
    return lock != NULL ? ESP_OK : ESP_ERR_NO_MEM;
}

void netif_end(void)
{
    vSemaphoreDelete(lock);
    lock = NULL;
}

esp_err_t esp_netif_init(void)
{
    if (instance_is_running()) {
        return ESP_OK;
    }
    esp_err_t result = netif_begin();
    if (result == ESP_OK) {
        result = instance_start();
        if (result != ESP_OK) {
            netif_end();
        }
    }
    return result;
}

esp_err_t esp_netif_deinit(void)
{
    if (!instance_is_running() || esp_netif_get_nr_of_ifs() != 0) {
        return ESP_ERR_INVALID_STATE;
    }
    instance_stop();
    netif_end();
    return ESP_OK;
}

/* --- new and destroy --- */

static char *copy_text(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *const copy = (char *)malloc(size);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

static void release(esp_netif_t *netif)
{
    free(netif->if_key);
    free(netif->if_desc);
    free(netif->hostname);
    netif_dhcps_release(netif);
    free(netif);
}

static void configure(esp_netif_t *netif, const esp_netif_config_t *config)
{
    const esp_netif_inherent_config_t *const base = config->base;
    netif->flags = base->flags;
    netif->route_prio = base->route_prio;
    netif->get_ip_event = base->get_ip_event;
    netif->lost_ip_event = base->lost_ip_event;
    netif->lost_at = stint_instant_never();
    netif->autoconfigures = netif_ipv6_is_wanted(base->flags);
    memcpy(netif->mac, base->mac, sizeof(netif->mac));
    if (base->ip_info != NULL) {
        netif->ip_info = *base->ip_info;
    }
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
    netif->mtu = base->mtu;
#endif
    if (config->driver != NULL) {
        netif->driver = *config->driver;
        netif->io_driver = config->driver->handle;
    }
}

static bool config_is_good(const esp_netif_config_t *config)
{
    return config != NULL && config->base != NULL && config->base->if_key != NULL &&
           esp_netif_get_handle_from_ifkey_unsafe(config->base->if_key) == NULL &&
           (config->base->flags & (ESP_NETIF_DHCP_CLIENT | ESP_NETIF_DHCP_SERVER)) !=
               (ESP_NETIF_DHCP_CLIENT | ESP_NETIF_DHCP_SERVER);
}

static esp_netif_t *make(const esp_netif_config_t *config)
{
    esp_netif_t *const netif = (esp_netif_t *)calloc(1, sizeof(*netif));
    if (netif == NULL) {
        return NULL;
    }
    netif->if_key = copy_text(config->base->if_key);
    netif->if_desc = copy_text(config->base->if_desc != NULL ? config->base->if_desc : "");
    configure(netif, config);
    if (netif->if_key == NULL || netif->if_desc == NULL || !netif_dhcps_make(netif) ||
        esp_netif_add_to_list_unsafe(netif) != ESP_OK) {
        release(netif);
        return NULL;
    }
    return netif;
}

esp_netif_t *esp_netif_new(const esp_netif_config_t *config)
{
    if (!instance_is_running()) {
        ESP_LOGE(TAG, "esp_netif_new() before esp_netif_init()");
        return NULL;
    }
    netif_lock();
    esp_netif_t *netif = NULL;
    if (config_is_good(config)) {
        netif = make(config);
    } else {
        ESP_LOGE(TAG, "no such interface: no key, a key that is taken, or DHCP both ways");
    }
    netif_unlock();
    return netif;
}

void esp_netif_destroy(esp_netif_t *esp_netif)
{
    if (esp_netif == NULL) {
        return;
    }
    netif_lock();
    esp_netif_down(esp_netif);
    esp_netif_stop(esp_netif);
    netif_forget_servers(esp_netif);
    esp_netif_remove_from_list_unsafe(esp_netif);
    netif_forget_default(esp_netif);
    netif_choose_default();
    release(esp_netif);
    netif_unlock();
}

/* --- drivers --- */

esp_err_t esp_netif_set_driver_config(
    esp_netif_t *esp_netif, const esp_netif_driver_ifconfig_t *driver_config)
{
    if (esp_netif == NULL || driver_config == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    esp_netif->io_driver = driver_config->handle;
    if (esp_netif->link != NULL) { /* esp_wifi takes its driver away from a started interface */
        instance_lock();
        link_drain(esp_netif->link);
        esp_netif->link->driver = *driver_config;
        instance_unlock();
    }
    esp_netif->driver = *driver_config;
    netif_unlock();
    return ESP_OK;
}

esp_err_t esp_netif_attach(esp_netif_t *esp_netif, esp_netif_iodriver_handle driver_handle)
{
    if (esp_netif == NULL || driver_handle == NULL) {
        return ESP_ERR_INVALID_ARG;
    }
    const esp_netif_driver_base_t *const base = (const esp_netif_driver_base_t *)driver_handle;
    esp_netif->io_driver = driver_handle;
    if (base->post_attach != NULL && base->post_attach(esp_netif, driver_handle) != ESP_OK) {
        return ESP_ERR_ESP_NETIF_DRIVER_ATTACH_FAILED;
    }
    return ESP_OK;
}

/* A driver's buffer is ours from now on; it goes back by driver_free_rx_buffer(), named by `eb`
 * when the driver has one for it. */
HOT esp_err_t esp_netif_receive(esp_netif_t *esp_netif, void *buffer, size_t len, void *eb)
{
    struct link *const link = esp_netif->link;
    const struct frame frame = {
        .bytes = buffer,
        .token = eb != NULL ? eb : buffer,
        .length = len <= UINT16_MAX ? (uint16_t)len : UINT16_MAX,
    };
    if (link == NULL) {
        if (esp_netif->driver.driver_free_rx_buffer != NULL) {
            esp_netif->driver.driver_free_rx_buffer(esp_netif->driver.handle, frame.token);
        }
        return ESP_ERR_ESP_NETIF_IF_NOT_READY;
    }
    if (!link_frame_arrived(link, frame)) {
        return ESP_ERR_NO_MEM;
    }
    instance_wake();
    return ESP_OK;
}

esp_err_t esp_netif_transmit(esp_netif_t *esp_netif, void *data, size_t len)
{
    return esp_netif->driver.transmit != NULL
               ? esp_netif->driver.transmit(esp_netif->driver.handle, data, len)
               : ESP_ERR_INVALID_STATE;
}

esp_err_t esp_netif_transmit_wrap(
    esp_netif_t *esp_netif, void *data, size_t len, void *netstack_buf)
{
    return esp_netif->driver.transmit_wrap != NULL
               ? esp_netif->driver.transmit_wrap(esp_netif->driver.handle, data, len, netstack_buf)
               : ESP_ERR_INVALID_STATE;
}

void esp_netif_free_rx_buffer(void *esp_netif, void *buffer)
{
    const esp_netif_t *const netif = (const esp_netif_t *)esp_netif;
    netif->driver.driver_free_rx_buffer(netif->driver.handle, buffer);
}

/* Drivers get copies: they never hold a buffer of the stack. */
void esp_netif_netstack_buf_ref(void *netstack_buf)
{
    (void)netstack_buf;
}

void esp_netif_netstack_buf_free(void *netstack_buf)
{
    (void)netstack_buf;
}

/* --- the list --- */

esp_netif_t *esp_netif_get_handle_from_ifkey(const char *if_key)
{
    netif_lock();
    esp_netif_t *const netif = esp_netif_get_handle_from_ifkey_unsafe(if_key);
    netif_unlock();
    return netif;
}

esp_netif_t *esp_netif_find_if(esp_netif_find_predicate_t fn, void *ctx)
{
    netif_lock();
    esp_netif_t *netif = esp_netif_next_unsafe(NULL);
    while (netif != NULL && !fn(netif, ctx)) {
        netif = esp_netif_next_unsafe(netif);
    }
    netif_unlock();
    return netif;
}

#if ESP_IDF_VERSION < ESP_IDF_VERSION_VAL(6, 0, 0)
esp_netif_t *esp_netif_next(esp_netif_t *esp_netif)
{
    netif_lock();
    esp_netif_t *const netif = esp_netif_next_unsafe(esp_netif);
    netif_unlock();
    return netif;
}
#endif

/* Runs in the calling task: what it calls is as safe there. */
esp_err_t esp_netif_tcpip_exec(esp_netif_callback_fn fn, void *ctx)
{
    if (fn == NULL || !instance_is_running()) {
        return ESP_ERR_INVALID_STATE;
    }
    netif_lock();
    const esp_err_t result = fn(ctx);
    netif_unlock();
    return result;
}
