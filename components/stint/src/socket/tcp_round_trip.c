/* How long a round trip takes, and the retransmission timeout that follows (RFC 6298).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/tcp_round_trip.h"

enum { SAMPLE_MINIMUM = 1, SAMPLE_MAXIMUM = 60000000 };

void stint_tcp_round_trip_sent(
    struct stint_tcp_round_trip *round_trip, struct stint_instant now, struct stint_sequence end)
{
    if (!round_trip->timing) {
        round_trip->timing = true;
        round_trip->timed = end;
        round_trip->timed_at = now;
    }
}

void stint_tcp_round_trip_spoil(struct stint_tcp_round_trip *round_trip)
{
    round_trip->timing = false;
}

/* Within what a round trip can be on Earth and what arithmetic of 32 bits can hold. */
static uint32_t sane_sample(int64_t microseconds)
{
    if (microseconds < SAMPLE_MINIMUM) {
        return SAMPLE_MINIMUM;
    }
    return microseconds < SAMPLE_MAXIMUM ? (uint32_t)microseconds : SAMPLE_MAXIMUM;
}

void stint_tcp_round_trip_acknowledged(struct stint_tcp_round_trip *round_trip,
    struct stint_instant now, struct stint_sequence acknowledged)
{
    if (!round_trip->timing || !stint_sequence_is_at_most(round_trip->timed, acknowledged)) {
        return;
    }
    round_trip->timing = false;
    const struct stint_duration elapsed = stint_instant_since(now, round_trip->timed_at);
    stint_tcp_round_trip_sample(round_trip, sane_sample(elapsed.microseconds));
}

void stint_tcp_round_trip_sample(struct stint_tcp_round_trip *round_trip, uint32_t microseconds)
{
    const uint32_t sample = sane_sample(microseconds);
    if (round_trip->smoothed == 0) {
        /* RFC 6298 2.2 */
        round_trip->smoothed = sample;
        round_trip->variation = sample / 2;
    } else {
        /* RFC 6298 2.3: alpha is 1/8, beta 1/4; the variation first. */
        const uint32_t difference = round_trip->smoothed > sample ? round_trip->smoothed - sample
                                                                  : sample - round_trip->smoothed;
        round_trip->variation = (3 * round_trip->variation + difference) / 4;
        round_trip->smoothed = (7 * round_trip->smoothed + sample) / 8;
    }
    round_trip->backoff = 0;
}

/* Without backoff. */
static struct stint_duration base_timeout(const struct stint_tcp_round_trip *round_trip)
{
    if (round_trip->smoothed == 0) {
        return stint_milliseconds(STINT_TCP_RTO_INITIAL_MS);
    }
    const struct stint_duration spread =
        stint_duration_longer(stint_milliseconds(STINT_TCP_RTO_MARGIN_MS),
            stint_microseconds(INT64_C(4) * round_trip->variation));
    return stint_microseconds(round_trip->smoothed + spread.microseconds);
}

struct stint_duration stint_tcp_round_trip_timeout(const struct stint_tcp_round_trip *round_trip)
{
    const struct stint_duration maximum = stint_milliseconds(STINT_TCP_RTO_MAXIMUM_MS);
    struct stint_duration timeout = base_timeout(round_trip);
    for (unsigned doubled = 0;
         doubled < round_trip->backoff && stint_duration_is_shorter(timeout, maximum); doubled++) {
        timeout = stint_microseconds(2 * timeout.microseconds);
    }
    return stint_duration_shorter(timeout, maximum);
}

void stint_tcp_round_trip_back_off(struct stint_tcp_round_trip *round_trip)
{
    if (round_trip->backoff < UINT8_MAX) {
        round_trip->backoff++;
    }
}
