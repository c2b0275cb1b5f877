/* Device registers: 32-bit words at fixed places, read and written once each and in order.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STINT_BAREMETAL_REGISTERS_H
#define STINT_STINT_BAREMETAL_REGISTERS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The registers of one device; `offset` below counts bytes, as data sheets do. */
typedef volatile uint32_t *stint_registers;

static inline uint32_t stint_register_read(stint_registers registers, uint32_t offset)
{
    return registers[offset / sizeof(uint32_t)];
}

static inline void stint_register_write(stint_registers registers, uint32_t offset, uint32_t value)
{
    registers[offset / sizeof(uint32_t)] = value;
}

/* What was written to memory before is seen by devices before what is written after. */
static inline void stint_memory_barrier(void)
{
#if defined(__riscv)
    __asm__ volatile("fence iorw, iorw" ::: "memory");
#elif defined(__arm__)
    __asm__ volatile("dmb" ::: "memory");
#else
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

#ifdef __cplusplus
}
#endif

#endif
