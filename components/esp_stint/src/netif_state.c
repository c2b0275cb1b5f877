/* An interface starts, comes up, goes down and stops; and which of them is the default.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "address_source.h"
#include "esp_event.h"
#include "instance.h"
#include "netif.h"
#include "netif_dhcps.h"
#include "netif_groups.h"
#include <string.h>

/* It names types of esp_netif.h without including it. */
#include "esp_netif_net_stack.h"

/* --- the default interface --- */

static struct {
    esp_netif_t *chosen;
    bool by_application;
    struct stint_route route; /* of the chosen one's gateway; as it is in the stack */
    bool has_route;
} default_netif;

static void set_default_route(const esp_netif_t *netif)
{
    instance_lock();
    if (default_netif.has_route) {
        stint_stack_remove_route(instance_stack(), &default_netif.route);
        default_netif.has_route = false;
    }
    const esp_netif_ip_info_t *const info = netif != NULL ? &netif->applied : NULL;
    if (info != NULL && netif->has_address && !netif->by_server && info->gw.addr != 0 &&
        info->gw.addr != info->ip.addr) {
        default_netif.route = (struct stint_route){
            .prefix = stint_routes_default_ipv4(),
            .gateway = stint_address_from_ipv4((const uint8_t *)&info->gw.addr),
            .interface = netif->link->interface,
        };
        default_netif.has_route =
            stint_stack_add_route(instance_stack(), &default_netif.route) == STINT_OK;
    }
    instance_unlock();
    instance_wake();
}

/* A server's gateways are in the stack already: that of the chosen interface comes first. */
static void rank_server_routes(const esp_netif_t *chosen)
{
    instance_lock();
    for (esp_netif_t *netif = esp_netif_next_unsafe(NULL); netif != NULL;
         netif = esp_netif_next_unsafe(netif)) {
        if (netif->has_address && netif->by_server && netif->applied.gw.addr != 0) {
            const struct stint_route route = {
                .prefix = stint_routes_default_ipv4(),
                .gateway = stint_address_from_ipv4((const uint8_t *)&netif->applied.gw.addr),
                .interface = netif->link->interface,
                .metric = netif == chosen ? 0 : 1,
            };
            (void)stint_stack_add_route(instance_stack(), &route);
        }
    }
    instance_unlock();
}

/* Up, and not still waiting for the DHCP server. */
static bool may_be_default(const esp_netif_t *netif)
{
    return netif->up && !((netif->flags & ESP_NETIF_DHCP_CLIENT) != 0 &&
                            netif->dhcpc_status != ESP_NETIF_DHCP_STOPPED && !netif->has_address);
}

void netif_choose_default(void)
{
    if (!default_netif.by_application) {
        default_netif.chosen = NULL;
        for (esp_netif_t *netif = esp_netif_next_unsafe(NULL); netif != NULL;
             netif = esp_netif_next_unsafe(netif)) {
            if (may_be_default(netif) &&
                (default_netif.chosen == NULL ||
                    netif->route_prio > default_netif.chosen->route_prio)) {
                default_netif.chosen = netif;
            }
        }
    }
    set_default_route(default_netif.chosen);
    rank_server_routes(default_netif.chosen);
}

void netif_forget_default(const esp_netif_t *netif)
{
    if (default_netif.chosen == netif) {
        default_netif.chosen = NULL;
        default_netif.by_application = false;
    }
}

esp_err_t esp_netif_set_default_netif(esp_netif_t *esp_netif)
{
    netif_lock();
    default_netif.by_application = esp_netif != NULL;
    default_netif.chosen = esp_netif;
    netif_choose_default();
    netif_unlock();
    return ESP_OK;
}

esp_netif_t *esp_netif_get_default_netif(void)
{
    return default_netif.chosen;
}

int esp_netif_get_route_prio(esp_netif_t *esp_netif)
{
    return esp_netif != NULL ? esp_netif->route_prio : -1;
}

int esp_netif_set_route_prio(esp_netif_t *esp_netif, int route_prio)
{
    if (esp_netif == NULL) {
        return -1;
    }
    netif_lock();
    const int before = esp_netif->route_prio;
    esp_netif->route_prio = route_prio;
    netif_choose_default();
    netif_unlock();
    return before;
}

/* --- starting and stopping --- */

static void tell_status(esp_netif_t *netif, bool up)
{
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
    const ip_event_netif_status_t event = {.esp_netif = netif};
    esp_event_post(
        IP_EVENT, up ? IP_EVENT_NETIF_UP : IP_EVENT_NETIF_DOWN, &event, sizeof(event), 0);
#else
    (void)netif;
    (void)up;
#endif
}

