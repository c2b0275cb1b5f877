/* Where an interface's addresses come from, beside the application.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The stack has no DHCP client yet: nobody can be asked.
 */
#include "address_source.h"

bool address_source_start(esp_netif_t *netif)
{
    (void)netif;
    return false;
}

void address_source_stop(esp_netif_t *netif, bool release)
{
    (void)netif;
    (void)release;
}

struct stint_instant address_source_poll(struct stint_instant now)
{
    (void)now;
    return stint_instant_never();
}
