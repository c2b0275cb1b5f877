/* The wire of a driver: a queue each way.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "harness_wire.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

void harness_wire_open(struct harness_wire *wire, const uint8_t mac[6])
{
    memset(wire, 0, sizeof(*wire));
    pthread_mutex_init(&wire->mutex, NULL);
    pthread_cond_init(&wire->changed, NULL);
    memcpy(wire->mac, mac, sizeof(wire->mac));
    wire->descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    wire->up = true;
}

void harness_wire_close(struct harness_wire *wire)
{
    close(wire->descriptor);
    pthread_cond_destroy(&wire->changed);
    pthread_mutex_destroy(&wire->mutex);
}

void harness_wire_set_up(struct harness_wire *wire, bool up)
{
    pthread_mutex_lock(&wire->mutex);
    const bool changed = wire->up != up;
    wire->up = up;
    wire->to_driver.count = up ? wire->to_driver.count : 0;
    wire->to_peer.count = up ? wire->to_peer.count : 0;
    void *const driver = wire->driver;
    pthread_mutex_unlock(&wire->mutex);
    if (changed && driver != NULL) {
        wire->link_changed(driver, up);
    }
}

void harness_wire_refuse(struct harness_wire *wire, unsigned count)
{
    pthread_mutex_lock(&wire->mutex);
    wire->refusals = count;
    pthread_mutex_unlock(&wire->mutex);
}

void harness_wire_set_sleeper(struct harness_wire *wire, const uint8_t station[6])
{
    pthread_mutex_lock(&wire->mutex);
    wire->sleeps = station != NULL;
    if (station != NULL) {
        memcpy(wire->sleeper, station, sizeof(wire->sleeper));
    }
    pthread_mutex_unlock(&wire->mutex);
}

static bool push(struct harness_wire_queue *queue, const void *bytes, size_t length)
{
    if (queue->count == HARNESS_WIRE_FRAMES || length > HARNESS_WIRE_FRAME) {
        return false;
    }
    struct harness_wire_frame *const frame =
        &queue->frames[(queue->head + queue->count) % HARNESS_WIRE_FRAMES];
    memcpy(frame->bytes, bytes, length);
    frame->length = (uint16_t)length;
    queue->count++;
    return true;
}

static void pop(struct harness_wire_queue *queue)
{
    if (queue->count > 0) {
        queue->head = (queue->head + 1) % HARNESS_WIRE_FRAMES;
        queue->count--;
    }
}

bool harness_wire_send(struct harness_wire *wire, const void *bytes, size_t length)
{
    pthread_mutex_lock(&wire->mutex);
    bool sent = false;
    if (wire->refusals > 0) {
        wire->refusals--;
    } else if (!wire->sleeps || memcmp(bytes, wire->sleeper, sizeof(wire->sleeper)) != 0) {
        sent = push(&wire->to_peer, bytes, length);
    }
    wire->transmitted += sent;
    wire->refused += !sent;
    pthread_mutex_unlock(&wire->mutex);
    const uint64_t one = 1;
    return sent && write(wire->descriptor, &one, sizeof(one)) == sizeof(one);
}

uint8_t *harness_wire_receive(struct harness_wire *wire, const bool *stopping, size_t *length)
{
    uint8_t *copy = NULL;
    pthread_mutex_lock(&wire->mutex);
    while (!__atomic_load_n(stopping, __ATOMIC_ACQUIRE) && wire->to_driver.count == 0) {
        pthread_cond_wait(&wire->changed, &wire->mutex);
    }
    if (wire->to_driver.count > 0) {
        const struct harness_wire_frame *const frame =
            &wire->to_driver.frames[wire->to_driver.head];
        copy = malloc(frame->length);
        memcpy(copy, frame->bytes, frame->length);
        *length = frame->length;
        pop(&wire->to_driver);
    }
    pthread_mutex_unlock(&wire->mutex);
    return copy;
}

/* --- the peer's device --- */

static struct stint_view receive(void *context, struct stint_instant now)
{
    (void)now;
    struct harness_wire *const wire = context;
    pthread_mutex_lock(&wire->mutex);
    const struct harness_wire_frame *const frame = &wire->to_peer.frames[wire->to_peer.head];
    const struct stint_view view = wire->to_peer.count > 0
                                       ? stint_view_of(frame->bytes, frame->length)
                                       : stint_view_of(NULL, 0);
    pthread_mutex_unlock(&wire->mutex);
    return view;
}

static void receive_done(void *context)
{
    struct harness_wire *const wire = context;
    pthread_mutex_lock(&wire->mutex);
    pop(&wire->to_peer);
    pthread_mutex_unlock(&wire->mutex);
}

static struct stint_span transmit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct harness_wire *const wire = context;
    return length <= sizeof(wire->sending) ? stint_span_of(wire->sending, length)
                                           : stint_span_of(NULL, 0);
}

static void transmit_commit(void *context, struct stint_instant now, size_t length)
{
    (void)now;
    struct harness_wire *const wire = context;
    pthread_mutex_lock(&wire->mutex);
    if (length > 0 && wire->up) {
        push(&wire->to_driver, wire->sending, length);
        pthread_cond_signal(&wire->changed);
    }
    pthread_mutex_unlock(&wire->mutex);
}

static struct stint_instant service(void *context, struct stint_instant now)
{
    struct harness_wire *const wire = context;
    uint64_t wakes = 0;
    const ssize_t ignored = read(wire->descriptor, &wakes, sizeof(wakes));
    (void)ignored;
    pthread_mutex_lock(&wire->mutex);
    const bool waiting = wire->to_peer.count > 0;
    pthread_mutex_unlock(&wire->mutex);
    return waiting ? now : stint_instant_never();
}

static const struct stint_device_operations operations = {
    .receive = receive,
    .receive_done = receive_done,
    .transmit = transmit,
    .transmit_commit = transmit_commit,
    .service = service,
};

struct stint_device harness_wire_device(struct harness_wire *wire)
{
    return (struct stint_device){.operations = &operations, .context = wire};
}
