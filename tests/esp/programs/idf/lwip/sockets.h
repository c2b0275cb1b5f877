/* lwIP's sockets under the names of the C library, as ESP-IDF's own lwip/sockets.h gives them: what
 * works on descriptors of other drivers too (select, read, write, close) is the C library's.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_IDF_LWIP_SOCKETS_H
#define STINT_TESTS_IDF_LWIP_SOCKETS_H

#include_next <lwip/sockets.h>

static inline uint16_t htons(uint16_t number)
{
    return PP_HTONS(number);
}

static inline int socket(int family, int type, int protocol)
{
    return lwip_socket(family, type, protocol);
}

static inline int bind(int fd, const struct sockaddr *address, socklen_t length)
{
    return lwip_bind(fd, address, length);
}

static inline int listen(int fd, int backlog)
{
    return lwip_listen(fd, backlog);
}

static inline int accept(int fd, struct sockaddr *address, socklen_t *length)
{
    return lwip_accept(fd, address, length);
}

static inline int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    return lwip_connect(fd, address, length);
}

static inline int getsockname(int fd, struct sockaddr *address, socklen_t *length)
{
    return lwip_getsockname(fd, address, length);
}

static inline int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
    return lwip_setsockopt(fd, level, name, value, length);
}

static inline ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
    return lwip_send(fd, bytes, length, flags);
}

static inline ssize_t sendto(int fd, const void *bytes, size_t length, int flags,
    const struct sockaddr *address, socklen_t address_length)
{
    return lwip_sendto(fd, bytes, length, flags, address, address_length);
}

static inline ssize_t recv(int fd, void *bytes, size_t length, int flags)
{
    return lwip_recv(fd, bytes, length, flags);
}

static inline ssize_t recvfrom(int fd, void *bytes, size_t length, int flags,
    struct sockaddr *address, socklen_t *address_length)
{
    return lwip_recvfrom(fd, bytes, length, flags, address, address_length);
}

#endif
