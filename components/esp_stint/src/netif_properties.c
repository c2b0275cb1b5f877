/* What an interface is: names, hardware address, servers, events.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "instance.h"
#include "netif.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* It names types of esp_netif.h without including it. */
#include "esp_netif_net_stack.h"

enum { HOSTNAME_LENGTH = 32 };

esp_err_t esp_netif_set_mac(esp_netif_t *esp_netif, uint8_t mac[])
{
    if (esp_netif == NULL || mac == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    netif_lock();
    memcpy(esp_netif->mac, mac, sizeof(esp_netif->mac));
    if (esp_netif->link != NULL) {
        instance_lock();
        struct stint_interface *const interface =
            &instance_stack()->interfaces[esp_netif->link->interface];
        memcpy(interface->config.hardware_address.octets, mac, sizeof(esp_netif->mac));
        instance_unlock();
    }
    netif_unlock();
    return ESP_OK;
}

esp_err_t esp_netif_get_mac(esp_netif_t *esp_netif, uint8_t mac[])
{
    if (esp_netif == NULL || mac == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    memcpy(mac, esp_netif->mac, sizeof(esp_netif->mac));
    return ESP_OK;
}

esp_err_t esp_netif_set_hostname(esp_netif_t *esp_netif, const char *hostname)
{
    if (esp_netif == NULL || hostname == NULL || strlen(hostname) > HOSTNAME_LENGTH) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    char *const copy = (char *)malloc(strlen(hostname) + 1);
    if (copy == NULL) {
        return ESP_ERR_NO_MEM;
    }
    memcpy(copy, hostname, strlen(hostname) + 1);
    netif_lock();
    free(esp_netif->hostname);
    esp_netif->hostname = copy;
    netif_unlock();
    return ESP_OK;
}

esp_err_t esp_netif_get_hostname(esp_netif_t *esp_netif, const char **hostname)
{
    if (esp_netif == NULL || hostname == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    *hostname = esp_netif->hostname != NULL ? esp_netif->hostname : CONFIG_ESP_STINT_HOSTNAME;
    return ESP_OK;
}

esp_netif_iodriver_handle esp_netif_get_io_driver(esp_netif_t *esp_netif)
{
    return esp_netif->io_driver;
}

esp_netif_flags_t esp_netif_get_flags(esp_netif_t *esp_netif)
{
    return esp_netif->flags;
}

const char *esp_netif_get_ifkey(esp_netif_t *esp_netif)
{
    return esp_netif->if_key;
}

const char *esp_netif_get_desc(esp_netif_t *esp_netif)
{
    return esp_netif != NULL ? esp_netif->if_desc : NULL;
}

int32_t esp_netif_get_event_id(esp_netif_t *esp_netif, esp_netif_ip_event_type_t event_type)
{
    if (esp_netif == NULL) {
        return -1;
    }
    switch (event_type) {
    case ESP_NETIF_IP_EVENT_GOT_IP:
        return (int32_t)esp_netif->get_ip_event;
    case ESP_NETIF_IP_EVENT_LOST_IP:
        return (int32_t)esp_netif->lost_ip_event;
    }
    return -1;
}

/* The implementation's object is the interface itself. */
esp_netif_t *esp_netif_get_handle_from_netif_impl(void *dev)
{
    return (esp_netif_t *)dev;
}

void *esp_netif_get_netif_impl(esp_netif_t *esp_netif)
{
    return esp_netif;
}

/* Numbers from 1 up: 0 is no interface (if_nametoindex()). */
int esp_netif_get_netif_impl_index(esp_netif_t *esp_netif)
{
    return esp_netif != NULL && esp_netif->link != NULL ? esp_netif->link->interface + 1 : -1;
}

esp_err_t esp_netif_get_netif_impl_name(esp_netif_t *esp_netif, char *name)
{
    const int index = esp_netif_get_netif_impl_index(esp_netif);
    if (index < 0 || name == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    /* The caller's buffer holds six characters: two letters, a number, the end. */
    snprintf(name, 6, "%.2s%d", esp_netif->if_desc, (index - 1) % 100);
    return ESP_OK;
}

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
/* Takes effect when the interface starts. */
esp_err_t esp_netif_set_mtu(esp_netif_t *esp_netif, uint16_t mtu)
{
    if (esp_netif == NULL || mtu < 576 || mtu > 1500) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    esp_netif->mtu = mtu;
    return esp_netif->link == NULL ? ESP_OK : ESP_ERR_NOT_SUPPORTED;
}

esp_err_t esp_netif_get_mtu(esp_netif_t *esp_netif, uint16_t *mtu)
{
    if (esp_netif == NULL || mtu == NULL) {
        return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    }
    *mtu = esp_netif->mtu != 0 ? esp_netif->mtu : 1500;
    return ESP_OK;
}
#endif
