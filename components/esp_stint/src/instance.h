/* The one stack of a device: its memory, its poll task, its links.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Locks in the order in which they may be taken together: that of interfaces (netif.h), then that
 * of the sockets layer. Device operations run under the latter.
 */
#ifndef ESP_STINT_INSTANCE_H
#define ESP_STINT_INSTANCE_H

#include "link.h"
#include "stint_sockets/sockets.h"

/* Starts the stack and its task; ESP_ERR_INVALID_STATE when it runs, ESP_ERR_NO_MEM. */
esp_err_t instance_start(void);

/* Ends the task and forgets everything. Whoever sleeps in a socket call is lost: close first. */
void instance_stop(void);

bool instance_is_running(void);

/* The lock of the sockets layer. */
void instance_lock(void);
void instance_unlock(void);

struct stint_stack *instance_stack(void);
struct stint_sockets *instance_sockets(void);
struct stint_instant instance_now(void);

/* There is something for the poll task to do: from any task or interrupt. */
void instance_wake(void);

/* A link for an interface, attached to the stack under this hardware address; NULL when all are
 * taken. With the lock held. */
struct link *instance_take_link(esp_netif_t *netif, const uint8_t hardware_address[6],
    const esp_netif_driver_ifconfig_t *driver, uint16_t mtu);
void instance_release_link(struct link *link);
struct link *instance_link(unsigned index);

/* How often the poll task has polled. */
uint32_t instance_polls(void);

/* Some interface has an address, or none has: wakes who waits for one. */
void instance_note_address(bool some);
bool instance_wait_for_address(TickType_t ticks);

/* Waits until the poll task has polled once more; false after `ticks`. */
bool instance_wait_for_poll(TickType_t ticks);

#endif
