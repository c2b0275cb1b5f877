/* The virtual file system: descriptors of drivers and select() over them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * In the harness, descriptors below HARNESS_FIRST_DESCRIPTOR are the host's own. A program that is
 * linked with the harness's wrapped calls (see esp_harness_wrap_libc() of its CMakeLists.txt)
 * reaches drivers by read(), write(), close(), fcntl(), ioctl() and select(), as on a chip.
 */
#ifndef STINT_HARNESS_ESP_VFS_H
#define STINT_HARNESS_ESP_VFS_H

#include "esp_idf_version.h"
#include "esp_vfs_ops.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MAX_FDS                  FD_SETSIZE
#define HARNESS_FIRST_DESCRIPTOR 512

#define ESP_VFS_FLAG_DEFAULT     (1 << 0)
#define ESP_VFS_FLAG_CONTEXT_PTR (1 << 1)
#define ESP_VFS_FLAG_READONLY_FS (1 << 2)

#if ESP_IDF_VERSION < ESP_IDF_VERSION_VAL(6, 0, 0)
/* The one table that was before: flags and select among the operations. */
#define HARNESS_VFS_OLD_OPERATION(result, name, ...)                                               \
    union {                                                                                        \
        result (*name##_p)(void *ctx, __VA_ARGS__);                                                \
        result (*name)(__VA_ARGS__);                                                               \
    }

typedef struct {
    int flags;
    HARNESS_VFS_OLD_OPERATION(ssize_t, write, int fd, const void *data, size_t size);
    HARNESS_VFS_OLD_OPERATION(off_t, lseek, int fd, off_t size, int mode);
    HARNESS_VFS_OLD_OPERATION(ssize_t, read, int fd, void *dst, size_t size);
    HARNESS_VFS_OLD_OPERATION(int, open, const char *path, int flags, int mode);
    HARNESS_VFS_OLD_OPERATION(int, close, int fd);
    HARNESS_VFS_OLD_OPERATION(int, fstat, int fd, struct stat *st);
    HARNESS_VFS_OLD_OPERATION(int, fcntl, int fd, int cmd, int arg);
    HARNESS_VFS_OLD_OPERATION(int, ioctl, int fd, int cmd, va_list args);
    HARNESS_VFS_OLD_OPERATION(int, fsync, int fd);
    esp_err_t (*start_select)(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds,
        esp_vfs_select_sem_t sem, void **end_select_args);
    int (*socket_select)(
        int nfds, fd_set *readfds, fd_set *writefds, fd_set *errorfds, struct timeval *timeout);
    void (*stop_socket_select)(void *sem);
    void (*stop_socket_select_isr)(void *sem, BaseType_t *woken);
    void *(*get_socket_select_semaphore)(void);
    esp_err_t (*end_select)(void *end_select_args);
} esp_vfs_t;

esp_err_t esp_vfs_register_fd_range(const esp_vfs_t *vfs, void *ctx, int min_fd, int max_fd);
esp_err_t esp_vfs_register_with_id(const esp_vfs_t *vfs, void *ctx, esp_vfs_id_t *vfs_id);
#endif

esp_err_t esp_vfs_unregister_with_id(esp_vfs_id_t vfs_id);
esp_err_t esp_vfs_register_fd_with_local_fd(
    esp_vfs_id_t vfs_id, int local_fd, bool permanent, int *fd);
esp_err_t esp_vfs_register_fd(esp_vfs_id_t vfs_id, int *fd);
esp_err_t esp_vfs_unregister_fd(esp_vfs_id_t vfs_id, int fd);

ssize_t esp_vfs_write(struct _reent *r, int fd, const void *data, size_t size);
ssize_t esp_vfs_read(struct _reent *r, int fd, void *dst, size_t size);
int esp_vfs_close(struct _reent *r, int fd);
int esp_vfs_fcntl_r(struct _reent *r, int fd, int cmd, int arg);
int esp_vfs_ioctl(int fd, int cmd, ...);
int esp_vfs_select(
    int nfds, fd_set *readfds, fd_set *writefds, fd_set *errorfds, struct timeval *timeout);
void esp_vfs_select_triggered(esp_vfs_select_sem_t sem);
void esp_vfs_select_triggered_isr(esp_vfs_select_sem_t sem, BaseType_t *woken);

/* Forgets a range that was registered, so that a test can register it again. */
void harness_vfs_unregister_range(int min_fd, int max_fd);

#ifdef __cplusplus
}
#endif

#endif
