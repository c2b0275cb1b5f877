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

enum {
    STINT_RECORDING_FRAME_LENGTH = 1516, /* bytes kept of a frame, a multiple of 4 */
    STINT_RECORDING_BLOCK_LENGTH = STINT_RECORDING_FRAME_LENGTH + 44,
};

struct stint_recording {
    struct stint_device inner;
    struct stint_recording_sink sink;
    int64_t epoch_offset;       /* microseconds to add to an instant to get Unix time */
    struct stint_span reserved; /* the room lent to the sender */
    bool lent;                  /* the frame that was received is recorded and not yet done */
    uint8_t block[STINT_RECORDING_BLOCK_LENGTH]; /* being written */
};

/* Writes the section header and the interface description, and from then on an enhanced packet
 * block for each frame with its time (microseconds) and direction. A frame received is written when
 * it is lent, a frame sent when it is committed. */
void stint_recording_init(struct stint_recording *recording, struct stint_device inner,
    struct stint_recording_sink sink, int64_t epoch_offset);

struct stint_device stint_recording_device(struct stint_recording *recording);

#ifdef __cplusplus
}
#endif

#endif
