/* The direct bring-up: an Ethernet driver in one call, waiting for an address, events, reports.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_stint.h"

#include "esp_eth.h"
#include "esp_event.h"
#include "freertos/FreeRTOS.h"
#include "instance.h"
#include "netif.h"
#include "netif_ipv6.h"
#include <string.h>

static struct {
    esp_eth_handle_t eth; /* NULL: nothing attached */
    esp_netif_t *netif;
    esp_eth_netif_glue_handle_t glue;
    esp_stint_event_cb_t callback;
    void *argument;
    esp_event_handler_instance_t on_address;
    esp_event_handler_instance_t on_link;
} direct;

/* --- events --- */

static void tell(enum esp_stint_event event, esp_netif_t *netif)
{
    if (direct.callback != NULL) {
        direct.callback(direct.argument, event, netif);
    }
}

static void on_address(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    switch (id) {
    case IP_EVENT_STA_GOT_IP:
    case IP_EVENT_ETH_GOT_IP:
        tell(ESP_STINT_GOT_IP, ((const ip_event_got_ip_t *)data)->esp_netif);
        break;
    case IP_EVENT_STA_LOST_IP:
    case IP_EVENT_ETH_LOST_IP:
        tell(ESP_STINT_LOST_IP, ((const ip_event_got_ip_t *)data)->esp_netif);
        break;
    case IP_EVENT_GOT_IP6:
        tell(ESP_STINT_GOT_IP6, ((const ip_event_got_ip6_t *)data)->esp_netif);
        break;
    default:
        break;
    }
}

static void on_link(void *argument, esp_event_base_t base, int32_t id, void *data)
{
    (void)argument;
    (void)base;
    if (direct.netif == NULL || *(esp_eth_handle_t *)data != direct.eth) {
        return;
    }
    if (id == ETHERNET_EVENT_CONNECTED) {
        tell(ESP_STINT_LINK_UP, direct.netif);
    } else if (id == ETHERNET_EVENT_DISCONNECTED) {
        tell(ESP_STINT_LINK_DOWN, direct.netif);
    }
}

void esp_stint_on_event(esp_stint_event_cb_t callback, void *argument)
{
    direct.callback = NULL;
    direct.argument = argument;
    direct.callback = callback;
}

/* --- beginning and ending --- */

static void listen_to_events(void)
{
    if (direct.on_address == NULL) {
        esp_event_handler_instance_register(
            IP_EVENT, ESP_EVENT_ANY_ID, on_address, NULL, &direct.on_address);
        esp_event_handler_instance_register(
            ETH_EVENT, ESP_EVENT_ANY_ID, on_link, NULL, &direct.on_link);
    }
}

static void stop_listening(void)
{
    if (direct.on_address != NULL) {
        esp_event_handler_instance_unregister(IP_EVENT, ESP_EVENT_ANY_ID, direct.on_address);
        esp_event_handler_instance_unregister(ETH_EVENT, ESP_EVENT_ANY_ID, direct.on_link);
    }
    direct.on_address = NULL;
    direct.on_link = NULL;
}

esp_err_t esp_stint_init(void)
{
    esp_err_t result = esp_event_loop_create_default();
    if (result == ESP_OK || result == ESP_ERR_INVALID_STATE) {
        result = esp_netif_init();
    }
    if (result == ESP_OK) {
        listen_to_events();
    }
    return result;
}

esp_err_t esp_stint_deinit(void)
{
    esp_stint_detach_eth();
    const esp_err_t result = esp_netif_deinit();
    if (result == ESP_OK) {
        stop_listening();
    }
    return result;
}

static esp_err_t give_address(esp_netif_t *netif, const esp_netif_ip_info_t *address)
{
    const esp_err_t result = esp_netif_dhcpc_stop(netif);
    return result == ESP_OK ? esp_netif_set_ip_info(netif, address) : result;
}

static esp_err_t bring_up(esp_eth_handle_t eth, const esp_netif_ip_info_t *address)
{
    const esp_netif_config_t config = ESP_NETIF_DEFAULT_ETH();
    direct.netif = esp_netif_new(&config);
    if (direct.netif == NULL) {
        return ESP_ERR_NO_MEM;
    }
    esp_err_t result = address != NULL ? give_address(direct.netif, address) : ESP_OK;
    direct.glue = result == ESP_OK ? esp_eth_new_netif_glue(eth) : NULL;
    if (direct.glue == NULL) {
        return ESP_ERR_NO_MEM;
    }
    result = esp_netif_attach(direct.netif, direct.glue);
    return result == ESP_OK ? esp_eth_start(eth) : result;
}

