/* Taps by EtherType, and frames sent as they are.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "taps.h"

#include "esp_stint.h"
#include "esp_timer.h"
#include "instance.h"
#include "netif.h"
#include "placement.h"
#include <string.h>

enum { AT_ETHERTYPE = 12, TAPS = CONFIG_ESP_STINT_L2_TAPS };

struct tap {
    esp_stint_l2_tap_cb_t callback; /* NULL: no tap */
    void *argument;
    esp_netif_t *netif; /* NULL: of every interface */
    uint16_t ethertype;
};

static struct tap taps[TAPS > 0 ? TAPS : 1];

HOT bool taps_take(esp_netif_t *netif, struct stint_view frame)
{
    const uint16_t ethertype = stint_load16(frame.bytes + AT_ETHERTYPE);
    for (unsigned i = 0; i < TAPS; i++) {
        const struct tap *const tap = &taps[i];
        if (tap->callback != NULL && tap->ethertype == ethertype &&
            (tap->netif == NULL || tap->netif == netif)) {
            tap->callback(tap->argument, netif, frame.bytes, frame.length, esp_timer_get_time());
            return true;
        }
    }
    return false;
}

void taps_clear(void)
{
    memset(taps, 0, sizeof(taps));
}

static struct tap *find(esp_netif_t *netif, uint16_t ethertype)
{
    for (unsigned i = 0; i < TAPS; i++) {
        if (taps[i].callback != NULL && taps[i].ethertype == ethertype && taps[i].netif == netif) {
            return &taps[i];
        }
    }
    return NULL;
}

static esp_err_t set_tap(const struct tap *wanted)
{
    struct tap *tap = find(wanted->netif, wanted->ethertype);
    for (unsigned i = 0; i < TAPS && tap == NULL; i++) {
        tap = taps[i].callback == NULL ? &taps[i] : NULL;
    }
    if (tap == NULL) {
        return ESP_ERR_NO_MEM;
    }
    *tap = *wanted;
    return ESP_OK;
}

esp_err_t esp_stint_l2_tap(
    esp_netif_t *netif, uint16_t ethertype, esp_stint_l2_tap_cb_t callback, void *argument)
{
    if (!instance_is_running()) {
        return ESP_ERR_INVALID_STATE;
    }
    const struct tap wanted = {callback, argument, netif, ethertype};
    instance_lock();
    esp_err_t result = ESP_OK;
    if (callback != NULL) {
        result = set_tap(&wanted);
    } else {
        struct tap *const tap = find(netif, ethertype);
        result = tap != NULL ? ESP_OK : ESP_ERR_NOT_FOUND;
        if (tap != NULL) {
            memset(tap, 0, sizeof(*tap));
        }
    }
    instance_unlock();
    return result;
}

esp_err_t esp_stint_l2_send(esp_netif_t *netif, const void *frame, size_t length)
{
    if (netif == NULL || frame == NULL || length <= AT_ETHERTYPE || length > LINK_FRAME_LENGTH) {
        return ESP_ERR_INVALID_ARG;
    }
    if (!instance_is_running()) {
        return ESP_ERR_INVALID_STATE;
    }
    instance_lock();
    struct link *const link = netif->link;
    esp_err_t result = ESP_ERR_INVALID_STATE;
    if (link != NULL && atomic_load(&link->up)) {
        const bool sent = link_send(link, instance_now(), stint_view_of(frame, length));
        result = sent ? ESP_OK : ESP_ERR_NO_MEM;
    }
    instance_unlock();
    instance_wake();
    return result;
}
