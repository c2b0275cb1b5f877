/* A virtio device behind memory-mapped registers, and its split virtqueues (VIRTIO 1.2, 4.2 and
 * 2.7); legacy devices too (4.2.4). SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * For machines of little-endian order whose devices see memory as the processor does.
 */
#ifndef STINT_STINT_BAREMETAL_VIRTIO_MMIO_H
#define STINT_STINT_BAREMETAL_VIRTIO_MMIO_H

#include <stdbool.h>
#include <stdint.h>

#include "stint_baremetal/registers.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_VIRTIO_NETWORK = 1, /* device ids, VIRTIO 1.2 chapter 5 */
    STINT_VIRTIO_ENTROPY = 4,

    STINT_VIRTIO_QUEUE_ENTRIES = 4, /* a power of two */
    STINT_VIRTIO_USED_ALIGNMENT = 16,
    STINT_VIRTIO_PAGE = 64, /* of a legacy device: where a queue may begin */
};

enum stint_virtio_descriptor_flags {
    STINT_VIRTIO_DEVICE_WRITES = 2,
};

struct stint_virtio_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags; /* enum stint_virtio_descriptor_flags */
    uint16_t next;
};

struct stint_virtio_available {
    uint16_t flags; /* 1: the device need not interrupt */
    uint16_t index; /* entries ever made available */
    uint16_t ring[STINT_VIRTIO_QUEUE_ENTRIES];
    uint16_t used_event;
};

struct stint_virtio_used_element {
    uint32_t descriptor;
    uint32_t length;
};

struct stint_virtio_used {
    uint16_t flags; /* 1: the device need not be notified */
    uint16_t index; /* entries ever used */
    struct stint_virtio_used_element ring[STINT_VIRTIO_QUEUE_ENTRIES];
    uint16_t available_event;
};

/* A queue as the device sees it, and where we are in it. Each entry is one descriptor. */
struct stint_virtio_queue {
    struct stint_virtio_descriptor descriptors[STINT_VIRTIO_QUEUE_ENTRIES]
        __attribute__((aligned(STINT_VIRTIO_PAGE)));
    volatile struct stint_virtio_available available;
    volatile struct stint_virtio_used used __attribute__((aligned(STINT_VIRTIO_USED_ALIGNMENT)));
    uint16_t number;    /* of the queue in its device */
    uint16_t used_seen; /* entries that we have taken back */
    bool unnotified;    /* entries were made available since the last notification */
};

struct stint_virtio {
    stint_registers registers;
    bool legacy;
};

/* The first device of the kind among `count` windows of `stride` bytes; NULL when there is none. */
stint_registers stint_virtio_find(
    uintptr_t first, uint32_t stride, unsigned count, uint32_t device_id);

/* Resets the device and agrees on those of the features 0 to 31 in `wanted`; legacy devices must
 * offer ANY_LAYOUT, others VERSION_1. False when the device is none of these, or refuses. */
bool stint_virtio_begin(struct stint_virtio *virtio, stint_registers registers, uint32_t wanted);

/* Gives the device a queue, which from then on must stay where it is. */
bool stint_virtio_queue_start(
    const struct stint_virtio *virtio, struct stint_virtio_queue *queue, uint16_t number);

/* The queues are set: the device may begin. */
void stint_virtio_ready(const struct stint_virtio *virtio);

/* Makes a descriptor available; the device is told by the next notify. */
void stint_virtio_queue_offer(struct stint_virtio_queue *queue, uint16_t descriptor);
void stint_virtio_queue_notify(const struct stint_virtio *virtio, struct stint_virtio_queue *queue);

/* Whether the device has given something back that was not taken, and the oldest of it. */
bool stint_virtio_queue_has_used(const struct stint_virtio_queue *queue);
struct stint_virtio_used_element stint_virtio_queue_take(struct stint_virtio_queue *queue);

/* Interrupts of the queue are wanted or not: a hint. */
void stint_virtio_queue_want_interrupts(struct stint_virtio_queue *queue, bool wanted);

/* Takes back the interrupt, so that the next event raises it anew. */
void stint_virtio_acknowledge_interrupt(const struct stint_virtio *virtio);

#ifdef __cplusplus
}
#endif

#endif
