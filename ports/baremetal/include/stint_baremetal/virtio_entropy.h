/* Entropy from a virtio device (VIRTIO 1.2, 5.4). SPDX-License-Identifier: Apache-2.0 OR MIT */
#ifndef STINT_STINT_BAREMETAL_VIRTIO_ENTROPY_H
#define STINT_STINT_BAREMETAL_VIRTIO_ENTROPY_H

#include "stint/base/bytes.h"
#include "stint_baremetal/virtio_mmio.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills `into`, waiting for the device; called once, at the start. The queue is memory for the
 * device, free again afterwards. False when it is no virtio entropy device, or it gives nothing. */
bool stint_virtio_entropy(
    struct stint_virtio_queue *queue, stint_registers registers, struct stint_span into);

#ifdef __cplusplus
}
#endif

#endif
