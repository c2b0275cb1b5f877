/* Which address a name has.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_RESOLVE_H
#define STINT_LWIP_RESOLVE_H

#include "stint_sockets/sockets.h"

/* An address as text, or a name. `family` 0: any, IPv4 preferred. `numeric_only` asks nobody. False
 * when there is none. */
bool lwip_resolve(const char *name, int family, bool numeric_only, struct stint_address *address);

#endif
