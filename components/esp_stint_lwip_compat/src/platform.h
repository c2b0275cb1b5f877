/* What the platform brings by itself: sockets that nobody attached, and names of interfaces.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_PLATFORM_H
#define STINT_LWIP_PLATFORM_H

#include "stint_sockets/sockets.h"

/* NULL when there are none, or not yet. */
struct stint_sockets *lwip_platform_sockets(void);

/* The name of interface `number` (from 0), as stint_lwip_interface_name has it. */
bool lwip_platform_interface_name(unsigned number, char name[6]);

#endif
