/* An Ethernet cable in memory: what one end sends the other receives, in order, without delay.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Both ends must be polled from one thread.
 */
#ifndef STINT_DEVICE_CABLE_H
#define STINT_DEVICE_CABLE_H

#include "stint/device/device.h"
#include "stint/storage/packet_queue.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_cable_end {
    struct stint_packet_queue incoming; /* frames that this end has still to receive */
    struct stint_cable_end *other;
};

struct stint_cable {
    struct stint_cable_end ends[2];
};

/* Each storage holds the frames on their way to one end, and is borrowed for the cable's life. The
 * cable must not be moved. */
void stint_cable_init(
    struct stint_cable *cable, struct stint_span to_first, struct stint_span to_second);

/* The device at an end (0 or 1). */
struct stint_device stint_cable_device(struct stint_cable *cable, unsigned end);

#ifdef __cplusplus
}
#endif

#endif
