/* Descriptors: socket, accept, close, dup, and what fcntl and ioctl do to them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include "blocking.h"
#include "calls.h"
#include "linux_address.h"
#include "stint_sockets/platform_errno.h"
#include "stint_wrap/wrap.h"
#include "table.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CREATION_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC };

static int fail(long negated)
{
    errno = (int)-negated;
    return -1;
}

/* --- socket --- */

static int stint_type_of(
    enum stint_socket_family family, int type, int protocol, enum stint_socket_type *stint_type)
{
    if (type == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP)) {
        *stint_type = STINT_STREAM;
        return 0;
    }
    if (type == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP)) {
        *stint_type = STINT_DATAGRAM;
        return 0;
    }
    if (type == SOCK_DGRAM && protocol == (family == STINT_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6)) {
        *stint_type = STINT_ECHO;
        return 0;
    }
    return -EPROTONOSUPPORT;
}

static int open_socket(enum stint_socket_family family, int type, int protocol)
{
    enum stint_socket_type stint_type = STINT_STREAM;
    int error = stint_type_of(family, type & ~CREATION_FLAGS, protocol, &stint_type);
    if (error != 0) {
        return error;
    }
    int fd = -1;
    int outside = -1;
    error = token_make_ends(type & CREATION_FLAGS, &fd, &outside);
    if (error != 0) {
        return error;
    }
    const int descriptor = stint_socket(shim_sockets(), family, stint_type);
    if (descriptor < 0) {
        stint_real.close(fd);
        stint_real.close(outside);
        return (int)stint_platform_result(descriptor);
    }
    error = shim_adopt(descriptor, fd, outside, false);
    return error != 0 ? error : fd;
}

static void start(void)
{
    if (shim_start != NULL) {
        shim_start();
    }
}

void shim_start_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (!shim_is_attached()) {
        pthread_once(&once, start);
    }
}

int shim_socket(int family, int type, int protocol)
{
    const bool internet =
        (family == AF_INET || family == AF_INET6) && (type & ~CREATION_FLAGS) != SOCK_RAW;
    if (internet) {
        shim_start_once();
    }
    if (shim_is_a_child() && (internet || family == AF_INET6)) {
        return fail(-ENETDOWN);
    }
    if (!shim_is_attached() || (!internet && family != AF_INET6)) {
        return stint_real.socket(family, type, protocol);
    }
    if (!internet) {
        return fail(-EAFNOSUPPORT); /* a raw socket of IPv6 */
    }
    const int result = open_socket(family == AF_INET ? STINT_IPV4 : STINT_IPV6, type, protocol);
    return result < 0 ? fail(result) : result;
}

int stint_wrap_kernel_socket(int family, int type, int protocol)
{
    return stint_real.socket(family, type, protocol);
}

/* --- accept --- */

/* Accepts if a connection waits; never blocks. */
static int try_accept(int listener, struct stint_endpoint *remote, int flags)
{
    struct stint_sockets *sockets = shim_sockets();
    if (stint_socket_is_listening(sockets, listener) == 1 &&
        (stint_readiness_of(sockets, listener) & STINT_READABLE) == 0) {
        return -EAGAIN;
    }
    /* The descriptor first: when there is none, the connection goes on waiting. */
    int fd = -1;
    int outside = -1;
    int error = token_make_ends(flags, &fd, &outside);
    if (error != 0) {
        return error;
    }
    const int descriptor = stint_accept(sockets, listener, remote);
    if (descriptor < 0) {
        stint_real.close(fd);
        stint_real.close(outside);
        return (int)stint_platform_result(descriptor);
    }
    error = shim_adopt(descriptor, fd, outside, true);
    return error != 0 ? error : fd;
}

int shim_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
    const int listener = shim_pin(fd);
    if (listener < 0) {
        return stint_real.accept4(fd, address, length, flags);
    }
    struct stint_endpoint remote = {0};
    int result = (flags & ~CREATION_FLAGS) != 0 ? -EINVAL : -EAGAIN;
    int waited = 0;
    while (result == -EAGAIN && waited == 0) {
        result = try_accept(listener, &remote, flags);
        waited = result == -EAGAIN ? shim_wait_readable(fd, listener) : 0;
    }
    if (result >= 0) {
        linux_address_write(&remote, shim_family(listener), address, length);
    }
    return (int)shim_answer(fd, listener, waited != 0 ? waited : result);
}

int shim_accept(int fd, struct sockaddr *address, socklen_t *length)
{
    return shim_accept4(fd, address, length, 0);
}

/* --- close and dup --- */

int shim_close(int fd)
{
    const int descriptor = shim_remove_name(fd);
    if (descriptor < 0) {
        return stint_real.close(fd);
    }
    const int result = stint_real.close(fd);
    shim_release(descriptor);
    return result;
}

/* `copy` was made by the kernel from `fd`: it names the same socket. */
static int name_copy(int fd, int copy)
{
    const int descriptor = copy >= 0 ? shim_pin(fd) : -1;
    if (descriptor < 0) {
        return copy;
    }
    const bool named = shim_add_name(descriptor, copy);
    shim_unpin(descriptor);
    if (!named) {
        stint_real.close(copy);
        return fail(-EMFILE);
    }
    return copy;
}

int shim_dup(int fd)
{
    return name_copy(fd, stint_real.dup(fd));
}

static int replace(int fd, int wanted, int flags, bool with_flags)
{
    /* A source that is not open must leave the target alone. */
    const bool open = stint_real.fcntl(fd, F_GETFD) >= 0;
    const int former = open && fd != wanted ? shim_remove_name(wanted) : -1;
    const int copy = with_flags ? stint_real.dup3(fd, wanted, flags) : stint_real.dup2(fd, wanted);
    const int error = errno;
    if (former >= 0) {
        shim_release(former);
    }
    errno = error;
    return fd != wanted ? name_copy(fd, copy) : copy;
}

int shim_dup2(int fd, int wanted)
{
    return replace(fd, wanted, 0, false);
}

int shim_dup3(int fd, int wanted, int flags)
{
    return replace(fd, wanted, flags, true);
}

/* --- fcntl and ioctl: flags are the token's, and O_NONBLOCK is read there --- */

int shim_fcntl(int fd, int command, long argument)
{
    const int result = stint_real.fcntl(fd, command, argument);
    const bool copies = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
    return copies ? name_copy(fd, result) : result;
}

int shim_fcntl64(int fd, int command, long argument)
{
    const int result = stint_real.fcntl64(fd, command, argument);
    const bool copies = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
    return copies ? name_copy(fd, result) : result;
}

int shim_ioctl(int fd, unsigned long request, long argument)
{
    const int descriptor = request == FIONREAD ? shim_pin(fd) : -1;
    if (descriptor < 0) {
        return stint_real.ioctl(fd, request, argument);
    }
    const long bytes = stint_platform_result(stint_readable_bytes(shim_sockets(), descriptor));
    if (bytes >= 0) {
        int *answer = (int *)argument; /* NOLINT(performance-no-int-to-ptr): it came as one */
        *answer = (int)bytes;
    }
    return (int)shim_answer(fd, descriptor, bytes < 0 ? bytes : 0);
}
