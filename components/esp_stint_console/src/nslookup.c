/* nslookup: the addresses of a name.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "arguments.h"
#include "commands.h"
#include "hosts.h"
#include <stdio.h>

int command_nslookup(int argc, char **argv)
{
    enum { ADDRESSES = 8 };
    bool only_ipv4 = false;
    bool only_ipv6 = false;
    const struct option options[] = {
        {.letter = '4', .flag = &only_ipv4},
        {.letter = '6', .flag = &only_ipv6},
    };
    const char *name;
    if (!arguments_read(argc, argv, options, sizeof(options) / sizeof(options[0]), &name)) {
        return 1;
    }
    if (name == NULL) {
        printf("%s: which name?\n", argv[0]);
        return 1;
    }
    struct stint_sockets *const sockets = host_sockets(argv[0]);
    struct stint_address addresses[ADDRESSES];
    const size_t count = sockets == NULL
                             ? 0
                             : host_find(argv[0], sockets, name,
                                   host_families(only_ipv4, only_ipv6), addresses, ADDRESSES);
    for (size_t i = 0; i < count; i++) {
        printf("%s has address %s\n", name, host_address_text(&addresses[i]).text);
    }
    return count == 0;
}
