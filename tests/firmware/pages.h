/* What the firmware says of itself: a status page, its numbers as JSON, and a line on the console.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_TESTS_FIRMWARE_PAGES_H
#define STINT_TESTS_FIRMWARE_PAGES_H

#include "stint_sockets/sockets.h"
#include "text.h"

/* Each appends the body of an answer. */
void page_status(struct text *text, struct stint_sockets *sockets);
void page_stats(struct text *text, struct stint_sockets *sockets);

#endif
