/* IPv4 addresses of interfaces: given by the application or a server, told by events, lost.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "address_source.h"
#include "esp_event.h"
#include "instance.h"
#include "netif.h"
#include "netif_dhcps.h"
#include "netif_ipv6.h"
#include <string.h>

static bool is_same(const esp_netif_ip_info_t *a, const esp_netif_ip_info_t *b)
{
    return a->ip.addr == b->ip.addr && a->netmask.addr == b->netmask.addr &&
           a->gw.addr == b->gw.addr;
}

static uint8_t prefix_length(esp_ip4_addr_t netmask)
{
    const uint32_t mask = stint_load32((const uint8_t *)&netmask.addr);
    uint8_t length = 0;
    while (length < 32 && (mask & (0x80000000U >> length)) != 0) {
        length++;
    }
    return (uint8_t)(STINT_IPV4_MAPPED_BITS + length);
}

static bool some_interface_has_an_address(void)
{
    esp_netif_t *netif = esp_netif_next_unsafe(NULL);
    while (netif != NULL && !netif->has_address) {
        netif = esp_netif_next_unsafe(netif);
    }
    return netif != NULL;
}

void netif_apply_address(esp_netif_t *netif, const esp_netif_ip_info_t *info)
{
    if (netif->link == NULL ||
        (netif->has_address ? is_same(&netif->applied, info) : info->ip.addr == 0)) {
        return;
    }
    const uint8_t interface = netif->link->interface;
    instance_lock();
    if (netif->has_address && !netif->by_server) {
        const struct stint_address old =
            stint_address_from_ipv4((const uint8_t *)&netif->applied.ip.addr);
        stint_stack_remove_address(instance_stack(), interface, &old);
    }
    netif->has_address = false;
    netif->by_server = false;
    if (info->ip.addr != 0) {
        const struct stint_local_address address = {
            .address = stint_address_from_ipv4((const uint8_t *)&info->ip.addr),
            .prefix_length = prefix_length(info->netmask),
        };
        netif->has_address =
            stint_stack_add_address(instance_stack(), interface, &address) == STINT_OK;
    }
    netif->applied = *info;
    if (netif->has_address) {
        netif->lost_at = stint_instant_never();
    }
    instance_unlock();
    instance_note_address(some_interface_has_an_address());
    instance_wake();
}

static void tell_got_ip(esp_netif_t *netif, const esp_netif_ip_info_t *info)
{
    ip_event_got_ip_t event = {
        .esp_netif = netif,
        .ip_info = *info,
        .ip_changed = !is_same(info, &netif->old_ip_info),
    };
    netif->ip_info = *info;
    netif->old_ip_info = *info;
    esp_event_post(IP_EVENT, (int32_t)netif->get_ip_event, &event, sizeof(event), 0);
}

void netif_got_address(esp_netif_t *netif, const esp_netif_ip_info_t *info)
{
    netif_apply_address(netif, info);
    netif_choose_default();
    tell_got_ip(netif, info);
}

void netif_server_gave(esp_netif_t *netif, const esp_netif_ip_info_t *info)
{
    netif->by_server = info->ip.addr != 0;
    netif->has_address = netif->by_server;
    netif->applied = *info;
    netif->ip_info = *info;
    instance_note_address(some_interface_has_an_address());
    netif_choose_default();
    if (netif->by_server) {
        netif->lost_at = stint_instant_never();
        tell_got_ip(netif, info);
    } else {
        netif_begin_to_lose(netif, false);
    }
}

/* --- losing an address --- */

void netif_begin_to_lose(esp_netif_t *netif, bool renew)
{
#if CONFIG_ESP_NETIF_IP_LOST_TIMER_INTERVAL > 0
    if (renew || stint_instant_is_never(netif->lost_at)) {
        netif->lost_at = stint_instant_after(
            instance_now(), stint_seconds(CONFIG_ESP_NETIF_IP_LOST_TIMER_INTERVAL));
        instance_wake();
    }
#else
    (void)netif;
    (void)renew;
#endif
}

static void lose(esp_netif_t *netif)
{
    netif->lost_at = stint_instant_never();
    if (netif->has_address || netif->old_ip_info.ip.addr == 0) {
        return;
    }
    memset(&netif->old_ip_info, 0, sizeof(netif->old_ip_info));
    netif_choose_default();
    if (netif->lost_ip_event != 0) {
        const ip_event_got_ip_t event = {.esp_netif = netif};
        esp_event_post(IP_EVENT, (int32_t)netif->lost_ip_event, &event, sizeof(event), 0);
    }
}

struct stint_instant netif_do_what_is_due(struct stint_instant now)
{
    if (esp_netif_get_nr_of_ifs() == 0) {
        return stint_instant_never();
    }
    netif_lock();
    struct stint_instant next = stint_instant_never();
    for (esp_netif_t *netif = esp_netif_next_unsafe(NULL); netif != NULL;
         netif = esp_netif_next_unsafe(netif)) {
        address_source_look(netif);
        netif_ipv6_look(netif);
        netif_dhcps_look(netif);
        if (stint_instant_has_come(netif->lost_at, now)) {
            lose(netif);
        }
        next = stint_instant_earlier(next, netif->lost_at);
    }
    netif_unlock();
    return next;
}

/* --- what applications ask and set --- */

