/* The virtual file system: tables of drivers and descriptors, and the calls that reach them.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "vfs.h"

#include "esp_private/socket.h"
#include "harness.h"
#include <errno.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct vfs_driver drivers[VFS_DRIVERS];
static struct vfs_descriptor descriptors[MAX_FDS];

struct vfs_driver *vfs_find(int fd, struct vfs_descriptor *descriptor)
{
    struct vfs_driver *driver = NULL;
    pthread_mutex_lock(&mutex);
    if (fd >= 0 && fd < MAX_FDS && descriptors[fd].driver != 0) {
        *descriptor = descriptors[fd];
        driver = &drivers[descriptor->driver - 1];
    }
    pthread_mutex_unlock(&mutex);
    if (driver == NULL) {
        errno = EBADF;
    }
    return driver;
}

struct vfs_driver *vfs_driver_at(int index)
{
    return drivers[index].used ? &drivers[index] : NULL;
}

/* --- registration --- */

static esp_err_t register_driver(struct vfs_driver driver, esp_vfs_id_t *id)
{
    pthread_mutex_lock(&mutex);
    esp_err_t result = ESP_ERR_NO_MEM;
    for (int i = 0; i < VFS_DRIVERS && result != ESP_OK; i++) {
        if (!drivers[i].used) {
            drivers[i] = driver;
            drivers[i].used = true;
            *id = i;
            result = ESP_OK;
        }
    }
    pthread_mutex_unlock(&mutex);
    return result;
}

static esp_err_t register_range(struct vfs_driver driver, int min_fd, int max_fd)
{
    if (min_fd < 0 || max_fd < 0 || min_fd > MAX_FDS || max_fd > MAX_FDS || min_fd > max_fd) {
        return ESP_ERR_INVALID_ARG;
    }
    esp_vfs_id_t id = 0;
    const esp_err_t result = register_driver(driver, &id);
    if (result != ESP_OK) {
        return result;
    }
    pthread_mutex_lock(&mutex);
    bool taken = false;
    for (int fd = min_fd; fd < max_fd; fd++) {
        taken = taken || descriptors[fd].driver != 0;
    }
    for (int fd = min_fd; fd < max_fd && !taken; fd++) {
        descriptors[fd] = (struct vfs_descriptor){.driver = id + 1, .local = fd, .permanent = true};
    }
    drivers[id].used = !taken;
    pthread_mutex_unlock(&mutex);
    return taken ? ESP_ERR_INVALID_ARG : ESP_OK;
}

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
static void require_context(int flags)
{
    if ((flags & ESP_VFS_FLAG_CONTEXT_PTR) == 0) {
        harness_refuse("a driver without ESP_VFS_FLAG_CONTEXT_PTR crashes since 6.0");
    }
}

esp_err_t esp_vfs_register_fd_range(
    const esp_vfs_fs_ops_t *vfs, int flags, void *ctx, int min_fd, int max_fd)
{
    require_context(flags);
    const struct vfs_driver driver = {.with_context = true, .context = ctx, .operations = vfs};
    return register_range(driver, min_fd, max_fd);
}
#else
static void require_context(int flags)
{
    (void)flags;
}

static struct vfs_driver old_driver(const esp_vfs_t *vfs, void *ctx)
{
    return (struct vfs_driver){
        .with_context = (vfs->flags & ESP_VFS_FLAG_CONTEXT_PTR) != 0,
        .context = ctx,
        .old = vfs,
    };
}

esp_err_t esp_vfs_register_fd_range(const esp_vfs_t *vfs, void *ctx, int min_fd, int max_fd)
{
    return register_range(old_driver(vfs, ctx), min_fd, max_fd);
}

esp_err_t esp_vfs_register_with_id(const esp_vfs_t *vfs, void *ctx, esp_vfs_id_t *vfs_id)
{
    return register_driver(old_driver(vfs, ctx), vfs_id);
}
#endif

