# Toolchain: an ARM Cortex-M3 microcontroller with picolibc, as of QEMU's mps2-an385.
# SPDX-License-Identifier: Apache-2.0 OR MIT
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m3)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "--specs=picolibc.specs -mcpu=cortex-m3 -mthumb -ffunction-sections -fdata-sections")
