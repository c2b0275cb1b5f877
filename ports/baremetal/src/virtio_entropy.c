/* Entropy from a virtio device. SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "stint_baremetal/virtio_entropy.h"

#include <string.h>

enum { LOOKS = 100000000 }; /* at the used ring, before the device is given up */

/* How many bytes the device gave at once; 0 when it gave none in the time. */
static size_t ask(
    const struct stint_virtio *virtio, struct stint_virtio_queue *queue, struct stint_span into)
{
    queue->descriptors[0] = (struct stint_virtio_descriptor){
        .address = (uintptr_t)into.bytes,
        .length = (uint32_t)into.length,
        .flags = STINT_VIRTIO_DEVICE_WRITES,
    };
    stint_virtio_queue_offer(queue, 0);
    stint_virtio_queue_notify(virtio, queue);
    for (uint32_t i = 0; i < LOOKS; i++) {
        if (stint_virtio_queue_has_used(queue)) {
            const size_t given = stint_virtio_queue_take(queue).length;
            return given < into.length ? given : into.length;
        }
    }
    return 0;
}

bool stint_virtio_entropy(
    struct stint_virtio_queue *queue, stint_registers registers, struct stint_span into)
{
    struct stint_virtio virtio;
    memset(queue, 0, sizeof *queue);
    if (!stint_virtio_begin(&virtio, registers, 0) ||
        !stint_virtio_queue_start(&virtio, queue, 0)) {
        return false;
    }
    stint_virtio_queue_want_interrupts(queue, false);
    stint_virtio_ready(&virtio);
    size_t given = 1;
    while (into.length > 0 && given > 0) {
        given = ask(&virtio, queue, into);
        into = stint_span_without_first(into, given);
    }
    return into.length == 0;
}
