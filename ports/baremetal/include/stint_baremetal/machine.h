/* What a machine without an operating system lends: a clock, sleep, entropy, a console, a network
 * device, and what is known of its memory. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * One machine is linked into a program: its start-up code sets memory up and calls main().
 */
#ifndef STINT_STINT_BAREMETAL_MACHINE_H
#define STINT_STINT_BAREMETAL_MACHINE_H

#include "stint/device/device.h"
#include "stint/wire/address.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For reports: "virt" or "mps2-an385". */
const char *stint_machine_name(void);

/* Time since the start. On the mps2 it must be asked at least every two minutes, which sleep()
 * does. */
struct stint_instant stint_machine_now(void);

/* Sleeps until the network device interrupts, or until `until`, or shorter. An interrupt that came
 * since the device's last service() ends it at once. */
void stint_machine_sleep(struct stint_instant until);

/* Fills `into` for the secret of a stack. False when there is no source of entropy. */
bool stint_machine_entropy(struct stint_span into);

/* Starts the network device, once; it lives in static memory. */
bool stint_machine_network(
    struct stint_device *device, struct stint_hardware_address *hardware_address);

/* Frames that the network device itself lost or refused. */
uint32_t stint_machine_network_drops(void);

/* Writes text to the console, waiting while it is busy. */
void stint_machine_print(const char *text);

/* Instructions executed since the start, when the emulator counts them (`-icount shift=0`). On the
 * mps2 to the tick of its timer: 40. */
uint64_t stint_machine_instructions(void);

struct stint_machine_memory {
    uint32_t static_bytes; /* of RAM: all data, the stack left out */
    uint32_t stack_bytes;
    uint32_t stack_high_water; /* the most of it that was ever used */
};

struct stint_machine_memory stint_machine_memory_use(void);

#ifdef __cplusplus
}
#endif

#endif
