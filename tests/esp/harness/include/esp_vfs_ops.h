/* Tables of operations of a virtual file system (ESP-IDF 5.4 and later).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_VFS_OPS_H
#define STINT_HARNESS_ESP_VFS_OPS_H

#include "esp_err.h"
#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include <stdarg.h>
#include <sys/reent.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int esp_vfs_id_t;

typedef struct {
    bool is_sem_local; /* `sem` is a SemaphoreHandle_t; otherwise what the socket driver gave */
    void *sem;
} esp_vfs_select_sem_t;

/* What select() asks of a driver. */
typedef struct {
    esp_err_t (*const start_select)(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds,
        esp_vfs_select_sem_t sem, void **end_select_args);
    int (*const socket_select)(
        int nfds, fd_set *readfds, fd_set *writefds, fd_set *errorfds, struct timeval *timeout);
    void (*const stop_socket_select)(void *sem);
    void (*const stop_socket_select_isr)(void *sem, BaseType_t *woken);
    void *(*const get_socket_select_semaphore)(void);
    esp_err_t (*const end_select)(void *end_select_args);
} esp_vfs_select_ops_t;

/* Each operation with its context pointer and, for drivers of old, without. */
#define HARNESS_VFS_OPERATION(result, name, ...)                                                   \
    union {                                                                                        \
        result (*const name##_p)(void *ctx, __VA_ARGS__);                                          \
        result (*const name)(__VA_ARGS__);                                                         \
    }

typedef struct {
    HARNESS_VFS_OPERATION(ssize_t, write, int fd, const void *data, size_t size);
    HARNESS_VFS_OPERATION(off_t, lseek, int fd, off_t size, int mode);
    HARNESS_VFS_OPERATION(ssize_t, read, int fd, void *dst, size_t size);
    HARNESS_VFS_OPERATION(int, open, const char *path, int flags, int mode);
    HARNESS_VFS_OPERATION(int, close, int fd);
    HARNESS_VFS_OPERATION(int, fstat, int fd, struct stat *st);
    HARNESS_VFS_OPERATION(int, fcntl, int fd, int cmd, int arg);
    HARNESS_VFS_OPERATION(int, ioctl, int fd, int cmd, va_list args);
    HARNESS_VFS_OPERATION(int, fsync, int fd);
    const esp_vfs_select_ops_t *const select;
} esp_vfs_fs_ops_t;

esp_err_t esp_vfs_register_fs_with_id(
    const esp_vfs_fs_ops_t *vfs, int flags, void *ctx, esp_vfs_id_t *id);
esp_err_t esp_vfs_unregister_fs_with_id(esp_vfs_id_t id);

#ifdef __cplusplus
}
#endif

#endif
