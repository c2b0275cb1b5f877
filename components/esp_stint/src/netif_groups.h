/* Multicast groups that applications join for an interface, without a socket.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef ESP_STINT_NETIF_GROUPS_H
#define ESP_STINT_NETIF_GROUPS_H

#include "netif.h"

/* Leaves every group, before the interface gives its link up; with the lock of interfaces held. */
void netif_groups_end(esp_netif_t *netif);

#endif
