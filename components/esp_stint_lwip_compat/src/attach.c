/* Which sockets lwIP's calls reach, and how numbers and results of both sides correspond.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"
#include "esp_stint_lwip_compat.h"
#include "lwip_vfs.h"
#include "platform.h"

#include <string.h>

enum { NAME_LENGTH = 6 }; /* lwIP's NETIF_NAMESIZE: two letters, a number below 256, NUL */

static struct stint_sockets *attached;
static stint_lwip_interface_name interface_names;

bool stint_lwip_attach(struct stint_sockets *sockets)
{
    if (LWIP_SOCKET_OFFSET + sockets->config.descriptors > FD_SETSIZE || !lwip_vfs_register()) {
        return false;
    }
    attached = sockets;
    return true;
}

void stint_lwip_detach(void)
{
    attached = NULL;
}

struct stint_sockets *lwip_sockets(void)
{
    return attached != NULL ? attached : lwip_platform_sockets();
}

int lwip_number_of(int descriptor)
{
    return descriptor + LWIP_SOCKET_OFFSET;
}

int lwip_descriptor_of(int fd)
{
    return fd < LWIP_SOCKET_OFFSET ? -1 : fd - LWIP_SOCKET_OFFSET;
}

int lwip_family_of(int descriptor)
{
    const bool is_ipv6 = stint_socket_family_of(lwip_sockets(), descriptor) == STINT_IPV6;
    return is_ipv6 ? AF_INET6 : AF_INET;
}

long lwip_answer(long result)
{
    if (result >= 0) {
        return result;
    }
    errno = (int)-result;
    return -1;
}

long lwip_answer_stint(long result)
{
    return lwip_answer(stint_platform_result(result));
}

/* --- interfaces --- */

void stint_lwip_set_interface_names(stint_lwip_interface_name names)
{
    interface_names = names;
}

/* All that are attached; the one to ourselves has no name. */
static unsigned interface_count(unsigned *loopback)
{
    struct stint_sockets *const sockets = lwip_sockets();
    unsigned count = 0;
    if (sockets != NULL) {
        stint_sockets_lock(sockets);
        count = sockets->config.stack->interface_count;
        *loopback = sockets->config.stack->loopback;
        stint_sockets_unlock(sockets);
    }
    return count;
}

static bool name_of(unsigned number, char name[NAME_LENGTH])
{
    unsigned loopback = 0;
    if (number >= interface_count(&loopback) || number + 1 == loopback) {
        return false;
    }
    return interface_names != NULL ? interface_names(number, name)
                                   : lwip_platform_interface_name(number, name);
}

unsigned lwip_interface_of_name(const char *name)
{
    char known[NAME_LENGTH];
    unsigned loopback = 0;
    const unsigned count = interface_count(&loopback);
    for (unsigned i = 0; i < count; i++) {
        if (name_of(i, known) && strncmp(name, known, NAME_LENGTH) == 0) {
            return i + 1;
        }
    }
    return 0;
}

unsigned __wrap_lwip_if_nametoindex(const char *name)
{
    return lwip_interface_of_name(name);
}

char *__wrap_lwip_if_indextoname(unsigned index, char *name)
{
    if (index == 0 || !name_of(index - 1, name)) {
        errno = ENXIO;
        return NULL;
    }
    return name;
}
