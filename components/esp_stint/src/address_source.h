/* Where an interface's addresses come from, beside the application: the stack's DHCP client
 * (netif_ipv6.h for IPv6). SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Called with the lock of interfaces held.
 */
#ifndef ESP_STINT_ADDRESS_SOURCE_H
#define ESP_STINT_ADDRESS_SOURCE_H

#include "netif.h"

/* The interface's link came up or went down. */
void address_source_link(esp_netif_t *netif, bool up);

/* Begins to ask for an address of an interface that is up; false when nobody can be asked. */
bool address_source_start(esp_netif_t *netif);

/* Asks no more; gives the lease back when `release`. */
void address_source_stop(esp_netif_t *netif, bool release);

/* Looks whether a server gave an address or took it away since the last time, and tells it by
 * netif_server_gave(). */
void address_source_look(esp_netif_t *netif);

#endif
