/* A driver as a device of the stack: frames that came, frames that wait for the driver's buffers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A link stands for one interface of the stack. It is taken by an interface of esp_netif when that
 * starts, and given back when it stops; everything but link_frame_arrived() is called with the lock
 * of the sockets layer held.
 */
#ifndef ESP_STINT_LINK_H
#define ESP_STINT_LINK_H

#include "esp_netif.h"
#include "esp_stint.h"
#include "frame_queue.h"
#include "stint/device/device.h"
#include "stint/stack/dhcpv4_service.h"
#include "stint/stack/slaac_service.h"

enum {
    LINK_RX_FRAMES = 1 << CONFIG_ESP_STINT_RX_FRAMES_EXPONENT,
    LINK_TX_FRAMES = CONFIG_ESP_STINT_TX_FRAMES,
    LINK_FRAME_LENGTH = 1518, /* with a VLAN tag */
    LINK_HOSTNAME_LENGTH = 32,
    LINK_SLOW_STATIONS = 4, /* that are remembered */
};

/* A frame that the stack has sent and the driver has not taken yet. */
struct link_sending {
    struct stint_instant give_up_at;
    uint32_t order; /* of those that wait; smaller: older */
    uint16_t length;
    bool waits;
    uint8_t bytes[LINK_FRAME_LENGTH + 2];
};

struct link_counters {
    _Atomic uint32_t rx_no_room; /* counted by drivers; the rest by the poll task */
    _Atomic uint32_t rx_down;
    uint32_t rx_length;
    uint32_t rx_high_water;
    uint32_t tx_waited;
    uint32_t tx_timed_out;
    uint32_t tx_displaced;
    uint32_t tx_failed;
};

struct link {
    esp_netif_t *netif; /* who has it; NULL: nobody */
    esp_netif_driver_ifconfig_t driver;
    _Atomic bool up; /* frames pass */
    bool attached;   /* to the stack */
    uint8_t interface;
    uint8_t lent; /* the frame lent to the stack for sending, or LINK_TX_FRAMES */
    uint32_t next_order;
    struct stint_dhcpv4_service dhcp; /* the stack's from its first start on */
    bool dhcp_added;
    struct stint_slaac_service slaac; /* likewise */
    bool slaac_added;
    char host_name[LINK_HOSTNAME_LENGTH + 1]; /* as told to servers */
    struct frame_queue received;
    struct frame_cell cells[LINK_RX_FRAMES];
    struct link_sending sending[LINK_TX_FRAMES];
    struct stint_hardware_address slow[LINK_SLOW_STATIONS]; /* zero: none */
    uint8_t next_slow;
    struct link_counters counters;
};

/* A link that nobody has, from the start of the stack on. */
void link_init(struct link *link);

/* The device of a link. */
struct stint_device link_device(struct link *link);

/* A driver's frame, which is the link's from now on, whatever comes of it: from any task or
 * interrupt. False when it was dropped. */
bool link_frame_arrived(struct link *link, struct frame frame);

/* Sends bytes as they are; false when no frame is free. */
bool link_send(struct link *link, struct stint_instant now, struct stint_view bytes);

/* Gives every waiting frame back, unsent and unread. */
void link_drain(struct link *link);

#endif