esp_err_t esp_stint_attach_eth(void *eth, const esp_netif_ip_info_t *address)
{
    if (eth == NULL) {
        return ESP_ERR_INVALID_ARG;
    }
    if (!instance_is_running() || direct.eth != NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    direct.eth = eth;
    const esp_err_t result = bring_up(eth, address);
    if (result != ESP_OK) {
        esp_stint_detach_eth();
    }
    return result;
}

esp_err_t esp_stint_detach_eth(void)
{
    if (direct.eth == NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    esp_eth_stop(direct.eth);
    if (direct.glue != NULL) {
        esp_eth_del_netif_glue(direct.glue);
    }
    esp_netif_t *const netif = direct.netif;
    direct.glue = NULL;
    direct.netif = NULL;
    direct.eth = NULL;
    esp_netif_destroy(netif);
    return ESP_OK;
}

/* --- addresses --- */

esp_err_t esp_stint_wait_for_ip(TickType_t ticks)
{
    if (!instance_is_running()) {
        return ESP_ERR_INVALID_STATE;
    }
    return instance_wait_for_address(ticks) ? ESP_OK : ESP_ERR_TIMEOUT;
}

static esp_err_t get_info(esp_netif_ip_info_t *info)
{
    if (!instance_is_running()) {
        return ESP_ERR_INVALID_STATE;
    }
    netif_lock();
    const esp_netif_t *const netif = esp_netif_get_default_netif();
    const bool found = netif != NULL && netif->has_address;
    if (found) {
        *info = netif->applied;
    }
    netif_unlock();
    return found ? ESP_OK : ESP_ERR_NOT_FOUND;
}

esp_err_t esp_stint_get_ipv4(esp_ip4_addr_t *address)
{
    esp_netif_ip_info_t info;
    const esp_err_t result = get_info(&info);
    if (result == ESP_OK) {
        *address = info.ip;
    }
    return result;
}

esp_err_t esp_stint_get_netmask(esp_ip4_addr_t *netmask)
{
    esp_netif_ip_info_t info;
    const esp_err_t result = get_info(&info);
    if (result == ESP_OK) {
        *netmask = info.netmask;
    }
    return result;
}

esp_err_t esp_stint_get_gateway(esp_ip4_addr_t *gateway)
{
    esp_netif_ip_info_t info;
    const esp_err_t result = get_info(&info);
    if (result == ESP_OK) {
        *gateway = info.gw;
    }
    return result;
}

esp_err_t esp_stint_get_ipv6(esp_ip6_addr_t *address)
{
    if (!instance_is_running()) {
        return ESP_ERR_INVALID_STATE;
    }
    netif_lock();
    esp_netif_t *const netif = esp_netif_get_default_netif();
    const struct netif_ip6 *const best = netif != NULL ? netif_ipv6_best(netif) : NULL;
    if (best != NULL) {
        *address = netif_ipv6_of(netif, &best->address);
    }
    netif_unlock();
    return best != NULL ? ESP_OK : ESP_ERR_NOT_FOUND;
}

/* --- reports --- */

esp_err_t esp_stint_get_stats(struct esp_stint_stats *stats)
{
    if (!instance_is_running()) {
        return ESP_ERR_INVALID_STATE;
    }
    instance_lock();
    memcpy(stats->drops, instance_stack()->drops, sizeof(stats->drops));
    stats->polls = instance_polls();
    stats->sockets_open = instance_sockets()->open;
    stats->sockets_high_water = instance_sockets()->open_high_water;
    instance_unlock();
    return ESP_OK;
}

static void read_counters(struct link *link, struct esp_stint_interface_stats *stats)
{
    const struct stint_interface_counters *const counters =
        &instance_stack()->interfaces[link->interface].counters;
    *stats = (struct esp_stint_interface_stats){
        .rx_bytes = counters->bytes_received,
        .tx_bytes = counters->bytes_sent,
        .rx_frames = counters->frames_received,
        .tx_frames = counters->frames_sent,
        .rx_dropped_no_room = atomic_load(&link->counters.rx_no_room),
        .rx_dropped_down = atomic_load(&link->counters.rx_down),
        .rx_dropped_length = link->counters.rx_length,
        .rx_high_water = link->counters.rx_high_water,
        .tx_waited = link->counters.tx_waited,
        .tx_timed_out = link->counters.tx_timed_out,
        .tx_displaced = link->counters.tx_displaced,
        .tx_failed = link->counters.tx_failed,
    };
}

esp_err_t esp_stint_get_interface_stats(esp_netif_t *netif, struct esp_stint_interface_stats *stats)
{
    if (!instance_is_running() || netif == NULL || netif->link == NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    instance_lock();
    read_counters(netif->link, stats);
    instance_unlock();
    return ESP_OK;
}

struct stint_sockets *esp_stint_sockets(void)
{
    return instance_is_running() ? instance_sockets() : NULL;
}

void esp_stint_kick(void)
{
    if (instance_is_running()) {
        instance_wake();
    }
}

esp_err_t esp_stint_wait_for_progress(TickType_t ticks)
{
    if (!instance_is_running()) {
        return ESP_ERR_INVALID_STATE;
    }
    return instance_wait_for_poll(ticks) ? ESP_OK : ESP_ERR_TIMEOUT;
}
