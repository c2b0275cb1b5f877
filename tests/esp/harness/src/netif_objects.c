/* What ESP-IDF has of esp_netif whatever the implementation: actions, the list, default
 * configurations, the event base. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_event.h"
#include "esp_netif.h"
#include "harness.h"
#include <stdlib.h>
#include <string.h>

ESP_EVENT_DEFINE_BASE(IP_EVENT);

/* The private functions that both sides call. */
esp_err_t esp_netif_start(esp_netif_t *esp_netif);
esp_err_t esp_netif_stop(esp_netif_t *esp_netif);
esp_err_t esp_netif_up(esp_netif_t *esp_netif);
esp_err_t esp_netif_down(esp_netif_t *esp_netif);
bool esp_netif_is_valid_static_ip(esp_netif_ip_info_t *ip_info);
esp_err_t esp_netif_add_to_list_unsafe(esp_netif_t *netif);
esp_err_t esp_netif_remove_from_list_unsafe(esp_netif_t *netif);
bool esp_netif_is_netif_listed(esp_netif_t *esp_netif);
esp_netif_t *esp_netif_get_handle_from_ifkey_unsafe(const char *if_key);

const esp_netif_inherent_config_t _g_esp_netif_inherent_eth_config =
    ESP_NETIF_INHERENT_DEFAULT_ETH();

const esp_netif_inherent_config_t _g_esp_netif_inherent_sta_config = {
    .flags = (esp_netif_flags_t)(ESP_NETIF_DHCP_CLIENT | ESP_NETIF_FLAG_GARP |
                                 ESP_NETIF_FLAG_EVENT_IP_MODIFIED),
    .get_ip_event = IP_EVENT_STA_GOT_IP,
    .lost_ip_event = IP_EVENT_STA_LOST_IP,
    .if_key = "WIFI_STA_DEF",
    .if_desc = "sta",
    .route_prio = 100,
};

static const esp_netif_ip_info_t access_point = {
    .ip = {.addr = ESP_IP4TOADDR(192, 168, 4, 1)},
    .gw = {.addr = ESP_IP4TOADDR(192, 168, 4, 1)},
    .netmask = {.addr = ESP_IP4TOADDR(255, 255, 255, 0)},
};

const esp_netif_inherent_config_t _g_esp_netif_inherent_ap_config = {
    .flags = (esp_netif_flags_t)(ESP_NETIF_DHCP_SERVER | ESP_NETIF_FLAG_AUTOUP),
    .ip_info = &access_point,
    .if_key = "WIFI_AP_DEF",
    .if_desc = "ap",
    .route_prio = 10,
};

/* --- actions --- */

void esp_netif_action_start(void *esp_netif, esp_event_base_t base, int32_t event_id, void *data)
{
    (void)base;
    (void)event_id;
    (void)data;
    esp_netif_start(esp_netif);
}

void esp_netif_action_stop(void *esp_netif, esp_event_base_t base, int32_t event_id, void *data)
{
    (void)base;
    (void)event_id;
    (void)data;
    esp_netif_stop(esp_netif);
}

/* With the DHCP client stopped, a static address is announced at once. */
static void announce_static_address(esp_netif_t *netif)
{
    esp_netif_ip_info_t old;
    ip_event_got_ip_t event = {.esp_netif = netif};
    esp_netif_get_ip_info(netif, &event.ip_info);
    esp_netif_get_old_ip_info(netif, &old);
    if (esp_netif_is_valid_static_ip(&event.ip_info)) {
        event.ip_changed = memcmp(&event.ip_info, &old, sizeof(old)) != 0;
        esp_netif_set_old_ip_info(netif, &event.ip_info);
        esp_event_post(IP_EVENT, esp_netif_get_event_id(netif, ESP_NETIF_IP_EVENT_GOT_IP), &event,
            sizeof(event), 0);
    }
}

void esp_netif_action_connected(
    void *esp_netif, esp_event_base_t base, int32_t event_id, void *data)
{
    (void)base;
    (void)event_id;
    (void)data;
    esp_netif_up(esp_netif);
    if ((esp_netif_get_flags(esp_netif) & ESP_NETIF_DHCP_CLIENT) == 0) {
        return;
    }
    esp_netif_dhcp_status_t status;
    if (esp_netif_dhcpc_get_status(esp_netif, &status) != ESP_OK) {
        return;
    }
    if (status == ESP_NETIF_DHCP_INIT) {
        esp_netif_dhcpc_start(esp_netif);
    } else if (status == ESP_NETIF_DHCP_STOPPED) {
        announce_static_address(esp_netif);
    }
}

void esp_netif_action_disconnected(
    void *esp_netif, esp_event_base_t base, int32_t event_id, void *data)
{
    (void)base;
    (void)event_id;
    (void)data;
    esp_netif_down(esp_netif);
}

void esp_netif_action_got_ip(void *esp_netif, esp_event_base_t base, int32_t event_id, void *data)
{
    (void)esp_netif;
    (void)base;
    (void)event_id;
    (void)data;
}

/* --- the list: newest first --- */

struct item {
    struct item *next;
    esp_netif_t *netif;
};

static struct item *items;

esp_err_t esp_netif_add_to_list_unsafe(esp_netif_t *netif)
{
    struct item *const item = malloc(sizeof(*item));
    *item = (struct item){items, netif};
    items = item;
    return ESP_OK;
}

esp_err_t esp_netif_remove_from_list_unsafe(esp_netif_t *netif)
{
    for (struct item **link = &items; *link != NULL; link = &(*link)->next) {
        struct item *const item = *link;
        if (item->netif == netif) {
            *link = item->next;
            free(item);
            return ESP_OK;
        }
    }
    return ESP_ERR_NOT_FOUND;
}

size_t esp_netif_get_nr_of_ifs(void)
{
    size_t count = 0;
    for (const struct item *item = items; item != NULL; item = item->next) {
        count++;
    }
    return count;
}

esp_netif_t *esp_netif_next_unsafe(esp_netif_t *esp_netif)
{
    const struct item *item = items;
    while (esp_netif != NULL && item != NULL && item->netif != esp_netif) {
        item = item->next;
    }
    if (esp_netif != NULL && item != NULL) {
        item = item->next;
    }
    return item != NULL ? item->netif : NULL;
}

bool esp_netif_is_netif_listed(esp_netif_t *esp_netif)
{
    const struct item *item = items;
    while (item != NULL && item->netif != esp_netif) {
        item = item->next;
    }
    return item != NULL;
}

esp_netif_t *esp_netif_get_handle_from_ifkey_unsafe(const char *if_key)
{
    for (const struct item *item = items; item != NULL; item = item->next) {
        if (strcmp(esp_netif_get_ifkey(item->netif), if_key) == 0) {
            return item->netif;
        }
    }
    return NULL;
}
