/* A device and a gateway on a cable in this process: a network that needs no rights.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *   browser — kernel, 127.0.0.1:PORT — gateway 10.0.0.1 — cable — device 10.0.0.2
 */
#ifndef STINT_APPS_LAB_H
#define STINT_APPS_LAB_H

#include "gateway.h"

#include "stint_linux/host.h"

struct lab {
    struct stint_linux_runner runner;
    struct stint_cable cable;
    void *frames;
    struct stint_linux_host device;
    struct gateway gateway;
    int listener;
    uint16_t port; /* the one that is listened on */
};

/* Listens on 127.0.0.1:`port` (0: the kernel chooses) and starts both stacks. On failure false, and
 * one line in `message`. The lab must not move. */
bool lab_open(struct lab *lab, const struct stint_local_address *device, uint16_t port,
    char *message, size_t capacity);

void lab_close(struct lab *lab);

#endif