static void set_up(esp_netif_t *netif, bool up)
{
    const bool changed = netif->up != up;
    netif->up = up;
    atomic_store(&netif->link->up, up);
    if (changed) {
        address_source_link(netif, up);
        tell_status(netif, up);
    }
}

esp_err_t esp_netif_start(esp_netif_t *esp_netif)
{
    if (esp_netif == NULL) {
        return ESP_ERR_INVALID_ARG;
    }
    netif_lock();
    if (esp_netif->link == NULL) {
        instance_lock();
        esp_netif->link =
            instance_take_link(esp_netif, esp_netif->mac, &esp_netif->driver, esp_netif->mtu);
        instance_unlock();
    }
    const esp_err_t result = esp_netif->link != NULL ? ESP_OK : ESP_ERR_NO_MEM;
    if (result == ESP_OK && (esp_netif->flags & ESP_NETIF_FLAG_AUTOUP) != 0) {
        esp_netif_up(esp_netif);
    }
    netif_unlock();
    return result;
}

esp_err_t esp_netif_stop(esp_netif_t *esp_netif)
{
    if (esp_netif == NULL) { /* a driver's last event may come after its interface has gone */
        return ESP_ERR_INVALID_ARG;
    }
    netif_lock();
    struct link *const link = esp_netif->link;
    const bool was_up = esp_netif->up;
    if (link != NULL) {
        if ((esp_netif->flags & ESP_NETIF_DHCP_CLIENT) != 0) {
            address_source_stop(esp_netif, true);
            esp_netif->dhcpc_status = ESP_NETIF_DHCP_INIT;
            memset(&esp_netif->ip_info, 0, sizeof(esp_netif->ip_info));
        }
        netif_dhcps_down(esp_netif);
        netif_apply_address(esp_netif, &(esp_netif_ip_info_t){0});
        set_up(esp_netif, false);
        netif_groups_end(esp_netif);
        esp_netif->link = NULL;
        instance_lock();
        instance_release_link(link);
        instance_unlock();
        netif_choose_default();
    }
    netif_unlock();
    return was_up ? ESP_OK : ESP_ERR_ESP_NETIF_IF_NOT_READY;
}

esp_err_t esp_netif_up(esp_netif_t *esp_netif)
{
    if (esp_netif == NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    netif_lock();
    esp_err_t result = ESP_ERR_INVALID_STATE;
    if (esp_netif->link != NULL) {
        set_up(esp_netif, true);
        netif_apply_address(esp_netif, &esp_netif->ip_info);
        netif_dhcps_up(esp_netif);
        netif_choose_default();
        result = ESP_OK;
    }
    netif_unlock();
    return result;
}

static void take_down(esp_netif_t *netif)
{
    const bool asks = (netif->flags & ESP_NETIF_DHCP_CLIENT) != 0 &&
                      netif->dhcpc_status == ESP_NETIF_DHCP_STARTED;
    if (asks) {
        address_source_stop(netif, false);
        netif->dhcpc_status = ESP_NETIF_DHCP_INIT;
        memset(&netif->ip_info, 0, sizeof(netif->ip_info));
    }
    netif_dhcps_down(netif);
    netif_apply_address(netif, &(esp_netif_ip_info_t){0});
    set_up(netif, false);
    if ((netif->flags & ESP_NETIF_DHCP_CLIENT) != 0) {
        netif_begin_to_lose(netif, false);
    }
    instance_lock();
    link_drain(netif->link);
    instance_unlock();
    netif_choose_default();
}

esp_err_t esp_netif_down(esp_netif_t *esp_netif)
{
    if (esp_netif == NULL) {
        return ESP_ERR_INVALID_STATE;
    }
    netif_lock();
    if (esp_netif->link != NULL && esp_netif->up) {
        take_down(esp_netif);
    }
    netif_unlock();
    return ESP_OK;
}

bool esp_netif_is_netif_up(esp_netif_t *esp_netif)
{
    return esp_netif != NULL && esp_netif->link != NULL && esp_netif->up;
}

/* Nothing of the stack depends on it. */
esp_err_t esp_netif_set_link_speed(esp_netif_t *esp_netif, uint32_t speed)
{
    (void)speed;
    return esp_netif != NULL ? ESP_OK : ESP_ERR_ESP_NETIF_INVALID_PARAMS;
}
