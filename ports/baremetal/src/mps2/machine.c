/* qemu-system-arm -M mps2-an385: CMSDK timers and UART, LAN9118.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Interrupts end a sleep and are never taken: PRIMASK stays set, so that there is no code beside
 * the poll loop. The board has no source of entropy: in the emulator the host's is read by
 * semihosting, on the board itself there is none.
 */
#include "stint_baremetal/machine.h"

#include "start.h"
#include "stint_baremetal/lan9118.h"

static const uintptr_t clock_timer = UINT32_C(0x40000000);
static const uintptr_t alarm_timer = UINT32_C(0x40001000);
static const uintptr_t uart = UINT32_C(0x40004000);
static const uintptr_t ethernet = UINT32_C(0x40200000);
static const uintptr_t nvic = UINT32_C(0xe000e100);

enum {
    TIMER_CONTROL = 0x0,
    TIMER_VALUE = 0x4,
    TIMER_RELOAD = 0x8,
    TIMER_INTERRUPT_CLEAR = 0xc,
    TIMER_ON = 1,
    TIMER_INTERRUPTS = 1 << 3,
    TICKS_PER_MICROSECOND = 25,
    LONGEST_SLEEP_S = 60, /* a turn of the clock's timer takes 171 s */
    NANOSECONDS_PER_TICK = 40,

    UART_DATA = 0x0,
    UART_STATE = 0x4,
    UART_CONTROL = 0x8,
    UART_DIVISOR = 0x10,
    UART_FULL = 1,
    UART_SEND_ON = 1,
    UART_FASTEST = 16,

    NVIC_ENABLE = 0x000,
    NVIC_CLEAR_PENDING = 0x180,
    INTERRUPTS_OF_OURS = 1 << 9 | 1 << 13, /* the alarm's timer, Ethernet */
};

static struct stint_lan9118 network;

static struct {
    uint64_t ticks;
    uint64_t asleep; /* of these */
    uint32_t value;  /* of the timer, which counts down */
} passed;

static stint_registers at(uintptr_t address)
{
    return (stint_registers)address;
}

const char *stint_machine_name(void)
{
    return "mps2-an385";
}

void stint_machine_prepare(void)
{
    stint_register_write(at(uart), UART_DIVISOR, UART_FASTEST);
    stint_register_write(at(uart), UART_CONTROL, UART_SEND_ON);
    stint_register_write(at(clock_timer), TIMER_RELOAD, UINT32_MAX);
    stint_register_write(at(clock_timer), TIMER_CONTROL, TIMER_ON);
    passed.value = stint_register_read(at(clock_timer), TIMER_VALUE);
    stint_register_write(at(nvic), NVIC_ENABLE, INTERRUPTS_OF_OURS);
}

/* --- time --- */

static uint64_t ticks(void)
{
    const uint32_t value = stint_register_read(at(clock_timer), TIMER_VALUE);
    passed.ticks += passed.value - value;
    passed.value = value;
    return passed.ticks;
}

struct stint_instant stint_machine_now(void)
{
    return stint_instant_at((int64_t)(ticks() / TICKS_PER_MICROSECOND));
}

/* Ticks from now until `until`: 0 when it has come, at most what is slept at once. */
static uint32_t ticks_until(struct stint_instant until)
{
    const struct stint_duration wait = stint_duration_shorter(
        stint_instant_since(until, stint_machine_now()), stint_seconds(LONGEST_SLEEP_S));
    return wait.microseconds > 0 ? (uint32_t)wait.microseconds * TICKS_PER_MICROSECOND : 0;
}

void stint_machine_sleep(struct stint_instant until)
{
    const uint32_t wait = ticks_until(until);
    if (wait == 0) {
        return;
    }
    stint_register_write(at(alarm_timer), TIMER_RELOAD, wait);
    stint_register_write(at(alarm_timer), TIMER_CONTROL, TIMER_ON | TIMER_INTERRUPTS);
    const uint64_t before = ticks();
    __asm__ volatile("dsb\nwfi" ::: "memory");
    passed.asleep += ticks() - before;
    stint_register_write(at(alarm_timer), TIMER_CONTROL, 0);
    stint_register_write(at(alarm_timer), TIMER_INTERRUPT_CLEAR, 1);
    stint_register_write(at(nvic), NVIC_CLEAR_PENDING, INTERRUPTS_OF_OURS);
}

/* The emulator's clock goes a nanosecond for each instruction, and the timers with it. */
uint64_t stint_machine_instructions(void)
{
    return (ticks() - passed.asleep) * NANOSECONDS_PER_TICK;
}

/* --- devices --- */

void stint_machine_print(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((stint_register_read(at(uart), UART_STATE) & UART_FULL) != 0) {
        }
        stint_register_write(at(uart), UART_DATA, (uint8_t)*text);
    }
}

enum semihosting { HOST_OPEN = 1, HOST_CLOSE = 2, HOST_READ = 6 };

static int32_t ask_host(enum semihosting operation, const void *arguments)
{
    register uint32_t number __asm__("r0") = operation;
    register const void *block __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(number) : "r"(block) : "memory");
    return (int32_t)number;
}

bool stint_machine_entropy(struct stint_span into)
{
    static const char name[] = "/dev/urandom";
    const struct {
        const char *name;
        uint32_t mode; /* 1: "rb" */
        uint32_t length;
    } opened = {name, 1, sizeof name - 1};
    const int32_t file = ask_host(HOST_OPEN, &opened);
    if (file < 0) {
        return false;
    }
    const struct {
        int32_t file;
        uint8_t *bytes;
        uint32_t length;
    } wanted = {file, into.bytes, (uint32_t)into.length};
    const int32_t missing = ask_host(HOST_READ, &wanted);
    (void)ask_host(HOST_CLOSE, &file);
    return missing == 0;
}

/* The emulator gives the chip no address of its own: the board keeps one elsewhere. */
bool stint_machine_network(
    struct stint_device *device, struct stint_hardware_address *hardware_address)
{
    *hardware_address = (struct stint_hardware_address){{2, 0, 0, 0, 3, 85}};
    if (!stint_lan9118_start(&network, at(ethernet), hardware_address)) {
        return false;
    }
    *device = stint_lan9118_device(&network);
    return true;
}

uint32_t stint_machine_network_drops(void)
{
    return network.counters.refused + network.counters.overflowed + network.counters.send_errors;
}
