/* From reset to main(): what the machine's entry and the common start-up code need of each other.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PORTS_BAREMETAL_START_H
#define STINT_PORTS_BAREMETAL_START_H

/* Called by the machine's entry, with a stack and nothing else. */
_Noreturn void stint_start(void);

/* Called before main(): console and clock. */
void stint_machine_prepare(void);

#endif
