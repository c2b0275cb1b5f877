/* Error names, logging, random numbers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "bootloader_random.h"
#include "esp_err.h"
#include "esp_log.h"
#include "esp_random.h"
#include "harness.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

const char *esp_err_to_name(esp_err_t code)
{
    switch (code) {
    case ESP_OK:
        return "ESP_OK";
    case ESP_FAIL:
        return "ESP_FAIL";
    case ESP_ERR_NO_MEM:
        return "ESP_ERR_NO_MEM";
    case ESP_ERR_INVALID_ARG:
        return "ESP_ERR_INVALID_ARG";
    case ESP_ERR_INVALID_STATE:
        return "ESP_ERR_INVALID_STATE";
    case ESP_ERR_NOT_FOUND:
        return "ESP_ERR_NOT_FOUND";
    case ESP_ERR_NOT_SUPPORTED:
        return "ESP_ERR_NOT_SUPPORTED";
    case ESP_ERR_TIMEOUT:
        return "ESP_ERR_TIMEOUT";
    default:
        return "another error";
    }
}

void _esp_error_check_failed(esp_err_t code, const char *file, int line, const char *expression)
{
    harness_refuse(
        "%s:%d: %s: %s (0x%x)", file, line, expression, esp_err_to_name(code), (unsigned)code);
}

void harness_log(esp_log_level_t level, const char *tag, const char *format, ...)
{
    if (level > ESP_LOG_INFO || getenv("HARNESS_LOG") == NULL) {
        return;
    }
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    fprintf(stderr, "%c %s: %s\n", "NEWIDV"[level], tag, line);
}

static int random_enabled;

void bootloader_random_enable(void)
{
    if (random_enabled++ != 0) {
        harness_refuse("bootloader_random_enable() twice");
    }
}

void bootloader_random_disable(void)
{
    if (--random_enabled != 0) {
        harness_refuse("bootloader_random_disable() without enable");
    }
}

void esp_fill_random(void *buffer, size_t length)
{
    uint8_t *bytes = buffer;
    for (size_t filled = 0; filled < length;) {
        const ssize_t got = getrandom(bytes + filled, length - filled, 0);
        filled += got > 0 ? (size_t)got : 0;
    }
}

uint32_t esp_random(void)
{
    uint32_t word;
    esp_fill_random(&word, sizeof(word));
    return word;
}
