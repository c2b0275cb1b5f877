/* A device whose every sent frame comes back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_DEVICE_LOOPBACK_H
#define STINT_DEVICE_LOOPBACK_H

#include "stint/device/device.h"
#include "stint/storage/packet_queue.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_loopback {
    struct stint_packet_queue frames;
};

/* `storage` holds the frames on their way and is borrowed for the device's life. */
void stint_loopback_init(struct stint_loopback *loopback, struct stint_span storage);

/* The device; its context is `loopback`, which must outlive it. */
struct stint_device stint_loopback_device(struct stint_loopback *loopback);

#ifdef __cplusplus
}
#endif

#endif
