/* ifconfig: interfaces, their addresses and name servers, frames sent, received and lost.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "esp_netif.h"
#include "esp_stint.h"
#include "hosts.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { INTERFACES = 8, IP6_ADDRESSES = 16 };

static struct host_text ip4_text(const esp_ip4_addr_t *ip4)
{
    uint8_t octets[4];
    memcpy(octets, &ip4->addr, sizeof(octets));
    const struct stint_address address = stint_address_from_ipv4(octets);
    return host_address_text(&address);
}

static struct host_text ip6_text(const esp_ip6_addr_t *ip6)
{
    uint8_t octets[16];
    memcpy(octets, ip6->addr, sizeof(octets));
    const struct stint_address address = stint_address_from_ipv6(octets);
    return host_address_text(&address);
}

static void print_link(esp_netif_t *netif)
{
    uint8_t mac[6];
    if (esp_netif_get_mac(netif, mac) == ESP_OK) {
        printf("    ether %02x:%02x:%02x:%02x:%02x:%02x\n", mac[0], mac[1], mac[2], mac[3], mac[4],
            mac[5]);
    }
}

static void print_ip4(esp_netif_t *netif)
{
    esp_netif_ip_info_t info;
    esp_netif_dhcp_status_t dhcp;
    if (esp_netif_get_ip_info(netif, &info) != ESP_OK || info.ip.addr == 0) {
        return;
    }
    const bool by_dhcp =
        esp_netif_dhcpc_get_status(netif, &dhcp) == ESP_OK && dhcp == ESP_NETIF_DHCP_STARTED;
    printf("    inet %s  netmask %s  gateway %s  %s\n", ip4_text(&info.ip).text,
        ip4_text(&info.netmask).text, ip4_text(&info.gw).text, by_dhcp ? "dhcp" : "static");
}

static void print_ip6(esp_netif_t *netif)
{
    esp_ip6_addr_t addresses[IP6_ADDRESSES]; /* at least as many as an interface has */
    const int count = esp_netif_get_all_ip6(netif, addresses);
    for (int i = 0; i < count; i++) {
        printf("    inet6 %s\n", ip6_text(&addresses[i]).text);
    }
}

static void print_name_servers(esp_netif_t *netif)
{
    for (int type = ESP_NETIF_DNS_MAIN; type < ESP_NETIF_DNS_MAX; type++) {
        esp_netif_dns_info_t server;
        if (esp_netif_get_dns_info(netif, (esp_netif_dns_type_t)type, &server) != ESP_OK) {
            continue;
        }
        if (server.ip.type == ESP_IPADDR_TYPE_V6) {
            printf("    dns %s\n", ip6_text(&server.ip.u_addr.ip6).text);
        } else if (server.ip.u_addr.ip4.addr != 0) {
            printf("    dns %s\n", ip4_text(&server.ip.u_addr.ip4).text);
        }
    }
}

static void print_frames(esp_netif_t *netif)
{
    struct esp_stint_interface_stats stats;
    if (esp_stint_get_interface_stats(netif, &stats) != ESP_OK) {
        return;
    }
    printf("    rx %" PRIu32 " frames, %" PRIu64 " bytes; dropped: %" PRIu32 " no room, %" PRIu32
           " down, %" PRIu32 " length; waited at most %" PRIu32 "\n",
        stats.rx_frames, stats.rx_bytes, stats.rx_dropped_no_room, stats.rx_dropped_down,
        stats.rx_dropped_length, stats.rx_high_water);
    printf("    tx %" PRIu32 " frames, %" PRIu64 " bytes; waited: %" PRIu32 "; dropped: %" PRIu32
           " late, %" PRIu32 " displaced, %" PRIu32 " refused\n",
        stats.tx_frames, stats.tx_bytes, stats.tx_waited, stats.tx_timed_out, stats.tx_displaced,
        stats.tx_failed);
}

static void print_interface(esp_netif_t *netif)
{
    printf("%s: %s%s  (%s)\n", esp_netif_get_ifkey(netif),
        esp_netif_is_netif_up(netif) ? "up" : "down",
        netif == esp_netif_get_default_netif() ? ", default" : "", esp_netif_get_desc(netif));
    print_link(netif);
    print_ip4(netif);
    print_ip6(netif);
    print_name_servers(netif);
    print_frames(netif);
}

struct found {
    esp_netif_t *netifs[INTERFACES];
    size_t count;
    const char *name; /* of the only one to find; NULL: all */
};

/* In the context in which interfaces neither come nor go. */
static esp_err_t find_interfaces(void *context)
{
    struct found *const found = context;
    for (esp_netif_t *netif = esp_netif_next_unsafe(NULL); netif != NULL;
         netif = esp_netif_next_unsafe(netif)) {
        const bool wanted = found->name == NULL ||
                            strcmp(found->name, esp_netif_get_ifkey(netif)) == 0 ||
                            strcmp(found->name, esp_netif_get_desc(netif)) == 0;
        if (wanted && found->count < INTERFACES) {
            found->netifs[found->count++] = netif;
        }
    }
    return ESP_OK;
}

int command_ifconfig(int argc, char **argv)
{
    struct found found = {.count = 0};
    if (!arguments_read(argc, argv, NULL, 0, &found.name) || host_sockets(argv[0]) == NULL) {
        return 1;
    }
    (void)esp_netif_tcpip_exec(find_interfaces, &found);
    for (size_t i = 0; i < found.count; i++) {
        print_interface(found.netifs[i]);
    }
    if (found.count == 0) {
        printf("%s: there is no %s\n", argv[0], found.name == NULL ? "interface" : found.name);
    }
    return found.count == 0;
}
