/* The device that programs of this folder run on: an Ethernet port (or the air) that ends in a TAP.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "board.h"

#include "freertos/task.h"
#include "stint_linux/runner.h"
#include "stint_linux/tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BURST = 64, TASK_STACK = 8192, PRIORITY = 1 };

struct direction {
    struct stint_device from;
    struct stint_device to;
};

static const uint8_t address[6] = {2, 0, 0, 0, 0, 0x77};
static struct harness_wire wire;
static struct stint_linux_tap tap;
static struct stint_linux_runner runner;
static struct direction in;
static struct direction out;

struct harness_wire *board_wire(void)
{
    return &wire;
}

/* A frame that finds no room is lost, as in a switch. */
static bool carry(const struct direction *direction, struct stint_instant now)
{
    const struct stint_view frame = stint_device_receive(&direction->from, now);
    if (frame.length == 0) {
        return false;
    }
    const struct stint_span room = stint_device_transmit(&direction->to, now, frame.length);
    if (room.length >= frame.length) {
        memcpy(room.bytes, frame.bytes, frame.length);
        stint_device_transmit_commit(&direction->to, now, frame.length);
    }
    stint_device_receive_done(&direction->from);
    return true;
}

static struct stint_instant poll_direction(void *context, struct stint_instant now)
{
    const struct direction *const direction = context;
    unsigned carried = 0;
    while (carried < BURST && carry(direction, now)) {
        carried++;
    }
    const struct stint_instant from = stint_device_service(&direction->from, now);
    (void)stint_device_service(&direction->to, now);
    return carried == BURST ? now : from;
}

static bool lay_cable(const char *name)
{
    char message[128] = "the runner does not start";
    harness_wire_open(&wire, address);
    bool laid = stint_linux_tap_open(&tap, name, message, sizeof(message));
    if (laid) {
        in = (struct direction){stint_linux_tap_device(&tap), harness_wire_device(&wire)};
        out = (struct direction){in.to, in.from};
        laid = stint_linux_runner_init(&runner) &&
               stint_linux_runner_add(
                   &runner, (struct stint_linux_task){poll_direction, &in, tap.descriptor}) &&
               stint_linux_runner_add(
                   &runner, (struct stint_linux_task){poll_direction, &out, wire.descriptor}) &&
               stint_linux_runner_start(&runner);
    }
    if (!laid) {
        fprintf(stderr, "board: %s\n", message);
    }
    return laid;
}

static void run_program(void *argument)
{
    (void)argument;
    app_main();
    vTaskDelete(NULL);
}

static void obey(const char *line)
{
    if (strcmp(line, "unplug\n") == 0) {
        harness_wire_set_up(&wire, false);
    } else if (strcmp(line, "plug\n") == 0) {
        harness_wire_set_up(&wire, true);
    }
}

int main(int argc, char **argv)
{
    char line[32];
    if (argc != 2 || !lay_cable(argv[1])) {
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    xTaskCreate(run_program, "main", TASK_STACK, NULL, PRIORITY, NULL);
    while (fgets(line, sizeof(line), stdin) != NULL) {
        obey(line);
    }
    fflush(stdout);
    _Exit(EXIT_SUCCESS); /* power is gone; tasks still run */
}
