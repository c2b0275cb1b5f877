/* Whoever answers frames at the other end of a driver's wire.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "responder.h"

#include "freertos/task.h"
#include <string.h>

static const struct stint_instant any_time = {0};

static void *serve(void *context)
{
    struct responder *const responder = context;
    const struct stint_device device = harness_wire_device(responder->wire);
    while (!__atomic_load_n(&responder->stopping, __ATOMIC_ACQUIRE)) {
        const struct stint_view frame = stint_device_receive(&device, any_time);
        responder->take(responder, frame);
        if (frame.length == 0) {
            vTaskDelay(1);
        } else {
            stint_device_receive_done(&device);
        }
    }
    return NULL;
}

void responder_start(struct responder *responder, struct harness_wire *wire,
    void (*take)(struct responder *responder, struct stint_view frame))
{
    *responder = (struct responder){.wire = wire, .take = take};
    pthread_create(&responder->thread, NULL, serve, responder);
}

void responder_stop(struct responder *responder)
{
    __atomic_store_n(&responder->stopping, true, __ATOMIC_RELEASE);
    pthread_join(responder->thread, NULL);
}

void responder_send(const struct responder *responder, struct stint_view frame)
{
    const struct stint_device device = harness_wire_device(responder->wire);
    memcpy(stint_device_transmit(&device, any_time, frame.length).bytes, frame.bytes, frame.length);
    stint_device_transmit_commit(&device, any_time, frame.length);
}
