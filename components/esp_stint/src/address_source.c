/* Where an interface's addresses come from, beside the application.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The client is the link's, because the stack keeps it for its life: an interface that takes the
 * link finds it stopped.
 */
#include "address_source.h"

#include "instance.h"
#include "netif_ipv6.h"
#include <string.h>

static bool is_asking(const esp_netif_t *netif)
{
    return (netif->flags & ESP_NETIF_DHCP_CLIENT) != 0 &&
           netif->dhcpc_status == ESP_NETIF_DHCP_STARTED;
}

void address_source_link(esp_netif_t *netif, bool up)
{
    struct link *const link = netif->link;
    instance_lock();
    stint_stack_set_link(instance_stack(), instance_now(), link->interface, up);
    if (link->dhcp_added && !is_asking(netif)) {
        stint_dhcpv4_client_stop(&link->dhcp.client);
    }
    instance_unlock();
    netif_ipv6_link(netif, up);
    instance_wake();
}

/* Names and hardware address are those of the interface that has the link now. What the client
 * remembers of its lease is kept when they are the same. */
static void prepare_client(struct link *link, const char *host_name)
{
    const struct stint_hardware_address *const address =
        &instance_stack()->interfaces[link->interface].config.hardware_address;
    if (strcmp(link->host_name, host_name) == 0 &&
        stint_hardware_address_equal(&link->dhcp.client.hardware_address, address)) {
        return;
    }
    strncpy(link->host_name, host_name, LINK_HOSTNAME_LENGTH);
    stint_dhcpv4_client_init(&link->dhcp.client, address,
        stint_view_of(link->host_name, strlen(link->host_name)), &instance_stack()->random);
}

static bool start_client(struct link *link, const char *host_name)
{
    if (link->dhcp_added) {
        prepare_client(link, host_name);
        stint_dhcpv4_client_start(&link->dhcp.client, instance_now());
        return true;
    }
    strncpy(link->host_name, host_name, LINK_HOSTNAME_LENGTH);
    link->dhcp_added =
        stint_dhcpv4_service_start(&link->dhcp, instance_stack(), instance_now(), link->interface,
            stint_view_of(link->host_name, strlen(link->host_name))) == STINT_OK;
    return link->dhcp_added;
}

bool address_source_start(esp_netif_t *netif)
{
    const char *host_name = "";
    esp_netif_get_hostname(netif, &host_name);
    instance_lock();
    const bool started = start_client(netif->link, host_name);
    instance_unlock();
    instance_wake();
    return started;
}

void address_source_stop(esp_netif_t *netif, bool release)
{
    struct link *const link = netif->link;
    if (link == NULL || !link->dhcp_added) {
        return;
    }
    instance_lock();
    if (release) {
        stint_dhcpv4_client_release(&link->dhcp.client, instance_now());
    } else {
        stint_dhcpv4_client_stop(&link->dhcp.client);
    }
    /* At once, not with the next poll: the link may be another interface's by then. */
    link->dhcp.service.operations->run(&link->dhcp.service, instance_stack(), instance_now());
    instance_unlock();
}

/* The gateway of 0.0.0.0/0: among the classless routes when there are any (RFC 3442). */
static struct stint_address gateway_of(const struct stint_dhcpv4_lease *lease)
{
    struct stint_address gateway = {{0}};
    for (unsigned i = 0; i < lease->route_count; i++) {
        if (lease->routes[i].destination.length == STINT_IPV4_MAPPED_BITS) {
            gateway = lease->routes[i].router;
        }
    }
    return lease->route_count == 0 && lease->router_count > 0 ? lease->routers[0] : gateway;
}

static esp_ip4_addr_t ipv4_of(const struct stint_address *address)
{
    esp_ip4_addr_t result = {0};
    if (stint_address_is_ipv4(address)) {
        memcpy(&result.addr, stint_address_ipv4_octets(address), sizeof(result.addr));
    }
    return result;
}

static esp_netif_ip_info_t info_of(const struct stint_dhcpv4_lease *lease)
{
    uint8_t mask[4];
    stint_store32(mask, lease->subnet_length == 0 ? 0 : UINT32_MAX << (32 - lease->subnet_length));
    const struct stint_address gateway = gateway_of(lease);
    esp_netif_ip_info_t info = {.ip = ipv4_of(&lease->address), .gw = ipv4_of(&gateway)};
    memcpy(&info.netmask.addr, mask, sizeof(mask));
    return info;
}

static void take_servers(esp_netif_t *netif, const struct stint_dhcpv4_lease *lease)
{
    for (unsigned i = 0; i < ESP_NETIF_DNS_MAX; i++) {
        if (netif->names_server[i]) {
            continue;
        }
        netif->dns[i] = (esp_netif_dns_info_t){.ip = {.type = ESP_IPADDR_TYPE_V4}};
        if (i < lease->dns_server_count) {
            netif->dns[i].ip.u_addr.ip4 = ipv4_of(&lease->dns_servers[i]);
        }
    }
}

void address_source_look(esp_netif_t *netif)
{
    struct link *const link = netif->link;
    if (link == NULL || !link->dhcp_added || !is_asking(netif)) {
        return;
    }
    instance_lock();
    const bool configured = link->dhcp.client.configured;
    const struct stint_dhcpv4_lease *const lease = &link->dhcp.client.lease;
    esp_netif_ip_info_t info = {.ip = {0}};
    if (configured) {
        info = info_of(lease);
        take_servers(netif, lease);
    }
    instance_unlock();
    if (configured != (netif->has_address && netif->by_server) ||
        (configured && memcmp(&info, &netif->applied, sizeof(info)) != 0)) {
        netif_server_gave(netif, &info);
    }
}
