/* Which address a name has: addresses as text so far.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "resolve.h"

#include "lwip_headers.h"
#include "stint/wire/address_text.h"

static bool is_of_family(const struct stint_address *address, int family)
{
    return family == AF_UNSPEC || stint_address_is_ipv4(address) == (family == AF_INET);
}

bool lwip_resolve(const char *name, int family, bool numeric_only, struct stint_address *address)
{
    (void)numeric_only;
    struct stint_address parsed;
    if (!stint_address_parse(name, &parsed) || !is_of_family(&parsed, family)) {
        return false;
    }
    *address = parsed;
    return true;
}
