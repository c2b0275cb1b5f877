/* From reset to main(): the stack is painted, data copied, the rest zeroed.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "start.h"

#include <string.h>

#include "stint_baremetal/machine.h"

static const uint32_t paint = UINT32_C(0x57a1c0de);

enum { PAINT_MARGIN = 32 }; /* words below the frame of who paints */

/* Set by the linker script. */
extern uint32_t stint_stack_bottom[];
extern uint32_t stint_stack_top[];
extern uint8_t stint_data_source[];
extern uint8_t stint_data_start[];
extern uint8_t stint_data_end[];
extern uint8_t stint_bss_start[];
extern uint8_t stint_bss_end[];

int main(void);

static uint32_t distance(const volatile void *from, const volatile void *to)
{
    return (uint32_t)((uintptr_t)to - (uintptr_t)from);
}

static void paint_stack(void)
{
    const uint32_t *const here = (const uint32_t *)__builtin_frame_address(0);
    for (volatile uint32_t *word = stint_stack_bottom; word < here - PAINT_MARGIN; word++) {
        *word = paint;
    }
}

void stint_start(void)
{
    paint_stack();
    memcpy(stint_data_start, stint_data_source, distance(stint_data_start, stint_data_end));
    memset(stint_bss_start, 0, distance(stint_bss_start, stint_bss_end));
    stint_machine_prepare();
    (void)main();
    for (;;) {
        stint_machine_sleep(stint_instant_never());
    }
}

struct stint_machine_memory stint_machine_memory_use(void)
{
    const volatile uint32_t *used = stint_stack_bottom;
    while (used < stint_stack_top && *used == paint) {
        used++;
    }
    return (struct stint_machine_memory){
        .static_bytes = distance(stint_data_start, stint_bss_end),
        .stack_bytes = distance(stint_stack_bottom, stint_stack_top),
        .stack_high_water = distance(used, stint_stack_top),
    };
}
