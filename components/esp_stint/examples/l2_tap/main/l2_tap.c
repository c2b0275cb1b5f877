/* Frames of one EtherType beside the stack: each is answered to who sent it, with the time it
 * arrived. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_log.h"
#include "esp_stint.h"
#include "ethernet_init.h"
#include "freertos/queue.h"

#include <string.h>

enum {
    LOCAL_EXPERIMENTAL = 0x88B5, /* IEEE 802: for experiments within one's own network */
    ADDRESSES = 12,
    HEADER = 14,
    STAMP = sizeof(int64_t),
    LONGEST = 1514,
};

struct tapped {
    esp_netif_t *netif;
    int64_t received_at;
    size_t length;
    uint8_t frame[LONGEST + STAMP];
};

static const char *const TAG = "l2_tap";
static QueueHandle_t frames;

/* The poll task's: what cannot wait here is left out. */
static void take(
    void *argument, esp_netif_t *netif, const uint8_t *frame, size_t length, int64_t received_at)
{
    static struct tapped tapped;
    (void)argument;
    if (length > LONGEST - STAMP) {
        return;
    }
    tapped.netif = netif;
    tapped.received_at = received_at;
    tapped.length = length;
    memcpy(tapped.frame, frame, length);
    xQueueSend(frames, &tapped, 0);
}

/* Sender and receiver change places; the time is appended. */
static void answer(struct tapped *tapped)
{
    uint8_t sender[ADDRESSES / 2];
    memcpy(sender, tapped->frame + sizeof(sender), sizeof(sender));
    esp_netif_get_mac(tapped->netif, tapped->frame + sizeof(sender));
    memcpy(tapped->frame, sender, sizeof(sender));
    memcpy(tapped->frame + tapped->length, &tapped->received_at, STAMP);
    const esp_err_t result =
        esp_stint_l2_send(tapped->netif, tapped->frame, tapped->length + STAMP);
    ESP_LOGI(TAG, "%u bytes at %lld us: %s", (unsigned)(tapped->length - HEADER),
        (long long)tapped->received_at, esp_err_to_name(result));
}

void app_main(void)
{
    static struct tapped tapped;
    esp_eth_handle_t *ports;
    uint8_t count;
    frames = xQueueCreate(4, sizeof(struct tapped));
    ESP_ERROR_CHECK(ethernet_init_all(&ports, &count)); /* the driver that menuconfig chose */
    ESP_ERROR_CHECK(esp_stint_init());
    ESP_ERROR_CHECK(esp_stint_attach_eth(ports[0], NULL));
    ESP_ERROR_CHECK(esp_stint_l2_tap(NULL, LOCAL_EXPERIMENTAL, take, NULL));
    for (;;) {
        if (xQueueReceive(frames, &tapped, portMAX_DELAY) == pdTRUE) {
            answer(&tapped);
        }
    }
}
