/* Waiting for what was sent to arrive, before a process ends.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PRELOAD_LINGER_H
#define STINT_PRELOAD_LINGER_H

#include "stint_sockets/sockets.h"

/* Returns when every closed connection has all its data acknowledged, when none has made progress
 * for 2 s, or after 30 s. */
void shim_linger(struct stint_sockets *sockets);

#endif
