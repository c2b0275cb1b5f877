/* The registration of the socket VFS, with the tables that each ESP-IDF has.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * It takes the place of lwIP's own: only one socket VFS can be, because a driver that fires ends
 * the wait of the first one that it finds.
 */
#include "calls.h"
#include "lwip_vfs.h"
#include "vfs_calls.h"

#include "esp_idf_version.h"
#include "esp_vfs.h"
#include "sdkconfig.h"

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)

#include "esp_private/socket.h"

#if CONFIG_VFS_SUPPORT_SELECT
static const esp_vfs_select_ops_t select_operations = {
    .socket_select = vfs_select,
    .get_socket_select_semaphore = vfs_select_semaphore,
    .stop_socket_select = vfs_stop_select,
    .stop_socket_select_isr = vfs_stop_select_from_isr,
};
#endif

static const esp_vfs_fs_ops_t operations = {
    .write_p = vfs_write,
    .read_p = vfs_read,
    .close_p = vfs_close,
    .fstat_p = vfs_fstat,
    .fcntl_p = vfs_fcntl,
    .ioctl_p = vfs_ioctl,
#if CONFIG_VFS_SUPPORT_SELECT
    .select = &select_operations,
#endif
};

#ifdef ESP_VFS_FLAG_STATIC
#define VFS_FLAGS (ESP_VFS_FLAG_CONTEXT_PTR | ESP_VFS_FLAG_STATIC)
#else
#define VFS_FLAGS ESP_VFS_FLAG_CONTEXT_PTR
#endif

static esp_err_t register_range(int first, int limit)
{
    return esp_vfs_register_fd_range(&operations, VFS_FLAGS, NULL, first, limit);
}

#else

static const esp_vfs_t operations = {
    .flags = ESP_VFS_FLAG_CONTEXT_PTR,
    .write_p = vfs_write,
    .read_p = vfs_read,
    .close_p = vfs_close,
    .fstat_p = vfs_fstat,
    .fcntl_p = vfs_fcntl,
    .ioctl_p = vfs_ioctl,
#if CONFIG_VFS_SUPPORT_SELECT
    .socket_select = vfs_select,
    .get_socket_select_semaphore = vfs_select_semaphore,
    .stop_socket_select = vfs_stop_select,
    .stop_socket_select_isr = vfs_stop_select_from_isr,
#endif
};

static esp_err_t register_range(int first, int limit)
{
    return esp_vfs_register_fd_range(&operations, NULL, first, limit);
}

#endif

bool lwip_vfs_register(void)
{
    static bool begun; /* by whichever task was first */
    static bool failed;
    if (!__atomic_exchange_n(&begun, true, __ATOMIC_ACQ_REL)) {
        failed = register_range(LWIP_SOCKET_OFFSET, MAX_FDS) != ESP_OK;
    }
    return !failed;
}

/* lwIP's initialisation, where there is one, calls this. */
void __wrap_esp_vfs_lwip_sockets_register(void)
{
    (void)lwip_vfs_register();
}
