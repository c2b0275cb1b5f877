/* IPv6 addresses of interfaces.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * SLAAC is the link's, because the stack keeps the service for its life; what applications see is
 * a table of the interface, whose first place is for the link-local address.
 */
#include "netif_ipv6.h"

#include "esp_event.h"
#include "instance.h"
#include <string.h>

/* It names types of esp_netif.h without including it. */
#include "esp_netif_net_stack.h"

enum {
#ifdef CONFIG_ESP_STINT_IPV6
    WITH_IPV6 = 1,
#else
    WITH_IPV6 = 0,
#endif
#ifdef CONFIG_ESP_STINT_IPV6_AUTOCONFIG
    WITH_EVERY_LINK = 1,
#else
    WITH_EVERY_LINK = 0,
#endif
    STATIC_PREFIX = 64, /* of an address that the application gives: as lwIP takes it */
};

bool netif_ipv6_is_wanted(esp_netif_flags_t flags)
{
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 4, 0)
    const bool asked = (flags & ESP_NETIF_FLAG_IPV6_AUTOCONFIG_ENABLED) != 0;
#else
    const bool asked = false;
#endif
    return WITH_IPV6 && (asked || (WITH_EVERY_LINK && (flags & ESP_NETIF_DHCP_CLIENT) != 0));
}

esp_ip6_addr_t netif_ipv6_of(esp_netif_t *netif, const struct stint_address *address)
{
    esp_ip6_addr_t result = {.zone = 0};
    memcpy(result.addr, address->octets, sizeof(address->octets));
    if (stint_address_is_link_local(address)) {
        result.zone = (uint8_t)esp_netif_get_netif_impl_index(netif);
    }
    return result;
}

struct stint_address netif_ipv6_address(const esp_ip6_addr_t *address)
{
    struct stint_address result;
    memcpy(result.octets, address->addr, sizeof(result.octets));
    return result;
}

/* --- the table --- */

static bool is_free(const struct netif_ip6 *place)
{
    return stint_address_is_unspecified(&place->address);
}

static struct netif_ip6 *find(esp_netif_t *netif, const struct stint_address *address)
{
    for (unsigned i = 0; i < NETIF_IP6_ADDRESSES; i++) {
        if (stint_address_equal(&netif->ip6[i].address, address)) {
            return &netif->ip6[i];
        }
    }
    return NULL;
}

/* A place for a new address; the first is kept for the link-local one. */
static struct netif_ip6 *find_place(esp_netif_t *netif, const struct stint_address *address)
{
    if (stint_address_is_link_local(address) && is_free(&netif->ip6[0])) {
        return &netif->ip6[0];
    }
    for (unsigned i = 1; i < NETIF_IP6_ADDRESSES; i++) {
        if (is_free(&netif->ip6[i])) {
            return &netif->ip6[i];
        }
    }
    return NULL;
}

/* In the order in which lwIP has them: link-local first. */
static int copy_addresses(esp_netif_t *netif, bool preferred_only, esp_ip6_addr_t addresses[])
{
    int count = 0;
    for (unsigned i = 0; i < NETIF_IP6_ADDRESSES; i++) {
        const struct netif_ip6 *const place = &netif->ip6[i];
        if (!is_free(place) && (place->preferred || !preferred_only)) {
            addresses[count++] = netif_ipv6_of(netif, &place->address);
        }
    }
    return count;
}

const struct netif_ip6 *netif_ipv6_best(const esp_netif_t *netif)
{
    for (unsigned i = 1; i < NETIF_IP6_ADDRESSES; i++) {
        if (!is_free(&netif->ip6[i]) && netif->ip6[i].preferred) {
            return &netif->ip6[i];
        }
    }
    return !is_free(&netif->ip6[0]) && netif->ip6[0].preferred ? &netif->ip6[0] : NULL;
}

/* A full event queue does not lose it: it is tried again with the next look. */
static void tell(esp_netif_t *netif)
{
    for (unsigned i = 0; i < NETIF_IP6_ADDRESSES; i++) {
        struct netif_ip6 *const place = &netif->ip6[i];
        if (place->untold) {
            const ip_event_got_ip6_t event = {
                .esp_netif = netif,
                .ip6_info = {.ip = netif_ipv6_of(netif, &place->address)},
                .ip_index = (int)i,
            };
            place->untold =
                esp_event_post(IP_EVENT, IP_EVENT_GOT_IP6, &event, sizeof(event), 0) != ESP_OK;
        }
    }
}

