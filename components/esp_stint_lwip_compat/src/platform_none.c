/* A platform that brings nothing: sockets are attached by the program.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "platform.h"

#include <string.h>

struct stint_sockets *lwip_platform_sockets(void)
{
    return NULL;
}

bool lwip_platform_interface_name(unsigned number, char name[6])
{
    const char text[] = {'s', 't', (char)('0' + number % 10), '\0'};
    memcpy(name, text, sizeof(text));
    return number < 10;
}
