/* Linux' socket addresses as endpoints and back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "linux_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

static bool is_link_local(const struct in6_addr *address)
{
    return IN6_IS_ADDR_LINKLOCAL(address) != 0;
}

/* There is one link: scope 1. Linux takes addresses without the scope (RFC 2133) too. */
static int read_ipv6(
    const struct sockaddr *address, socklen_t length, struct stint_endpoint *endpoint)
{
    struct sockaddr_in6 internet = {0};
    if (length < offsetof(struct sockaddr_in6, sin6_scope_id)) {
        return -EINVAL;
    }
    memcpy(&internet, address, length < sizeof(internet) ? length : sizeof(internet));
    if (is_link_local(&internet.sin6_addr) && internet.sin6_scope_id > 1) {
        return -EINVAL;
    }
    endpoint->address = stint_address_from_ipv6(internet.sin6_addr.s6_addr);
    endpoint->port = ntohs(internet.sin6_port);
    return 0;
}

int linux_address_fit(const struct sockaddr *address, socklen_t length, int family, bool datagram)
{
    if (length < sizeof(address->sa_family) || address->sa_family == AF_UNSPEC ||
        address->sa_family == family) {
        return 0;
    }
    if (family == AF_INET6 && address->sa_family == AF_INET) {
        return datagram                                                ? 0
               : length < offsetof(struct sockaddr_in6, sin6_scope_id) ? -EINVAL
                                                                       : -EAFNOSUPPORT;
    }
    return -EAFNOSUPPORT;
}

int linux_address_read(
    const struct sockaddr *address, socklen_t length, struct stint_endpoint *endpoint)
{
    memset(endpoint, 0, sizeof(*endpoint));
    if (address == NULL) {
        return -EFAULT;
    }
    if (length < sizeof(address->sa_family)) {
        return -EINVAL;
    }
    if (address->sa_family == AF_UNSPEC) {
        return 0;
    }
    if (address->sa_family == AF_INET6) {
        return read_ipv6(address, length, endpoint);
    }
    if (address->sa_family != AF_INET) {
        return -EAFNOSUPPORT;
    }
    struct sockaddr_in internet;
    if (length < sizeof(internet)) {
        return -EINVAL;
    }
    memcpy(&internet, address, sizeof(internet));
    uint8_t octets[4];
    memcpy(octets, &internet.sin_addr, sizeof(octets));
    endpoint->address = stint_address_from_ipv4(octets);
    endpoint->port = ntohs(internet.sin_port);
    return 0;
}

static void write_ipv6(
    const struct stint_endpoint *endpoint, struct sockaddr *address, socklen_t *length)
{
    struct sockaddr_in6 internet = {
        .sin6_family = AF_INET6,
        .sin6_port = htons(endpoint->port),
    };
    memcpy(&internet.sin6_addr, endpoint->address.octets, sizeof(endpoint->address.octets));
    internet.sin6_scope_id = is_link_local(&internet.sin6_addr) ? 1 : 0;
    memcpy(address, &internet, *length < sizeof(internet) ? *length : sizeof(internet));
    *length = sizeof(internet);
}

void linux_address_write(
    const struct stint_endpoint *endpoint, int family, struct sockaddr *address, socklen_t *length)
{
    if (address == NULL || length == NULL) {
        return;
    }
    if (family == AF_INET6) {
        write_ipv6(endpoint, address, length);
        return;
    }
    struct sockaddr_in internet = {
        .sin_family = AF_INET,
        .sin_port = htons(endpoint->port),
    };
    memcpy(&internet.sin_addr, stint_address_ipv4_octets(&endpoint->address), 4);
    memcpy(address, &internet, *length < sizeof(internet) ? *length : sizeof(internet));
    *length = sizeof(internet);
}
