/* What a socket tells its owner: something about it changed, look again.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Events are level hints: after one, ask the socket. A socket is queued once however much happened.
 */
#ifndef STINT_SOCKET_EVENT_H
#define STINT_SOCKET_EVENT_H

#include "stint/base/handle.h"

#ifdef __cplusplus
extern "C" {
#endif

enum stint_socket_kind {
    STINT_SOCKET_TCP,
    STINT_SOCKET_TCP_LISTENER,
    STINT_SOCKET_UDP,
    STINT_SOCKET_ICMP,
};

struct stint_socket_event {
    enum stint_socket_kind kind;
    struct stint_handle handle;
    uintptr_t owner; /* as the owner gave it to the socket; 0 when nobody has claimed it */
};

#ifdef __cplusplus
}
#endif

#endif