/* --- from routers --- */

static void start(struct link *link)
{
    struct stint_stack *const stack = instance_stack();
    const struct stint_interface_config *const config = &stack->interfaces[link->interface].config;
    if (!link->slaac_added) {
        link->slaac_added = stint_slaac_service_start(
                                &link->slaac, stack, instance_now(), link->interface) == STINT_OK;
    } else if (!link->slaac.slaac.running ||
               !stint_hardware_address_equal(
                   &link->slaac.slaac.hardware_address, &config->hardware_address)) {
        stint_slaac_init(
            &link->slaac.slaac, &config->hardware_address, config->mtu, &stack->random);
        stint_slaac_start(&link->slaac.slaac, instance_now());
    }
}

static void stop(struct link *link)
{
    if (link->slaac_added) {
        stint_slaac_stop(&link->slaac.slaac);
        /* At once, not with the next poll: the link may be another interface's by then. */
        link->slaac.service.operations->run(&link->slaac.service, instance_stack(), instance_now());
    }
}

static void forget(esp_netif_t *netif)
{
    for (unsigned i = 0; i < NETIF_IP6_ADDRESSES; i++) {
        if (netif->ip6[i].by_application) {
            stint_stack_remove_address(
                instance_stack(), netif->link->interface, &netif->ip6[i].address);
        }
    }
    memset(netif->ip6, 0, sizeof(netif->ip6));
}

void netif_ipv6_link(esp_netif_t *netif, bool up)
{
    if (!WITH_IPV6) {
        return;
    }
    instance_lock();
    if (up && netif->autoconfigures) {
        start(netif->link);
    } else {
        stop(netif->link);
        forget(netif);
    }
    instance_unlock();
}

static const struct stint_slaac_address *find_told(
    const struct stint_slaac *slaac, const struct stint_address *address)
{
    for (unsigned i = 0; i < STINT_SLAAC_ADDRESSES; i++) {
        if (slaac->addresses[i].told != STINT_SLAAC_FREE &&
            stint_address_equal(&slaac->addresses[i].address, address)) {
            return &slaac->addresses[i];
        }
    }
    return NULL;
}

static void forget_those_that_went(esp_netif_t *netif, const struct stint_slaac *slaac)
{
    for (unsigned i = 0; i < NETIF_IP6_ADDRESSES; i++) {
        struct netif_ip6 *const place = &netif->ip6[i];
        if (!is_free(place) && !place->by_application &&
            find_told(slaac, &place->address) == NULL) {
            memset(place, 0, sizeof(*place));
        }
    }
}

static void note_those_that_are(esp_netif_t *netif, const struct stint_slaac *slaac)
{
    for (unsigned i = 0; i < STINT_SLAAC_ADDRESSES; i++) {
        const struct stint_slaac_address *const address = &slaac->addresses[i];
        if (address->told == STINT_SLAAC_FREE) {
            continue;
        }
        struct netif_ip6 *place = find(netif, &address->address);
        if (place == NULL) {
            place = find_place(netif, &address->address);
            if (place != NULL) {
                *place = (struct netif_ip6){.address = address->address, .untold = true};
            }
        }
        if (place != NULL) {
            place->preferred = address->told == STINT_SLAAC_PREFERRED;
        }
    }
}

void netif_ipv6_look(esp_netif_t *netif)
{
    const struct link *const link = netif->link;
    if (link == NULL || !link->slaac_added || !netif->up) {
        return;
    }
    instance_lock();
    forget_those_that_went(netif, &link->slaac.slaac);
    note_those_that_are(netif, &link->slaac.slaac);
    instance_unlock();
    tell(netif);
}

void netif_ipv6_server(const esp_netif_t *netif, unsigned number, esp_netif_dns_info_t *dns)
{
    const struct link *const link = netif->link;
    if (link == NULL || !link->slaac_added) {
        return;
    }
    instance_lock();
    unsigned before = 0;
    for (unsigned i = 0; i < STINT_SLAAC_SERVERS; i++) {
        const struct stint_address *const server = &link->slaac.slaac.servers[i].address;
        if (!stint_address_is_unspecified(server) && before++ == number) {
            dns->ip.u_addr.ip6 = netif_ipv6_of(link->netif, server);
            dns->ip.type = ESP_IPADDR_TYPE_V6;
        }
    }
    instance_unlock();
}

/* --- what applications ask and set --- */

