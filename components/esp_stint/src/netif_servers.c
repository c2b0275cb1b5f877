/* Name servers of interfaces: those that applications name are asked first; the stack knows by
 * itself of those that DHCP servers and routers tell. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "instance.h"
#include "netif.h"
#include "netif_ipv6.h"
#include "stint_sockets/resolve.h"
#include <string.h>

static bool is_set(const esp_netif_dns_info_t *dns)
{
    return dns->ip.type != ESP_IPADDR_TYPE_V4 || dns->ip.u_addr.ip4.addr != 0;
}

static struct stint_address address_of(const esp_netif_dns_info_t *dns)
{
    return dns->ip.type == ESP_IPADDR_TYPE_V4
               ? stint_address_from_ipv4((const uint8_t *)&dns->ip.u_addr.ip4.addr)
               : netif_ipv6_address(&dns->ip.u_addr.ip6);
}

static void add_servers(const esp_netif_t *netif, struct stint_resolver_servers *servers)
{
    for (unsigned i = 0; i < ESP_NETIF_DNS_MAX && servers->count < STINT_DNS_CLIENT_SERVERS; i++) {
        const struct stint_address address = address_of(&netif->dns[i]);
        if (netif->names_server[i] && stint_dns_client_may_ask(&address)) {
            servers->endpoints[servers->count++] = (struct stint_endpoint){address, STINT_DNS_PORT};
        }
    }
}

/* With the lock of interfaces held, and not that of the sockets layer. */
static void tell_resolver(void)
{
    struct stint_resolver_servers servers = {.count = 0};
    for (const esp_netif_t *netif = esp_netif_next_unsafe(NULL); netif != NULL;
         netif = esp_netif_next_unsafe((esp_netif_t *)netif)) {
        add_servers(netif, &servers);
    }
    if (instance_is_running()) {
        (void)stint_resolver_set_servers(instance_sockets(), servers.endpoints, servers.count);
    }
}

void netif_forget_servers(esp_netif_t *netif)
{
    memset(netif->dns, 0, sizeof(netif->dns));
    memset(netif->names_server, 0, sizeof(netif->names_server));
    tell_resolver();
}

esp_err_t esp_netif_set_dns_info(
    esp_netif_t *esp_netif, esp_netif_dns_type_t type, esp_netif_dns_info_t *dns)
{
    if (esp_netif == NULL || dns == NULL || type >= ESP_NETIF_DNS_MAX) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    esp_netif->dns[type] = *dns;
    esp_netif->names_server[type] = is_set(dns);
    tell_resolver();
    netif_unlock();
    return ESP_OK;
}

static unsigned unset_before(const esp_netif_t *netif, esp_netif_dns_type_t type)
{
    unsigned count = 0;
    for (unsigned i = 0; i < (unsigned)type; i++) {
        count += !is_set(&netif->dns[i]);
    }
    return count;
}

/* Where neither the application nor a DHCP server named one, those that routers advertise. */
esp_err_t esp_netif_get_dns_info(
    esp_netif_t *esp_netif, esp_netif_dns_type_t type, esp_netif_dns_info_t *dns)
{
    if (esp_netif == NULL || dns == NULL || type >= ESP_NETIF_DNS_MAX) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    *dns = esp_netif->dns[type];
    if (!is_set(dns)) {
        netif_ipv6_server(esp_netif, unset_before(esp_netif, type), dns);
    }
    netif_unlock();
    return ESP_OK;
}
