/* How a command ends: its exit codes, and one line that says what is wrong and how to mend it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_COMPLAIN_H
#define STINT_APPS_COMPLAIN_H

enum {
    ENDED_WELL = 0,
    ENDED_IN_FAILURE = 1, /* what was asked for did not succeed */
    ENDED_UNABLE = 2,     /* bad arguments, or this machine does not permit it */
};

/* Prints "stint: " and the message as one line to standard error; returns ENDED_UNABLE. */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
