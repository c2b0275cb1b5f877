/* The DHCP server of an interface: for those who join an access point.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Called with the lock of interfaces held. It begins when an interface of its flag comes up, unless
 * the application stopped it, and ends when the interface goes down.
 */
#ifndef ESP_STINT_NETIF_DHCPS_H
#define ESP_STINT_NETIF_DHCPS_H

#include "netif.h"

/* What an interface of these flags needs, on the heap: `netif->dhcps`. False: no memory. */
bool netif_dhcps_make(esp_netif_t *netif);
void netif_dhcps_release(esp_netif_t *netif);

/* The interface has its address; the interface is about to lose it. */
void netif_dhcps_up(esp_netif_t *netif);
void netif_dhcps_down(esp_netif_t *netif);

/* Tells whom an address was assigned to since the last time. */
void netif_dhcps_look(esp_netif_t *netif);

#endif
