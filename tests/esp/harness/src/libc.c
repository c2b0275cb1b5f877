/* The C library's calls on descriptors, led to the virtual file system where it has the descriptor.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Linked with --wrap: the program's own calls come here, the host's are __real_*.
 */
#include "esp_vfs.h"
#include <stdarg.h>
#include <sys/select.h>
#include <unistd.h>

ssize_t __real_read(int fd, void *into, size_t size);
ssize_t __real_write(int fd, const void *bytes, size_t size);
int __real_close(int fd);
int __real_fcntl(int fd, int cmd, ...);
int __real_ioctl(int fd, unsigned long cmd, ...);

ssize_t __wrap_read(int fd, void *into, size_t size);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
int __wrap_close(int fd);
int __wrap_fcntl(int fd, int cmd, ...);
int __wrap_ioctl(int fd, unsigned long cmd, ...);
int __wrap_select(
    int nfds, fd_set *readfds, fd_set *writefds, fd_set *errorfds, struct timeval *timeout);

static bool is_host_descriptor(int fd)
{
    return fd < HARNESS_FIRST_DESCRIPTOR;
}

ssize_t __wrap_read(int fd, void *into, size_t size)
{
    return is_host_descriptor(fd) ? __real_read(fd, into, size)
                                  : esp_vfs_read(NULL, fd, into, size);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
    return is_host_descriptor(fd) ? __real_write(fd, bytes, size)
                                  : esp_vfs_write(NULL, fd, bytes, size);
}

int __wrap_close(int fd)
{
    return is_host_descriptor(fd) ? __real_close(fd) : esp_vfs_close(NULL, fd);
}

int __wrap_fcntl(int fd, int cmd, ...)
{
    va_list arguments;
    va_start(arguments, cmd);
    const long argument = va_arg(arguments, long);
    va_end(arguments);
    return is_host_descriptor(fd) ? __real_fcntl(fd, cmd, argument)
                                  : esp_vfs_fcntl_r(NULL, fd, cmd, (int)argument);
}

int __wrap_ioctl(int fd, unsigned long cmd, ...)
{
    va_list arguments;
    va_start(arguments, cmd);
    void *const argument = va_arg(arguments, void *);
    va_end(arguments);
    return is_host_descriptor(fd) ? __real_ioctl(fd, cmd, argument)
                                  : esp_vfs_ioctl(fd, (int)cmd, argument);
}

int __wrap_select(
    int nfds, fd_set *readfds, fd_set *writefds, fd_set *errorfds, struct timeval *timeout)
{
    return esp_vfs_select(nfds, readfds, writefds, errorfds, timeout);
}
