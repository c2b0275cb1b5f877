/* How long a round trip takes, and the retransmission timeout that follows (RFC 6298).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * One segment at a time is timed, to the microsecond; a retransmission spoils the sample (Karn).
 * The variance term is at least STINT_TCP_RTO_MARGIN_MS, which bears a peer that delays its
 * acknowledgments, in place of the one-second floor of RFC 6298 2.4.
 */
#ifndef STINT_SOCKET_TCP_ROUND_TRIP_H
#define STINT_SOCKET_TCP_ROUND_TRIP_H

#include "stint/base/time.h"
#include "stint/wire/tcp_sequence.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    STINT_TCP_RTO_INITIAL_MS = 1000,
    STINT_TCP_RTO_MARGIN_MS = 200,
    STINT_TCP_RTO_MAXIMUM_MS = 60000,
};

struct stint_tcp_round_trip {
    uint32_t smoothed;  /* microseconds; 0: no sample yet */
    uint32_t variation; /* microseconds */
    uint8_t backoff;    /* doublings of the timeout since the last sample or progress */
    bool timing;
    struct stint_sequence timed; /* acknowledged when the sample is complete */
    struct stint_instant timed_at;
};

/* A segment that ends before `end` was sent for the first time: times it when nothing else is
 * timed. */
void stint_tcp_round_trip_sent(
    struct stint_tcp_round_trip *round_trip, struct stint_instant now, struct stint_sequence end);

/* Something was retransmitted: the running sample says nothing any more. */
void stint_tcp_round_trip_spoil(struct stint_tcp_round_trip *round_trip);

/* Everything before `acknowledged` arrived; completes the sample when it covers it. */
void stint_tcp_round_trip_acknowledged(struct stint_tcp_round_trip *round_trip,
    struct stint_instant now, struct stint_sequence acknowledged);

/* Takes a sample in microseconds. */
void stint_tcp_round_trip_sample(struct stint_tcp_round_trip *round_trip, uint32_t microseconds);

/* The present retransmission timeout, backoff included. */
struct stint_duration stint_tcp_round_trip_timeout(const struct stint_tcp_round_trip *round_trip);

/* The timer expired: doubles the timeout. */
void stint_tcp_round_trip_back_off(struct stint_tcp_round_trip *round_trip);

#ifdef __cplusplus
}
#endif

#endif
