/* What TCP does when time passes: retransmission, window probes, delayed ACKs, keep-alive, the end
 * of waiting states. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_SOCKET_TCP_TIMERS_H
#define STINT_SOCKET_TCP_TIMERS_H

#include "stint/socket/tcp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Does what is due at `now`. */
void stint_tcp_expire(struct stint_tcp *tcp, struct stint_instant now);

/* When there is something due; never when no timer runs. */
struct stint_instant stint_tcp_deadline(const struct stint_tcp *tcp);

#ifdef __cplusplus
}
#endif

#endif
