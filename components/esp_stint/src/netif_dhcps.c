/* The DHCP server of an interface, as applications start, stop and set it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "netif_dhcps.h"

#include "esp_event.h"
#include "esp_log.h"
#include "instance.h"
#include "stint/stack/dhcpv4_server_service.h"
#include <stdlib.h>
#include <string.h>

static const char *const TAG = "stint_dhcps";

enum {
#ifdef CONFIG_ESP_STINT_DHCP_SERVER
    WITH_SERVER = 1,
#else
    WITH_SERVER = 0,
#endif
    CLIENTS = CONFIG_ESP_STINT_DHCP_SERVER_CLIENTS,
    LARGEST_POOL = 100, /* as lwIP's server has it */
    LEASE_UNIT_S = 60,
    LEASE_UNITS = 120,
};

/* What lwIP's header names dhcps_lease_t: the value of ESP_NETIF_REQUESTED_IP_ADDRESS. */
struct dhcps_pool {
    bool enable;
    esp_ip4_addr_t start_ip;
    esp_ip4_addr_t end_ip;
};

struct netif_dhcps {
    struct stint_dhcpv4_server_service service;
    struct stint_dhcpv4_grant grants[CLIENTS];
    struct dhcps_pool pool; /* as the application wants it */
    uint32_t lease_units;
    uint8_t offers_router;
    uint8_t offers_dns; /* that of esp_netif_set_dns_info(), in place of the interface's address */
};

bool netif_dhcps_make(esp_netif_t *netif)
{
    if (!WITH_SERVER || (netif->flags & ESP_NETIF_DHCP_SERVER) == 0) {
        return true;
    }
    struct netif_dhcps *const dhcps = (struct netif_dhcps *)calloc(1, sizeof(*dhcps));
    if (dhcps != NULL) {
        dhcps->lease_units = LEASE_UNITS;
        dhcps->offers_router = 1;
    }
    netif->dhcps = dhcps;
    return dhcps != NULL;
}

void netif_dhcps_release(esp_netif_t *netif)
{
    free(netif->dhcps);
    netif->dhcps = NULL;
}

/* --- what it offers --- */

static uint32_t number_of(esp_ip4_addr_t address)
{
    return stint_load32((const uint8_t *)&address.addr);
}

static struct stint_address address_of(uint32_t number)
{
    uint8_t octets[4];
    stint_store32(octets, number);
    return stint_address_from_ipv4(octets);
}

static struct stint_address address_of_ip(esp_ip4_addr_t address)
{
    return address_of(number_of(address));
}

static bool is_in_subnet(const esp_netif_ip_info_t *info, esp_ip4_addr_t address)
{
    const uint32_t mask = number_of(info->netmask);
    const uint32_t host = number_of(address) & ~mask;
    return (number_of(address) & mask) == (number_of(info->ip) & mask) && host != 0 &&
           host != ~mask;
}

static bool pool_is_good(const esp_netif_ip_info_t *info, const struct dhcps_pool *pool)
{
    const uint32_t own = number_of(info->ip);
    const uint32_t start = number_of(pool->start_ip);
    const uint32_t end = number_of(pool->end_ip);
    return is_in_subnet(info, pool->start_ip) && is_in_subnet(info, pool->end_ip) && start < end &&
           end - start < LARGEST_POOL && (own < start || own > end);
}

/* The addresses of the subnet on that side of our own where more are. */
static void put_default_pool(
    const esp_netif_ip_info_t *info, struct stint_dhcpv4_server_config *config)
{
    const uint32_t own = number_of(info->ip);
    const uint32_t subnet = own & number_of(info->netmask);
    const uint32_t broadcast = subnet | ~number_of(info->netmask);
    const bool below = own - subnet > broadcast - own;
    const uint32_t first = below ? subnet + 1 : own + 1;
    uint32_t last = below ? own - 1 : broadcast - 1;
    if (last - first >= LARGEST_POOL) {
        last = first + LARGEST_POOL - 1;
    }
    config->first = address_of(first);
    config->last = address_of(last);
}

static void put_name_servers(const esp_netif_t *netif, struct stint_dhcpv4_server_config *config)
{
    for (unsigned i = 0; i < ESP_NETIF_DNS_MAX && netif->dhcps->offers_dns; i++) {
        const esp_ip_addr_t *const server = &netif->dns[i].ip;
        if (server->type == ESP_IPADDR_TYPE_V4 && server->u_addr.ip4.addr != 0) {
            config->dns_servers[config->dns_server_count++] = address_of_ip(server->u_addr.ip4);
        }
    }
    if (config->dns_server_count == 0) {
        config->dns_servers[config->dns_server_count++] = config->address;
    }
}

