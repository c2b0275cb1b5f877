/* Drivers and descriptors of the virtual file system: what its two sources share.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_VFS_H
#define STINT_HARNESS_VFS_H

#include "esp_vfs.h"

enum { VFS_DRIVERS = 8 };

/* A driver, whichever of the two kinds of table it came with. */
struct vfs_driver {
    bool used;
    bool with_context;
    void *context;
    const esp_vfs_fs_ops_t *operations; /* the new table, or */
    const void *old;                    /* the old one */
};

struct vfs_descriptor {
    int driver; /* one more than the index; 0: no such descriptor */
    int local;
    bool permanent;
};

/* The driver of a descriptor, or NULL with errno EBADF. */
struct vfs_driver *vfs_find(int fd, struct vfs_descriptor *descriptor);
struct vfs_driver *vfs_driver_at(int index);

/* What select() asks of a driver; false when it takes no part. */
struct vfs_select {
    esp_err_t (*start)(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds,
        esp_vfs_select_sem_t sem, void **end_select_args);
    int (*socket_select)(
        int nfds, fd_set *readfds, fd_set *writefds, fd_set *errorfds, struct timeval *timeout);
    void (*stop)(void *sem);
    void (*stop_isr)(void *sem, BaseType_t *woken);
    void *(*semaphore)(void);
    esp_err_t (*end)(void *end_select_args);
};
bool vfs_select_of(const struct vfs_driver *driver, struct vfs_select *select);

#endif
