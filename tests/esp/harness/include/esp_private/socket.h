/* Registration of a range of descriptors, as sockets have it (ESP-IDF 6.0 and later).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_PRIVATE_SOCKET_H
#define STINT_HARNESS_ESP_PRIVATE_SOCKET_H

#include "esp_vfs.h"

#ifdef __cplusplus
extern "C" {
#endif

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
esp_err_t esp_vfs_register_fd_range(
    const esp_vfs_fs_ops_t *vfs, int flags, void *ctx, int min_fd, int max_fd);
#endif

#ifdef __cplusplus
}
#endif

#endif
