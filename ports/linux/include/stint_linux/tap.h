/* A TAP device of the Linux kernel as a stint device.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STINT_LINUX_TAP_H
#define STINT_STINT_LINUX_TAP_H

#include "stint/device/device.h"
#include "stint_linux/io_ring.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_linux_tap_counters {
    uint32_t write_errors; /* frames that the kernel refused for another reason than being full */
    uint32_t oversized;    /* frames received that do not fit an Ethernet frame of ours */
};

enum {
    STINT_LINUX_TAP_BATCH = STINT_LINUX_IO_RING_ENTRIES, /* frames that leave in one call */
    STINT_LINUX_TAP_FRAME = 2048,
};

struct stint_linux_tap {
    int descriptor; /* readable when frames wait */
    char name[16];
    struct stint_linux_tap_counters counters;
    struct stint_linux_io_ring ring; /* closed: every frame is a write() of its own */
    uint16_t received_length;        /* of the frame that is lent or read ahead; 0: none */
    uint16_t sending_count;          /* frames committed that have not left, oldest first */
    struct stint_linux_write sends[STINT_LINUX_TAP_BATCH]; /* each keeps one of `sending` */
    uint8_t received[STINT_LINUX_TAP_FRAME];
    uint8_t sending[STINT_LINUX_TAP_BATCH][STINT_LINUX_TAP_FRAME];
};

/* Opens (and creates, when permitted) the TAP `name`. On failure false, and `message` (capacity
 * bytes) holds one line that says what is wrong and how to mend it. Does not configure the kernel's
 * side. */
bool stint_linux_tap_open(
    struct stint_linux_tap *tap, const char *name, char *message, size_t capacity);
void stint_linux_tap_close(struct stint_linux_tap *tap);

/* The device; its context is `tap`, which must outlive it and must not move. Frames leave at the
 * next service(), or earlier when a batch is full: in one call of the kernel by io_uring, or where
 * that is missing or forbidden (as in most containers) one by one. A frame that the kernel refuses
 * (its side is down, the TAP was deleted) is lost and counted, as on a wire without a partner. */
struct stint_device stint_linux_tap_device(struct stint_linux_tap *tap);

#ifdef __cplusplus
}
#endif

#endif
