/* Which addresses a name has: as text, or as name servers say.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "resolve.h"

#include "calls.h"
#include "stint/wire/address_text.h"
#include "stint_sockets/resolve.h"

#include <string.h>

bool lwip_resolve_text(const char *text, enum stint_dns_families families, struct lwip_found *found)
{
    const unsigned family = strchr(text, ':') == NULL ? STINT_DNS_IPV4 : STINT_DNS_IPV6;
    found->count = 1;
    return (families & family) != 0 && stint_address_parse(text, &found->addresses[0]);
}

bool lwip_resolve(const char *name, enum stint_dns_families families, struct lwip_found *found)
{
    if (lwip_resolve_text(name, families, found)) {
        return true;
    }
    return lwip_sockets() != NULL && stint_resolve(lwip_sockets(), name, families, found->addresses,
                                         sizeof(found->addresses) / sizeof(found->addresses[0]),
                                         &found->count) == STINT_DNS_FOUND;
}
