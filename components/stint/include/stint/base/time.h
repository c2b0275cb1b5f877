/* Time: instants and durations as different types, in microseconds of a clock that only a port
 * reads. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * An instant counts from an arbitrary start and never goes back. 64 bits do not wrap (292,000
 * years).
 */
#ifndef STINT_BASE_TIME_H
#define STINT_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct stint_instant {
    int64_t microseconds;
};

struct stint_duration {
    int64_t microseconds;
};

/*@ assigns \nothing;
    ensures \result.microseconds == microseconds; */
static inline struct stint_instant stint_instant_at(int64_t microseconds)
{
    struct stint_instant instant = {microseconds};
    return instant;
}

/* Later than every instant: the deadline of what waits for no time. */
/*@ assigns \nothing;
    ensures \result.microseconds == INT64_MAX; */
static inline struct stint_instant stint_instant_never(void)
{
    return stint_instant_at(INT64_MAX);
}

/*@ assigns \nothing;
    ensures \result <==> instant.microseconds == INT64_MAX; */
static inline bool stint_instant_is_never(struct stint_instant instant)
{
    return instant.microseconds == INT64_MAX;
}

static inline struct stint_duration stint_microseconds(int64_t microseconds)
{
    struct stint_duration duration = {microseconds};
    return duration;
}

static inline struct stint_duration stint_milliseconds(int64_t milliseconds)
{
    return stint_microseconds(milliseconds * 1000);
}

static inline struct stint_duration stint_seconds(int64_t seconds)
{
    return stint_microseconds(seconds * 1000000);
}

/* `start` plus `duration`; `start` is not never. */
static inline struct stint_instant stint_instant_after(
    struct stint_instant start, struct stint_duration duration)
{
    return stint_instant_at(start.microseconds + duration.microseconds);
}

/* How much later `later` is than `earlier`; negative when it is not. */
static inline struct stint_duration stint_instant_since(
    struct stint_instant later, struct stint_instant earlier)
{
    return stint_microseconds(later.microseconds - earlier.microseconds);
}

/*@ assigns \nothing;
    ensures \result <==> a.microseconds < b.microseconds; */
static inline bool stint_instant_is_before(struct stint_instant a, struct stint_instant b)
{
    return a.microseconds < b.microseconds;
}

/* True when `deadline` is now or past. */
/*@ assigns \nothing;
    ensures \result <==> deadline.microseconds <= now.microseconds; */
static inline bool stint_instant_has_come(struct stint_instant deadline, struct stint_instant now)
{
    return deadline.microseconds <= now.microseconds;
}

static inline struct stint_instant stint_instant_earlier(
    struct stint_instant a, struct stint_instant b)
{
    return stint_instant_is_before(b, a) ? b : a;
}

static inline bool stint_duration_is_shorter(struct stint_duration a, struct stint_duration b)
{
    return a.microseconds < b.microseconds;
}

static inline struct stint_duration stint_duration_shorter(
    struct stint_duration a, struct stint_duration b)
{
    return stint_duration_is_shorter(b, a) ? b : a;
}

static inline struct stint_duration stint_duration_longer(
    struct stint_duration a, struct stint_duration b)
{
    return stint_duration_is_shorter(a, b) ? b : a;
}

#ifdef __cplusplus
}
#endif

#endif
