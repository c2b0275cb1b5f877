/* An Ethernet cable in memory: two queues, each filled at one end and emptied at the other.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/device/cable.h"

/* Frames lie this many bytes after a word boundary, so that what follows the 14 bytes of an
 * Ethernet header is aligned, down to the payload of TCP. */
enum { BEFORE_FRAME = 2 };

static struct stint_view receive(void *context, struct stint_instant now)
{
    const struct stint_cable_end *const end = context;
    (void)now;
    return stint_view_without_first(stint_packet_queue_front(&end->incoming), BEFORE_FRAME);
}

static void receive_done(void *context)
{
    struct stint_cable_end *const end = context;
    stint_packet_queue_pop(&end->incoming);
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    const struct stint_cable_end *const end = context;
    (void)now;
    return stint_span_without_first(
        stint_packet_queue_reserve(&end->other->incoming, length + BEFORE_FRAME), BEFORE_FRAME);
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    const struct stint_cable_end *const end = context;
    (void)now;
    stint_packet_queue_commit(&end->other->incoming, length == 0 ? 0 : length + BEFORE_FRAME);
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    const struct stint_cable_end *const end = context;
    return stint_packet_queue_is_empty(&end->incoming) ? stint_instant_never() : now;
}

static const struct stint_device_operations operations = {
    receive, receive_done, transmit, transmit_commit, service};

void stint_cable_init(
    struct stint_cable *cable, struct stint_span to_first, struct stint_span to_second)
{
    stint_packet_queue_init(&cable->ends[0].incoming, to_first);
    stint_packet_queue_init(&cable->ends[1].incoming, to_second);
    cable->ends[0].other = &cable->ends[1];
    cable->ends[1].other = &cable->ends[0];
}

struct stint_device stint_cable_device(struct stint_cable *cable, unsigned end)
{
    const struct stint_device device = {&operations, &cable->ends[end]};
    return device;
}
