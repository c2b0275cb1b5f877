/* A small device: a stack, sockets and services in static memory, on the machine's network device.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_FIRMWARE_DEVICE_H
#define STINT_TESTS_FIRMWARE_DEVICE_H

#include "stint_sockets/sockets.h"

/* Sets up stack, interface 0 without addresses, sockets and services; NULL when entropy, network or
 * memory is missing. `ipv6` may be NULL. */
struct stint_stack *device_start(const struct stint_ipv6_support *ipv6);

/* One poll of the stack; until when to sleep. */
struct stint_instant device_poll(void);

/* Serves for ever. */
_Noreturn void device_serve(void);

#endif
