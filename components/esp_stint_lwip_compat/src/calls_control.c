/* ioctl and fcntl.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"

/* Numbers are compared by 32 bits: a VFS hands them on as int. */
static bool is_command(long command, unsigned long known)
{
    return (uint32_t)command == (uint32_t)known;
}

static long read_available(int descriptor, int *available)
{
    if (available == NULL) {
        return -EINVAL;
    }
    const int bytes = stint_socket_is_listening(lwip_sockets(), descriptor) == 1
                          ? 0
                          : stint_readable_bytes(lwip_sockets(), descriptor);
    *available = bytes > 0 ? bytes : 0;
    return bytes < 0 ? stint_platform_result(bytes) : 0;
}

static long control(int descriptor, long command, void *argument)
{
    const int open = stint_is_nonblocking(lwip_sockets(), descriptor);
    if (open < 0) {
        return stint_platform_result(open);
    }
    if (is_command(command, (unsigned long)FIONREAD)) {
        return read_available(descriptor, (int *)argument);
    }
    if (is_command(command, (unsigned long)FIONBIO)) {
        const bool on = argument != NULL && *(const int *)argument != 0;
        return stint_platform_result(stint_set_nonblocking(lwip_sockets(), descriptor, on));
    }
    return -ENOSYS;
}

int __wrap_lwip_ioctl(int fd, long command, void *argument)
{
    return (int)lwip_answer(
        lwip_sockets() == NULL ? -ENETDOWN : control(lwip_descriptor_of(fd), command, argument));
}

/* F_GETFD is how programs ask whether a number is still open. */
static long file_control(int descriptor, int command, int argument)
{
    const int nonblocking = stint_is_nonblocking(lwip_sockets(), descriptor);
    if (nonblocking < 0) {
        return stint_platform_result(nonblocking);
    }
    switch (command) {
#ifdef F_GETFD
    case F_GETFD:
        return 0;
#endif
    case F_GETFL:
        return O_RDWR | (nonblocking != 0 ? O_NONBLOCK : 0);
    case F_SETFL:
        if ((argument & ~(O_RDONLY | O_WRONLY | O_RDWR | O_NONBLOCK)) != 0) {
            return -ENOSYS;
        }
        return stint_platform_result(
            stint_set_nonblocking(lwip_sockets(), descriptor, (argument & O_NONBLOCK) != 0));
    default:
        return -ENOSYS;
    }
}

int __wrap_lwip_fcntl(int fd, int command, int argument)
{
    return (int)lwip_answer(lwip_sockets() == NULL
                                ? -ENETDOWN
                                : file_control(lwip_descriptor_of(fd), command, argument));
}
