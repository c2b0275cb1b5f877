/* lwIP's socket addresses as endpoints and back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "lwip_address.h"

#include "stint/base/bytes.h"
#include <string.h>

/* Ports lie in network order. */
static uint16_t port_of(in_port_t port)
{
    uint8_t octets[2];
    memcpy(octets, &port, sizeof(octets));
    return stint_load16(octets);
}

static in_port_t port_from(uint16_t number)
{
    in_port_t port;
    uint8_t octets[2];
    stint_store16(octets, number);
    memcpy(&port, octets, sizeof(port));
    return port;
}

static int read_ipv4(
    const struct sockaddr *address, socklen_t length, struct stint_endpoint *endpoint)
{
    struct sockaddr_in internet;
    if (length < sizeof(internet)) {
        return -EINVAL;
    }
    memcpy(&internet, address, sizeof(internet));
    uint8_t octets[4];
    memcpy(octets, &internet.sin_addr, sizeof(octets));
    endpoint->address = stint_address_from_ipv4(octets);
    endpoint->port = port_of(internet.sin_port);
    return 0;
}

#if LWIP_IPV6
static int read_ipv6(
    const struct sockaddr *address, socklen_t length, struct stint_endpoint *endpoint)
{
    struct sockaddr_in6 internet;
    if (length < sizeof(internet)) {
        return -EINVAL;
    }
    memcpy(&internet, address, sizeof(internet));
    memcpy(endpoint->address.octets, &internet.sin6_addr, sizeof(endpoint->address.octets));
    endpoint->port = port_of(internet.sin6_port);
    return 0;
}
#endif

int lwip_address_read(
    const struct sockaddr *address, socklen_t length, struct stint_endpoint *endpoint)
{
    memset(endpoint, 0, sizeof(*endpoint));
    if (address == NULL || length < offsetof(struct sockaddr, sa_data)) {
        return -EINVAL;
    }
    if (address->sa_family == AF_INET) {
        return read_ipv4(address, length, endpoint);
    }
#if LWIP_IPV6
    if (address->sa_family == AF_INET6) {
        return read_ipv6(address, length, endpoint);
    }
#endif
    return address->sa_family == AF_UNSPEC ? 0 : -EAFNOSUPPORT;
}

static socklen_t make_ipv4(const struct stint_endpoint *endpoint, struct sockaddr_storage *address)
{
    struct sockaddr_in internet = {
        .sin_family = AF_INET,
        .sin_port = port_from(endpoint->port),
    };
#if LWIP_ADDRESS_HAS_LENGTH
    internet.sin_len = sizeof(internet);
#endif
    memcpy(&internet.sin_addr, stint_address_ipv4_octets(&endpoint->address), 4);
    memcpy(address, &internet, sizeof(internet));
    return sizeof(internet);
}

#if LWIP_IPV6
static socklen_t make_ipv6(const struct stint_endpoint *endpoint, struct sockaddr_storage *address)
{
    struct sockaddr_in6 internet = {
        .sin6_family = AF_INET6,
        .sin6_port = port_from(endpoint->port),
    };
#if LWIP_ADDRESS_HAS_LENGTH
    internet.sin6_len = sizeof(internet);
#endif
    memcpy(&internet.sin6_addr, endpoint->address.octets, sizeof(endpoint->address.octets));
    memcpy(address, &internet, sizeof(internet));
    return sizeof(internet);
}
#endif

socklen_t lwip_address_make(
    const struct stint_endpoint *endpoint, int family, struct sockaddr_storage *address)
{
#if LWIP_IPV6
    if (family == AF_INET6) {
        return make_ipv6(endpoint, address);
    }
#endif
    (void)family;
    return make_ipv4(endpoint, address);
}

void lwip_address_write(
    const struct stint_endpoint *endpoint, int family, struct sockaddr *address, socklen_t *length)
{
    if (address == NULL || length == NULL) {
        return;
    }
    struct sockaddr_storage whole;
    const socklen_t needed = lwip_address_make(endpoint, family, &whole);
    *length = *length < needed ? *length : needed;
    memcpy(address, &whole, *length);
}
