/* Linux' socket addresses as endpoints and back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "linux_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

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

void linux_address_write(
    const struct stint_endpoint *endpoint, struct sockaddr *address, socklen_t *length)
{
    if (address == NULL || length == NULL) {
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
