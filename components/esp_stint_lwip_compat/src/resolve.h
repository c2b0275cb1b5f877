/* Which addresses a name has.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_RESOLVE_H
#define STINT_LWIP_RESOLVE_H

#include "stint/client/dns.h"

struct lwip_found {
    struct stint_address addresses[8];
    size_t count;
};

/* An address as text, which nobody is asked for, of one of the families; false when it is none. */
bool lwip_resolve_text(
    const char *text, enum stint_dns_families families, struct lwip_found *found);

/* The same, or a name: sleeps until a name server has answered. False when there is no address. */
bool lwip_resolve(const char *name, enum stint_dns_families families, struct lwip_found *found);

#endif