static struct stint_dhcpv4_server_config config_of(const esp_netif_t *netif)
{
    struct netif_dhcps *const dhcps = netif->dhcps;
    const esp_netif_ip_info_t *const info = &netif->applied;
    struct stint_dhcpv4_server_config config = {
        .address = address_of_ip(info->ip),
        .grant_count = CLIENTS,
        .lease_s = dhcps->lease_units < UINT32_MAX / LEASE_UNIT_S
                       ? dhcps->lease_units * LEASE_UNIT_S
                       : UINT32_MAX,
        .grants = dhcps->grants,
    };
    for (uint32_t mask = number_of(info->netmask); (mask & 0x80000000U) != 0; mask <<= 1) {
        config.subnet_length++;
    }
    if (dhcps->offers_router) {
        config.router = config.address;
    }
    if (dhcps->pool.enable && pool_is_good(info, &dhcps->pool)) {
        config.first = address_of_ip(dhcps->pool.start_ip);
        config.last = address_of_ip(dhcps->pool.end_ip);
    } else {
        put_default_pool(info, &config);
    }
    put_name_servers(netif, &config);
    return config;
}

/* --- starting and stopping --- */

/* Grants of another pool mean nothing in this one. */
static void forget_grants_of_another_pool(
    struct netif_dhcps *dhcps, const struct stint_dhcpv4_server_config *config)
{
    if (!stint_address_equal(&dhcps->service.server.config.first, &config->first)) {
        memset(dhcps->grants, 0, sizeof(dhcps->grants));
    }
}

static esp_err_t start(esp_netif_t *netif)
{
    const struct stint_dhcpv4_server_config config = config_of(netif);
    instance_lock();
    forget_grants_of_another_pool(netif->dhcps, &config);
    const enum stint_result result = stint_dhcpv4_server_service_start(
        &netif->dhcps->service, instance_stack(), netif->link->interface, &config);
    instance_unlock();
    netif->dhcps_status = result == STINT_OK ? ESP_NETIF_DHCP_STARTED : ESP_NETIF_DHCP_INIT;
    if (result != STINT_OK) {
        ESP_LOGE(TAG, "%s: no DHCP server with this address and mask", netif->if_key);
    }
    return result == STINT_OK ? ESP_OK : ESP_ERR_ESP_NETIF_DHCPS_START_FAILED;
}

static void stop(esp_netif_t *netif)
{
    instance_lock();
    stint_dhcpv4_server_service_stop(&netif->dhcps->service, instance_stack());
    instance_unlock();
}

void netif_dhcps_up(esp_netif_t *netif)
{
    if (WITH_SERVER && netif->dhcps != NULL && netif->has_address &&
        netif->dhcps_status == ESP_NETIF_DHCP_INIT) {
        (void)start(netif);
    }
}

void netif_dhcps_down(esp_netif_t *netif)
{
    if (WITH_SERVER && netif->dhcps_status == ESP_NETIF_DHCP_STARTED) {
        stop(netif);
        netif->dhcps_status = ESP_NETIF_DHCP_INIT;
    }
}

static void tell(
    esp_netif_t *netif, struct stint_hardware_address hardware, struct stint_address address)
{
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
    const int32_t id = IP_EVENT_ASSIGNED_IP_TO_CLIENT;
    ip_event_assigned_ip_to_client_t event = {.esp_netif = netif};
#else
    const int32_t id = IP_EVENT_AP_STAIPASSIGNED;
    ip_event_ap_staipassigned_t event = {.esp_netif = netif};
#endif
    memcpy(&event.ip.addr, stint_address_ipv4_octets(&address), sizeof(event.ip.addr));
    memcpy(event.mac, hardware.octets, sizeof(event.mac));
    if (esp_event_post(IP_EVENT, id, &event, sizeof(event), 0) != ESP_OK) {
        ESP_LOGW(TAG, "the event queue is full: an assigned address is not told");
    }
}

void netif_dhcps_look(esp_netif_t *netif)
{
    bool found = WITH_SERVER && netif->dhcps_status == ESP_NETIF_DHCP_STARTED;
    while (found) {
        struct stint_hardware_address hardware;
        struct stint_address address;
        instance_lock();
        found = stint_dhcpv4_server_next_client(&netif->dhcps->service.server, &hardware, &address);
        instance_unlock();
        if (found) {
            tell(netif, hardware, address);
        }
    }
}

/* --- what applications ask and set --- */

