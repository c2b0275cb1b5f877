/* How a command that runs for ever learns that it should end: Ctrl-C, or SIGTERM.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_ENDING_H
#define STINT_APPS_ENDING_H

#include "stint/base/time.h"

#include <pthread.h>

/* Before any thread is started: from now on the signals wait to be asked for, and a write to a
 * connection that is gone is an error and no signal. */
void ending_prepare(void);

/* Sleeps until the end is asked for. */
void ending_wait(void);

/* The same for at most `time`; false when it has passed. ending_nudge() ends the sleep too,
 * and then the answer is false. */
bool ending_wait_for(struct stint_duration time);

/* Ends the sleep of a thread in ending_wait_for(). */
void ending_nudge(pthread_t thread);

#endif
