/* What the parts of the preloaded form tell each other.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PRELOAD_PRELOAD_H
#define STINT_PRELOAD_PRELOAD_H

/* Fills stint_real with the C library's own functions, once. */
void preload_find_real_calls(void);

#endif
