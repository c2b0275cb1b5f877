/* Whom a socket talks to: bind, listen, connect, shutdown, and the names of both ends.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "blocking.h"
#include "calls.h"
#include "linux_address.h"
#include "stint_sockets/platform_errno.h"
#include "table.h"
#include <errno.h>
#include <fcntl.h>

int shim_family(int descriptor)
{
    return stint_socket_family_of(shim_sockets(), descriptor) == STINT_IPV6 ? AF_INET6 : AF_INET;
}

int shim_read_address(int descriptor, const struct sockaddr *address, socklen_t length,
    struct stint_endpoint *endpoint)
{
    const bool datagram = stint_socket_type_of(shim_sockets(), descriptor) == STINT_DATAGRAM;
    const int error = linux_address_read(address, length, endpoint);
    return error != 0 ? error
                      : linux_address_fit(address, length, shim_family(descriptor), datagram);
}

int shim_bind(int fd, const struct sockaddr *address, socklen_t length)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.bind(fd, address, length);
    }
    struct stint_endpoint local;
    long result = shim_read_address(descriptor, address, length, &local);
    if (result == 0) {
        result = stint_platform_result(stint_bind(shim_sockets(), descriptor, &local));
    }
    return (int)shim_answer(fd, descriptor, result);
}

int shim_listen(int fd, int backlog)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.listen(fd, backlog);
    }
    const long result = stint_platform_result(stint_listen(shim_sockets(), descriptor, backlog));
    return (int)shim_answer(fd, descriptor, result);
}

/* --- connect --- */

/* A blocking connect: sleeps until the handshake that is under way has ended. As with Linux, one
 * that takes longer than SO_SNDTIMEO goes on. */
static int await_connection(int fd, int descriptor, const struct stint_endpoint *remote)
{
    for (;;) {
        const int waited = shim_wait_writable(fd, descriptor);
        if (waited != 0) {
            return waited == -EAGAIN ? -EINPROGRESS : waited;
        }
        const int result =
            (int)stint_platform_result(stint_connect(shim_sockets(), descriptor, remote));
        if (result != -EALREADY) {
            return result;
        }
    }
}

static int connect_stream(int fd, int descriptor, const struct stint_endpoint *remote)
{
    const int renewed = shim_renew_token(fd, descriptor);
    if (renewed != 0) {
        return renewed;
    }
    const int result =
        (int)stint_platform_result(stint_connect(shim_sockets(), descriptor, remote));
    if (result != 0 && result != -EINPROGRESS && result != -EALREADY) {
        return result;
    }
    shim_let_hang_up(descriptor);
    const bool nonblocking = (stint_real.fcntl(fd, F_GETFL) & O_NONBLOCK) != 0;
    return result == 0 || nonblocking ? result : await_connection(fd, descriptor, remote);
}

int shim_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.connect(fd, address, length);
    }
    struct stint_endpoint remote;
    long result = shim_read_address(descriptor, address, length, &remote);
    if (result == 0) {
        const bool stream = stint_socket_type_of(shim_sockets(), descriptor) == STINT_STREAM;
        result = stream ? connect_stream(fd, descriptor, &remote)
                        : stint_platform_result(stint_connect(shim_sockets(), descriptor, &remote));
    }
    return (int)shim_answer(fd, descriptor, result);
}

static long stint_shutdown_of(int descriptor, int how)
{
    switch (how) {
    case SHUT_RD:
        return stint_platform_result(stint_shutdown(shim_sockets(), descriptor, STINT_SHUT_READ));
    case SHUT_WR:
        return stint_platform_result(stint_shutdown(shim_sockets(), descriptor, STINT_SHUT_WRITE));
    case SHUT_RDWR:
        return stint_platform_result(stint_shutdown(shim_sockets(), descriptor, STINT_SHUT_BOTH));
    default:
        return -EINVAL;
    }
}

int shim_shutdown(int fd, int how)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.shutdown(fd, how);
    }
    /* Whoever sleeps in accept() on a listener, or in recv(), sees it as an end. */
    shim_let_hang_up(descriptor);
    return (int)shim_answer(fd, descriptor, stint_shutdown_of(descriptor, how));
}

/* --- names --- */

static int answer_name(int fd, int descriptor, int result, const struct stint_endpoint *endpoint,
    struct sockaddr *address, socklen_t *length)
{
    if (result == 0) {
        linux_address_write(endpoint, shim_family(descriptor), address, length);
    }
    return (int)shim_answer(fd, descriptor, stint_platform_result(result));
}

int shim_getsockname(int fd, struct sockaddr *address, socklen_t *length)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.getsockname(fd, address, length);
    }
    struct stint_endpoint local = {0};
    const int result = stint_local_endpoint(shim_sockets(), descriptor, &local);
    return answer_name(fd, descriptor, result, &local, address, length);
}

int shim_getpeername(int fd, struct sockaddr *address, socklen_t *length)
{
    const int descriptor = shim_pin(fd);
    if (descriptor < 0) {
        return stint_real.getpeername(fd, address, length);
    }
    struct stint_endpoint remote = {0};
    const int result = stint_remote_endpoint(shim_sockets(), descriptor, &remote);
    return answer_name(fd, descriptor, result, &remote, address, length);
}
