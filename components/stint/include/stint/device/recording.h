/* A device that records every frame that passes as pcapng (draft-ietf-opsawg-pcapng), for Wireshark
 * and its kin. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_DEVICE_RECORDING_H
#define STINT_DEVICE_RECORDING_H

#include "stint/device/device.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where the recording goes; `write` is called with whole blocks and must take or drop each as a
 * whole. */
struct stint_recording_sink {
    void (*write)(void *context, struct stint_view block);
    void *context;
};

struct stint_recording {
    struct stint_device inner;
    struct stint_recording_sink sink;
    int64_t epoch_offset;       /* microseconds to add to an instant to get Unix time */
    struct stint_span reserved; /* the room lent to the sender */
    struct stint_instant received_at;
};

/* Writes the section header and the interface description, and from then on an enhanced packet
 * block for each frame with its time (microseconds) and direction. */
void stint_recording_init(struct stint_recording *recording, struct stint_device inner,
    struct stint_recording_sink sink, int64_t epoch_offset);

struct stint_device stint_recording_device(struct stint_recording *recording);

#ifdef __cplusplus
}
#endif

#endif
