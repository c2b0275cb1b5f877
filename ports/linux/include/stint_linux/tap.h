/* A TAP device of the Linux kernel as a stint device.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STINT_LINUX_TAP_H
#define STINT_STINT_LINUX_TAP_H

#include "stint/device/device.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STINT_LINUX_TAP_BATCH = 32 };

struct stint_linux_tap_counters {
    uint32_t write_errors; /* frames that the kernel refused for another reason than being full */
    uint32_t oversized;
};

struct stint_linux_tap {
    int descriptor; /* readable when frames wait */
    char name[16];
    struct stint_linux_tap_counters counters;
    bool lent;
    bool waiting_for_room;
    uint16_t received_length;
    uint8_t received[2048];
    uint8_t sending[2048];
};

/* Opens (and creates, when permitted) the TAP `name`. On failure false, and `message` (capacity
 * bytes) holds one line that says what is wrong and how to mend it. Does not configure the kernel's
 * side. */
bool stint_linux_tap_open(
    struct stint_linux_tap *tap, const char *name, char *message, size_t capacity);
void stint_linux_tap_close(struct stint_linux_tap *tap);
struct stint_device stint_linux_tap_device(struct stint_linux_tap *tap);

#ifdef __cplusplus
}
#endif

#endif
