/* Interpretation of how wire/address_text writes, any address into every room up to 48.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * options: -eva-slevel 0 -eva-precision 0 -eva-slevel-function main:0
 * sources: wire/address_text.c wire/address.c base/bytes.c
 */
#include "stint/wire/address_text.h"
#include "unknown.h"

static void format(size_t room)
{
    struct stint_address address;
    struct stint_hardware_address hardware_address;
    MAKE_UNKNOWN(address);
    MAKE_UNKNOWN(hardware_address);
    char *text = (char *)unknown_bytes(room);
    stint_address_format(&address, text, room);
    stint_hardware_address_format(&hardware_address, text, room);
    forget((const uint8_t *)text);
}

int main(void)
{
    for (size_t room = 0; room <= 48; room++) {
        format(room);
    }
    Frama_C_show_each_end();
    return 0;
}
