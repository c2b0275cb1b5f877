/* Console commands: a table, and lines whose words are parted by spaces.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "esp_console.h"

#include <stdio.h>
#include <string.h>

enum { COMMANDS = 16, WORDS = 16, LINE = 256 };

static esp_console_cmd_t commands[COMMANDS];
static size_t command_count;

static esp_console_cmd_t *find(const char *name)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].command, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

esp_err_t esp_console_cmd_register(const esp_console_cmd_t *cmd)
{
    if (cmd->command == NULL || strchr(cmd->command, ' ') != NULL || cmd->func == NULL) {
        return ESP_ERR_INVALID_ARG;
    }
    esp_console_cmd_t *place = find(cmd->command);
    if (place == NULL && command_count == COMMANDS) {
        return ESP_ERR_NO_MEM;
    }
    place = place == NULL ? &commands[command_count++] : place;
    *place = *cmd;
    return ESP_OK;
}

esp_err_t esp_console_run(const char *cmdline, int *cmd_ret)
{
    char line[LINE];
    char *words[WORDS];
    int count = 0;
    char *rest = NULL;
    if (strlen(cmdline) >= sizeof(line)) {
        return ESP_ERR_INVALID_ARG;
    }
    (void)snprintf(line, sizeof(line), "%s", cmdline);
    for (char *word = strtok_r(line, " ", &rest); word != NULL && count < WORDS;
         word = strtok_r(NULL, " ", &rest)) {
        words[count++] = word;
    }
    if (count == 0) {
        return ESP_ERR_INVALID_ARG;
    }
    const esp_console_cmd_t *const command = find(words[0]);
    if (command == NULL) {
        return ESP_ERR_NOT_FOUND;
    }
    *cmd_ret = command->func(count, words);
    return ESP_OK;
}
