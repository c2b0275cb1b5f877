/* Control and status registers of a RISC-V processor. SPDX-License-Identifier: Apache-2.0 OR MIT */
#ifndef STINT_PORTS_BAREMETAL_CSR_H
#define STINT_PORTS_BAREMETAL_CSR_H

#include <stdint.h>

/* The libraries are built for rv32imac; these instructions are named to the assembler alone. */
#define STINT_CSR_READ(name, value)                                                                \
    __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, " name "\n.option pop"          \
                     : "=r"(value)::"memory")
#define STINT_CSR_WRITE(name, value)                                                               \
    __asm__ volatile(".option push\n.option arch, +zicsr\ncsrw " name                              \
                     ", %0\n.option pop" ::"r"(value)                                              \
                     : "memory")

#endif
