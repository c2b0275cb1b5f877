/* Who gets frames of an EtherType before the stack.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef ESP_STINT_TAPS_H
#define ESP_STINT_TAPS_H

#include "esp_netif.h"
#include "stint/base/bytes.h"

/* True when a tap took the frame. Called with the lock of the sockets layer held. */
bool taps_take(esp_netif_t *netif, struct stint_view frame);

/* No taps any more. */
void taps_clear(void);

#endif
