/* qemu-system-riscv32 -M virt: CLINT, PLIC, a 16550 as console, virtio for network and entropy.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Interrupts end a sleep and are never taken: their global enable stays off, so that there is no
 * code beside the poll loop.
 */
#include "stint_baremetal/machine.h"

#include "csr.h"
#include "start.h"
#include "stint_baremetal/virtio_entropy.h"
#include "stint_baremetal/virtio_net.h"

static const uintptr_t clint = UINT32_C(0x02000000);
static const uintptr_t plic = UINT32_C(0x0c000000);
static const uintptr_t uart = UINT32_C(0x10000000);
static const uintptr_t virtio = UINT32_C(0x10001000);

enum {
    TIME_COMPARE = 0x4000,
    TIME = 0xbff8,
    TICKS_PER_MICROSECOND = 10,

    VIRTIO_STRIDE = 0x1000,
    VIRTIO_WINDOWS = 8,
    VIRTIO_FIRST_SOURCE = 1, /* of the PLIC, for the first window */

    PLIC_ENABLE = 0x2000,
    PLIC_CLAIM = 0x200004,

    UART_LINE_STATUS = 5,
    UART_EMPTY = 0x20,

    TIMER_INTERRUPT = 1 << 7, /* in mie */
    EXTERNAL_INTERRUPT = 1 << 11,
};

void stint_trap(void);

static struct stint_virtio_net network;

static stint_registers at(uintptr_t address)
{
    return (stint_registers)address;
}

const char *stint_machine_name(void)
{
    return "virt";
}

void stint_machine_prepare(void)
{
    STINT_CSR_WRITE("mtvec", (uintptr_t)&stint_trap);
    STINT_CSR_WRITE("mie", TIMER_INTERRUPT | EXTERNAL_INTERRUPT);
}

/* --- time --- */

static uint64_t ticks(void)
{
    uint32_t high;
    uint32_t low;
    do {
        high = stint_register_read(at(clint), TIME + 4);
        low = stint_register_read(at(clint), TIME);
    } while (high != stint_register_read(at(clint), TIME + 4));
    return (uint64_t)high << 32 | low;
}

struct stint_instant stint_machine_now(void)
{
    return stint_instant_at((int64_t)(ticks() / TICKS_PER_MICROSECOND));
}

/* Written so that no moment in between lies in the past. */
static void set_alarm(uint64_t tick)
{
    stint_register_write(at(clint), TIME_COMPARE + 4, UINT32_MAX);
    stint_register_write(at(clint), TIME_COMPARE, (uint32_t)tick);
    stint_register_write(at(clint), TIME_COMPARE + 4, (uint32_t)(tick >> 32));
}

void stint_machine_sleep(struct stint_instant until)
{
    set_alarm(stint_instant_is_never(until) ? UINT64_MAX
                                            : (uint64_t)until.microseconds * TICKS_PER_MICROSECOND);
    __asm__ volatile("wfi" ::: "memory");
    const uint32_t source = stint_register_read(at(plic), PLIC_CLAIM);
    if (source != 0) {
        stint_register_write(at(plic), PLIC_CLAIM, source);
    }
}

uint64_t stint_machine_instructions(void)
{
    uint32_t high;
    uint32_t low;
    uint32_t again;
    do {
        STINT_CSR_READ("minstreth", high);
        STINT_CSR_READ("minstret", low);
        STINT_CSR_READ("minstreth", again);
    } while (high != again);
    return (uint64_t)high << 32 | low;
}

/* --- devices --- */

void stint_machine_print(const char *text)
{
    volatile uint8_t *const registers = (volatile uint8_t *)uart;
    for (; *text != '\0'; text++) {
        while ((registers[UART_LINE_STATUS] & UART_EMPTY) == 0) {
        }
        *registers = (uint8_t)*text;
    }
}

bool stint_machine_entropy(struct stint_span into)
{
    static struct stint_virtio_queue queue;
    stint_registers device =
        stint_virtio_find(virtio, VIRTIO_STRIDE, VIRTIO_WINDOWS, STINT_VIRTIO_ENTROPY);
    return device != NULL && stint_virtio_entropy(&queue, device, into);
}

bool stint_machine_network(
    struct stint_device *device, struct stint_hardware_address *hardware_address)
{
    stint_registers registers =
        stint_virtio_find(virtio, VIRTIO_STRIDE, VIRTIO_WINDOWS, STINT_VIRTIO_NETWORK);
    if (registers == NULL || !stint_virtio_net_start(&network, registers, hardware_address)) {
        return false;
    }
    const uint32_t source =
        VIRTIO_FIRST_SOURCE + (uint32_t)(((uintptr_t)registers - virtio) / VIRTIO_STRIDE);
    stint_register_write(at(plic), source * 4, 1);
    stint_register_write(at(plic), PLIC_ENABLE, UINT32_C(1) << source);
    *device = stint_virtio_net_device(&network);
    return true;
}

uint32_t stint_machine_network_drops(void)
{
    return network.counters.malformed;
}
