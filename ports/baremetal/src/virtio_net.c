/* A virtio network device as a stint device. SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "stint_baremetal/virtio_net.h"

#include <string.h>

enum {
    FEATURE_HARDWARE_ADDRESS = 5,
    CONFIGURATION = 0x100, /* where the hardware address begins */
    RECEIVE_QUEUE = 0,
    SEND_QUEUE = 1,
    HEADER_LENGTH = 12,
    LEGACY_HEADER_LENGTH = 10, /* without the number of buffers */
    ALL_FREE = (1 << STINT_VIRTIO_NET_SEND_BUFFERS) - 1,
};

_Static_assert((int)STINT_VIRTIO_NET_RECEIVE_BUFFERS <= (int)STINT_VIRTIO_QUEUE_ENTRIES &&
                   (int)STINT_VIRTIO_NET_SEND_BUFFERS <= (int)STINT_VIRTIO_QUEUE_ENTRIES,
    "a buffer has a descriptor of its own");

/* The descriptor of a buffer begins with the device's header. */
static struct stint_virtio_descriptor describe(
    const struct stint_virtio_net *net, struct stint_virtio_net_buffer *buffer, uint16_t flags)
{
    const size_t before = STINT_VIRTIO_NET_HEADROOM - (size_t)net->header_length;
    return (struct stint_virtio_descriptor){
        .address = (uintptr_t)buffer->bytes + before,
        .length = (uint32_t)(sizeof buffer->bytes - before),
        .flags = flags,
    };
}

/* --- receiving --- */

static void give_back(struct stint_virtio_net *net, uint16_t buffer)
{
    stint_virtio_queue_offer(&net->receiving, buffer);
}

/* Lends the oldest frame; entries that make none go back to the device. */
static void lend_next(struct stint_virtio_net *net)
{
    while (net->lent_length == 0 && stint_virtio_queue_has_used(&net->receiving)) {
        const struct stint_virtio_used_element used = stint_virtio_queue_take(&net->receiving);
        const uint32_t most = STINT_DEVICE_FRAME_LENGTH + (uint32_t)net->header_length;
        if (used.descriptor >= STINT_VIRTIO_NET_RECEIVE_BUFFERS) {
            net->counters.malformed++;
        } else if (used.length <= net->header_length || used.length > most) {
            net->counters.malformed++;
            give_back(net, (uint16_t)used.descriptor);
        } else {
            net->counters.received++;
            net->lent = (uint16_t)used.descriptor;
            net->lent_length = (uint16_t)(used.length - net->header_length);
        }
    }
}

static struct stint_view net_receive(void *context, struct stint_instant now)
{
    (void)now;
    struct stint_virtio_net *net = context;
    lend_next(net);
    return stint_view_of(
        net->received[net->lent].bytes + STINT_VIRTIO_NET_HEADROOM, net->lent_length);
}

static void net_receive_done(void *context)
{
    struct stint_virtio_net *net = context;
    net->lent_length = 0;
    give_back(net, net->lent);
}

/* --- sending --- */

static void take_sent(struct stint_virtio_net *net)
{
    while (stint_virtio_queue_has_used(&net->sending)) {
        const struct stint_virtio_used_element used = stint_virtio_queue_take(&net->sending);
        net->free_sends = (uint16_t)((net->free_sends | 1u << used.descriptor) & ALL_FREE);
    }
}

/* True when a buffer is free. Where none is, the device will interrupt when it gives one back. */
static bool has_room(struct stint_virtio_net *net)
{
    take_sent(net);
    if (net->free_sends == 0) {
        stint_virtio_queue_notify(&net->virtio, &net->sending);
        stint_virtio_queue_want_interrupts(&net->sending, true);
        take_sent(net);
    }
    return net->free_sends != 0;
}

static struct stint_span net_transmit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct stint_virtio_net *net = context;
    if (length > STINT_DEVICE_FRAME_LENGTH) {
        return stint_span_of(NULL, 0);
    }
    if (!has_room(net)) {
        net->counters.full++;
        return stint_span_of(NULL, 0);
    }
    stint_virtio_queue_want_interrupts(&net->sending, false);
    net->granted = 0;
    while ((net->free_sends >> net->granted & 1u) == 0) {
        net->granted++;
    }
    return stint_span_of(net->sent[net->granted].bytes + STINT_VIRTIO_NET_HEADROOM, length);
}

static void net_transmit_commit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct stint_virtio_net *net = context;
    net->sending.descriptors[net->granted].length = (uint32_t)(net->header_length + length);
    net->free_sends = (uint16_t)(net->free_sends & ~(1u << net->granted));
    net->counters.sent++;
    stint_virtio_queue_offer(&net->sending, net->granted);
}

/* --- starting and serving --- */

static struct stint_instant net_service(void *context, struct stint_instant now)
{
    struct stint_virtio_net *net = context;
    stint_virtio_queue_notify(&net->virtio, &net->sending);
    stint_virtio_queue_notify(&net->virtio, &net->receiving);
    stint_virtio_acknowledge_interrupt(&net->virtio);
    const bool waits = net->lent_length > 0 || stint_virtio_queue_has_used(&net->receiving);
    return waits ? now : stint_instant_never();
}

static const struct stint_device_operations operations = {
    .receive = net_receive,
    .receive_done = net_receive_done,
    .transmit = net_transmit,
    .transmit_commit = net_transmit_commit,
    .service = net_service,
};

struct stint_device stint_virtio_net_device(struct stint_virtio_net *net)
{
    return (struct stint_device){.operations = &operations, .context = net};
}

static void read_hardware_address(
    const struct stint_virtio_net *net, struct stint_hardware_address *address)
{
    const volatile uint8_t *configuration =
        (const volatile uint8_t *)net->virtio.registers + CONFIGURATION;
    for (unsigned i = 0; i < sizeof address->octets; i++) {
        address->octets[i] = configuration[i];
    }
}

bool stint_virtio_net_start(
    struct stint_virtio_net *net, stint_registers registers, struct stint_hardware_address *address)
{
    memset(net, 0, sizeof *net);
    if (!stint_virtio_begin(&net->virtio, registers, UINT32_C(1) << FEATURE_HARDWARE_ADDRESS) ||
        !stint_virtio_queue_start(&net->virtio, &net->receiving, RECEIVE_QUEUE) ||
        !stint_virtio_queue_start(&net->virtio, &net->sending, SEND_QUEUE)) {
        return false;
    }
    net->header_length = net->virtio.legacy ? LEGACY_HEADER_LENGTH : HEADER_LENGTH;
    net->free_sends = ALL_FREE;
    read_hardware_address(net, address);
    for (unsigned i = 0; i < STINT_VIRTIO_NET_SEND_BUFFERS; i++) {
        net->sending.descriptors[i] = describe(net, &net->sent[i], 0);
    }
    stint_virtio_queue_want_interrupts(&net->sending, false);
    stint_virtio_ready(&net->virtio);
    for (unsigned i = 0; i < STINT_VIRTIO_NET_RECEIVE_BUFFERS; i++) {
        net->receiving.descriptors[i] =
            describe(net, &net->received[i], STINT_VIRTIO_DEVICE_WRITES);
        give_back(net, (uint16_t)i);
    }
    stint_virtio_queue_notify(&net->virtio, &net->receiving);
    return true;
}
