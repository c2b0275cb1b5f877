/* The C library's calls on descriptors, from the VFS to lwIP's names.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "vfs_calls.h"

#include "calls.h"
#include <string.h>

ssize_t vfs_write(void *context, int fd, const void *bytes, size_t length)
{
    (void)context;
    return __wrap_lwip_write(fd, bytes, length);
}

ssize_t vfs_read(void *context, int fd, void *bytes, size_t length)
{
    (void)context;
    return __wrap_lwip_read(fd, bytes, length);
}

int vfs_close(void *context, int fd)
{
    (void)context;
    return __wrap_lwip_close(fd);
}

int vfs_fstat(void *context, int fd, struct stat *status)
{
    (void)context;
    if (status == NULL || __wrap_lwip_fcntl(fd, F_GETFL, 0) < 0) {
        errno = EBADF;
        return -1;
    }
    memset(status, 0, sizeof(*status));
    status->st_mode = S_IFSOCK;
    return 0;
}

int vfs_fcntl(void *context, int fd, int command, int argument)
{
    (void)context;
    return __wrap_lwip_fcntl(fd, command, argument);
}

int vfs_ioctl(void *context, int fd, int command, va_list arguments)
{
    (void)context;
    return __wrap_lwip_ioctl(fd, command, va_arg(arguments, void *));
}
