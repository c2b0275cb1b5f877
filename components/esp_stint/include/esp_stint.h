/* stint under ESP-IDF: the direct bring-up, what it tells, and frames below IP.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Drivers that are brought up by esp_netif (esp_eth_new_netif_glue(),
 * esp_netif_create_default_wifi_sta(), ...) need none of these calls: esp_netif_init() starts the
 * stack. The direct bring-up does in three calls what an application does with esp_netif:
 *
 *     esp_stint_init();
 *     esp_stint_attach_eth(eth, NULL);
 *     esp_stint_wait_for_ip(portMAX_DELAY);
 */
#ifndef ESP_STINT_H
#define ESP_STINT_H

#include "esp_netif.h"
#include "freertos/FreeRTOS.h"
#include "stint/base/drop.h"
#include "stint_sockets/sockets.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- direct bring-up --- */

/* Starts the stack and, when there is none, the default event loop. ESP_OK when it runs already;
 * ESP_ERR_NO_MEM. */
esp_err_t esp_stint_init(void);

/* Detaches the driver and ends the stack. ESP_ERR_INVALID_STATE while interfaces that others made
 * exist. Sockets must be closed before. */
esp_err_t esp_stint_deinit(void);

/* Attaches an Ethernet driver that is installed and not started (an esp_eth_handle_t), and starts
 * it. `address` NULL: asks a DHCP server. ESP_ERR_INVALID_STATE before esp_stint_init() or when one
 * is attached already. */
esp_err_t esp_stint_attach_eth(void *eth, const esp_netif_ip_info_t *address);

/* Stops the driver and gives it back; sockets stay, without an interface. */
esp_err_t esp_stint_detach_eth(void);

/* Waits until an interface, whoever made it, has an IPv4 address. ESP_ERR_TIMEOUT. */
esp_err_t esp_stint_wait_for_ip(TickType_t ticks);

/* The default interface's addresses; ESP_ERR_NOT_FOUND when there is none yet. */
esp_err_t esp_stint_get_ipv4(esp_ip4_addr_t *address);
esp_err_t esp_stint_get_netmask(esp_ip4_addr_t *netmask);
esp_err_t esp_stint_get_gateway(esp_ip4_addr_t *gateway);

/* The default interface's preferred IPv6 address: one that reaches beyond the link, else the
 * link-local one. ESP_ERR_NOT_FOUND when there is none yet. */
esp_err_t esp_stint_get_ipv6(esp_ip6_addr_t *address);

enum esp_stint_event {
    ESP_STINT_GOT_IP,
    ESP_STINT_LOST_IP,
    ESP_STINT_LINK_UP,
    ESP_STINT_LINK_DOWN,
    ESP_STINT_GOT_IP6, /* told for each address */
};

/* Called from the event loop's task for every interface; NULL: nobody is told. */
typedef void (*esp_stint_event_cb_t)(
    void *argument, enum esp_stint_event event, esp_netif_t *netif);
void esp_stint_on_event(esp_stint_event_cb_t callback, void *argument);

/* --- reports --- */

struct esp_stint_interface_stats {
    uint64_t rx_bytes;
    uint64_t tx_bytes;
    uint32_t rx_frames;
    uint32_t tx_frames;
    uint32_t rx_dropped_no_room; /* the queue from driver to stack was full */
    uint32_t rx_dropped_down;    /* the interface was down */
    uint32_t rx_dropped_length;  /* shorter than an Ethernet header, or too long */
    uint32_t rx_high_water;      /* frames that waited at once */
    uint32_t tx_waited;          /* frames for which the driver had no buffer at first */
    uint32_t tx_timed_out;       /* of these: dropped after CONFIG_ESP_STINT_TX_WAIT_MS */
    uint32_t tx_displaced; /* of these: dropped because the station sleeps and others do not */
    uint32_t tx_failed;    /* dropped because the driver refused, or the interface is down */
};

struct esp_stint_stats {
    uint32_t drops[STINT_DROP_COUNT]; /* received and refused, by reason (stint_drop_name()) */
    uint32_t polls;                   /* of the poll task; none while nothing happens */
    uint32_t sockets_open;
    uint32_t sockets_high_water;
};

/* ESP_ERR_INVALID_STATE when the stack does not run, or the interface is not started. */
esp_err_t esp_stint_get_stats(struct esp_stint_stats *stats);
esp_err_t esp_stint_get_interface_stats(
    esp_netif_t *netif, struct esp_stint_interface_stats *stats);

/* --- the stack's own sockets --- */

/* For the calls of stint_sockets/sockets.h; NULL when the stack does not run. */
struct stint_sockets *esp_stint_sockets(void);

/* Makes the poll task look at once; from any task or interrupt (of an interface's driver whose
 * buffers became free, of a timer). */
void esp_stint_kick(void);

/* Waits until the stack has polled once more. ESP_ERR_TIMEOUT, ESP_ERR_INVALID_STATE. */
esp_err_t esp_stint_wait_for_progress(TickType_t ticks);

/* --- below IP --- */

/* A frame with its Ethernet header, borrowed for the call; `received_at` in microseconds of
 * esp_timer_get_time(). Called from the poll task: must not block nor call the stack. */
typedef void (*esp_stint_l2_tap_cb_t)(
    void *argument, esp_netif_t *netif, const uint8_t *frame, size_t length, int64_t received_at);

/* Gives frames of an EtherType (of every interface when `netif` is NULL) to the callback instead
 * of the stack; a NULL callback ends that. ESP_ERR_NO_MEM beyond CONFIG_ESP_STINT_L2_TAPS,
 * ESP_ERR_NOT_FOUND, ESP_ERR_INVALID_STATE. */
esp_err_t esp_stint_l2_tap(
    esp_netif_t *netif, uint16_t ethertype, esp_stint_l2_tap_cb_t callback, void *argument);

/* Sends a frame with its Ethernet header as it is. ESP_ERR_NO_MEM: no frame is free, try again;
 * ESP_ERR_INVALID_STATE: the interface is down. */
esp_err_t esp_stint_l2_send(esp_netif_t *netif, const void *frame, size_t length);

#ifdef __cplusplus
}
#endif

#endif