esp_err_t esp_netif_dhcps_get_status(esp_netif_t *esp_netif, esp_netif_dhcp_status_t *status)
{
    if (esp_netif == NULL || status == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    *status = esp_netif->dhcps_status;
    return ESP_OK;
}

esp_err_t esp_netif_dhcps_start(esp_netif_t *esp_netif)
{
    if (!WITH_SERVER) {
        return ESP_ERR_NOT_SUPPORTED;
    }
    if (esp_netif == NULL || esp_netif->dhcps == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    esp_err_t result = ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED;
    if (esp_netif->dhcps_status != ESP_NETIF_DHCP_STARTED) {
        esp_netif->dhcps_status = ESP_NETIF_DHCP_INIT; /* begins when the interface comes up */
        result = esp_netif_is_netif_up(esp_netif) ? start(esp_netif) : ESP_OK;
    }
    netif_unlock();
    return result;
}

/* Also of an interface that never had one: stopped it is, and its address may be set. */
esp_err_t esp_netif_dhcps_stop(esp_netif_t *esp_netif)
{
    if (esp_netif == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    const bool stopped = esp_netif->dhcps_status == ESP_NETIF_DHCP_STOPPED;
    netif_dhcps_down(esp_netif);
    esp_netif->dhcps_status = ESP_NETIF_DHCP_STOPPED;
    netif_unlock();
    return stopped ? ESP_ERR_ESP_NETIF_DHCP_ALREADY_STOPPED : ESP_OK;
}

/* Where an option lies; NULL for what the server does not have, or of another size. The mask is the
 * interface's own. */
static void *find_option(esp_netif_t *netif, esp_netif_dhcp_option_id_t id, uint32_t length)
{
    struct netif_dhcps *const dhcps = netif->dhcps;
    struct {
        esp_netif_dhcp_option_id_t id;
        void *value;
        size_t size;
    } const options[] = {
        {ESP_NETIF_SUBNET_MASK, &netif->ip_info.netmask, sizeof(netif->ip_info.netmask)},
        {ESP_NETIF_DOMAIN_NAME_SERVER, &dhcps->offers_dns, sizeof(dhcps->offers_dns)},
        {ESP_NETIF_ROUTER_SOLICITATION_ADDRESS, &dhcps->offers_router,
            sizeof(dhcps->offers_router)},
        {ESP_NETIF_REQUESTED_IP_ADDRESS, &dhcps->pool, sizeof(dhcps->pool)},
        {ESP_NETIF_IP_ADDRESS_LEASE_TIME, &dhcps->lease_units, sizeof(dhcps->lease_units)},
    };
    for (unsigned i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (options[i].id == id && options[i].size == length) {
            return options[i].value;
        }
    }
    return NULL;
}

static esp_err_t set_option(
    esp_netif_t *netif, esp_netif_dhcp_option_id_t id, void *option, const void *value, size_t size)
{
    struct netif_dhcps *const dhcps = netif->dhcps;
    if (netif->dhcps_status == ESP_NETIF_DHCP_STARTED) {
        return ESP_ERR_ESP_NETIF_DHCP_ALREADY_STARTED;
    }
    if (id == ESP_NETIF_SUBNET_MASK) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    if (id == ESP_NETIF_REQUESTED_IP_ADDRESS) {
        struct dhcps_pool pool;
        memcpy(&pool, value, sizeof(pool));
        if (pool.enable && !pool_is_good(&netif->ip_info, &pool)) {
            return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
        }
    }
    memcpy(option, value, size);
    if (dhcps->lease_units == 0) {
        dhcps->lease_units = LEASE_UNITS;
    }
    return ESP_OK;
}

esp_err_t esp_netif_dhcps_option(esp_netif_t *esp_netif, esp_netif_dhcp_option_mode_t opt_op,
    esp_netif_dhcp_option_id_t opt_id, void *opt_val, uint32_t opt_len)
{
    if (!WITH_SERVER) {
        return ESP_ERR_NOT_SUPPORTED;
    }
    if (esp_netif == NULL || esp_netif->dhcps == NULL || opt_val == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    void *const option = find_option(esp_netif, opt_id, opt_len);
    esp_err_t result = ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    if (option != NULL && opt_op == ESP_NETIF_OP_SET) {
        result = set_option(esp_netif, opt_id, option, opt_val, opt_len);
    } else if (option != NULL && opt_op == ESP_NETIF_OP_GET) {
        memcpy(opt_val, option, opt_len);
        result = ESP_OK;
    }
    netif_unlock();
    return result;
}

esp_err_t esp_netif_dhcps_get_clients_by_mac(
    esp_netif_t *esp_netif, int num, esp_netif_pair_mac_ip_t *mac_ip_pair)
{
    if (!WITH_SERVER) {
        return ESP_ERR_NOT_SUPPORTED;
    }
    if (esp_netif == NULL || esp_netif->dhcps == NULL || num < 0 || mac_ip_pair == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    instance_lock();
    for (int i = 0; i < num; i++) {
        struct stint_hardware_address hardware;
        struct stint_address address = stint_address_ipv4(0, 0, 0, 0);
        memcpy(hardware.octets, mac_ip_pair[i].mac, sizeof(hardware.octets));
        if (esp_netif->dhcps_status == ESP_NETIF_DHCP_STARTED) {
            (void)stint_dhcpv4_server_find(
                &esp_netif->dhcps->service.server, instance_now(), &hardware, &address);
        }
        memcpy(&mac_ip_pair[i].ip.addr, stint_address_ipv4_octets(&address),
            sizeof(mac_ip_pair[i].ip.addr));
    }
    instance_unlock();
    netif_unlock();
    return ESP_OK;
}
