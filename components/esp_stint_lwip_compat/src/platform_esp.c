/* ESP-IDF: the sockets of esp_stint, as soon as it runs, and the names that esp_netif gives.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "platform.h"

#include "esp_netif.h"
#include "esp_stint.h"
#include "lwip_vfs.h"

struct stint_sockets *lwip_platform_sockets(void)
{
    struct stint_sockets *const sockets = esp_stint_sockets();
    if (sockets != NULL) {
        (void)lwip_vfs_register();
    }
    return sockets;
}

bool lwip_platform_interface_name(unsigned number, char name[6])
{
    for (esp_netif_t *netif = esp_netif_next_unsafe(NULL); netif != NULL;
         netif = esp_netif_next_unsafe(netif)) {
        if (esp_netif_get_netif_impl_index(netif) == (int)number + 1) {
            return esp_netif_get_netif_impl_name(netif, name) == ESP_OK;
        }
    }
    return false;
}