esp_err_t esp_vfs_register_fs_with_id(
    const esp_vfs_fs_ops_t *vfs, int flags, void *ctx, esp_vfs_id_t *id)
{
    require_context(flags);
    const struct vfs_driver driver = {
        .with_context = (flags & ESP_VFS_FLAG_CONTEXT_PTR) != 0,
        .context = ctx,
        .operations = vfs,
    };
    return register_driver(driver, id);
}

esp_err_t esp_vfs_unregister_with_id(esp_vfs_id_t vfs_id)
{
    if (vfs_id < 0 || vfs_id >= VFS_DRIVERS || !drivers[vfs_id].used) {
        return ESP_ERR_INVALID_ARG;
    }
    pthread_mutex_lock(&mutex);
    for (int fd = 0; fd < MAX_FDS; fd++) {
        if (descriptors[fd].driver == vfs_id + 1) {
            memset(&descriptors[fd], 0, sizeof(descriptors[fd]));
        }
    }
    drivers[vfs_id].used = false;
    pthread_mutex_unlock(&mutex);
    return ESP_OK;
}

esp_err_t esp_vfs_unregister_fs_with_id(esp_vfs_id_t id)
{
    return esp_vfs_unregister_with_id(id);
}

void harness_vfs_unregister_range(int min_fd, int max_fd)
{
    (void)max_fd;
    struct vfs_descriptor descriptor;
    const struct vfs_driver *driver = vfs_find(min_fd, &descriptor);
    if (driver != NULL) {
        esp_vfs_unregister_with_id(descriptor.driver - 1);
    }
}

esp_err_t esp_vfs_register_fd_with_local_fd(
    esp_vfs_id_t vfs_id, int local_fd, bool permanent, int *fd)
{
    if (vfs_id < 0 || vfs_id >= VFS_DRIVERS || fd == NULL) {
        return ESP_ERR_INVALID_ARG;
    }
    esp_err_t result = ESP_ERR_NO_MEM;
    pthread_mutex_lock(&mutex);
    for (int i = HARNESS_FIRST_DESCRIPTOR; i < MAX_FDS && result != ESP_OK; i++) {
        if (descriptors[i].driver == 0) {
            descriptors[i] = (struct vfs_descriptor){
                .driver = vfs_id + 1,
                .local = local_fd >= 0 ? local_fd : i,
                .permanent = permanent,
            };
            *fd = i;
            result = ESP_OK;
        }
    }
    pthread_mutex_unlock(&mutex);
    return result;
}

esp_err_t esp_vfs_register_fd(esp_vfs_id_t vfs_id, int *fd)
{
    return esp_vfs_register_fd_with_local_fd(vfs_id, -1, true, fd);
}

esp_err_t esp_vfs_unregister_fd(esp_vfs_id_t vfs_id, int fd)
{
    esp_err_t result = ESP_ERR_INVALID_ARG;
    pthread_mutex_lock(&mutex);
    if (fd >= 0 && fd < MAX_FDS && descriptors[fd].driver == vfs_id + 1 &&
        descriptors[fd].permanent && descriptors[fd].local == fd) {
        memset(&descriptors[fd], 0, sizeof(descriptors[fd]));
        result = ESP_OK;
    }
    pthread_mutex_unlock(&mutex);
    return result;
}

/* --- calls --- */

/* Calls an operation of a driver's table, in the form that the driver has. */
#define CALL_TABLE(table, driver, name, ...)                                                       \
    if ((table)->name == NULL) {                                                                   \
        errno = ENOSYS;                                                                            \
        return -1;                                                                                 \
    }                                                                                              \
    return (driver)->with_context ? (table)->name##_p((driver)->context, __VA_ARGS__)              \
                                  : (table)->name(__VA_ARGS__)

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
#define CALL(driver, name, ...) CALL_TABLE((driver)->operations, driver, name, __VA_ARGS__)
#else
#define CALL(driver, name, ...)                                                                    \
    if ((driver)->old != NULL) {                                                                   \
        CALL_TABLE((const esp_vfs_t *)(driver)->old, driver, name, __VA_ARGS__);                   \
    }                                                                                              \
    CALL_TABLE((driver)->operations, driver, name, __VA_ARGS__)
