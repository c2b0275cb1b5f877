/* The configuration of the harness, as idf.py menuconfig would write it.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The options of our own components come from the defaults of their Kconfig files, which the build
 * writes into sdkconfig_components.h.
 */
#ifndef STINT_HARNESS_SDKCONFIG_H
#define STINT_HARNESS_SDKCONFIG_H

#define CONFIG_IDF_TARGET                              "harness"
#define CONFIG_IDF_TARGET_HARNESS                      1
#define CONFIG_FREERTOS_HZ                             100
#define CONFIG_VFS_SUPPORT_IO                          1
#define CONFIG_VFS_SUPPORT_SELECT                      1
#define CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE             32
#define CONFIG_ESP_NETIF_PROVIDE_CUSTOM_IMPLEMENTATION 1
#define CONFIG_ESP_NETIF_IP_LOST_TIMER_INTERVAL        120
#define CONFIG_LWIP_IPV6_NUM_ADDRESSES                 3

#if __has_include("sdkconfig_components.h")
#include "sdkconfig_components.h"
#endif

#endif
