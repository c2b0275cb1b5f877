/* Commands for esp_console: ifconfig, netstat, ping, nslookup, iperf and stint.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef ESP_STINT_CONSOLE_H
#define ESP_STINT_CONSOLE_H

#include "esp_err.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes the commands known to esp_console, in place of others of their names; after
 * esp_console_init(), or after esp_console_new_repl_*() which calls it. They print to stdout, run
 * in the task that runs the console (3 KB of its stack) and return 0 when they did what was asked.
 * The errors are those of esp_console_cmd_register(). */
esp_err_t esp_stint_console_register(void);

#ifdef __cplusplus
}
#endif

#endif