bool esp_netif_is_valid_static_ip(esp_netif_ip_info_t *ip_info)
{
    return ip_info->ip.addr != 0 && ip_info->netmask.addr != 0;
}

esp_err_t esp_netif_get_ip_info(esp_netif_t *esp_netif, esp_netif_ip_info_t *ip_info)
{
    if (esp_netif == NULL || ip_info == NULL) {
        return ESP_ERR_INVALID_ARG;
    }
    netif_lock();
    if (esp_netif_is_netif_up(esp_netif)) {
        *ip_info = esp_netif->has_address ? esp_netif->applied : (esp_netif_ip_info_t){0};
    } else {
        *ip_info = esp_netif->ip_info;
    }
    netif_unlock();
    return ESP_OK;
}

esp_err_t esp_netif_get_old_ip_info(esp_netif_t *esp_netif, esp_netif_ip_info_t *ip_info)
{
    if (esp_netif == NULL || ip_info == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    *ip_info = esp_netif->old_ip_info;
    return ESP_OK;
}

esp_err_t esp_netif_set_old_ip_info(esp_netif_t *esp_netif, const esp_netif_ip_info_t *ip_info)
{
    if (esp_netif == NULL || ip_info == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    esp_netif->old_ip_info = *ip_info;
    return ESP_OK;
}

static bool address_is_not_ours_to_set(const esp_netif_t *netif)
{
    return ((netif->flags & ESP_NETIF_DHCP_SERVER) != 0 &&
               netif->dhcps_status != ESP_NETIF_DHCP_STOPPED) ||
           ((netif->flags & ESP_NETIF_DHCP_CLIENT) != 0 &&
               netif->dhcpc_status != ESP_NETIF_DHCP_STOPPED);
}

static void set_static_address(esp_netif_t *netif, const esp_netif_ip_info_t *info)
{
    if ((netif->flags & ESP_NETIF_DHCP_CLIENT) != 0) {
        netif_forget_servers(netif);
    }
    netif->ip_info = *info;
    if (!esp_netif_is_netif_up(netif)) {
        return;
    }
    if ((netif->flags & ESP_NETIF_FLAG_EVENT_IP_MODIFIED) != 0 && info->ip.addr != 0) {
        netif_got_address(netif, info);
    } else {
        netif_apply_address(netif, info);
        netif_choose_default();
    }
}

esp_err_t esp_netif_set_ip_info(esp_netif_t *esp_netif, const esp_netif_ip_info_t *ip_info)
{
    if (esp_netif == NULL || ip_info == NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    netif_lock();
    const bool refused = address_is_not_ours_to_set(esp_netif);
    if (!refused) {
        set_static_address(esp_netif, ip_info);
    }
    netif_unlock();
    return refused ? ESP_ERR_ESP_NETIF_DHCP_NOT_STOPPED : ESP_OK;
}

/* --- the DHCP client --- */

esp_err_t esp_netif_dhcpc_get_status(esp_netif_t *esp_netif, esp_netif_dhcp_status_t *status)
{
    if (esp_netif == NULL || status == NULL || (esp_netif->flags & ESP_NETIF_DHCP_SERVER) != 0) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    *status = esp_netif->dhcpc_status;
    return ESP_OK;
}

static esp_err_t start_client(esp_netif_t *netif)
{
    memset(&netif->ip_info, 0, sizeof(netif->ip_info));
    netif_forget_servers(netif);
    netif->dhcpc_status = ESP_NETIF_DHCP_INIT;
    if (!esp_netif_is_netif_up(netif)) {
        return ESP_OK; /* begins with the connection */
    }
    netif_apply_address(netif, &netif->ip_info);
    netif_choose_default();
    netif_begin_to_lose(netif, true);
    if (!address_source_start(netif)) {
        return ESP_ERR_ESP_NETIF_DHCPC_START_FAILED;
    }
    netif->dhcpc_status = ESP_NETIF_DHCP_STARTED;
    return ESP_OK;
}

esp_err_t esp_netif_dhcpc_start(esp_netif_t *esp_netif)
{
    if (esp_netif == NULL || (esp_netif->flags & ESP_NETIF_DHCP_CLIENT) == 0) {
        return ESP_ERR_INVALID_ARG;
    }
    netif_lock();
    const esp_err_t result = esp_netif->dhcpc_status == ESP_NETIF_DHCP_STARTED
                                 ? ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED
                                 : start_client(esp_netif);
    netif_unlock();
    return result;
}

static void stop_client(esp_netif_t *netif)
{
    address_source_stop(netif, false);
    memset(&netif->ip_info, 0, sizeof(netif->ip_info));
    netif_apply_address(netif, &netif->ip_info);
    netif_choose_default();
    netif_begin_to_lose(netif, false);
}

esp_err_t esp_netif_dhcpc_stop(esp_netif_t *esp_netif)
{
    if (esp_netif == NULL || (esp_netif->flags & ESP_NETIF_DHCP_CLIENT) == 0) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    const esp_netif_dhcp_status_t status = esp_netif->dhcpc_status;
    if (status == ESP_NETIF_DHCP_STARTED) {
        stop_client(esp_netif);
    }
    esp_netif->dhcpc_status = ESP_NETIF_DHCP_STOPPED;
    netif_unlock();
    return status == ESP_NETIF_DHCP_STOPPED ? ESP_ERR_ESP_NETIF_DHCP_ALREADY_STOPPED : ESP_OK;
}
