/* Per-task data of newlib, which a host's C library does not have.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_SYS_REENT_H
#define STINT_HARNESS_SYS_REENT_H

struct _reent;

#endif
