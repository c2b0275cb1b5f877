/* IPv6 addresses of interfaces: given by routers or the application, told by events.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Called with the lock of interfaces held.
 */
#ifndef ESP_STINT_NETIF_IPV6_H
#define ESP_STINT_NETIF_IPV6_H

#include "netif.h"

/* True when an interface of these flags gives itself addresses with its link. */
bool netif_ipv6_is_wanted(esp_netif_flags_t flags);

/* The interface's link came up, or went down: its addresses begin, or are gone at once. */
void netif_ipv6_link(esp_netif_t *netif, bool up);

/* Looks whether addresses came or went since the last time, and tells those that came. */
void netif_ipv6_look(esp_netif_t *netif);

/* The name server of this number, from 0, of those that routers advertise; untouched when there are
 * fewer. */
void netif_ipv6_server(const esp_netif_t *netif, unsigned number, esp_netif_dns_info_t *dns);

/* The address to tell others of: preferred, of global scope before link-local; NULL: none. */
const struct netif_ip6 *netif_ipv6_best(const esp_netif_t *netif);

/* An address as esp_netif has it: one that means something on a link only names the interface. */
struct stint_address netif_ipv6_address(const esp_ip6_addr_t *address);
esp_ip6_addr_t netif_ipv6_of(esp_netif_t *netif, const struct stint_address *address);

#endif
