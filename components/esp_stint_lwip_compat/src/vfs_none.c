/* Where there is no VFS: programs call lwIP's names themselves, or ESP-IDF's C library does.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "calls.h"
#include "lwip_vfs.h"

#ifdef ESP_PLATFORM
/* Does nothing; but who calls it has the object linked that leads read() and its like to lwIP's
 * names. */
void __real_esp_vfs_lwip_sockets_register(void);
#endif

bool lwip_vfs_register(void)
{
    __wrap_esp_vfs_lwip_sockets_register();
    return true;
}

void __wrap_esp_vfs_lwip_sockets_register(void)
{
#ifdef ESP_PLATFORM
    __real_esp_vfs_lwip_sockets_register();
#endif
}
