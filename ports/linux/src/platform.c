/* The clock and entropy of Linux.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_linux/platform.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

static int64_t microseconds_of(clockid_t clock)
{
    struct timespec time = {0, 0};
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

struct stint_instant stint_linux_now(void)
{
    return stint_instant_at(microseconds_of(CLOCK_MONOTONIC));
}

int64_t stint_linux_epoch_offset(void)
{
    return microseconds_of(CLOCK_REALTIME) - microseconds_of(CLOCK_MONOTONIC);
}

bool stint_linux_entropy(struct stint_span secret)
{
    while (secret.length > 0) {
        const ssize_t got = getrandom(secret.bytes, secret.length, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        secret = stint_span_without_first(secret, (size_t)got);
    }
    return true;
}
