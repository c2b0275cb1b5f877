/* The entry of a RISC-V machine, and its end when something goes wrong.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "start.h"

#include "stint_baremetal/machine.h"

__attribute__((naked, used, section(".text.enter"))) void stint_enter(void)
{
    __asm__ volatile(".option push\n.option norelax\n"
                     "la gp, __global_pointer$\n"
                     ".option pop\n"
                     "la sp, stint_stack_top\n"
                     "tail stint_start\n");
}

/* There are no interrupt handlers: only a fault comes here. */
__attribute__((used, aligned(4))) _Noreturn void stint_trap(void)
{
    stint_machine_print("fault: the processor took an exception\n");
    for (;;) {
        __asm__ volatile("wfi");
    }
}
