/* The vector table of a Cortex-M machine, and its end when something goes wrong.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "start.h"

#include <stdint.h>

#include "stint_baremetal/machine.h"

enum {
    SYSTEM_EXCEPTIONS = 14
}; /* from NMI to SysTick: all that can come, interrupts stay masked */

extern uint32_t stint_stack_top[];

static _Noreturn void fault(void)
{
    stint_machine_print("fault: the processor took an exception\n");
    for (;;) {
        __asm__ volatile("wfi");
    }
}

_Noreturn void stint_reset(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
    stint_start();
}

struct vectors {
    uint32_t *stack;
    void (*reset)(void);
    void (*exceptions[SYSTEM_EXCEPTIONS])(void);
};

__attribute__((used, section(".vectors"))) static const struct vectors vectors = {
    stint_stack_top,
    stint_reset,
    {fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault,
        fault},
};
