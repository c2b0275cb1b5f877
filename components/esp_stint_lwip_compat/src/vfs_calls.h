/* The operations of the socket VFS.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The VFS hands on the program's own descriptors. Context pointers are not used: there is one
 * attachment.
 */
#ifndef STINT_LWIP_VFS_CALLS_H
#define STINT_LWIP_VFS_CALLS_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "freertos/FreeRTOS.h"

ssize_t vfs_write(void *context, int fd, const void *bytes, size_t length);
ssize_t vfs_read(void *context, int fd, void *bytes, size_t length);
int vfs_close(void *context, int fd);
int vfs_fstat(void *context, int fd, struct stat *status);
int vfs_fcntl(void *context, int fd, int command, int argument);
int vfs_ioctl(void *context, int fd, int command, va_list arguments);

/* --- select() over sockets and other drivers' descriptors --- */

/* What the VFS hands to the other drivers, so that they can end our wait: of the calling task. A
 * pointer to a SemaphoreHandle_t, because the VFS takes the semaphore once more when it is done. */
void *vfs_select_semaphore(void);

int vfs_select(
    int limit, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout);
void vfs_stop_select(void *semaphore);
void vfs_stop_select_from_isr(void *semaphore, BaseType_t *woken);

#endif