esp_err_t esp_netif_create_ip6_linklocal(esp_netif_t *esp_netif)
{
    if (!WITH_IPV6) {
        return ESP_ERR_NOT_SUPPORTED;
    }
    if (esp_netif == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    const bool up = esp_netif_is_netif_up(esp_netif);
    if (up) {
        esp_netif->autoconfigures = true;
        netif_ipv6_link(esp_netif, true);
        instance_wake();
    }
    netif_unlock();
    return up ? ESP_OK : ESP_FAIL;
}

static esp_err_t get_address(
    esp_netif_t *netif, unsigned first, esp_ip6_addr_type_t type, esp_ip6_addr_t *found)
{
    if (netif == NULL || found == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    esp_err_t result = ESP_FAIL;
    netif_lock();
    for (unsigned i = first; i < NETIF_IP6_ADDRESSES && result != ESP_OK; i++) {
        esp_ip6_addr_t address = netif_ipv6_of(netif, &netif->ip6[i].address);
        if (netif->ip6[i].preferred && esp_netif_ip6_get_addr_type(&address) == type) {
            *found = address;
            result = ESP_OK;
        }
    }
    netif_unlock();
    return result;
}

esp_err_t esp_netif_get_ip6_linklocal(esp_netif_t *esp_netif, esp_ip6_addr_t *if_ip6)
{
    return get_address(esp_netif, 0, ESP_IP6_ADDR_IS_LINK_LOCAL, if_ip6);
}

esp_err_t esp_netif_get_ip6_global(esp_netif_t *esp_netif, esp_ip6_addr_t *if_ip6)
{
    return get_address(esp_netif, 1, ESP_IP6_ADDR_IS_GLOBAL, if_ip6);
}

static int get_addresses(esp_netif_t *netif, bool preferred_only, esp_ip6_addr_t addresses[])
{
    if (netif == NULL || addresses == NULL) {
        return 0;
    }
    netif_lock();
    const int count = copy_addresses(netif, preferred_only, addresses);
    netif_unlock();
    return count;
}

int esp_netif_get_all_ip6(esp_netif_t *esp_netif, esp_ip6_addr_t if_ip6[])
{
    return get_addresses(esp_netif, false, if_ip6);
}

int esp_netif_get_all_preferred_ip6(esp_netif_t *esp_netif, esp_ip6_addr_t if_ip6[])
{
    return get_addresses(esp_netif, true, if_ip6);
}

static bool add_address(esp_netif_t *netif, const struct stint_address *address, bool preferred)
{
    struct netif_ip6 *const known = find(netif, address);
    struct netif_ip6 *const place = known != NULL ? known : find_place(netif, address);
    const struct stint_local_address local = {*address, STATIC_PREFIX, !preferred};
    if (place == NULL) {
        return false;
    }
    instance_lock();
    const bool added =
        stint_stack_add_address(instance_stack(), netif->link->interface, &local) == STINT_OK;
    instance_unlock();
    if (added) {
        *place = (struct netif_ip6){*address, preferred, true, true};
        tell(netif);
        instance_wake();
    }
    return added;
}

esp_err_t esp_netif_add_ip6_address(
    esp_netif_t *esp_netif, const esp_ip6_addr_t addr, bool preferred)
{
    const struct stint_address address = netif_ipv6_address(&addr);
    if (!WITH_IPV6) {
        return ESP_ERR_NOT_SUPPORTED;
    }
    if (esp_netif == NULL || stint_address_is_unspecified(&address)) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    const bool added =
        esp_netif_is_netif_up(esp_netif) && add_address(esp_netif, &address, preferred);
    netif_unlock();
    return added ? ESP_OK : ESP_ERR_ESP_NETIF_IP6_ADDR_FAILED;
}

esp_err_t esp_netif_remove_ip6_address(esp_netif_t *esp_netif, const esp_ip6_addr_t *addr)
{
    if (esp_netif == NULL || addr == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    const struct stint_address address = netif_ipv6_address(addr);
    netif_lock();
    struct netif_ip6 *const place = find(esp_netif, &address);
    const bool ours = place != NULL && place->by_application;
    if (ours) {
        instance_lock();
        stint_stack_remove_address(instance_stack(), esp_netif->link->interface, &address);
        instance_unlock();
        memset(place, 0, sizeof(*place));
    }
    netif_unlock();
    return ours ? ESP_OK : ESP_ERR_ESP_NETIF_IP6_ADDR_FAILED;
}
