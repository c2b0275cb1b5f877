/* A device that receives what it sends: one queue.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/device/loopback.h"

static struct stint_view receive(void *context, struct stint_instant now)
{
    const struct stint_loopback *const loopback = context;
    (void)now;
    return stint_packet_queue_front(&loopback->frames);
}

static void receive_done(void *context)
{
    struct stint_loopback *const loopback = context;
    stint_packet_queue_pop(&loopback->frames);
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    struct stint_loopback *const loopback = context;
    (void)now;
    return stint_packet_queue_reserve(&loopback->frames, length);
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    struct stint_loopback *const loopback = context;
    (void)now;
    stint_packet_queue_commit(&loopback->frames, length);
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    const struct stint_loopback *const loopback = context;
    return stint_packet_queue_is_empty(&loopback->frames) ? stint_instant_never() : now;
}

static const struct stint_device_operations operations = {
    receive, receive_done, transmit, transmit_commit, service};

void stint_loopback_init(struct stint_loopback *loopback, struct stint_span storage)
{
    stint_packet_queue_init(&loopback->frames, storage);
}

struct stint_device stint_loopback_device(struct stint_loopback *loopback)
{
    const struct stint_device device = {&operations, loopback};
    return device;
}
