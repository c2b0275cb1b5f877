/* A virtio device behind memory-mapped registers, and its split virtqueues.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_baremetal/virtio_mmio.h"

#include <stddef.h>

/* VIRTIO 1.2, 4.2.2 and 4.2.4. */
enum {
    MAGIC_VALUE = 0x000,
    VERSION = 0x004,
    DEVICE_ID = 0x008,
    DEVICE_FEATURES = 0x010,
    DEVICE_FEATURES_SELECT = 0x014,
    DRIVER_FEATURES = 0x020,
    DRIVER_FEATURES_SELECT = 0x024,
    LEGACY_PAGE_SIZE = 0x028,
    QUEUE_SELECT = 0x030,
    QUEUE_MAXIMUM = 0x034,
    QUEUE_ENTRIES = 0x038,
    LEGACY_QUEUE_ALIGNMENT = 0x03c,
    LEGACY_QUEUE_PAGE = 0x040,
    QUEUE_READY = 0x044,
    QUEUE_NOTIFY = 0x050,
    INTERRUPT_STATUS = 0x060,
    INTERRUPT_ACKNOWLEDGE = 0x064,
    STATUS = 0x070,
    QUEUE_DESCRIPTORS = 0x080,
    QUEUE_AVAILABLE = 0x090,
    QUEUE_USED = 0x0a0,

    MAGIC = 0x74726976,
    VERSION_LEGACY = 1,
    VERSION_MODERN = 2,
};

enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };

enum {
    FEATURE_ANY_LAYOUT = 27, /* legacy: a packet and its header may share a descriptor */
    FEATURE_VERSION_1 = 0,   /* of the second word */
    NEED_NOT_TELL = 1,
    ENTRY_MASK = STINT_VIRTIO_QUEUE_ENTRIES - 1,
};

/* The layout that a legacy device computes from the number of entries and the alignment. */
_Static_assert(offsetof(struct stint_virtio_queue, available) ==
                   sizeof(struct stint_virtio_descriptor) * STINT_VIRTIO_QUEUE_ENTRIES,
    "the available ring follows the descriptors");
_Static_assert(offsetof(struct stint_virtio_queue, used) ==
                   (offsetof(struct stint_virtio_queue, available) +
                       sizeof(struct stint_virtio_available) + STINT_VIRTIO_USED_ALIGNMENT - 1) /
                       STINT_VIRTIO_USED_ALIGNMENT * STINT_VIRTIO_USED_ALIGNMENT,
    "the used ring follows at the next aligned place");

static uint32_t read(const struct stint_virtio *virtio, uint32_t offset)
{
    return stint_register_read(virtio->registers, offset);
}

static void write(const struct stint_virtio *virtio, uint32_t offset, uint32_t value)
{
    stint_register_write(virtio->registers, offset, value);
}

stint_registers stint_virtio_find(
    uintptr_t first, uint32_t stride, unsigned count, uint32_t device_id)
{
    for (unsigned i = 0; i < count; i++) {
        stint_registers registers =
            (stint_registers)(first + (uintptr_t)i * stride); // NOLINT(performance-no-int-to-ptr)
        if (stint_register_read(registers, MAGIC_VALUE) == MAGIC &&
            stint_register_read(registers, DEVICE_ID) == device_id) {
            return registers;
        }
    }
    return NULL;
}

static uint32_t features_offered(const struct stint_virtio *virtio, uint32_t word)
{
    write(virtio, DEVICE_FEATURES_SELECT, word);
    return read(virtio, DEVICE_FEATURES);
}

static void accept_features(const struct stint_virtio *virtio, uint32_t word, uint32_t features)
{
    write(virtio, DRIVER_FEATURES_SELECT, word);
    write(virtio, DRIVER_FEATURES, features);
}

static bool agree_legacy(const struct stint_virtio *virtio, uint32_t wanted)
{
    const uint32_t layout = UINT32_C(1) << FEATURE_ANY_LAYOUT;
    const uint32_t offered = features_offered(virtio, 0);
    accept_features(virtio, 0, offered & (wanted | layout));
    write(virtio, LEGACY_PAGE_SIZE, STINT_VIRTIO_PAGE);
    return (offered & layout) != 0;
}

