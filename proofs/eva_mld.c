/* Interpretation of wire/mld over unknown messages of every length up to 40.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/mld.c wire/address.c base/bytes.c
 */
#include "stint/wire/mld.h"
#include "unknown.h"

static void parse(size_t length)
{
    struct stint_ipv6_header header;
    MAKE_UNKNOWN(header);
    const struct stint_icmpv6_message icmp = {
        unknown8(), unknown8(), unknown32(), unknown_view(length)};
    struct stint_mld_message message;
    stint_mld_message_parse(&header, &icmp, &message);
    forget(icmp.data.bytes);
}

int main(void)
{
    for (size_t length = 0; length <= 40; length++) {
        parse(length);
    }
    Frama_C_show_each_end();
    return 0;
}
