/* A TAP device of the Linux kernel as a stint device.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STINT_LINUX_TAP_H
#define STINT_STINT_LINUX_TAP_H

#include "stint/device/device.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stint_linux_tap_counters {
    uint32_t write_errors; /* frames that the kernel refused for another reason than being full */
    uint32_t oversized;    /* frames received that do not fit an Ethernet frame of ours */
};

struct stint_linux_tap {
    int descriptor; /* readable when frames wait */
    char name[16];
    struct stint_linux_tap_counters counters;
    uint16_t received_length; /* of the frame that is lent or read ahead; 0: none */
    uint16_t
        waiting_length; /* of the frame in `sending` that the kernel had no room for; 0: none */
    uint8_t received[2048];
    uint8_t sending[2048];
};

/* Opens (and creates, when permitted) the TAP `name`. On failure false, and `message` (capacity
 * bytes) holds one line that says what is wrong and how to mend it. Does not configure the kernel's
 * side. */
bool stint_linux_tap_open(
    struct stint_linux_tap *tap, const char *name, char *message, size_t capacity);
void stint_linux_tap_close(struct stint_linux_tap *tap);

/* The device; its context is `tap`, which must outlive it. A frame that the kernel refuses (its
 * side is down, the TAP was deleted) is lost and counted, as on a wire without a partner. */
struct stint_device stint_linux_tap_device(struct stint_linux_tap *tap);

#ifdef __cplusplus
}
#endif

#endif
