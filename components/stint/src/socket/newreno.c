/* Congestion window of Reno and NewReno (RFC 5681, RFC 6582), counting bytes (RFC 3465).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The window that duplicate acknowledgments inflate during recovery is kept by tcp_recovery.
 */
#include "stint/socket/newreno.h"

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void grow(struct stint_congestion *congestion, uint32_t bytes)
{
    /* No overflow: the window is at most 2^30 and grows by two segments at most. */
    congestion->window = smaller(congestion->window + bytes, STINT_CONGESTION_WINDOW_MAXIMUM);
}

/* RFC 5681 equation 4: half of what was in flight, but two segments at least. */
static uint32_t threshold_after_loss(const struct stint_congestion *congestion, uint32_t in_flight)
{
    const uint32_t two_segments = 2u * congestion->segment;
    const uint32_t half = in_flight / 2;
    return smaller(half > two_segments ? half : two_segments, STINT_CONGESTION_WINDOW_MAXIMUM);
}

/* RFC 3465 2.2: by the bytes acknowledged, L segments at most. L is 2, but 1 after a timeout, when
 * one acknowledgment may cover what the network delivered long ago. */
static void slow_start(struct stint_congestion *congestion, uint32_t acknowledged)
{
    const uint32_t limit = (congestion->after_timeout ? 1u : 2u) * congestion->segment;
    grow(congestion, smaller(acknowledged, limit));
}

/* RFC 3465 2.1: one segment for each window's worth of bytes acknowledged. */
static void avoid_congestion(struct stint_congestion *congestion, uint32_t acknowledged)
{
    congestion->accumulated += smaller(acknowledged, congestion->window);
    if (congestion->accumulated >= congestion->window) {
        congestion->accumulated -= congestion->window;
        grow(congestion, congestion->segment);
    }
}

void stint_newreno_acknowledged(struct stint_congestion *congestion, uint32_t acknowledged)
{
    if (congestion->window < congestion->threshold) {
        slow_start(congestion, acknowledged);
    } else {
        congestion->after_timeout = false;
        avoid_congestion(congestion, acknowledged);
    }
}

void stint_newreno_loss(struct stint_congestion *congestion, uint32_t in_flight)
{
    congestion->threshold = threshold_after_loss(congestion, in_flight);
    congestion->window = congestion->threshold;
    congestion->accumulated = 0;
    congestion->after_timeout = false;
}

void stint_newreno_timeout(struct stint_congestion *congestion, uint32_t in_flight)
{
    /* RFC 5681 3.1: the threshold is held when the same data times out again. The window says so:
     * any acknowledgment since the last timeout would have opened it. */
    const bool again = congestion->after_timeout && congestion->window <= congestion->segment;
    if (!again) {
        congestion->threshold = threshold_after_loss(congestion, in_flight);
    }
    congestion->window = congestion->segment;
    congestion->accumulated = 0;
    congestion->after_timeout = true;
}
