/* Interpretation of wire/igmp over unknown messages of every length up to 24.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: wire/igmp.c wire/checksum.c wire/address.c base/bytes.c
 */
#include "stint/wire/igmp.h"
#include "unknown.h"

static void parse(size_t length)
{
    const struct stint_view bytes = unknown_view(length);
    struct stint_igmp_message message;
    stint_igmp_message_parse(bytes, &message);
    forget(bytes.bytes);
}

int main(void)
{
    for (size_t length = 0; length <= 24; length++) {
        parse(length);
    }
    Frama_C_show_each_end();
    return 0;
}
