/* lwIP's socket calls over stint: programs that were written for lwIP keep their source.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The program is linked with -Wl,--wrap for each call of src/wrapped_calls.def, which this
 * component's CMakeLists.txt does. Under ESP-IDF every lwip_socket() and so on is stint's as soon
 * as esp_stint runs: nothing of this header is needed. Elsewhere sockets are attached. Before there
 * are any, calls fail with ENETDOWN.
 */
#ifndef ESP_STINT_LWIP_COMPAT_H
#define ESP_STINT_LWIP_COMPAT_H

#include "stint_sockets/sockets.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Puts `sockets` under lwIP's calls, in place of esp_stint's; descriptor 0 becomes
 * LWIP_SOCKET_OFFSET. Where there is a VFS it is registered, once. False when there are more
 * descriptors than lwIP's numbers reach, or the VFS refuses. */
bool stint_lwip_attach(struct stint_sockets *sockets);

/* As before the attachment. No call may be under way. */
void stint_lwip_detach(void);

/* How interfaces are called, for if_nametoindex(), if_indextoname() and SO_BINDTODEVICE: writes the
 * name of interface `number` (from 0) with its NUL into `name` (6 bytes, lwIP's length); false when
 * there is none. Without it they are called as esp_netif says or, elsewhere, "st0" and so on. NULL:
 * back to that. */
typedef bool (*stint_lwip_interface_name)(unsigned number, char name[6]);
void stint_lwip_set_interface_names(stint_lwip_interface_name names);

#ifdef __cplusplus
}
#endif

#endif
