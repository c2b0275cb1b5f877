/* The device contract: what the stack asks of anything that carries Ethernet frames.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A device lends its received frames and its transmit buffers; nothing is allocated and nothing is
 * queued on the stack's side. All calls come from the poll. Frames are without preamble and FCS.
 */
#ifndef STINT_DEVICE_DEVICE_H
#define STINT_DEVICE_DEVICE_H

#include "stint/base/bytes.h"
#include "stint/base/time.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_device_operations {
    /* Lends the oldest received frame, until receive_done(); empty when none has arrived. */
    struct stint_view (*receive)(void *context, struct stint_instant now);

    /* Gives the lent frame back to the device. */
    void (*receive_done)(void *context);

    /* Room for a frame of `length` bytes, until transmit_commit(); empty when the device is full,
     * in which case service() or a wake of the poll will tell when to try again. Asking again
     * without a commit gives the room up. */
    struct stint_span (*transmit)(void *context, struct stint_instant now, size_t length);

    /* Sends the first `length` bytes of the room, at most what was asked for. */
    void (*transmit_commit)(void *context, struct stint_instant now, size_t length);

    /* Called at the start and end of every poll: the device moves what is due (a batch to send, a
     * delayed frame) and says when it must be called again: `now` when frames wait to be received,
     * never when only a wake can bring work. */
    struct stint_instant (*service)(void *context, struct stint_instant now);
};

struct stint_device {
    const struct stint_device_operations *operations; /* all of them set */
    void *context;
};

enum {
    STINT_DEVICE_FRAME_LENGTH = 1514, /* an Ethernet frame with 1500 bytes of payload */
};

static inline struct stint_view stint_device_receive(
    const struct stint_device *device, struct stint_instant now)
{
    return device->operations->receive(device->context, now);
}

static inline void stint_device_receive_done(const struct stint_device *device)
{
    device->operations->receive_done(device->context);
}

static inline struct stint_span stint_device_transmit(
    const struct stint_device *device, struct stint_instant now, size_t length)
{
    return device->operations->transmit(device->context, now, length);
}

static inline void stint_device_transmit_commit(
    const struct stint_device *device, struct stint_instant now, size_t length)
{
    device->operations->transmit_commit(device->context, now, length);
}

static inline struct stint_instant stint_device_service(
    const struct stint_device *device, struct stint_instant now)
{
    return device->operations->service(device->context, now);
}

#ifdef __cplusplus
}
#endif

#endif