#endif

ssize_t esp_vfs_write(struct _reent *r, int fd, const void *data, size_t size)
{
    (void)r;
    struct vfs_descriptor descriptor;
    const struct vfs_driver *driver = vfs_find(fd, &descriptor);
    if (driver == NULL) {
        return -1;
    }
    CALL(driver, write, descriptor.local, data, size);
}

ssize_t esp_vfs_read(struct _reent *r, int fd, void *dst, size_t size)
{
    (void)r;
    struct vfs_descriptor descriptor;
    const struct vfs_driver *driver = vfs_find(fd, &descriptor);
    if (driver == NULL) {
        return -1;
    }
    CALL(driver, read, descriptor.local, dst, size);
}

static int close_local(const struct vfs_driver *driver, int local)
{
    CALL(driver, close, local);
}

int esp_vfs_close(struct _reent *r, int fd)
{
    (void)r;
    struct vfs_descriptor descriptor;
    const struct vfs_driver *driver = vfs_find(fd, &descriptor);
    if (driver == NULL) {
        return -1;
    }
    const int result = close_local(driver, descriptor.local);
    if (!descriptor.permanent) {
        pthread_mutex_lock(&mutex);
        memset(&descriptors[fd], 0, sizeof(descriptors[fd]));
        pthread_mutex_unlock(&mutex);
    }
    return result;
}

int esp_vfs_fcntl_r(struct _reent *r, int fd, int cmd, int arg)
{
    (void)r;
    struct vfs_descriptor descriptor;
    const struct vfs_driver *driver = vfs_find(fd, &descriptor);
    if (driver == NULL) {
        return -1;
    }
    CALL(driver, fcntl, descriptor.local, cmd, arg);
}

static int ioctl_local(const struct vfs_driver *driver, int local, int cmd, va_list arguments)
{
    CALL(driver, ioctl, local, cmd, arguments);
}

int esp_vfs_ioctl(int fd, int cmd, ...)
{
    struct vfs_descriptor descriptor;
    const struct vfs_driver *driver = vfs_find(fd, &descriptor);
    if (driver == NULL) {
        return -1;
    }
    va_list arguments;
    va_start(arguments, cmd);
    const int result = ioctl_local(driver, descriptor.local, cmd, arguments);
    va_end(arguments);
    return result;
}

/* --- what select() asks --- */

static void take_new_select(const esp_vfs_select_ops_t *from, struct vfs_select *select)
{
    *select = (struct vfs_select){
        .start = from->start_select,
        .socket_select = from->socket_select,
        .stop = from->stop_socket_select,
        .stop_isr = from->stop_socket_select_isr,
        .semaphore = from->get_socket_select_semaphore,
        .end = from->end_select,
    };
}

bool vfs_select_of(const struct vfs_driver *driver, struct vfs_select *select)
{
    memset(select, 0, sizeof(*select));
    if (driver == NULL) {
        return false;
    }
    if (driver->operations != NULL) {
        if (driver->operations->select != NULL) {
            take_new_select(driver->operations->select, select);
        }
        return driver->operations->select != NULL;
    }
#if ESP_IDF_VERSION < ESP_IDF_VERSION_VAL(6, 0, 0)
    const esp_vfs_t *const old = driver->old;
    *select = (struct vfs_select){
        .start = old->start_select,
        .socket_select = old->socket_select,
        .stop = old->stop_socket_select,
        .stop_isr = old->stop_socket_select_isr,
        .semaphore = old->get_socket_select_semaphore,
        .end = old->end_select,
    };
#endif
    return true;
}
