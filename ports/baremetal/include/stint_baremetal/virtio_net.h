/* A virtio network device as a stint device (VIRTIO 1.2, 5.1).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Frames lie in the driver's buffers and are received and written there: nothing is copied. No
 * offloads. When its receive buffers are all taken the device waits; that is no loss.
 */
#ifndef STINT_STINT_BAREMETAL_VIRTIO_NET_H
#define STINT_STINT_BAREMETAL_VIRTIO_NET_H

#include "stint/device/device.h"
#include "stint/wire/address.h"
#include "stint_baremetal/virtio_mmio.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_VIRTIO_NET_RECEIVE_BUFFERS = 2, /* at most STINT_VIRTIO_QUEUE_ENTRIES */
    STINT_VIRTIO_NET_SEND_BUFFERS = 2,
    /* Before the frame, whose IP header then lies at a multiple of 4. */
    STINT_VIRTIO_NET_HEADROOM = 14,
};

/* The device's own header, its length differing, ends where the frame begins. */
struct stint_virtio_net_buffer {
    uint8_t bytes[STINT_VIRTIO_NET_HEADROOM + STINT_DEVICE_FRAME_LENGTH]
        __attribute__((aligned(4)));
};

struct stint_virtio_net_counters {
    uint32_t received;
    uint32_t sent;
    uint32_t malformed; /* received entries that make no frame: dropped */
    uint32_t full;      /* times that there was no room to send */
};

struct stint_virtio_net {
    struct stint_virtio_queue receiving;
    struct stint_virtio_queue sending;
    struct stint_virtio_net_buffer received[STINT_VIRTIO_NET_RECEIVE_BUFFERS];
    struct stint_virtio_net_buffer sent[STINT_VIRTIO_NET_SEND_BUFFERS];
    struct stint_virtio virtio;
    struct stint_virtio_net_counters counters;
    uint16_t header_length;
    uint16_t lent_length; /* of the frame that is lent; 0: none */
    uint16_t lent;        /* its buffer */
    uint16_t free_sends;  /* a bit for each buffer */
    uint16_t granted;     /* the buffer that transmit() gave last */
};

/* Starts the device; `address` becomes its hardware address. From then on `net` must not move.
 * False when it is no virtio network device that this driver can speak to. */
bool stint_virtio_net_start(struct stint_virtio_net *net, stint_registers registers,
    struct stint_hardware_address *address);

/* The device; its context is `net`. A frame that arrives, or room after there was none, raises the
 * device's interrupt, which service() takes back. */
struct stint_device stint_virtio_net_device(struct stint_virtio_net *net);

#ifdef __cplusplus
}
#endif

#endif
