/* What Linux gives a stack: the clock and entropy.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STINT_LINUX_PLATFORM_H
#define STINT_STINT_LINUX_PLATFORM_H

#include "stint/base/bytes.h"
#include "stint/base/time.h"

#ifdef __cplusplus
extern "C" {
#endif

/* CLOCK_MONOTONIC. */
struct stint_instant stint_linux_now(void);

/* Microseconds to add to stint_linux_now() to get Unix time. */
int64_t stint_linux_epoch_offset(void);

/* Fills `secret` from getrandom(); false when the kernel has none. */
bool stint_linux_entropy(struct stint_span secret);

#ifdef __cplusplus
}
#endif

#endif
