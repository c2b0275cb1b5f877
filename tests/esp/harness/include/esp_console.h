/* Console commands, as ESP-IDF declares them, without a line editor.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_HARNESS_ESP_CONSOLE_H
#define STINT_HARNESS_ESP_CONSOLE_H

#include "esp_err.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    uint32_t max_history_len;
    const char *prompt;
} esp_console_repl_config_t;
#define ESP_CONSOLE_REPL_CONFIG_DEFAULT()                                                          \
    {                                                                                              \
        .max_history_len = 32, .prompt = NULL                                                      \
    }

typedef struct {
    int channel;
    int baud_rate;
} esp_console_dev_uart_config_t;
#define ESP_CONSOLE_DEV_UART_CONFIG_DEFAULT()                                                      \
    {                                                                                              \
        .channel = 0, .baud_rate = 115200                                                          \
    }

typedef struct esp_console_repl_s esp_console_repl_t;
esp_err_t esp_console_new_repl_uart(const esp_console_dev_uart_config_t *dev_config,
    const esp_console_repl_config_t *repl_config, esp_console_repl_t **ret_repl);
esp_err_t esp_console_start_repl(esp_console_repl_t *repl);

typedef int (*esp_console_cmd_func_t)(int argc, char **argv);
typedef int (*esp_console_cmd_func_with_context_t)(void *context, int argc, char **argv);

typedef struct {
    const char *command;
    const char *help;
    const char *hint;
    esp_console_cmd_func_t func;
    void *argtable;
    esp_console_cmd_func_with_context_t func_w_context;
    void *context;
} esp_console_cmd_t;

esp_err_t esp_console_cmd_register(const esp_console_cmd_t *cmd);
esp_err_t esp_console_run(const char *cmdline, int *cmd_ret);

#ifdef __cplusplus
}
#endif

#endif
