/* Linux' socket addresses as endpoints and back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PRELOAD_LINUX_ADDRESS_H
#define STINT_PRELOAD_LINUX_ADDRESS_H

#include "stint/wire/address.h"
#include <sys/socket.h>

/* 0 or a negated errno: EFAULT, EINVAL (too short), EAFNOSUPPORT. AF_UNSPEC is the unspecified
 * endpoint. */
int linux_address_read(
    const struct sockaddr *address, socklen_t length, struct stint_endpoint *endpoint);

/* Writes as much of the address as fits and its full length; both may be NULL. */
void linux_address_write(
    const struct stint_endpoint *endpoint, int family, struct sockaddr *address, socklen_t *length);

/* 0, or why a socket of `family` does not take the address: sockets of IPv6 take IPv4's own
 * addresses only for datagrams, as on Linux. */
int linux_address_fit(const struct sockaddr *address, socklen_t length, int family, bool datagram);

#endif
