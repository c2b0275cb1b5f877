/* Congestion window of Reno and NewReno: slow start, congestion avoidance, halving (RFC 5681, RFC
 * 6582, RFC 3465 L = 2). SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_SOCKET_NEWRENO_H
#define STINT_SOCKET_NEWRENO_H

#include "stint/socket/congestion.h"

#ifdef __cplusplus
extern "C" {
#endif

void stint_newreno_acknowledged(struct stint_congestion *congestion, uint32_t acknowledged);
void stint_newreno_loss(struct stint_congestion *congestion, uint32_t in_flight);
void stint_newreno_timeout(struct stint_congestion *congestion, uint32_t in_flight);

#ifdef __cplusplus
}
#endif

#endif
