/* Event descriptors: counters that tasks and interrupts add to and select() waits for.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_VFS_EVENTFD_H
#define STINT_HARNESS_ESP_VFS_EVENTFD_H

#include "esp_err.h"
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EFD_SUPPORT_ISR (1 << 4)

typedef struct {
    size_t max_fds;
} esp_vfs_eventfd_config_t;

#define ESP_VFS_EVENTD_CONFIG_DEFAULT()                                                            \
    (esp_vfs_eventfd_config_t)                                                                     \
    {                                                                                              \
        .max_fds = 5,                                                                              \
    }

esp_err_t esp_vfs_eventfd_register(const esp_vfs_eventfd_config_t *config);
esp_err_t esp_vfs_eventfd_unregister(void);

/* Named apart from the host's own eventfd(), with which it shares its type. */
int harness_eventfd(unsigned initial, int flags);
#define eventfd harness_eventfd

#ifdef __cplusplus
}
#endif

#endif
