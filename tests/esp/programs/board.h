/* The device that programs of this folder run on: an Ethernet port (or the air) that ends in a TAP.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The program is started as `<program> <TAP>`. It reads its standard input: `unplug` and `plug` do
 * that to the cable, and its end is the end of the device.
 */
#ifndef STINT_TESTS_BOARD_H
#define STINT_TESTS_BOARD_H

#include "esp_err.h"
#include "harness_wire.h"

/* What the driver of the board is told to drive. */
struct harness_wire *board_wire(void);

/* Begins the interface that the program was linked with, and returns when it has an IPv4 address:
 * esp_netif_init() and the default event loop are there, as with ESP-IDF's
 * protocol_examples_common. */
esp_err_t example_connect(void);

/* The program: what ESP-IDF calls when the device has started. */
void app_main(void);

#endif
