/* The wire between a driver of the harness and whoever plays the network at its other end.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The driver's frames wait in the wire until the other end takes them; the other end's frames are
 * handed to the driver's receive task. Either end may live in any thread.
 */
#ifndef STINT_HARNESS_HARNESS_WIRE_H
#define STINT_HARNESS_HARNESS_WIRE_H

#include "stint/device/device.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { HARNESS_WIRE_FRAMES = 64, HARNESS_WIRE_FRAME = 1600 };

struct harness_wire_frame {
    uint16_t length;
    uint8_t bytes[HARNESS_WIRE_FRAME];
};

struct harness_wire_queue {
    struct harness_wire_frame frames[HARNESS_WIRE_FRAMES];
    unsigned head;
    unsigned count;
};

struct harness_wire {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct harness_wire_queue to_peer;
    struct harness_wire_queue to_driver;
    uint8_t sending[HARNESS_WIRE_FRAME]; /* of the peer's device */
    uint8_t mac[6];                      /* of the driver */
    int descriptor;                      /* readable when frames wait for the peer */
    bool up;
    unsigned refusals; /* how many frames of the driver are still to be refused for want of room */
    unsigned refused;  /* that were */
    bool sleeps;       /* there is never room for frames to `sleeper` */
    uint8_t sleeper[6];
    unsigned transmitted; /* frames that the driver sent */
    void *driver;         /* who is told about the link; NULL: nobody */
    void (*link_changed)(void *driver, bool up);
};

/* A wire that is plugged in. */
void harness_wire_open(struct harness_wire *wire, const uint8_t mac[6]);
void harness_wire_close(struct harness_wire *wire);

/* Plugs in or out, and tells the driver. */
void harness_wire_set_up(struct harness_wire *wire, bool up);

/* The driver's next `count` transmits find no room. */
void harness_wire_refuse(struct harness_wire *wire, unsigned count);

/* From now on there is no room for frames to this station; NULL: there is again. */
void harness_wire_set_sleeper(struct harness_wire *wire, const uint8_t station[6]);

/* The device at the peer's end. */
struct stint_device harness_wire_device(struct harness_wire *wire);

/* --- the driver's end --- */

/* False when the wire has no room. */
bool harness_wire_send(struct harness_wire *wire, const void *bytes, size_t length);

/* Waits for a frame until one comes or `*stopping` is true and the wire is signalled; bytes copied
 * into malloc()ed memory, or NULL. */
uint8_t *harness_wire_receive(struct harness_wire *wire, const bool *stopping, size_t *length);

#ifdef __cplusplus
}
#endif

#endif
