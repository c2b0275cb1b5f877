/* Where an interface's addresses come from, beside the application: the seam for the clients of
 * DHCP and for SLAAC. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Called with the lock of interfaces held.
 */
#ifndef ESP_STINT_ADDRESS_SOURCE_H
#define ESP_STINT_ADDRESS_SOURCE_H

#include "netif.h"

/* Begins to ask for an address of an interface that is up; false when nobody can be asked. What
 * comes is given to netif_got_address(), what goes is told by netif_begin_to_lose(). */
bool address_source_start(esp_netif_t *netif);

/* Asks no more; gives the lease back when `release`. */
void address_source_stop(esp_netif_t *netif, bool release);

/* What is due in time; returns when to be called again. */
struct stint_instant address_source_poll(struct stint_instant now);

#endif