static bool agree_modern(const struct stint_virtio *virtio, uint32_t wanted)
{
    const uint32_t version = UINT32_C(1) << FEATURE_VERSION_1;
    accept_features(virtio, 0, features_offered(virtio, 0) & wanted);
    accept_features(virtio, 1, features_offered(virtio, 1) & version);
    write(virtio, STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
    return (read(virtio, STATUS) & FEATURES_OK) != 0;
}

bool stint_virtio_begin(struct stint_virtio *virtio, stint_registers registers, uint32_t wanted)
{
    const uint32_t version = stint_register_read(registers, VERSION);
    *virtio = (struct stint_virtio){.registers = registers, .legacy = version == VERSION_LEGACY};
    if (version != VERSION_LEGACY && version != VERSION_MODERN) {
        return false;
    }
    write(virtio, STATUS, 0);
    write(virtio, STATUS, ACKNOWLEDGE);
    write(virtio, STATUS, ACKNOWLEDGE | DRIVER);
    return virtio->legacy ? agree_legacy(virtio, wanted) : agree_modern(virtio, wanted);
}

static void write_address(
    const struct stint_virtio *virtio, uint32_t offset, const volatile void *place)
{
    const uint64_t address = (uintptr_t)place;
    write(virtio, offset, (uint32_t)address);
    write(virtio, offset + 4, (uint32_t)(address >> 32));
}

bool stint_virtio_queue_start(
    const struct stint_virtio *virtio, struct stint_virtio_queue *queue, uint16_t number)
{
    queue->number = number;
    write(virtio, QUEUE_SELECT, number);
    if (read(virtio, QUEUE_MAXIMUM) < STINT_VIRTIO_QUEUE_ENTRIES) {
        return false;
    }
    write(virtio, QUEUE_ENTRIES, STINT_VIRTIO_QUEUE_ENTRIES);
    if (virtio->legacy) {
        write(virtio, LEGACY_QUEUE_ALIGNMENT, STINT_VIRTIO_USED_ALIGNMENT);
        write(virtio, LEGACY_QUEUE_PAGE, (uint32_t)((uintptr_t)queue / STINT_VIRTIO_PAGE));
    } else {
        write_address(virtio, QUEUE_DESCRIPTORS, queue->descriptors);
        write_address(virtio, QUEUE_AVAILABLE, &queue->available);
        write_address(virtio, QUEUE_USED, &queue->used);
        write(virtio, QUEUE_READY, 1);
    }
    return true;
}

void stint_virtio_ready(const struct stint_virtio *virtio)
{
    write(virtio, STATUS, read(virtio, STATUS) | DRIVER_OK);
}

void stint_virtio_queue_offer(struct stint_virtio_queue *queue, uint16_t descriptor)
{
    const uint16_t index = queue->available.index;
    queue->available.ring[index & ENTRY_MASK] = descriptor;
    stint_memory_barrier();
    queue->available.index = (uint16_t)(index + 1);
    queue->unnotified = true;
}

void stint_virtio_queue_notify(const struct stint_virtio *virtio, struct stint_virtio_queue *queue)
{
    if (!queue->unnotified) {
        return;
    }
    queue->unnotified = false;
    stint_memory_barrier();
    if ((queue->used.flags & NEED_NOT_TELL) == 0) {
        write(virtio, QUEUE_NOTIFY, queue->number);
    }
}

bool stint_virtio_queue_has_used(const struct stint_virtio_queue *queue)
{
    return queue->used.index != queue->used_seen;
}

struct stint_virtio_used_element stint_virtio_queue_take(struct stint_virtio_queue *queue)
{
    stint_memory_barrier();
    const volatile struct stint_virtio_used_element *used =
        &queue->used.ring[queue->used_seen++ & ENTRY_MASK];
    return (struct stint_virtio_used_element){used->descriptor, used->length};
}

void stint_virtio_queue_want_interrupts(struct stint_virtio_queue *queue, bool wanted)
{
    queue->available.flags = wanted ? 0 : NEED_NOT_TELL;
    stint_memory_barrier();
}

void stint_virtio_acknowledge_interrupt(const struct stint_virtio *virtio)
{
    write(virtio, INTERRUPT_ACKNOWLEDGE, read(virtio, INTERRUPT_STATUS));
    stint_memory_barrier();
}
