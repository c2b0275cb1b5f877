/* A faulty device, and what arrives through it at the other end of a short cable.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef DEVICE_FAULTY_PATH_H
#define DEVICE_FAULTY_PATH_H

#include "stint/device/cable.h"
#include "stint/device/faulty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { WAITING = 1100, LENGTH = 60, MILLION = 1000000 };

struct path {
    struct stint_faulty faulty;
    struct stint_device sender;
    struct stint_device receiver;
    struct stint_cable cable;
    uint8_t frames[WAITING * STINT_DEVICE_FRAME_LENGTH];
    uint16_t links[WAITING];
    struct stint_faulty_frame waiting[WAITING];
    uint8_t to_sender[4096];
    uint8_t to_receiver[4096];
};

/* Too large for some stacks. */
static struct path the_path;

static inline struct path *path_with(
    const struct stint_faulty_profile *profile, uint64_t seed, uint16_t waiting_count)
{
    struct path *const path = &the_path;
    stint_cable_init(&path->cable, stint_span_of(path->to_sender, sizeof path->to_sender),
        stint_span_of(path->to_receiver, sizeof path->to_receiver));
    const struct stint_faulty_config config = {
        .inner = stint_cable_device(&path->cable, 0),
        .profile = *profile,
        .seed = seed,
        .storage = stint_span_of(path->frames, sizeof path->frames),
        .links = path->links,
        .waiting = path->waiting,
        .waiting_count = waiting_count,
    };
    stint_faulty_init(&path->faulty, &config);
    path->sender = stint_faulty_device(&path->faulty);
    path->receiver = stint_cable_device(&path->cable, 1);
    return path;
}

static inline struct path *path_of(const struct stint_faulty_profile *profile)
{
    return path_with(profile, 1, WAITING);
}

/* Sends a frame whose bytes are all zero but for its number. */
static inline void send_long(struct path *path, int64_t time, uint16_t number, size_t length)
{
    const struct stint_span room =
        stint_device_transmit(&path->sender, stint_instant_at(time), length);
    assert_int_equal(room.length, length);
    memset(room.bytes, 0, length);
    stint_store16(room.bytes, number);
    stint_device_transmit_commit(&path->sender, stint_instant_at(time), length);
}

static inline void send(struct path *path, int64_t time, uint16_t number)
{
    send_long(path, time, number, LENGTH);
}

/* Services the sender at `time`; when it wants to be called again. */
static inline int64_t service(struct path *path, int64_t time)
{
    return stint_device_service(&path->sender, stint_instant_at(time)).microseconds;
}

/* The number of the next frame that has arrived, or -1. */
static inline int receive(struct path *path)
{
    const struct stint_view frame = stint_device_receive(&path->receiver, stint_instant_at(0));
    if (frame.length == 0) {
        return -1;
    }
    const int number = stint_load16(frame.bytes);
    stint_device_receive_done(&path->receiver);
    return number;
}

static inline unsigned receive_all(struct path *path)
{
    unsigned count = 0;
    while (receive(path) >= 0) {
        count++;
    }
    return count;
}

static inline void assert_every_frame_is_accounted_for(const struct path *path)
{
    const struct stint_faulty_counters *const counters = &path->faulty.counters;
    assert_int_equal(counters->sent + counters->duplicated,
        counters->delivered + counters->lost + counters->overflowed + path->faulty.waiting_count);
    assert_int_equal(path->faulty.pool.in_use, path->faulty.waiting_count);
}

#endif
