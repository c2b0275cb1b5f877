/* lwIP's socket addresses as endpoints and back.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_ADDRESS_H
#define STINT_LWIP_ADDRESS_H

#include "lwip_headers.h"
#include "stint/wire/address.h"

/* 0 or a negated errno: EINVAL (none, or too short), EAFNOSUPPORT. AF_UNSPEC is the unspecified
 * endpoint. The length byte inside is not looked at: many programs leave it zero. */
int lwip_address_read(
    const struct sockaddr *address, socklen_t length, struct stint_endpoint *endpoint);

/* Writes as much of the address as `*length` has room for, and how much that was; both may be NULL.
 * `family` is that of the socket: AF_INET6 shows IPv4 addresses mapped. */
void lwip_address_write(
    const struct stint_endpoint *endpoint, int family, struct sockaddr *address, socklen_t *length);

/* The whole address into room for any; its length. */
socklen_t lwip_address_make(
    const struct stint_endpoint *endpoint, int family, struct sockaddr_storage *address);

#endif
